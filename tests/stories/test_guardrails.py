"""The guardrails in the organization: made before what they protect, missed when they are gone, put back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from breakglass import naming
from breakglass.sandbox.server import Sandbox
from tests.cli.conftest import Run
from tests.conftest import manifest
from tests.enrolled import enroll_everybody
from tests.stories.conftest import PROD, ROLE, SECURITY, iam, root, upon

if TYPE_CHECKING:
    from mypy_boto3_organizations import OrganizationsClient

pytestmark = pytest.mark.uncounted

TYPE = "SERVICE_CONTROL_POLICY"
GUARDRAILS = [naming.NAMESPACE_GUARDRAIL, naming.ROLES_GUARDRAIL]


def found(cli: Run) -> list[dict[str, str]]:
    """Return the findings of verify, what was done before what follows from it."""
    told = cli("verify", "--format", "json").document["findings"]
    return sorted(told, key=lambda each: each["code"] == "CLAIM_REFUTED")


def order(sandbox: Sandbox, *actions: str) -> list[str]:
    return [call.action.partition(":")[2] for call in sandbox.calls if call.action in actions]


def test_each_is_where_it_belongs_before_what_it_protects(
    cli: Run, sandbox: Sandbox, organizations: OrganizationsClient
) -> None:
    sandbox.calls.clear()
    assert cli("apply", "--yes").code == 0
    made = order(sandbox, "iam:CreateGroup", "organizations:AttachPolicy", "iam:CreateUser", "iam:CreateRole")
    once = [each for number, each in enumerate(made) if number == 0 or made[number - 1] != each]
    assert once == ["CreateGroup", "AttachPolicy", "CreateUser", "AttachPolicy", "CreateRole"]
    assert list(upon(organizations, SECURITY)) == [naming.NAMESPACE_GUARDRAIL]
    assert list(upon(organizations, root(organizations))) == [naming.ROLES_GUARDRAIL]


def test_one_that_is_detached_is_missed_and_put_back(
    cli: Run, sandbox: Sandbox, organizations: OrganizationsClient
) -> None:
    cli("apply", "--yes")
    enroll_everybody(sandbox, manifest())
    policy = upon(organizations, SECURITY)[naming.NAMESPACE_GUARDRAIL]
    organizations.detach_policy(PolicyId=policy, TargetId=SECURITY)
    finding, *consequences = found(cli)
    assert {each["code"] for each in consequences} == {"CLAIM_REFUTED"}
    assert (finding["code"], finding["severity"]) == ("NAMESPACE_OPEN", "CRITICAL")
    assert finding["subject"] == naming.NAMESPACE_GUARDRAIL
    assert cli("apply", "--yes").code == 0
    assert upon(organizations, SECURITY)[naming.NAMESPACE_GUARDRAIL] == policy
    assert cli("verify").code == 0


def test_one_that_exempts_somebody_more_is_put_right(
    cli: Run, sandbox: Sandbox, organizations: OrganizationsClient
) -> None:
    cli("apply", "--yes")
    enroll_everybody(sandbox, manifest())
    target = root(organizations)
    policy = upon(organizations, target)[naming.ROLES_GUARDRAIL]
    meant = organizations.describe_policy(PolicyId=policy)["Policy"]["Content"]
    organizations.update_policy(PolicyId=policy, Content=meant.replace("stacksets-exec-*", "*", 1))
    finding, *consequences = found(cli)
    assert {each["code"] for each in consequences} == {"CLAIM_REFUTED"}
    assert (finding["code"], finding["subject"]) == ("NAMESPACE_OPEN", naming.ROLES_GUARDRAIL)
    assert cli("apply", "--yes").code == 0
    assert organizations.describe_policy(PolicyId=policy)["Policy"]["Content"] == meant


def test_where_policies_are_switched_off_no_role_is_made_unless_told_so(
    cli: Run, organizations: OrganizationsClient
) -> None:
    organizations.disable_policy_type(RootId=root(organizations), PolicyType="SERVICE_CONTROL_POLICY")
    refused = cli("apply", "--yes")
    assert refused.code == cli("plan").code == 5  # what could not be read weighs more than the refusal
    assert "namespace-open" in refused.out + refused.err
    assert "enable-policy-type" in refused.out + refused.err
    assert "BREAK-GLASS" not in str(iam(PROD).list_roles())
    told = cli("apply", "--yes", "--allow", "namespace-open")
    assert told.code == 5
    assert ROLE in str(iam(PROD).list_roles())
    findings = cli("verify", "--format", "json").document["findings"]
    assert [each["subject"] for each in findings if each["code"] == "NAMESPACE_OPEN"] == GUARDRAILS


def test_they_go_with_the_last_account_and_not_with_one(cli: Run, organizations: OrganizationsClient) -> None:
    cli("apply", "--yes")
    one = ("destroy", "--account", "management", "--confirm", "o-acme12345")
    assert cli(*one).code == 3  # alerts are taken away with it
    assert cli(*one, "--allow", "weakens-alert").code == 0
    assert upon(organizations, SECURITY)
    assert cli("destroy", "--confirm", "o-acme12345").code == 0
    assert not upon(organizations, SECURITY)
    assert [each["Name"] for each in organizations.list_policies(Filter="SERVICE_CONTROL_POLICY")["Policies"]] == [
        "FullAWSAccess"
    ]
