"""Every kind of policy counts, where AWS counts it, and a denial says which kind it was."""

from __future__ import annotations

from typing import Any

import pytest

from breakglass.sandbox.server import Sandbox
from tests.sandbox.support import (
    EVERYTHING,
    MANAGEMENT,
    PROD,
    SECURITY,
    Clients,
    arn,
    identity_policy,
    refused,
    role_arn,
    trust_policy,
)

DENY_LISTING = {"Effect": "Deny", "Action": "iam:ListUsers", "Resource": "*"}


def test_inline_attached_and_group_policies_allow(aws: Clients) -> None:
    iam = aws.member(SECURITY)
    managed = iam.create_policy(PolicyName="m", PolicyDocument=identity_policy(Action="iam:ListRoles"))
    keys = aws.user(SECURITY, "ana", identity_policy(Action="iam:ListUsers"))
    iam.attach_user_policy(UserName="ana", PolicyArn=managed["Policy"]["Arn"])
    iam.create_group(GroupName="g")
    iam.put_group_policy(GroupName="g", PolicyName="p", PolicyDocument=identity_policy(Action="iam:ListGroups"))
    ana = aws.iam(keys)
    assert ana.list_users()["Users"]
    assert ana.list_roles()["Roles"]
    with refused("AccessDenied", "because no identity-based policy allows the iam:ListGroups action"):
        ana.list_groups()
    iam.add_user_to_group(GroupName="g", UserName="ana")
    assert ana.list_groups()["Groups"]


def test_of_a_managed_policy_the_default_version_counts(aws: Clients) -> None:
    iam = aws.member(SECURITY)
    managed = iam.create_policy(PolicyName="m", PolicyDocument=identity_policy(Action="iam:ListRoles"))["Policy"]["Arn"]
    ana = aws.iam(aws.user(SECURITY, "ana"))
    iam.attach_user_policy(UserName="ana", PolicyArn=managed)
    iam.create_policy_version(PolicyArn=managed, PolicyDocument=identity_policy(Action="iam:ListUsers"))
    assert ana.list_roles()
    iam.set_default_policy_version(PolicyArn=managed, VersionId="v2")
    assert ana.list_users()
    with refused("AccessDenied"):
        ana.list_roles()


def test_an_identity_policy_denies(aws: Clients) -> None:
    ana = aws.iam(aws.user(SECURITY, "ana", EVERYTHING, identity_policy(Effect="Deny", Action="iam:ListUsers")))
    assert ana.list_roles()
    with refused("AccessDenied", "on resource: * with an explicit deny in an identity-based policy"):
        ana.list_users()


def test_a_boundary_narrows(aws: Clients) -> None:
    iam = aws.member(SECURITY)
    bound = iam.create_policy(PolicyName="b", PolicyDocument=identity_policy(Action="iam:ListRoles"))["Policy"]["Arn"]
    ana = aws.iam(aws.user(SECURITY, "ana", EVERYTHING))
    iam.put_user_permissions_boundary(UserName="ana", PermissionsBoundary=bound)
    assert ana.list_roles()
    with refused("AccessDenied", "because no permissions boundary allows the iam:ListUsers action"):
        ana.list_users()


def test_a_boundary_narrows_a_role(aws: Clients) -> None:
    iam = aws.member(PROD)
    bound = iam.create_policy(PolicyName="b", PolicyDocument=identity_policy(Action="iam:ListRoles"))["Policy"]["Arn"]
    iam.create_role(
        RoleName="R", AssumeRolePolicyDocument=trust_policy({"AWS": arn("root", MANAGEMENT)}), PermissionsBoundary=bound
    )
    iam.put_role_policy(RoleName="R", PolicyName="all", PolicyDocument=EVERYTHING)
    session = aws.iam(aws.assume(aws.administrator, role_arn(PROD, "R")))
    assert session.list_roles()
    with refused("AccessDenied", "assumed-role/R/tests", "no permissions boundary"):
        session.list_users()


def root_of(aws: Clients) -> str:
    return aws.organizations().list_roots()["Roots"][0]["Id"]


def test_control_policies_bind_where_they_are_put(aws: Clients) -> None:
    unit = aws.organizations().create_organizational_unit(ParentId=root_of(aws), Name="unit")["OrganizationalUnit"][
        "Id"
    ]
    aws.organizations().move_account(AccountId=PROD, SourceParentId=root_of(aws), DestinationParentId=unit)
    policy = aws.guard(unit, DENY_LISTING)
    with refused("AccessDenied", "with an explicit deny in a service control policy"):
        aws.member(PROD).list_users()
    assert aws.member(SECURITY).list_roles()
    assert not aws.member(SECURITY).list_users()["Users"]
    aws.organizations().detach_policy(PolicyId=policy, TargetId=unit)
    assert not aws.member(PROD).list_users()["Users"]


