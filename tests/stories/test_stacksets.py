"""Target accounts by StackSets: deployed, read back by API, empty plan; one bad account stops itself alone."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import boto3
import pytest
import yaml

from breakglass.manifest.read import read
from breakglass.sandbox.server import Sandbox
from tests.cli.conftest import Ran, Run
from tests.conftest import ACME
from tests.stories.conftest import PAYMENTS, PROD, ROLE, SECURITY, elsewhere, iam, lead, root, upon

if TYPE_CHECKING:
    from mypy_boto3_organizations import OrganizationsClient

pytestmark = pytest.mark.uncounted

DATA = "555555555555"
UNIT = "ou-ab12-11111111"
TARGETS = (PROD, PAYMENTS, DATA)
EVENTS_REGIONS = ("ap-southeast-2", "eu-west-1")
PAGE = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "ec2.amazonaws.com"}}],
    }
)


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    raw = yaml.safe_load(ACME.read_text("utf-8"))
    raw["engine"], raw["stacksets"] = "stacksets", {"regions": ["eu-west-1"]}
    raw["accounts"] = [each for each in raw["accounts"] if each["id"] in TARGETS]
    raw["organizational_units"] = [{"id": UNIT, "name": "workloads"}]
    file = tmp_path_factory.mktemp("stacksets") / "breakglass.yaml"
    file.write_text(yaml.safe_dump(raw, sort_keys=False), "utf-8")
    return file


@pytest.fixture(scope="module")
def running(path: Path) -> Iterator[Sandbox]:
    with Sandbox(read(path)) as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(running: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sandbox]:
    lead(monkeypatch, running)
    yield running
    running.reset()


Deploy = Callable[..., Ran]


@pytest.fixture
def breakglass(cli: Run, path: Path) -> Deploy:
    return lambda *arguments: cli(*arguments, path=path)


def roles(account: str) -> set[str]:
    found = iam(account).list_roles()["Roles"]
    return {each["RoleName"] for each in found if each["RoleName"].startswith("BREAK-GLASS-")}


def rules(region: str) -> set[str]:
    found = elsewhere("events", SECURITY, region).list_rules(NamePrefix="BreakGlass-")["Rules"]
    return {each["Name"] for each in found}


def test_target_accounts_are_delivered_by_stacksets_and_the_plan_is_empty(
    breakglass: Deploy, sandbox: Sandbox, organizations: OrganizationsClient
) -> None:
    looked = breakglass("deploy", "--dry-run")
    assert looked.code == 1
    assert "break-glass-acme-workload" in looked.out
    assert sandbox.calls.writes == ()

    assert breakglass("deploy", "--yes").code == 0
    playbooks = {"BREAK-GLASS-DATA-BREACH", "BREAK-GLASS-LOST-ACCESS", "BREAK-GLASS-RANSOMWARE"}
    members = {each["Id"] for each in organizations.list_accounts_for_parent(ParentId=UNIT)["Accounts"]}
    assert len(members) == 2
    assert {account: roles(account) for account in (*TARGETS, *members)} == dict.fromkeys(
        (*TARGETS, *members), playbooks
    )
    used = {"BreakGlass-AlertingTampered", "BreakGlass-Use"}
    assert {region: rules(region) for region in EVENTS_REGIONS} == dict.fromkeys(EVENTS_REGIONS, used)
    stacksets = boto3.client("cloudformation", "eu-west-1")
    places = {
        each["StackSetName"]: {
            (place["Account"], place["Region"])
            for place in stacksets.list_stack_instances(StackSetName=each["StackSetName"])["Summaries"]
        }
        for each in stacksets.list_stack_sets()["Summaries"]
    }
    assert places["break-glass-acme-workload"] == {(account, "eu-west-1") for account in TARGETS}
    assert places["break-glass-acme-units"] == {(account, "eu-west-1") for account in members}
    assert places["break-glass-acme-security-regions"] == {(SECURITY, region) for region in EVENTS_REGIONS}

    assert breakglass("plan").out.strip() == "no changes"
    sandbox.calls.clear()
    assert breakglass("deploy", "--yes").code == 0
    assert sandbox.calls.writes == ()

    sandbox.accounts.open(UNIT, "700000000099", "newcomer")
    assert roles("700000000099") == playbooks, "it has its roles before anybody runs anything"
    iam(PROD).update_role(RoleName=ROLE, MaxSessionDuration=7200)
    drifted = breakglass("deploy", "--yes", "--allow", "broadens-access")
    assert drifted.code == 0, drifted.err
    assert iam(PROD).get_role(RoleName=ROLE)["Role"]["MaxSessionDuration"] == 3600

    assert breakglass("destroy", "--confirm", "o-acme12345").code == 0
    assert roles(PROD) == roles(DATA) == roles("700000000099") == set()
    assert stacksets.list_stack_sets(Status="ACTIVE")["Summaries"] == []


def test_what_is_not_as_it_should_be_in_one_account_stops_that_account_alone(
    breakglass: Deploy, organizations: OrganizationsClient
) -> None:
    iam(PROD).create_role(RoleName=ROLE, AssumeRolePolicyDocument=PAGE)
    forbidding = organizations.create_policy(
        Content=json.dumps(
            {
                "Version": "2012-10-17",
                "Statement": [{"Effect": "Deny", "Action": "iam:CreateRole", "Resource": "*"}],
            }
        ),
        Description="",
        Name="no-roles",
        Type="SERVICE_CONTROL_POLICY",
    )["Policy"]["PolicySummary"]["Id"]
    (first, second) = (each["Id"] for each in organizations.list_accounts_for_parent(ParentId=UNIT)["Accounts"])
    organizations.attach_policy(PolicyId=forbidding, TargetId=first)

    partly = breakglass("deploy", "--yes")
    assert partly.code == 5
    assert f"arn:aws:iam::{PROD}:role/{ROLE}" in partly.out
    assert "have whoever made it delete it" in partly.out
    assert "service control policy" in partly.out
    assert roles(PROD) == {ROLE}
    assert roles(first) == set()
    assert ROLE in roles(PAYMENTS) & roles(DATA) & roles(second)
    assert upon(organizations, root(organizations)), "the guardrails hold"

    iam(PROD).delete_role(RoleName=ROLE)
    organizations.detach_policy(PolicyId=forbidding, TargetId=first)
    assert breakglass("deploy", "--yes").code == 0
    assert ROLE in roles(PROD) & roles(first)
    assert breakglass("plan").out.strip() == "no changes"


def test_an_organization_that_does_not_trust_stacksets_is_told_what_to_do(breakglass: Deploy, sandbox: Sandbox) -> None:
    sandbox.stack_sets.trust(trusted=False)
    refused = breakglass("deploy", "--yes")
    assert refused.code == 5
    assert "activate-organizations-access" in refused.out
    assert roles(PROD) == set()
    sandbox.stack_sets.trust(trusted=True)
    assert breakglass("deploy", "--yes").code == 0
    assert roles(PROD)
