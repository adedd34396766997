"""How kinds of policies work together, each trap with the page of AWS it comes from."""

import pytest

from breakglass.documents import Json
from breakglass.iam.evaluate import evaluate
from breakglass.iam.nouns import Decision, Request
from breakglass.iam.policies import read
from breakglass.iam.scenarios import decide
from tests.iam.support import (
    FAR_TARGET,
    FEDERATED,
    ROLE,
    ROOT,
    SESSION,
    TARGET,
    USER,
    A,
    B,
    Object,
    allow,
    assume,
    decision,
    deny,
    document,
    request,
    trust,
    trusting,
)

ALL = document(allow())
NONE = document()
LOGIC = (
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html"
)
CROSS = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html"
SCPS = "https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_evaluation.html"
RCPS = "https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html"
STS = "https://docs.aws.amazon.com/STS/latest/APIReference/"
KEY = f"arn:aws:kms:eu-west-1:{A}:key/1234"
SERVICE = "lambda.amazonaws.com"
LINKED = f"arn:aws:iam::{A}:role/aws-service-role/x.amazonaws.com/AWSServiceRoleForX"


def named(*principals: Json) -> Object:
    return document(allow(Principal={"AWS": list(principals)}))


TRAPS: list[tuple[str, Object, str, str]] = [
    ("nothing allows", request(), "implicit_deny", LOGIC),
    ("the identity side is enough", request(identity_policies=[NONE, ALL]), "allowed", LOGIC),
    ("a Deny wins", request(identity_policies=[ALL, document(deny())]), "explicit_deny", LOGIC),
    (
        "a resource policy's Deny wins",
        request(identity_policies=[ALL], resource_policy=document(deny(Principal="*"))),
        "explicit_deny",
        LOGIC,
    ),
    (
        "a Deny for another does not",
        request(identity_policies=[ALL], resource_policy=document(deny(Principal={"AWS": B}))),
        "allowed",
        LOGIC,
    ),
    (
        "a Deny for the account does",
        request(identity_policies=[ALL], resource_policy=document(deny(Principal={"AWS": A}))),
        "explicit_deny",
        LOGIC,
    ),
    ("the boundary limits", request(identity_policies=[ALL], permissions_boundary=NONE), "implicit_deny", LOGIC),
    ("a boundary alone grants nothing", request(permissions_boundary=ALL), "implicit_deny", LOGIC),
    (
        "a boundary does not limit a grant to the user",
        request(resource_policy=named(USER), permissions_boundary=NONE),
        "allowed",
        LOGIC,
    ),
    (
        "but its Deny does",
        request(resource_policy=named(USER), permissions_boundary=document(deny())),
        "explicit_deny",
        LOGIC,
    ),
    (
        "a boundary limits a grant to the role",
        request(principal=SESSION, resource_policy=named(ROLE), permissions_boundary=NONE),
        "implicit_deny",
        LOGIC,
    ),
    (
        "a session policy limits a grant to the role",
        request(principal=SESSION, resource_policy=named(ROLE), session_policies=[NONE]),
        "implicit_deny",
        LOGIC,
    ),
    (
        "both may allow it",
        request(principal=SESSION, resource_policy=named(ROLE), permissions_boundary=ALL, session_policies=[ALL]),
        "allowed",
        LOGIC,
    ),
    (
        "neither limits a grant to the session",
        request(principal=SESSION, resource_policy=named(SESSION), permissions_boundary=NONE, session_policies=[NONE]),
        "allowed",
        LOGIC,
    ),
    (
        "nor one to everyone",
        request(
            principal=SESSION,
            resource_policy=document(allow(Principal="*")),
            permissions_boundary=NONE,
            session_policies=[NONE],
        ),
        "allowed",
        LOGIC,
    ),
    (
        "a session policy limits the role",
        request(principal=SESSION, identity_policies=[ALL], session_policies=[NONE]),
        "implicit_deny",
        LOGIC,
    ),
    (
        "one of several is enough",
        request(principal=SESSION, identity_policies=[ALL], session_policies=[NONE, ALL]),
        "allowed",
        LOGIC,
    ),
    ("naming the account delegates", request(resource_policy=named(ROOT)), "implicit_deny", LOGIC),
    (
        "a federated user without a session policy has nothing",
        request(principal=FEDERATED, identity_policies=[ALL]),
        "implicit_deny",
        STS + "API_GetFederationToken.html",
    ),
    (
        "and with one what both allow",
        request(principal=FEDERATED, identity_policies=[ALL], session_policies=[ALL]),
        "allowed",
        STS + "API_GetFederationToken.html",
    ),
    (
        "or what a resource gives the session",
        request(principal=FEDERATED, resource_policy=named(FEDERATED)),
        "allowed",
        LOGIC,
    ),
    (
        "a grant to a user may be to this federated one",
        request(principal=FEDERATED, resource_policy=named(USER), session_policies=[ALL]),
        "unsupported",
        LOGIC,
    ),
    (
        "which a session policy would limit",
        request(principal=FEDERATED, resource_policy=named(USER), session_policies=[NONE]),
        "implicit_deny",
        LOGIC,
    ),
    ("root may everything", request(principal=ROOT), "allowed", LOGIC),
    ("but what SCPs take", request(principal=ROOT, service_control_policies=[[NONE]]), "implicit_deny", SCPS),
    (
        "and AssumeRole",
        assume(principal=ROOT, resource_policy=trust({"AWS": ROOT})),
        "implicit_deny",
        STS + "API_AssumeRole.html",
    ),
    ("root needs the other account's leave", request(principal=ROOT, resource_account=B), "implicit_deny", CROSS),
    (
        "across accounts the identity side is not enough",
        request(resource_account=B, identity_policies=[ALL]),
        "implicit_deny",
        CROSS,
    ),
    ("nor the resource side", request(resource_account=B, resource_policy=named(USER)), "implicit_deny", CROSS),
    ("both are", request(resource_account=B, identity_policies=[ALL], resource_policy=named(USER)), "allowed", CROSS),
    (
        "also through the account",
        request(resource_account=B, identity_policies=[ALL], resource_policy=named(A)),
        "allowed",
        CROSS,
    ),
    (
        "within the boundary",
        request(resource_account=B, identity_policies=[ALL], resource_policy=named(USER), permissions_boundary=NONE),
        "implicit_deny",
        CROSS,
    ),
    (
        "every SCP level must allow",
        request(identity_policies=[ALL], service_control_policies=[[ALL], [NONE, ALL], [ALL]]),
        "allowed",
        SCPS,
    ),
    (
        "one that does not is enough",
        request(identity_policies=[ALL], service_control_policies=[[ALL], [NONE], [ALL]]),
        "implicit_deny",
        SCPS,
    ),
    (
        "a level without policies allows nothing",
        request(identity_policies=[ALL], service_control_policies=[[ALL], []]),
        "implicit_deny",
        SCPS,
    ),
    (
        "SCPs limit a grant to the user",
        request(resource_policy=named(USER), service_control_policies=[[NONE]]),
        "implicit_deny",
        SCPS,
    ),
    (
        "SCPs do not bind services",
        request(
            principal=SERVICE,
            resource_policy=document(allow(Principal={"Service": SERVICE})),
            service_control_policies=[[document(deny())]],
        ),
        "allowed",
        SCPS,
    ),
    (
        "nor service-linked roles",
        request(
            principal=LINKED,
            identity_policies=[ALL],
            service_control_policies=[[document(deny())]],
            resource_control_policies=[[document(deny(Principal="*"))]],
        ),
        "allowed",
        SCPS,
    ),
    (
        "RCPs of Denies only are well-formed",
        request(
            identity_policies=[ALL], resource_control_policies=[[document(deny(Principal="*", Action="ec2:*"))], []]
        ),
        "allowed",
        RCPS,
    ),
    (
        "an RCP's Deny wins",
        request(identity_policies=[ALL], resource_control_policies=[[document(deny(Principal="*"))]]),
        "explicit_deny",
        RCPS,
    ),
    (
        "RCPs bind services",
        request(
            principal=SERVICE,
            resource_policy=document(allow(Principal={"Service": SERVICE})),
            resource_control_policies=[[document(deny(Principal="*"))]],
        ),
        "explicit_deny",
        RCPS,
    ),
    ("a role always has a trust policy", assume(identity_policies=[ALL]), "implicit_deny", LOGIC),
    ("naming the user in it is enough", assume(resource_policy=trust({"AWS": USER})), "allowed", LOGIC),
    (
        "naming the account delegates, and the user may not",
        assume(resource_policy=trust({"AWS": ROOT})),
        "implicit_deny",
        LOGIC,
    ),
    ("or may", assume(resource_policy=trust({"AWS": ROOT}), identity_policies=[ALL]), "allowed", LOGIC),
    (
        "a boundary limits what is delegated",
        assume(resource_policy=trust({"AWS": A}), identity_policies=[ALL], permissions_boundary=NONE),
        "implicit_deny",
        LOGIC,
    ),
    (
        "across accounts both sides must allow",
        assume(resource=FAR_TARGET, resource_policy=trust({"AWS": USER})),
        "implicit_deny",
        CROSS,
    ),
    (
        "and may",
        assume(resource=FAR_TARGET, resource_policy=trust({"AWS": USER}), identity_policies=[ALL]),
        "allowed",
        CROSS,
    ),
    (
        "a role does not trust itself",
        assume(
            principal=f"arn:aws:sts::{A}:assumed-role/BREAK-GLASS-RANSOMWARE/x",
            identity_policies=[ALL],
            resource_policy=trust({"AWS": USER}),
        ),
        "implicit_deny",
        LOGIC,
    ),
    (
        "a key always has a policy",
        request(action="kms:Decrypt", resource=KEY, identity_policies=[ALL]),
        "implicit_deny",
        "https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html",
    ),
    (
        "that may delegate",
        request(action="kms:Decrypt", resource=KEY, identity_policies=[ALL], resource_policy=named(ROOT)),
        "allowed",
        "https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html",
    ),
    (
        "what is no key has none",
        request(action="kms:ListKeys", resource="*", identity_policies=[ALL]),
        "allowed",
        "https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html",
    ),
    (
        "a service needs to be named",
        assume(principal=SERVICE, resource_policy=trust({"Service": SERVICE})),
        "allowed",
        LOGIC,
    ),
    (
        "a provider too",
        assume(
            principal="accounts.google.com",
            action="sts:AssumeRoleWithWebIdentity",
            resource_policy=document(
                allow(
                    Action="sts:AssumeRoleWithWebIdentity",
                    Resource=None,
                    Principal={"Federated": "accounts.google.com"},
                )
            ),
        ),
        "allowed",
        LOGIC,
    ),
]