def test_every_level_must_allow(aws: Clients) -> None:
    aws.organizations().detach_policy(PolicyId="p-FullAWSAccess", TargetId=PROD)
    keys = aws.provisioner(PROD)
    with refused("AccessDenied", "because no service control policy allows the iam:ListUsers action"):
        aws.iam(keys).list_users()
    aws.guard(PROD, {"Effect": "Allow", "Action": "iam:List*", "Resource": "*"})
    assert not aws.iam(keys).list_users()["Users"]
    with refused("AccessDenied"):
        aws.iam(keys).create_user(UserName="ana")


def test_none_binds_while_they_are_switched_off(aws: Clients) -> None:
    aws.guard(root_of(aws), DENY_LISTING)
    with refused("AccessDenied"):
        aws.member(PROD).list_users()
    aws.organizations().disable_policy_type(RootId=root_of(aws), PolicyType="SERVICE_CONTROL_POLICY")
    assert not aws.member(PROD).list_users()["Users"]


def test_a_resource_control_policy_binds_who_is_to_be_assumed(aws: Clients) -> None:
    deny = {"Effect": "Deny", "Principal": "*", "Action": "sts:AssumeRole", "Resource": "*"}
    aws.guard(PROD, deny, type_="RESOURCE_CONTROL_POLICY")
    assert aws.provisioner(PROD).token
    aws.organizations().enable_policy_type(RootId=root_of(aws), PolicyType="RESOURCE_CONTROL_POLICY")
    with refused("AccessDenied", "explicit deny in a resource control policy"):
        aws.provisioner(PROD)
    assert aws.provisioner(SECURITY).token


def test_what_the_engine_cannot_judge_is_denied_as_such(aws: Clients) -> None:
    aws.organizations().detach_policy(PolicyId="p-FullAWSAccess", TargetId=PROD)
    keys = aws.provisioner(PROD)
    aws.guard(PROD, {"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": {"Odd": {"aws:x": "1"}}})
    with refused("AccessDenied", "because this sandbox cannot judge it: service_control_policies", "Odd"):
        aws.iam(keys).list_users()


@pytest.mark.parametrize("content", ["not json", "[]", "{}"])
def test_a_control_policy_that_is_none_allows_nothing(aws: Clients, content: str) -> None:
    organizations = aws.organizations()
    made = organizations.create_policy(Name="odd", Description="", Type="SERVICE_CONTROL_POLICY", Content=content)
    organizations.attach_policy(PolicyId=made["Policy"]["PolicySummary"]["Id"], TargetId=PROD)
    with refused("AccessDenied", "cannot judge"):
        aws.member(PROD).list_users()


def test_an_explicit_deny_in_a_trust_policy_is_told(aws: Clients) -> None:
    trust: Any = trust_policy({"AWS": arn("root", MANAGEMENT)}).replace('"Allow"', '"Deny"')
    aws.member(PROD).create_role(RoleName="No", AssumeRolePolicyDocument=trust)
    with refused("AccessDenied", "with an explicit deny in a resource-based policy"):
        aws.assume(aws.administrator, role_arn(PROD, "No"))


def test_in_one_account_both_sides_are_asked(aws: Clients) -> None:
    trusting = trust_policy({"AWS": arn("root", PROD)})
    aws.member(PROD).create_role(RoleName="R", AssumeRolePolicyDocument=trusting)
    nobody, anybody = aws.user(PROD, "nobody"), aws.user(PROD, "anybody", EVERYTHING)
    with refused("AccessDenied"):
        aws.assume(nobody, role_arn(PROD, "R"))
    assert aws.assume(anybody, role_arn(PROD, "R")).token
    named = trust_policy({"AWS": arn("user/nobody", PROD)})
    aws.member(PROD).update_assume_role_policy(RoleName="R", PolicyDocument=named)
    assert aws.assume(nobody, role_arn(PROD, "R")).token
    with refused("AccessDenied"):
        aws.assume(anybody, role_arn(PROD, "R"))


def test_who_one_is_can_always_be_asked(aws: Clients, sandbox: Sandbox) -> None:
    aws.guard(root_of(aws), {"Effect": "Deny", "Action": "*", "Resource": "*"})
    keys = aws.provisioner(PROD)
    with refused("AccessDenied"):
        aws.iam(keys).list_roles()
    assert aws.sts(keys).get_caller_identity()["Account"] == PROD
    assert [call.error for call in sandbox.calls][-2:] == ["AccessDenied", ""]
