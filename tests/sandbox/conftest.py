"""One sandbox for the tests of a module, as new for each of them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from breakglass.sandbox.server import Sandbox
from tests.conftest import manifest
from tests.sandbox.support import SECURITY, Clients

if TYPE_CHECKING:
    from mypy_boto3_iam import IAMClient


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep this machine's AWS configuration and proxies out of the clients."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, os.devnull)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


@pytest.fixture(scope="module")
def running() -> Iterator[Sandbox]:
    with Sandbox(manifest(), people_confirm=False) as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(running: Sandbox) -> Iterator[Sandbox]:
    yield running
    running.reset()


@pytest.fixture
def aws(sandbox: Sandbox) -> Clients:
    return Clients(sandbox)


@pytest.fixture
def iam(aws: Clients) -> IAMClient:
    """IAM of the security account, by its provisioning role."""
    return aws.member(SECURITY)
