"""Somebody leaves, over HTTP: what goes first, what outlives the user, and that the command told ends it."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

import boto3
import pytest

from breakglass.manifest.model import Manifest
from breakglass.sandbox.server import Sandbox
from tests.cli.conftest import Run
from tests.enrolled import enroll_everybody
from tests.stories.conftest import PROD, ROLE, SECURITY, denied, iam, role_arn, sts

if TYPE_CHECKING:
    from mypy_boto3_iam import IAMClient

pytestmark = pytest.mark.uncounted


def enter(sandbox: Sandbox, user: str) -> IAMClient:
    """Return plain boto3 in a session that a user has just opened of a role."""
    given = sts(sandbox.sign_in(SECURITY, user, mfa=True)).assume_role(RoleArn=role_arn(), RoleSessionName=user)
    return boto3.client(
        "iam",
        aws_access_key_id=given["Credentials"]["AccessKeyId"],
        aws_secret_access_key=given["Credentials"]["SecretAccessKey"],
        aws_session_token=given["Credentials"]["SessionToken"],
    )


def test_one_person_leaves_and_the_sessions_that_are_left_are_ended(cli: Run, sandbox: Sandbox, acme: Manifest) -> None:
    cli("apply", "--yes")
    enroll_everybody(sandbox, acme)
    sandbox.clock.advance(120)  # the clock here is behind that of AWS
    chidi, dana = (enter(sandbox, f"{each}-break-glass") for each in ("chidi", "dana"))
    sandbox.calls.clear()
    told = cli("offboard", "chidi", "--yes", "--format", "json")
    assert told.code == 0
    assert [call.action.partition(":")[2] for call in sandbox.calls.writes] == [
        "DeleteLoginProfile",
        "RemoveUserFromGroup",
        "DeactivateMFADevice",
        "DeleteVirtualMFADevice",
        "DeleteUser",
    ]
    assert chidi.list_users()["Users"] == []  # the session is valid still

    (command,) = [each for each in told.document["commands"] if f"--role-name {ROLE} " in each]
    words = shlex.split(command)
    given = dict(zip(words[3::2], words[4::2], strict=True))
    assert words[:3] == ["aws", "iam", "put-role-policy"]
    iam(PROD).put_role_policy(
        RoleName=given["--role-name"], PolicyName=given["--policy-name"], PolicyDocument=given["--policy-document"]
    )
    with denied("explicit deny in an identity-based policy"):
        chidi.list_users()
    assert dana.list_users()["Users"] == []
