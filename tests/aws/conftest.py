"""AWS as the gateway's tests see it: no configuration of this machine, no network, every call recorded."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from botocore.session import Session

from tests.aws.stubs import Recorder, StubbedAws, StubbedEstate


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")


@pytest.fixture(scope="session")
def maker() -> Session:
    """One real session, since loading the models of the services is the slow part."""
    return Session()


@pytest.fixture
def aws(maker: Session) -> Iterator[StubbedAws]:
    stubbed = StubbedAws(maker)
    yield stubbed
    stubbed.verify()


@pytest.fixture
def iam(aws: StubbedAws) -> Recorder:
    """IAM of the caller's own account."""
    return aws.iam()


@pytest.fixture
def estate(aws: StubbedAws) -> StubbedEstate:
    return StubbedEstate(aws)


@pytest.fixture
def cloudtrail(aws: StubbedAws) -> Recorder:
    return aws.service("cloudtrail")


@pytest.fixture
def cloudwatch(aws: StubbedAws) -> Recorder:
    return aws.service("cloudwatch")


@pytest.fixture
def events(aws: StubbedAws) -> Recorder:
    return aws.service("events")


@pytest.fixture
def kms(aws: StubbedAws) -> Recorder:
    return aws.service("kms")


@pytest.fixture
def logs(aws: StubbedAws) -> Recorder:
    return aws.service("logs")


@pytest.fixture
def s3(aws: StubbedAws) -> Recorder:
    return aws.service("s3")


@pytest.fixture
def sns(aws: StubbedAws) -> Recorder:
    return aws.service("sns")


@pytest.fixture
def sqs(aws: StubbedAws) -> Recorder:
    return aws.service("sqs")
