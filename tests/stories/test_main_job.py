"""The main job, end to end: manifest, plan, apply, verify, destroy; and what plain boto3 finds afterwards."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import boto3
import pytest
from botocore.exceptions import ClientError

from breakglass.manifest.model import Manifest
from breakglass.sandbox.server import Sandbox
from tests.cli.conftest import Run
from tests.enrolled import enroll_everybody
from tests.stories.conftest import PROD, ROLE, SECURITY, USER, iam, unguarded

if TYPE_CHECKING:
    from mypy_boto3_organizations import OrganizationsClient

pytestmark = pytest.mark.uncounted

CANARY = "BREAK-GLASS-CANARY"


def test_the_main_job(cli: Run, sandbox: Sandbox, acme: Manifest, organizations: OrganizationsClient) -> None:
    pending = cli("plan", "--format", "json")
    assert pending.code == 1
    assert pending.document["changes"]
    assert cli("apply", "--yes").code == 0
    unchanged = cli("plan")
    assert (unchanged.code, unchanged.out.strip()) == (0, "no changes")
    blank = cli("verify")
    assert (blank.code, "0 of 6 people are enrolled" in blank.out) == (1, True)
    enroll_everybody(sandbox, acme)
    assert cli("verify").code == 0

    with unguarded(organizations):
        key = iam(SECURITY).create_access_key(UserName=USER)["AccessKey"]
    found = cli("verify", "--format", "json")
    assert found.code == 1
    (finding,) = found.document["findings"]
    assert (finding["code"], finding["subject"]) == ("ACCESS_KEY", USER)
    assert key["AccessKeyId"] in finding["detail"]
    assert key["SecretAccessKey"] not in found.out
    assert {each["state"] for each in found.document["register"]} == {"enrolled"}

    iam(SECURITY).delete_access_key(UserName=USER, AccessKeyId=key["AccessKeyId"])
    assert cli("verify").code == 0
    sandbox.calls.clear()
    assert cli("apply", "--yes").code == 0
    assert sandbox.calls.writes == ()

    assert cli("destroy", "--confirm", "o-acme12345").code == 0
    users = iam(SECURITY).list_users()["Users"]
    assert users == []
    assert [role["RoleName"] for role in iam(PROD).list_roles()["Roles"]] == ["OrganizationAccountAccessRole"]


def test_a_plan_reads_three_times_in_a_target_account_and_verify_little_more(
    cli: Run, sandbox: Sandbox, acme: Manifest
) -> None:
    cli("apply", "--yes")
    sandbox.calls.clear()
    cli("plan")
    planned = Counter(call.account for call in sandbox.calls)
    assert all(planned[account.id] <= 3 for account in acme.accounts)
    sandbox.calls.clear()
    cli("verify")
    verified = Counter(call.account for call in sandbox.calls)
    assert planned[SECURITY] <= 2 * len(acme.responders) + 60
    regions = len(acme.alerts.regions)
    assert verified[SECURITY] - planned[SECURITY] <= 3 * len(acme.responders) + 3 * regions + 10
    more = 4 + 3 * len(acme.regions)  # root's keys, contact, sign-in and one probe; keys and buckets by region
    assert all(verified[account.id] - planned[account.id] <= more for account in acme.accounts)


def test_a_user_of_the_namespace_with_a_stolen_key_can_do_nothing(cli: Run, organizations: OrganizationsClient) -> None:
    cli("apply", "--yes")
    with unguarded(organizations):
        key = iam(SECURITY).create_access_key(UserName=USER)["AccessKey"]
    thief = boto3.Session(aws_access_key_id=key["AccessKeyId"], aws_secret_access_key=key["SecretAccessKey"])
    role = f"arn:aws:iam::{PROD}:role/{ROLE}"
    with pytest.raises(ClientError, match="AccessDenied"):
        thief.client("sts").assume_role(RoleArn=role, RoleSessionName=USER)
    with pytest.raises(ClientError, match="AccessDenied"):
        thief.client("iam").list_users()
