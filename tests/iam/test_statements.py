"""Elements of a statement: actions, resources, principals, and every shape that AWS would refuse.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html
"""

import pytest

from breakglass.documents import Json
from breakglass.errors import UsageError
from breakglass.iam.policy import policy
from breakglass.iam.principals import requester
from tests.iam.support import (
    FEDERATED,
    OBJECT,
    ROLE,
    ROOT,
    SESSION,
    USER,
    A,
    B,
    allow,
    assume,
    decision,
    deny,
    document,
    request,
    trust,
)

YES, NO, MAYBE = "allowed", "implicit_deny", "unsupported"


@pytest.mark.parametrize(
    ("element", "found"),
    [
        ({"Action": "s3:GetObject"}, YES),
        ({"Action": "S3:getobject"}, YES),
        ({"Action": ["ec2:*", "s3:Get*"]}, YES),
        ({"Action": "s3:?etObject"}, YES),
        ({"Action": "*:*"}, YES),
        ({"Action": "s3:Put*"}, NO),
        ({"Action": "s?:GetObject"}, MAYBE),
        ({"Action": "*Object"}, MAYBE),
        ({"Action": "GetObject"}, NO),
        ({"NotAction": "s3:Put*"}, YES),
        ({"NotAction": "s3:*"}, NO),
        ({"NotAction": "s?:GetObject"}, MAYBE),
        ({"Action": "s3:*", "NotAction": "ec2:*"}, MAYBE),
        ({"Action": None}, MAYBE),
        ({"Action": []}, MAYBE),
        ({"Action": ["s3:*", 7]}, MAYBE),
        ({"Action": 7}, MAYBE),
    ],
)
def test_actions(element: dict[str, Json], found: str) -> None:
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html"""
    assert decision(request(identity_policies=[document(allow(**element))])) == found


@pytest.mark.parametrize(
    ("element", "resource", "found"),
    [
        ({"Resource": OBJECT}, OBJECT, YES),
        ({"Resource": OBJECT.upper()}, OBJECT, NO),
        ({"Resource": "arn:aws:s3:::acme/*"}, OBJECT, YES),
        ({"Resource": ["arn:aws:s3:::*/${aws:username}", "arn:aws:s3:::ac?e/*"]}, OBJECT, YES),
        ({"Resource": "arn:aws:s3:::acme/${aws:username}/*"}, "arn:aws:s3:::acme/ana-break-glass/x", YES),
        ({"Resource": "arn:aws:s3:::acme/${aws:username}/*"}, OBJECT, NO),
        ({"Resource": "arn:aws:s3:::acme/${aws:PrincipalTag/team}/*"}, OBJECT, NO),
        ({"Resource": "arn:aws:s3:::acme/${aws:PrincipalTag/team, 'public'}/*"}, OBJECT, YES),
        ({"Resource": "arn:aws:s3:::acme/${aws:PrincipalTag"}, OBJECT, MAYBE),
        ({"Resource": f"arn:aws:iam::{A}:user/*"}, USER, YES),
        ({"Resource": "arn:aws:iam::*:user/*"}, USER, YES),
        ({"Resource": f"arn:aws:iam::{A}:*"}, USER, YES),
        ({"Resource": f"arn:aws:iam::{A}:u*"}, USER, MAYBE),
        ({"Resource": f"arn:aws:iam::{A}:u*"}, OBJECT, NO),
        ({"Resource": f"arn:aws:iam::{A}:user"}, USER, NO),
        ({"Resource": f"arn:aws:iam::{A}:user?"}, USER, NO),
        ({"Resource": f"arn:aws:iam::{A}:${{aws:username}}"}, USER, NO),
        ({"Resource": "arn:aws:i*::111111111111:user/*"}, USER, MAYBE),
        ({"Resource": "arn:aws:iam::${aws:PrincipalAccount}:user/*"}, USER, MAYBE),
        ({"Resource": "arn:aws:iam:*"}, USER, MAYBE),
        ({"Resource": "*user*"}, USER, MAYBE),
        ({"Resource": "arn:aws:iam::*:root"}, f"arn:aws:iam::{A}:root", YES),
        ({"Resource": "arn:aws:logs:*:*:log-group:a"}, f"arn:aws:logs:r:{A}:x:log-group:a", MAYBE),
        ({"Resource": "arn:aws:logs:*:*:log-group:*"}, f"arn:aws:logs:r:{A}:log-group:a:b", YES),
        ({"NotResource": OBJECT}, OBJECT, NO),
        ({"NotResource": "*"}, OBJECT, NO),
        ({"NotResource": "arn:aws:s3:::acme/*"}, OBJECT, NO),
        ({"NotResource": "arn:aws:s3:::other/*"}, OBJECT, YES),
        ({"NotResource": "arn:aws:s3:::acme/${aws:PrincipalTag/team}"}, OBJECT, MAYBE),
        ({"NotResource": f"arn:aws:iam::{A}:u*"}, USER, MAYBE),
        ({"Resource": None}, OBJECT, MAYBE),
        ({"Resource": []}, OBJECT, MAYBE),
        ({"Resource": OBJECT, "NotResource": OBJECT}, OBJECT, MAYBE),
    ],
)
def test_resources(element: dict[str, Json], resource: str, found: str) -> None:
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html"""
    assert decision(request(resource=resource, identity_policies=[document(allow(**element))])) == found