@pytest.mark.parametrize(("why", "scenario", "found", "source"), TRAPS, ids=[row[0] for row in TRAPS])
def test_trap(why: str, scenario: Object, found: str, source: str) -> None:
    assert source.startswith("https://docs.aws.amazon.com/"), why
    assert decision(scenario) == found


MFA = "aws:MultiFactorAuthPresent"
NAMESPACE = {"aws:PrincipalArn": f"arn:aws:iam::{A}:user/break-glass/*-break-glass"}
STRANGER = f"arn:aws:iam::{A}:user/break-glass/mallory-break-glass"

VARIANTS: list[tuple[str, list[Object], dict[str, str], str]] = [
    # https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-multifactorauthpresent
    ("Allow with Bool", [allow(Condition={"Bool": {MFA: "true"}})], {}, "implicit_deny"),
    ("Allow with Bool", [allow(Condition={"Bool": {MFA: "true"}})], {MFA: "false"}, "implicit_deny"),
    ("Allow with Bool", [allow(Condition={"Bool": {MFA: "true"}})], {MFA: "true"}, "allowed"),
    ("Allow with BoolIfExists", [allow(Condition={"BoolIfExists": {MFA: "true"}})], {}, "allowed"),
    ("Allow with BoolIfExists", [allow(Condition={"BoolIfExists": {MFA: "true"}})], {MFA: "false"}, "implicit_deny"),
    ("Deny with Bool", [allow(), deny(Condition={"Bool": {MFA: "false"}})], {}, "allowed"),
    ("Deny with Bool", [allow(), deny(Condition={"Bool": {MFA: "false"}})], {MFA: "false"}, "explicit_deny"),
    ("Deny with BoolIfExists", [allow(), deny(Condition={"BoolIfExists": {MFA: "false"}})], {}, "explicit_deny"),
    (
        "Deny with BoolIfExists",
        [allow(), deny(Condition={"BoolIfExists": {MFA: "false"}})],
        {MFA: "false"},
        "explicit_deny",
    ),
    ("Deny with BoolIfExists", [allow(), deny(Condition={"BoolIfExists": {MFA: "false"}})], {MFA: "true"}, "allowed"),
]


