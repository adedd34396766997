"""Somebody in reserve is moved into a team and out again, by the one role that can, which can do nothing else."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import boto3
import pytest
from botocore.exceptions import ClientError

from breakglass.cli.main import run
from breakglass.sandbox.server import Sandbox
from tests.enrolled import enroll_everybody
from tests.reserve import granting, written
from tests.stories.conftest import EVERYTHING, SECURITY, USER, denied, iam, lead, role_arn, sts

if TYPE_CHECKING:
    from mypy_boto3_iam import IAMClient

KIM, BO = "kim-break-glass", "bo-break-glass"
TEAM = "break-glass-incident"
GRANTS = role_arn("BREAK-GLASS-GRANT-ACCESS", SECURITY)
EMPTY = json.dumps({"Version": "2012-10-17", "Statement": []})


@pytest.fixture(scope="module")
def manifest_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("grants") / "breakglass.yaml"
    path.write_text(written(), "utf-8")
    return path


@pytest.fixture(scope="module")
def granted(manifest_file: Path) -> Iterator[Sandbox]:
    """Everything applied, and everybody enrolled."""
    with Sandbox(granting()) as sandbox, pytest.MonkeyPatch.context() as patch:
        lead(patch, sandbox)
        assert run(["apply", "-m", str(manifest_file), "--yes"]) == 0
        enroll_everybody(sandbox, granting())
        yield sandbox


def client(key: str, secret: str, token: str) -> IAMClient:
    return boto3.client("iam", aws_access_key_id=key, aws_secret_access_key=secret, aws_session_token=token)


def signed_in(sandbox: Sandbox, user: str) -> IAMClient:
    session = sandbox.sign_in(SECURITY, user, mfa=True)
    return client(session.access_key, session.secret, session.token)


def entered(sandbox: Sandbox, user: str = USER) -> IAMClient:
    """Return IAM as the role that moves people, taken by somebody who signed in with MFA."""
    own = sts(sandbox.sign_in(SECURITY, user, mfa=True))
    given = own.assume_role(RoleArn=GRANTS, RoleSessionName=user)["Credentials"]
    return client(given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"])


def gets_in(sandbox: Sandbox, user: str) -> bool:
    try:
        sts(sandbox.sign_in(SECURITY, user, mfa=True)).assume_role(RoleArn=role_arn(), RoleSessionName=user)
    except ClientError:
        return False
    return True


def test_kim_is_moved_in_and_out_and_a_grant_that_stands_is_drift(
    granted: Sandbox, manifest_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    role = entered(granted)
    assert not gets_in(granted, KIM)
    role.add_user_to_group(GroupName=TEAM, UserName=KIM)
    assert KIM in {each["UserName"] for each in role.get_group(GroupName=TEAM)["Users"]}
    assert gets_in(granted, KIM)
    capsys.readouterr()
    assert run(["verify", "-m", str(manifest_file), "--only", "drift", "--format", "json"]) == 1
    (finding,) = [each for each in json.loads(capsys.readouterr().out)["findings"] if each["code"] == "DRIFT"]
    assert finding["subject"] == KIM
    assert "it may be a grant that still stands" in finding["advice"]
    role.remove_user_from_group(GroupName=TEAM, UserName=KIM)
    assert not gets_in(granted, KIM)
    role.add_user_to_group(GroupName="break-glass-payments", UserName=KIM)
    assert run(["apply", "-m", str(manifest_file), "--yes"]) == 0
    assert iam(SECURITY).list_groups_for_user(UserName=KIM)["Groups"] == []


def test_the_role_does_nothing_else(granted: Sandbox) -> None:
    role = entered(granted)
    with denied("iam:CreateUser"):
        role.create_user(Path="/break-glass/", UserName="mallory-break-glass")
    with denied("iam:AttachGroupPolicy"):
        role.attach_group_policy(GroupName=TEAM, PolicyArn="arn:aws:iam::aws:policy/AdministratorAccess")
    with denied("iam:PutUserPolicy"):
        role.put_user_policy(UserName=KIM, PolicyName="x", PolicyDocument=EVERYTHING)
    with denied("iam:AddUserToGroup"):
        role.add_user_to_group(GroupName="break-glass-leads", UserName=KIM)
    with denied("iam:DeleteLoginProfile"):
        role.delete_login_profile(UserName=BO)
    with denied("iam:CreateLoginProfile"):
        role.create_login_profile(UserName=KIM, Password="x" * 24)
    with denied("iam:DeleteUserPermissionsBoundary"):
        role.delete_user_permissions_boundary(UserName=KIM)
    with denied("iam:UpdateAssumeRolePolicy"):
        role.update_assume_role_policy(RoleName="BREAK-GLASS-GRANT-ACCESS", PolicyDocument=EMPTY)


def test_it_ends_the_sign_in_of_somebody_in_reserve(granted: Sandbox) -> None:
    entered(granted).delete_login_profile(UserName=KIM)
    with pytest.raises(ClientError, match="NoSuchEntity"):
        iam(SECURITY).get_login_profile(UserName=KIM)


def test_nobody_else_moves_anybody(granted: Sandbox) -> None:
    """Not an administrator of the account, nor a responder as themselves, nor one whose team may not."""
    security = iam(SECURITY)
    security.create_user(UserName="admin")
    security.put_user_policy(UserName="admin", PolicyName="all", PolicyDocument=EVERYTHING)
    for user in ("admin", USER):
        with denied("iam:AddUserToGroup", "explicit deny"):
            signed_in(granted, user).add_user_to_group(GroupName=TEAM, UserName=KIM)
    with denied("sts:AssumeRole"):
        entered(granted, "chidi-break-glass")