@pytest.mark.parametrize(
    "held",
    [
        document(allow(), version="2020-01-01"),
        {"Version": 7, "Statement": []},
        {"Version": "2012-10-17"},
        {**document(allow()), "Rules": []},
        document(allow(Foo="x")),
        document(allow(Effect="allow")),
        document(allow(Effect=["Allow"])),
        document(allow(Principal="*")),
        document(allow(NotPrincipal="*")),
        document({**allow(), "Condition": None}),
        document(allow(Sid=7)),
        document(allow(Condition="x")),
        document(allow(Condition={"StringEquals": "x"})),
        document(allow(Condition={"StringEquals": {}})),
        document(allow(Condition={"StringEquals": {"a": [], "b": "x"}}), allow(Condition={"Foo": {"a": "b"}})),
        document(allow(Condition={"Null": {"aws:PrincipalArn": "false", "aws:PrincipalARN": "false"}})),
    ],
)
def test_what_aws_does_not_document_never_allows_and_never_hides_a_deny(held: Json) -> None:
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html"""
    assert decision(request(identity_policies=[held])) in (MAYBE, NO)
    assert decision(request(identity_policies=[held, document(allow())])) in (MAYBE, YES)
    assert decision(request(identity_policies=[held, document(deny())])) == "explicit_deny"
    assert decision(request(identity_policies=[document(allow())], permissions_boundary=held)) != YES


def test_an_unreadable_document_may_deny_as_well() -> None:
    unread = document(allow(), version="2020-01-01")
    assert decision(request(identity_policies=[document(allow()), unread])) == MAYBE
    assert decision(request(resource_policy=unread)) == MAYBE


def test_what_is_not_a_document_is_an_error() -> None:
    with pytest.raises(UsageError):
        policy(["x"])  # type: ignore[arg-type]  # what a caller may do wrong
    with pytest.raises(UsageError):
        policy({"Version": "2012-10-17", "Statement": ["x"]})


def test_equal_documents_are_equal_whatever_their_order_and_sids() -> None:
    one = policy(document(allow(Sid="a", Action=["s3:b", "S3:A"]), deny()))
    other = policy(document(deny(Sid="z"), allow(Action=["s3:a", "s3:b", "s3:a"])))
    assert one == other
    assert one != policy(document(allow()))
    assert policy(document(deny())) is policy(document(deny()))


SERVICE = "lambda.amazonaws.com"
SAML = f"arn:aws:iam::{A}:saml-provider/Acme"


@pytest.mark.parametrize(
    ("principal", "element", "found"),
    [
        (USER, "*", YES),
        (USER, {"AWS": "*"}, YES),
        (USER, {"AWS": USER}, YES),
        (USER, {"AWS": [f"arn:aws:iam::{A}:user/x", USER]}, YES),
        (USER, {"AWS": f"arn:aws:iam::{A}:user/ana-break-glass"}, NO),
        (USER, {"AWS": ROOT}, NO),
        (USER, {"AWS": A}, NO),
        (USER, {"AWS": B}, NO),
        (USER, {"AWS": ROLE}, NO),
        (USER, {"AWS": SESSION}, NO),
        (USER, {"AWS": FEDERATED}, NO),
        (USER, {"AWS": USER.replace(A, B)}, NO),
        (USER, {"AWS": f"arn:aws:iam::{A}:user/*"}, MAYBE),
        (USER, {"AWS": "AIDACKCEVSQ6C2EXAMPLE"}, MAYBE),
        (USER, {"CanonicalUser": "79a5"}, MAYBE),
        (USER, {"Service": SERVICE}, NO),
        (USER, {"Federated": SAML}, NO),
        (USER, {"Group": "x"}, MAYBE),
        (USER, {}, MAYBE),
        (USER, {"AWS": []}, MAYBE),
        (USER, "everyone", MAYBE),
        (USER, None, MAYBE),
        (SESSION, {"AWS": SESSION}, YES),
        (SESSION, {"AWS": SESSION.replace("nightly", "daily")}, NO),
        (SESSION, {"AWS": ROLE}, YES),
        (SESSION, {"AWS": f"arn:aws:iam::{A}:role/any/path/Ops"}, YES),
        (SESSION, {"AWS": f"arn:aws:iam::{A}:role/Other"}, NO),
        (SESSION, {"AWS": USER}, NO),
        (SESSION, {"Federated": SAML}, MAYBE),
        (ROLE, {"AWS": ROLE}, YES),
        (ROLE, {"AWS": f"arn:aws:iam::{A}:role/any/path/Ops"}, NO),
        (ROLE, {"AWS": SESSION}, MAYBE),
        (ROLE, {"AWS": SESSION.replace("Ops", "Other")}, NO),
        (FEDERATED, {"AWS": FEDERATED}, YES),
        (FEDERATED, {"AWS": FEDERATED.replace("fay", "joe")}, NO),
        (SERVICE, {"Service": SERVICE}, YES),
        (SERVICE, {"Service": "ec2.amazonaws.com"}, NO),
        (SERVICE, {"AWS": A}, NO),
        (SERVICE, {"AWS": USER}, NO),
        (SAML, {"Federated": SAML}, YES),
        (SAML, {"Federated": "accounts.google.com"}, NO),
        (SAML, {"AWS": A}, NO),
        ("accounts.google.com", {"Federated": "accounts.google.com"}, YES),
    ],
)
def test_principals(principal: str, element: Json, found: str) -> None:
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html"""
    held = document(allow(Principal=element))
    assert decision(request(principal=principal, resource_policy=held)) == found