@pytest.mark.parametrize(("variant", "statements", "context", "found"), VARIANTS)
def test_trust_variants(variant: str, statements: list[Object], context: dict[str, Json], found: str) -> None:
    held = document(*(trusting(each) for each in statements))
    assert decision(assume(context=context, identity_policies=[ALL], resource_policy=held)) == found, variant


@pytest.mark.parametrize(
    ("principal", "context", "found"),
    [
        (USER, {MFA: "true", "aws:MultiFactorAuthAge": "30"}, "allowed"),
        (USER, {MFA: "true", "aws:MultiFactorAuthAge": "4000"}, "implicit_deny"),
        (USER, {MFA: "true"}, "implicit_deny"),
        (USER, {"aws:MultiFactorAuthAge": "30"}, "implicit_deny"),
        (STRANGER, {MFA: "true", "aws:MultiFactorAuthAge": "30"}, "allowed"),  # whoever exists under the path
        (f"arn:aws:iam::{A}:user/carl", {MFA: "true", "aws:MultiFactorAuthAge": "30"}, "implicit_deny"),
    ],
)
def test_the_variant_with_path_mfa_and_age(principal: str, context: dict[str, Json], found: str) -> None:
    condition: Json = {
        "Bool": {MFA: "true"},
        "ArnLike": NAMESPACE,
        "NumericLessThan": {"aws:MultiFactorAuthAge": "3600"},
    }
    held = trust({"AWS": ROOT}, Condition=condition)
    assert (
        decision(assume(principal=principal, context=context, identity_policies=[ALL], resource_policy=held)) == found
    )


