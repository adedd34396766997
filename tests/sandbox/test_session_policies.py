"""Sessions that are narrower than their role."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import pytest

from breakglass.sandbox.cloudtrail.event import Event
from breakglass.sandbox.server import Sandbox
from tests.sandbox.support import PROD, Clients, Keys, arn, identity_policy, refused, role_arn, trust_policy

if TYPE_CHECKING:
    from mypy_boto3_iam import IAMClient

READ = identity_policy(Action="iam:List*")
NO_ROLES = identity_policy(Effect="Deny", Action="iam:ListRoles")


@pytest.fixture
def prod(aws: Clients) -> IAMClient:
    return aws.member(PROD)


def narrowed(aws: Clients, **more: object) -> Keys:
    return aws.assume(aws.administrator, role_arn(PROD), "tests", **more)


def test_a_session_policy_takes_rights_and_gives_none(aws: Clients) -> None:
    iam = aws.iam(narrowed(aws, Policy=READ))
    assert iam.list_roles()["Roles"]
    with refused("AccessDenied", "because no session policy allows the iam:CreateUser action"):
        iam.create_user(UserName="ana")
    denying = aws.iam(narrowed(aws, Policy=NO_ROLES))
    with refused("AccessDenied", "with an explicit deny in a session policy"):
        denying.list_roles()


def test_managed_policies_narrow_as_they_are_at_that_moment(aws: Clients, prod: IAMClient) -> None:
    prod.create_policy(PolicyName="read", PolicyDocument=READ)
    named = arn("policy/read", PROD)
    iam = aws.iam(narrowed(aws, PolicyArns=[{"arn": named}]))
    assert iam.list_roles()["Roles"]
    with refused("AccessDenied", "no session policy"):
        iam.create_user(UserName="ana")
    prod.delete_policy(PolicyArn=named)
    with refused("AccessDenied", f"the policy {named} does not exist"):
        iam.list_roles()
    with refused("AccessDenied", f"the policy {named} does not exist"):
        narrowed(aws, PolicyArns=[{"arn": named}])


def test_what_policies_allow_together_is_allowed(aws: Clients, prod: IAMClient) -> None:
    prod.create_policy(PolicyName="write", PolicyDocument=identity_policy(Action="iam:CreateUser"))
    iam = aws.iam(narrowed(aws, Policy=READ, PolicyArns=[{"arn": arn("policy/write", PROD)}]))
    assert iam.list_roles()["Roles"]
    assert iam.create_user(UserName="ana")
    with refused("AccessDenied", "no session policy"):
        iam.delete_user(UserName="ana")


def test_a_narrow_session_assumes_no_further_role(aws: Clients, prod: IAMClient) -> None:
    prod.create_role(RoleName="Next", AssumeRolePolicyDocument=trust_policy({"AWS": arn("root", PROD)}))
    assert aws.assume(aws.provisioner(PROD), role_arn(PROD, "Next")).token
    with refused("AccessDenied"):
        aws.assume(narrowed(aws, Policy=READ), role_arn(PROD, "Next"))


def test_the_packed_size_is_told_of_what_was_packed(aws: Clients, sandbox: Sandbox) -> None:
    plain = aws.sts().assume_role(RoleArn=role_arn(PROD), RoleSessionName="tests")
    small = aws.sts().assume_role(RoleArn=role_arn(PROD), RoleSessionName="tests", Policy=READ)
    large = aws.sts().assume_role(RoleArn=role_arn(PROD), RoleSessionName="tests", Policy=_long(2000))
    assert "PackedPolicySize" not in dict(plain)
    assert 0 < small["PackedPolicySize"] < large["PackedPolicySize"] <= 100
    told = [parameters(each).get("policy") for each in sandbox.events]
    assert READ in told


def parameters(event: Event) -> Mapping[str, object]:
    """What was asked, as CloudTrail tells it."""
    asked = event["requestParameters"]
    return asked if isinstance(asked, dict) else {}


def _salt(characters: int, seed: int = 1) -> str:
    """Text that no compression makes much smaller."""
    return "".join(f"{(number + seed) * 2654435761 % 2**32:08x}" for number in range(characters))[:characters]


def _long(characters: int) -> str:
    left = characters - len(identity_policy(Resource="arn:aws:s3:::"))
    return identity_policy(Resource=f"arn:aws:s3:::{_salt(left)}")


def test_a_policy_that_is_too_long_is_refused(aws: Clients, prod: IAMClient) -> None:
    assert narrowed(aws, Policy=_long(2048)).token
    with refused("ValidationError", "2048"):
        narrowed(aws, Policy=_long(2049))
    with refused("ValidationError", "2048"):
        narrowed(aws, PolicyArns=[{"arn": "x" * 2049}])
    with refused("ValidationError", "10 managed policies"):
        narrowed(aws, PolicyArns=[{"arn": arn(f"policy/p{number}", PROD)} for number in range(11)])
    assert prod.list_roles()["Roles"]


def test_policy_and_tags_share_the_room(aws: Clients) -> None:
    tags = [{"Key": f"k{number}", "Value": _salt(200, number * 1000)} for number in range(20)]
    with refused("PackedPolicyTooLarge", "% of allotted space"):
        narrowed(aws, Policy=_long(2048), Tags=tags)


@pytest.mark.parametrize(
    "malformed", ["{}", "[]", "not json", "", identity_policy(Principal="*"), identity_policy(Effect="Perhaps")]
)
def test_what_is_no_policy_is_refused(aws: Clients, malformed: str) -> None:
    with refused("MalformedPolicyDocument"):
        narrowed(aws, Policy=malformed)
