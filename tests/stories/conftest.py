"""The whole product over HTTP: the command line, the SDK, the sandbox's door, and nothing replaced."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import boto3
import pytest

from breakglass.cli.main import run
from breakglass.sandbox.environment import UNSET
from breakglass.sandbox.server import Sandbox
from tests.cli.conftest import Ran, Run
from tests.conftest import ACME, manifest

if TYPE_CHECKING:
    from mypy_boto3_iam import IAMClient

SECURITY = "111111111111"
PROD = "222222222222"
MANAGEMENT = "999999999999"
USER = "ana-break-glass"
ROLE = "BREAK-GLASS-RANSOMWARE"


@pytest.fixture(scope="module")
def running() -> Iterator[Sandbox]:
    with Sandbox(manifest()) as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(running: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sandbox]:
    for name in UNSET:
        monkeypatch.delenv(name, raising=False)
    for name, value in running.environment().items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)  # it would hold the key of the sandbox before
    yield running
    running.reset()


@pytest.fixture
def cli(sandbox: Sandbox, capsys: pytest.CaptureFixture[str]) -> Run:
    assert os.environ["AWS_ENDPOINT_URL"] == sandbox.url

    def call(*arguments: str, path: Path = ACME) -> Ran:
        code = run([arguments[0], "-m", str(path), *arguments[1:]])
        captured = capsys.readouterr()
        return Ran(code, captured.out, captured.err)

    return call


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Retry without waiting."""
    monkeypatch.setattr("time.sleep", lambda _seconds: None)


def iam(account: str) -> IAMClient:
    """Return plain boto3 in an account, as its provisioning role."""
    if account == MANAGEMENT:
        return boto3.client("iam")
    role = f"arn:aws:iam::{account}:role/OrganizationAccountAccessRole"
    given = boto3.client("sts").assume_role(RoleArn=role, RoleSessionName="test")["Credentials"]
    return boto3.client(
        "iam",
        aws_access_key_id=given["AccessKeyId"],
        aws_secret_access_key=given["SecretAccessKey"],
        aws_session_token=given["SessionToken"],
    )