def test_the_answer_names_what_decided() -> None:
    answer = decide(
        assume(
            identity_policies=[NONE, document(deny(Action="s3:*"), allow(Sid="Go"))],
            resource_policy=trust({"AWS": A}),
            service_control_policies=[[ALL], [ALL]],
        )
    )
    assert [(each.policy, each.statement, each.effect) for each in answer.because] == [
        ("service_control_policies[0][0]", "0", "Allow"),
        ("service_control_policies[1][0]", "0", "Allow"),
        ("resource_policy", "0", "Allow"),
        ("identity_policies[1]", "Go", "Allow"),
    ]
    denied = decide(
        request(
            identity_policies=[document(deny(Sid="No"))], resource_control_policies=[[document(deny(Principal="*"))]]
        )
    )
    assert [(each.policy, each.statement) for each in denied.because] == [
        ("identity_policies[0]", "No"),
        ("resource_control_policies[0][0]", "0"),
    ]
    assert decide(request(permissions_boundary=NONE)).missing == ("identity_policies", "permissions_boundary")
    assert decide(assume(resource_policy=trust({"AWS": A}))).missing == ("identity_policies",)
    assert decide(assume(identity_policies=[ALL], resource_policy=trust({"AWS": B}))).missing == ("resource_policy",)
    assert (
        decide(request(identity_policies=[ALL], permissions_boundary=NONE, service_control_policies=[[NONE]])).missing[
            0
        ]
        == "service_control_policies[0]"
    )


def test_what_is_unsupported_says_why_and_matters_only_where_it_could_turn_the_answer() -> None:
    odd = document(allow(Sid="Odd", Condition={"StringMatches": {"a": "b"}}))
    answer = decide(request(identity_policies=[odd]))
    assert answer.decision is Decision.UNSUPPORTED
    assert [(each.policy, each.statement) for each in answer.because] == [("identity_policies[0]", "Odd")]
    assert "StringMatches" in answer.because[0].why
    assert decision(request(identity_policies=[odd, ALL])) == "allowed"
    assert decision(request(identity_policies=[odd], permissions_boundary=NONE)) == "implicit_deny"
    assert decision(request(identity_policies=[odd], resource_policy=document(deny(Principal="*")))) == "explicit_deny"
    doubtful = document(deny(Condition={"StringMatches": {"a": "b"}}))
    assert decision(request(identity_policies=[ALL, doubtful])) == "unsupported"
    assert decision(request(identity_policies=[doubtful])) == "implicit_deny"


