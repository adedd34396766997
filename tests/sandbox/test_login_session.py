"""A planted session of `aws login`, as the SDK reads it."""

from __future__ import annotations

import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import boto3
import botocore.session
import pytest
from botocore.exceptions import ProfileNotFound

from breakglass.errors import UsageError
from breakglass.sandbox.login_session import plant
from breakglass.sandbox.server import Sandbox
from breakglass.sandbox.sessions import Entered, entered
from tests.sandbox.support import EVERYTHING, SECURITY

if TYPE_CHECKING:
    from mypy_boto3_iam import IAMClient

ARN = f"arn:aws:iam::{SECURITY}:user/break-glass/ana-break-glass"


def session(access_key: str = "ASIA234567ABCDEFGHIJ", minutes: int = 600) -> Entered:
    expires = (datetime.now(UTC) + timedelta(minutes=minutes)).isoformat()
    return Entered(ARN, SECURITY, "us-west-2", expires, access_key, "secret", "token")


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    config, cache = tmp_path / "home" / "config", tmp_path / "home" / "login" / "cache"
    monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
    monkeypatch.setenv("AWS_LOGIN_CACHE_DIRECTORY", str(cache))
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")  # where nobody answers
    return config, cache


@pytest.mark.parametrize("minutes", [600, 12])  # the SDK looks for newer credentials in the last quarter of an hour
def test_the_sdk_takes_the_credentials_without_a_call(files: tuple[Path, Path], minutes: int) -> None:
    plant(session(minutes=minutes), "ana", *files)
    found = botocore.session.Session(profile="ana")
    credentials = found.get_credentials()
    assert credentials is not None
    assert credentials.method == "login"
    frozen = credentials.get_frozen_credentials()
    assert (frozen.access_key, frozen.secret_key, frozen.token) == ("ASIA234567ABCDEFGHIJ", "secret", "token")
    assert found.get_config_variable("region") == "us-west-2"


def test_nobody_else_reads_the_files(files: tuple[Path, Path]) -> None:
    config, cache = files
    plant(session(), "ana", config, cache)
    (token,) = cache.iterdir()
    assert {stat.S_IMODE(each.stat().st_mode) for each in (config, token)} == {0o600}
    assert stat.S_IMODE(cache.stat().st_mode) == 0o700
    assert "secret" not in config.read_text()


@pytest.mark.parametrize("before", ["# mine\n[profile x]\nregion = eu-west-1", "[profile x]\n\n# mine\n", ""])
def test_a_later_session_takes_the_place_of_the_former_and_the_rest_stays(
    files: tuple[Path, Path], before: str
) -> None:
    config, cache = files
    config.parent.mkdir()
    config.write_text(before)
    plant(session("ASIA234567ABCDEFGHIJ"), "ana", config, cache)
    with config.open("a") as file:
        file.write("[profile y]\nregion = eu-west-2\n")
    plant(session("ASIAZZZZZZZZZZZZZZZZ"), "ana", config, cache)
    text = config.read_text()
    assert text.startswith(before)
    assert text.count("login_session") == 1
    assert "[profile y]\nregion = eu-west-2\n" in text
    credentials = botocore.session.Session(profile="ana").get_credentials()
    assert credentials is not None
    assert credentials.access_key == "ASIAZZZZZZZZZZZZZZZZ"


def test_the_default_profile_is_written_as_the_sdk_wants_it(files: tuple[Path, Path]) -> None:
    plant(session(), "default", *files)
    assert botocore.session.Session().get_credentials() is not None
    with pytest.raises(ProfileNotFound):
        botocore.session.Session(profile="other").get_credentials()


@pytest.mark.parametrize("name", ["", "a b", "x]\n[default", "é"])
def test_a_profile_needs_a_plain_name(files: tuple[Path, Path], name: str) -> None:
    with pytest.raises(UsageError, match="no name for a profile"):
        plant(session(), name, *files)
    assert not files[0].exists()


def test_what_cannot_be_written_is_said(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_bytes(b"\xff")
    for config, cache in ((blocked, tmp_path / "cache"), (blocked / "config", tmp_path / "cache")):
        with pytest.raises(UsageError, match="cannot be written"):
            plant(session(), "ana", config, cache)


def test_the_sandbox_knows_whom_it_logged_in(iam: IAMClient, sandbox: Sandbox, files: tuple[Path, Path]) -> None:
    iam.create_user(UserName="ana", Path="/break-glass/")
    iam.put_user_policy(UserName="ana", PolicyName="p", PolicyDocument=EVERYTHING)
    login = sandbox.aws_login(sandbox.sign_in(SECURITY, "ana", mfa=True), mfa=False)
    plant(entered(login, "us-west-2"), "ana", *files)
    sts = boto3.Session(profile_name="ana").client("sts", endpoint_url=sandbox.url)
    assert sts.get_caller_identity()["Arn"] == login.arn
    assert [call.region for call in sandbox.calls if call.action == "sts:GetCallerIdentity"] == ["us-west-2"]
