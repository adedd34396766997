"""The whole product over HTTP: the command line, the SDK, the sandbox's door, and nothing replaced."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.exceptions import ClientError

from breakglass import naming
from breakglass.cli.main import run
from breakglass.sandbox import intruder
from breakglass.sandbox.environment import UNSET
from breakglass.sandbox.server import Sandbox
from breakglass.sandbox.sessions import Session
from tests.cli.conftest import Ran, Run
from tests.conftest import ACME, manifest

if TYPE_CHECKING:
    from mypy_boto3_iam import IAMClient
    from mypy_boto3_organizations import OrganizationsClient
    from mypy_boto3_sts import STSClient

SECURITY = "111111111111"
PROD = "222222222222"
MANAGEMENT = "999999999999"
PAYMENTS = "444444444444"
USER = "ana-break-glass"
ROLE = "BREAK-GLASS-RANSOMWARE"
PROVISIONER = "OrganizationAccountAccessRole"
EVERYTHING = json.dumps({"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}})


def role_arn(name: str = ROLE, account: str = PROD) -> str:
    return f"arn:aws:iam::{account}:role/{name}"


@pytest.fixture(scope="module")
def running() -> Iterator[Sandbox]:
    with Sandbox(manifest()) as sandbox:
        yield sandbox


def lead(monkeypatch: pytest.MonkeyPatch, running: Sandbox) -> None:
    """Lead every client of this process to a sandbox."""
    for name in UNSET:
        monkeypatch.delenv(name, raising=False)
    for name, value in running.environment().items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)  # it would hold the key of the sandbox before


@pytest.fixture
def sandbox(running: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sandbox]:
    lead(monkeypatch, running)
    yield running
    running.reset()


@pytest.fixture(scope="module")
def standing(running: Sandbox) -> Iterator[Sandbox]:
    """Everything applied once, for the tests of a module that change nothing of it."""
    with pytest.MonkeyPatch.context() as patch:
        lead(patch, running)
        assert run(["apply", "-m", str(ACME), "--yes"]) == 0
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


def elsewhere(service: str, account: str, region: str) -> Any:  # noqa: ANN401 - a client of any service
    """Return plain boto3 of a service in one region of an account, as its provisioning role."""
    if account == MANAGEMENT:
        return boto3.client(service, region)  # type: ignore[call-overload]
    role = f"arn:aws:iam::{account}:role/OrganizationAccountAccessRole"
    given = boto3.client("sts").assume_role(RoleArn=role, RoleSessionName="test")["Credentials"]
    return boto3.client(  # type: ignore[call-overload]
        service,
        region,
        aws_access_key_id=given["AccessKeyId"],
        aws_secret_access_key=given["SecretAccessKey"],
        aws_session_token=given["SessionToken"],
    )


@pytest.fixture
def organizations(sandbox: Sandbox) -> OrganizationsClient:
    """Organizations, as the administrator of the management account."""
    assert sandbox.url
    return boto3.client("organizations")


def root(organizations: OrganizationsClient) -> str:
    return organizations.list_roots()["Roots"][0]["Id"]


def upon(organizations: OrganizationsClient, target: str) -> dict[str, str]:
    """Return the ids of the guardrails upon a target, by name."""
    policies = organizations.list_policies_for_target(TargetId=target, Filter="SERVICE_CONTROL_POLICY")["Policies"]
    return {each["Name"]: each["Id"] for each in policies if each["Name"] != "FullAWSAccess"}


@contextmanager
def unguarded(organizations: OrganizationsClient) -> Iterator[None]:
    """Take both guardrails off, as the management account can, and put them back."""
    policies = {
        each["Id"]: intruder.lift(organizations, each["Name"])
        for each in organizations.list_policies(Filter="SERVICE_CONTROL_POLICY")["Policies"]
        if naming.is_ours_by_name("", each["Name"], "")
    }
    yield
    for policy, targets in policies.items():
        for target in targets:
            organizations.attach_policy(PolicyId=policy, TargetId=target)


def sts(session: Session, region: str | None = None) -> STSClient:
    """Return plain boto3 with the credentials of a session."""
    return boto3.client(
        "sts",
        region_name=region,
        aws_access_key_id=session.access_key,
        aws_secret_access_key=session.secret,
        aws_session_token=session.token or None,
    )


@contextmanager
def denied(*words: str) -> Iterator[None]:
    """Expect to be denied, in a sentence with these words."""
    with pytest.raises(ClientError) as caught:
        yield
    error = caught.value.response["Error"]
    assert error["Code"] in ("AccessDenied", "AccessDeniedException")
    for word in words:
        assert word in error["Message"]
