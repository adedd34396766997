"""What is in the sandbox is enforced there: who gets in, who does not, and what not even an administrator can do."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING

import boto3
import pytest

from breakglass import naming
from breakglass.estate.documents import playbook_trust
from breakglass.sandbox import intruder
from breakglass.sandbox.server import Sandbox
from tests.cli.conftest import Run
from tests.conftest import manifest
from tests.enrolled import enroll_everybody
from tests.sandbox.authenticator import give
from tests.stories.conftest import (
    EVERYTHING,
    MANAGEMENT,
    PROD,
    PROVISIONER,
    ROLE,
    SECURITY,
    USER,
    denied,
    iam,
    role_arn,
    root,
    sts,
    unguarded,
    upon,
)

if TYPE_CHECKING:
    from mypy_boto3_iam import IAMClient
    from mypy_boto3_organizations import OrganizationsClient

pytestmark = pytest.mark.uncounted

BY_SCP = "explicit deny in a service control policy"


def administrator(account: str) -> IAMClient:
    """Return IAM of an account as an administrator of it, a user whom the provisioning role makes."""
    made = iam(account)
    made.create_user(UserName="admin")
    made.put_user_policy(UserName="admin", PolicyName="all", PolicyDocument=EVERYTHING)
    return with_key(made, "admin")


def with_key(made: IAMClient, user: str) -> IAMClient:
    key = made.create_access_key(UserName=user)["AccessKey"]
    return boto3.client("iam", aws_access_key_id=key["AccessKeyId"], aws_secret_access_key=key["SecretAccessKey"])


@pytest.fixture
def applied(cli: Run, sandbox: Sandbox) -> Sandbox:
    assert cli("apply", "--yes").code == 0
    return sandbox


def own(kind: str, name: str) -> str:
    return f"arn:aws:iam::{SECURITY}:{kind}/break-glass/{name}"


DEEDS: dict[str, Callable[[IAMClient], object]] = {
    "make a user": lambda admin: admin.create_user(
        Path="/break-glass/", UserName="eve-break-glass", PermissionsBoundary=own("policy", "BreakGlassBoundary")
    ),
    "move a user in": lambda admin: admin.update_user(UserName="admin", NewPath="/break-glass/"),
    "move a user out": lambda admin: admin.update_user(UserName=USER, NewPath="/"),
    "make a key": lambda admin: admin.create_access_key(UserName=USER),
    "set a password": lambda admin: admin.create_login_profile(UserName=USER, Password="Correct-Horse-1"),
    "swap the boundary": lambda admin: admin.put_user_permissions_boundary(
        UserName=USER, PermissionsBoundary="arn:aws:iam::aws:policy/AdministratorAccess"
    ),
    "take the boundary": lambda admin: admin.delete_user_permissions_boundary(UserName=USER),
    "edit the boundary": lambda admin: admin.create_policy_version(
        PolicyArn=own("policy", "BreakGlassBoundary"), PolicyDocument=EVERYTHING, SetAsDefault=True
    ),
    "give a policy": lambda admin: admin.put_user_policy(UserName=USER, PolicyName="x", PolicyDocument=EVERYTHING),
    "join a team": lambda admin: admin.add_user_to_group(GroupName="break-glass-incident", UserName="admin"),
    "take MFA away": lambda admin: admin.deactivate_mfa_device(UserName=USER, SerialNumber=own("mfa", USER)),
    "make a device": lambda admin: admin.create_virtual_mfa_device(Path="/break-glass/", VirtualMFADeviceName="x"),
    "delete a device": lambda admin: admin.delete_virtual_mfa_device(SerialNumber=own("mfa", USER)),
    "own the provisioning role": lambda admin: admin.update_assume_role_policy(
        RoleName=PROVISIONER, PolicyDocument=EVERYTHING
    ),
    "loosen passwords": lambda admin: admin.update_account_password_policy(MinimumPasswordLength=8),
}


@pytest.mark.usefixtures("applied")
def test_an_administrator_of_the_security_account_does_not_rule_the_namespace() -> None:
    admin = administrator(SECURITY)
    assert admin.create_user(UserName="a-colleague")
    for what, deed in DEEDS.items():
        with denied(BY_SCP, "user/admin is not authorized"):
            deed(admin)
            pytest.fail(what)


@pytest.mark.usefixtures("applied")
def test_an_administrator_of_another_account_does_not_change_the_roles() -> None:
    admin = administrator(PROD)
    trust = json.dumps(playbook_trust("aws", SECURITY, "o-acme12345"))
    with denied(BY_SCP, role_arn()):
        admin.update_assume_role_policy(RoleName=ROLE, PolicyDocument=trust)
    with denied(BY_SCP):
        admin.attach_role_policy(RoleName=ROLE, PolicyArn="arn:aws:iam::aws:policy/AdministratorAccess")
    with denied(BY_SCP):
        admin.create_role(RoleName="BREAK-GLASS-MINE", AssumeRolePolicyDocument=trust)
    with denied(BY_SCP):
        admin.create_role(RoleName="stacksets-exec-mine", AssumeRolePolicyDocument=trust)
    with denied(BY_SCP):
        admin.update_assume_role_policy(RoleName=PROVISIONER, PolicyDocument=trust)
    assert admin.create_role(RoleName="Theirs", AssumeRolePolicyDocument=trust)


def test_the_provisioning_role_works_and_gives_nobody_a_key(applied: Sandbox) -> None:
    security = iam(SECURITY)
    security.remove_user_from_group(GroupName="break-glass-incident", UserName=USER)
    security.add_user_to_group(GroupName="break-glass-incident", UserName=USER)
    serial = give(security, applied.clock, USER, USER, "/break-glass/").serial_number
    assert serial == own("mfa", USER)
    security.deactivate_mfa_device(UserName=USER, SerialNumber=serial)
    security.delete_virtual_mfa_device(SerialNumber=serial)
    for deed in ("make a key", "swap the boundary", "take the boundary", "give a policy"):
        with denied(BY_SCP, f"assumed-role/{PROVISIONER}/test is not authorized"):
            DEEDS[deed](security)
    with denied(BY_SCP):
        security.create_user(Path="/break-glass/", UserName="unbounded-break-glass")


def test_no_service_control_policy_binds_the_management_account(
    applied: Sandbox, organizations: OrganizationsClient
) -> None:
    assert applied.url
    for target in (MANAGEMENT, root(organizations)):
        made = organizations.create_policy(
            Name=f"nothing-{target}",
            Description="",
            Type="SERVICE_CONTROL_POLICY",
            Content=EVERYTHING.replace("Allow", "Deny"),
        )
        organizations.attach_policy(PolicyId=made["Policy"]["PolicySummary"]["Id"], TargetId=target)
    assert iam(MANAGEMENT).list_users()["Users"]
    management = iam(MANAGEMENT)
    assert management.get_role(RoleName="BREAK-GLASS-LOST-ACCESS")
    management.tag_role(RoleName="BREAK-GLASS-LOST-ACCESS", Tags=[{"Key": "x", "Value": "y"}])
    with denied(BY_SCP):
        administrator(PROD)


def test_what_an_intruder_opens_is_open_and_what_stands_behind_it_holds(
    applied: Sandbox, organizations: OrganizationsClient
) -> None:
    intruder.weaken_trust(iam(PROD), ROLE, playbook_trust("aws", SECURITY, "o-acme12345"))
    with unguarded(organizations):
        iam(SECURITY).delete_user_permissions_boundary(UserName=USER)
    ana = sts(applied.sign_in(SECURITY, USER, mfa=False))
    assert ana.assume_role(RoleArn=role_arn(), RoleSessionName=USER)
    with denied():
        ana.assume_role(RoleArn=role_arn("BREAK-GLASS-DATA-BREACH"), RoleSessionName=USER)


def lose(organizations: OrganizationsClient, account: str) -> IAMClient:
    """Let an administrator of an account delete its provisioning role, while the guardrails are off for a moment."""
    admin = administrator(account)
    with unguarded(organizations):
        admin.delete_role_policy(RoleName=PROVISIONER, PolicyName="AdministratorAccess")
        admin.delete_role(RoleName=PROVISIONER)
    return admin


def dismiss(provisioner: IAMClient) -> None:
    for key in provisioner.list_access_keys(UserName="admin")["AccessKeyMetadata"]:
        provisioner.delete_access_key(UserName="admin", AccessKeyId=key["AccessKeyId"])
    provisioner.delete_user_policy(UserName="admin", PolicyName="all")
    provisioner.delete_user(UserName="admin")


def make_again(admin: IAMClient) -> None:
    principal = {"AWS": f"arn:aws:iam::{MANAGEMENT}:root"}
    statement = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}
    trust = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    admin.create_role(RoleName=PROVISIONER, AssumeRolePolicyDocument=trust)
    admin.put_role_policy(RoleName=PROVISIONER, PolicyName="AdministratorAccess", PolicyDocument=EVERYTHING)


@pytest.mark.usefixtures("impatient", "applied")
@pytest.mark.parametrize(
    ("account", "guardrails"),
    [(PROD, [naming.ROLES_GUARDRAIL]), (SECURITY, [naming.ROLES_GUARDRAIL, naming.NAMESPACE_GUARDRAIL])],
)
def test_the_way_out_of_a_lost_provisioning_role(
    cli: Run, sandbox: Sandbox, organizations: OrganizationsClient, account: str, guardrails: list[str]
) -> None:
    """As docs/platform-team.md describes it, step by step."""
    enroll_everybody(sandbox, manifest())
    admin = lose(organizations, account)
    planned = cli("plan", "--format", "json")
    assert {each["account"] for each in planned.document["unread"]} == {account}
    assert PROVISIONER in planned.document["unread"][0]["advice"]
    assert cli("apply", "--yes").code != 0
    for guardrail in guardrails:
        with denied(BY_SCP):
            make_again(admin)
        intruder.lift(organizations, guardrail)
    make_again(admin)
    assert cli("apply", "--yes").code == 0
    assert list(upon(organizations, root(organizations))) == [naming.ROLES_GUARDRAIL]
    assert list(upon(organizations, SECURITY)) == [naming.NAMESPACE_GUARDRAIL]
    assert cli("plan").code == 0
    dismiss(iam(account))
    assert cli("verify").code == 0