@pytest.mark.parametrize(
    ("principal", "listed", "boundary", "found"),
    [
        # https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html
        (USER, {"AWS": [USER, ROOT]}, False, YES),
        (USER, {"AWS": [USER, ROOT]}, True, "explicit_deny"),
        (USER, {"AWS": USER}, False, MAYBE),
        (USER, {"AWS": ROOT}, False, MAYBE),
        (USER, {"AWS": f"arn:aws:iam::{B}:user/x"}, False, "explicit_deny"),
        (USER, {"AWS": "*"}, False, YES),
        (USER, {"CanonicalUser": "79a5"}, False, MAYBE),
        (SESSION, {"AWS": [SESSION, ROLE, ROOT]}, False, YES),
        (SESSION, {"AWS": [ROLE, ROOT]}, False, MAYBE),
        (ROOT, {"AWS": ROOT}, False, YES),
        (SERVICE, {"Service": SERVICE}, False, YES),
        (SERVICE, {"AWS": USER}, False, "explicit_deny"),
    ],
)
def test_not_principal(principal: str, listed: Json, boundary: bool, found: str) -> None:
    statements = (allow(Principal="*"), deny(Principal=None, NotPrincipal=listed))
    limit = document(allow()) if boundary else None
    assert (
        decision(request(principal=principal, resource_policy=document(*statements), permissions_boundary=limit))
        == found
    )


def test_principal_and_its_negation_together_or_an_allow_for_all_but_one_are_unsupported() -> None:
    for element in ({"NotPrincipal": {"AWS": B}}, {"Principal": "*", "NotPrincipal": {"AWS": B}}):
        assert decision(assume(resource_policy=trust(None) | document(allow(Resource=None, **element)))) == MAYBE


@pytest.mark.parametrize(
    "principal",
    [
        "*",
        "ana",
        "",
        "arn:aws:iam::1:user/x",
        f"arn:aws:iam::{A}:user/",
        f"arn:aws:iam::{A}:group/x",
        f"arn:aws:iam::{A}:user/*",
        f"arn:aws:sts::{A}:assumed-role/Ops",
        f"arn:aws:sts::{A}:assumed-role/Ops/a/b",
        f"arn:aws:sts::{A}:federated-user/a/b",
        "arn:aws:s3:::bucket",
    ],
)
def test_who_cannot_ask_is_an_error(principal: str) -> None:
    with pytest.raises(UsageError):
        requester(principal)
