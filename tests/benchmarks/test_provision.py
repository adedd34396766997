"""The AWS the benchmark of provisioning runs against is honest, and the benchmark runs."""

import os
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, cast

import pytest
from botocore.exceptions import ClientError
from botocore.session import Session

from benchmarks.provision import asked, loopback, measure, written

if TYPE_CHECKING:
    from mypy_boto3_iam import IAMClient
    from mypy_boto3_sts import STSClient

TRUST = '{"Version": "2012-10-17", "Statement": []}'
ACCOUNT = "200000000001"
POLICY = f"arn:aws:iam::{ACCOUNT}:policy/break-glass/rights"


@pytest.fixture(scope="module", autouse=True)
def unmeasured() -> Iterator[None]:
    """Start no process that coverage measures: it would cover nothing more, and take twice as long."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [each for each in os.environ if each.startswith("COVERAGE")]:
            patch.delenv(name)
        yield


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mapping[str, str]]:
    with loopback(written(3, tmp_path_factory.mktemp("loopback")), 0) as found:
        yield found


@pytest.fixture
def iam(environment: Mapping[str, str], monkeypatch: pytest.MonkeyPatch) -> "IAMClient":
    """IAM of one target account, with nothing in it."""
    asked(environment, "/reset")
    for name, value in environment.items():
        if name.startswith("AWS_"):
            monkeypatch.setenv(name, value)
    session = Session()
    sts = cast("STSClient", session.create_client("sts"))
    given = sts.assume_role(RoleArn=f"arn:aws:iam::{ACCOUNT}:role/any", RoleSessionName="me")["Credentials"]
    made = session.create_client(
        "iam",
        aws_access_key_id=given["AccessKeyId"],
        aws_secret_access_key=given["SecretAccessKey"],
        aws_session_token=given["SessionToken"],
    )
    return cast("IAMClient", made)


def test_it_tells_back_what_was_made(iam: "IAMClient") -> None:
    iam.create_policy(PolicyName="rights", Path="/break-glass/", PolicyDocument=TRUST)
    iam.create_role(RoleName="door", AssumeRolePolicyDocument=TRUST, Path="/", Tags=[{"Key": "a", "Value": "<b>"}])
    iam.attach_role_policy(RoleName="door", PolicyArn=POLICY)
    found = iam.get_account_authorization_details()
    (role,) = found["RoleDetailList"]
    assert role["AttachedManagedPolicies"] == [{"PolicyName": "rights", "PolicyArn": POLICY}]
    assert role["Tags"] == [{"Key": "a", "Value": "<b>"}]
    document: object = found["Policies"][0]["PolicyVersionList"][0]["Document"]
    assert document == {"Version": "2012-10-17", "Statement": []}
    assert [each["RoleName"] for each in iam.list_roles()["Roles"]] == ["door"]


def test_what_exists_is_not_made_again(iam: "IAMClient") -> None:
    iam.create_policy(PolicyName="rights", Path="/break-glass/", PolicyDocument=TRUST)
    with pytest.raises(iam.exceptions.EntityAlreadyExistsException):
        iam.create_policy(PolicyName="rights", Path="/other/", PolicyDocument=TRUST)
    iam.create_role(RoleName="door", AssumeRolePolicyDocument=TRUST, Path="/")
    with pytest.raises(iam.exceptions.EntityAlreadyExistsException):
        iam.create_role(RoleName="door", AssumeRolePolicyDocument=TRUST, Path="/")


def test_what_does_not_exist_is_not_attached(iam: "IAMClient") -> None:
    iam.create_role(RoleName="door", AssumeRolePolicyDocument=TRUST, Path="/")
    with pytest.raises(iam.exceptions.NoSuchEntityException):
        iam.attach_role_policy(RoleName="door", PolicyArn=POLICY)


def test_what_is_no_document_and_what_it_does_not_know_are_refused(iam: "IAMClient") -> None:
    with pytest.raises(iam.exceptions.MalformedPolicyDocumentException):
        iam.create_policy(PolicyName="rights", Path="/", PolicyDocument="{")
    with pytest.raises(ClientError, match="AccessDenied"):
        iam.create_user(UserName="ana")


def test_two_accounts_are_made_with_few_calls_and_a_second_run_writes_nothing() -> None:
    found = measure(2, 0, 1, 1)
    assert found["calls_per_account"] <= 20
    assert found["rerun_writes"] == 0
