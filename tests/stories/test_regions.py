"""Somebody enables a region: what is used through it only the net would tell, and verify says so."""

from __future__ import annotations

from typing import TYPE_CHECKING

import boto3
import pytest

from breakglass.sandbox.server import Sandbox
from tests.cli.conftest import Run
from tests.conftest import manifest
from tests.enrolled import enroll_everybody
from tests.stories.conftest import SECURITY

if TYPE_CHECKING:
    from mypy_boto3_account import AccountClient

pytestmark = pytest.mark.uncounted


def account() -> AccountClient:
    """Return plain boto3 in the security account, as its provisioning role."""
    role = f"arn:aws:iam::{SECURITY}:role/OrganizationAccountAccessRole"
    made = boto3.client("sts").assume_role(RoleArn=role, RoleSessionName="tests")["Credentials"]
    return boto3.client(
        "account",
        aws_access_key_id=made["AccessKeyId"],
        aws_secret_access_key=made["SecretAccessKey"],
        aws_session_token=made["SessionToken"],
    )


def test_a_region_that_is_enabled_and_not_listened_in_is_found(cli: Run, sandbox: Sandbox) -> None:
    account().enable_region(RegionName="ap-east-1")  # once the guardrails stand, nobody in the account can
    assert cli("apply", "--yes").code == 0
    enroll_everybody(sandbox, manifest())
    found = cli("verify", "--format", "json")
    assert found.code == 1
    (finding,) = found.document["findings"]
    assert (finding["code"], finding["severity"], finding["subject"]) == ("REGION_UNHEARD", "HIGH", SECURITY)
    assert "ap-east-1" in finding["detail"]