def test_a_session_of_a_role_under_a_path_of_aws_is_not_guessed() -> None:
    """https://docs.aws.amazon.com/singlesignon/latest/userguide/referencingpermissionsets.html"""
    session = f"arn:aws:sts::{A}:assumed-role/AWSReservedSSO_Admin_0123/ana"
    pattern = f"arn:aws:iam::{A}:role/aws-reserved/*"
    for operator in ("ArnLike", "ForAnyValue:ArnLike"):
        held = document(allow(Condition={operator: {"aws:PrincipalArn": pattern}}))
        assert decision(request(principal=session, identity_policies=[held])) == "unsupported"
    held = document(allow(Condition={"ArnLike": {"aws:PrincipalArn": "${aws:PrincipalArn}"}}))
    assert decision(request(principal=session, identity_policies=[held])) == "unsupported"
    held = document(allow(Condition={"ArnLike": {"aws:PrincipalArn": pattern}}))
    told: Json = {"aws:PrincipalArn": f"arn:aws:iam::{A}:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_Admin_0123"}
    assert decision(request(principal=session, context=told, identity_policies=[held])) == "allowed"


@pytest.mark.parametrize(
    ("principal", "key", "value"),
    [
        (USER, "aws:PrincipalArn", USER),
        (USER, "aws:PrincipalAccount", A),
        (USER, "aws:PrincipalType", "User"),
        (USER, "aws:username", "ana-break-glass"),
        (USER, "aws:PrincipalIsAWSService", "false"),
        (USER, "aws:ResourceAccount", A),
        (SESSION, "aws:PrincipalArn", ROLE),
        (SESSION, "aws:PrincipalType", "AssumedRole"),
        (ROOT, "aws:PrincipalType", "Account"),
        (FEDERATED, "aws:PrincipalArn", FEDERATED),
        (SERVICE, "aws:PrincipalServiceName", SERVICE),
    ],
)
def test_what_follows_from_the_principal_need_not_be_given(principal: str, key: str, value: str) -> None:
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html"""
    denying = document(allow(Principal="*"), deny(Principal="*", Condition={"StringEquals": {key: value}}))
    assert decision(request(principal=principal, resource_policy=denying)) == "explicit_deny"


def test_a_session_has_no_user_name() -> None:
    held = document(allow(Condition={"Null": {"aws:username": "true"}}))
    assert decision(request(principal=SESSION, identity_policies=[held])) == "allowed"


def test_nouns_decide_as_scenarios_do() -> None:
    policies = read(
        identity=[ALL],
        resource=trust({"AWS": A}),
        boundary=ALL,
        session=[ALL],
        service_control=[[ALL]],
        resource_control=[[]],
    )
    asked = Request(
        USER, "sts:AssumeRole", TARGET, context={"aws:MultiFactorAuthPresent": "true", "aws:TagKeys": ["a"]}
    )
    assert evaluate(asked, policies).decision is Decision.ALLOWED
    assert evaluate(asked, read(identity=[ALL])).decision is Decision.IMPLICIT_DENY
    nowhere = Request(SERVICE, "s3:GetObject", "arn:aws:s3:::acme/x")
    assert (
        evaluate(nowhere, read(resource=document(allow(Principal={"Service": SERVICE})))).decision is Decision.ALLOWED
    )


def test_what_is_kept_ready_is_bounded_and_decides_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("policy", "policies", "scenarios"):
        monkeypatch.setattr(f"breakglass.iam.{module}._KEPT", 1)
    policies = read(identity=[document(allow(Action="s3:Get*"))])
    for _ in range(2):
        for action, found in (("s3:GetObject", "allowed"), ("s3:PutObject", "implicit_deny"), ("s3:GetX", "allowed")):
            assert evaluate(Request(USER, action, "arn:aws:s3:::acme/x"), policies).decision.value == found
            assert decision(request(action=action, identity_policies=[document(allow(Action=action))])) == "allowed"
