"""Plain boto3 clients of a sandbox, and short words for what they are refused."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from http.client import HTTPConnection
from typing import TYPE_CHECKING, cast
from urllib.parse import urlsplit

import boto3
import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials
from botocore.exceptions import ClientError

from breakglass.documents import Document
from breakglass.sandbox.server import Sandbox

if TYPE_CHECKING:
    from mypy_boto3_iam import IAMClient
    from mypy_boto3_organizations import OrganizationsClient
    from mypy_boto3_sts import STSClient

MANAGEMENT = "999999999999"
SECURITY = "111111111111"
PROD = "222222222222"
OUTSIDE = "888888888888"
REGION = "eu-west-1"
ROLE = "OrganizationAccountAccessRole"

ONCE = Config(retries={"total_max_attempts": 1}, connect_timeout=5, read_timeout=30, parameter_validation=False)
"""Faults are to be seen, not retried away, and bad values to be refused by the sandbox, not by botocore."""

SESSION = boto3.Session()


@dataclass(frozen=True, slots=True)
class Keys:
    """Credentials as AWS hands them out."""

    access_key: str
    secret: str
    token: str | None = None


@dataclass(frozen=True, slots=True)
class Clients:
    """Clients of one sandbox: the administrator's unless others are asked for."""

    sandbox: Sandbox

    @property
    def administrator(self) -> Keys:
        variables = self.sandbox.environment()
        return Keys(variables["AWS_ACCESS_KEY_ID"], variables["AWS_SECRET_ACCESS_KEY"])

    def provisioner(self, account: str, seconds: int = 3600) -> Keys:
        answer = self.sts().assume_role(RoleArn=role_arn(account), RoleSessionName="tests", DurationSeconds=seconds)
        made = answer["Credentials"]
        return Keys(made["AccessKeyId"], made["SecretAccessKey"], made["SessionToken"])

    def member(self, account: str) -> IAMClient:
        """IAM of an account, by its provisioning role."""
        return self.iam(self.provisioner(account))

    def administrator_of(self, account: str, name: str = "admin") -> Keys:
        """The long-term key of a user who may do anything in an account, made by its provisioning role."""
        return self.user(account, name, EVERYTHING)

    def user(self, account: str, name: str, *documents: str, path: str = "/") -> Keys:
        """The long-term key of a new user with these policies."""
        iam = self.member(account) if account != MANAGEMENT else self.iam()
        iam.create_user(UserName=name, Path=path)
        for number, document in enumerate(documents):
            iam.put_user_policy(UserName=name, PolicyName=f"p{number}", PolicyDocument=document)
        made = iam.create_access_key(UserName=name)["AccessKey"]
        return Keys(made["AccessKeyId"], made["SecretAccessKey"])

    def signed_in(self, account: str, name: str, *, mfa: bool) -> Keys:
        """The credentials of a user who signed in to the console."""
        session = self.sandbox.sign_in(account, name, mfa=mfa)
        return Keys(session.access_key, session.secret, session.token)

    def lose_role(self, account: str) -> IAMClient:
        """Delete the provisioning role of an account, and return IAM as who did it."""
        iam = self.iam(self.administrator_of(account))
        iam.delete_role_policy(RoleName=ROLE, PolicyName="AdministratorAccess")
        iam.delete_role(RoleName=ROLE)
        return iam

    def assume(self, keys: Keys, role: str, name: str = "tests", **more: object) -> Keys:
        """The credentials of a session of a role."""
        answer = self.sts(keys).assume_role(RoleArn=role, RoleSessionName=name, **more)  # type: ignore[arg-type]  # any
        made = answer["Credentials"]
        return Keys(made["AccessKeyId"], made["SecretAccessKey"], made["SessionToken"])

    def guard(self, target: str, *statements: object, type_: str = "SERVICE_CONTROL_POLICY") -> str:
        """Put a control policy upon a target and return its id."""
        organizations = self.organizations()
        content = json.dumps({"Version": "2012-10-17", "Statement": statements})
        name = f"guard-{len(organizations.list_policies(Filter='SERVICE_CONTROL_POLICY')['Policies'])}"
        made = organizations.create_policy(Name=name, Description="", Type=type_, Content=content)  # type: ignore[arg-type]  # any type
        identifier = made["Policy"]["PolicySummary"]["Id"]
        organizations.attach_policy(PolicyId=identifier, TargetId=target)
        return identifier

    def iam(self, keys: Keys | None = None, region: str = REGION) -> IAMClient:
        return cast("IAMClient", client("iam", self.sandbox.url, region, keys or self.administrator))

    def sts(self, keys: Keys | None = None, region: str = REGION) -> STSClient:
        return cast("STSClient", client("sts", self.sandbox.url, region, keys or self.administrator))

    def organizations(self, keys: Keys | None = None) -> OrganizationsClient:
        return cast(
            "OrganizationsClient", client("organizations", self.sandbox.url, REGION, keys or self.administrator)
        )


@cache
def client(service: str, url: str, region: str, keys: Keys) -> object:
    """Return a client; making one takes longer than most tests."""
    return SESSION.client(  # type: ignore[call-overload]  # the name is a parameter
        service,
        region_name=region,
        endpoint_url=url,
        aws_access_key_id=keys.access_key,
        aws_secret_access_key=keys.secret,
        aws_session_token=keys.token,
        config=ONCE,
    )


def role_arn(account: str, name: str = ROLE) -> str:
    return f"arn:aws:iam::{account}:role/{name}"


def arn(resource: str, account: str = SECURITY) -> str:
    return f"arn:aws:iam::{account}:{resource}"


def identity_policy(**changes: object) -> str:
    statement = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*", **changes}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def trust_policy(principal: object) -> str:
    statement = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": principal}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


TRUST = trust_policy({"AWS": arn("root")})
EVERYTHING = identity_policy(Action="*")


def parsed(document: object) -> Document:
    """Return a document as boto3 decoded it."""
    assert isinstance(document, dict)
    return document


@contextmanager
def refused(code: str, *words: str) -> Iterator[None]:
    """Expect an error of this code, whose message holds these words."""
    with pytest.raises(ClientError) as caught:
        yield
    error = caught.value.response["Error"]
    assert error["Code"] == code
    for word in words:
        assert word in error["Message"]


IDENTITY = b"Action=GetCallerIdentity&Version=2011-06-15"
FORM = "application/x-www-form-urlencoded"


def send(
    sandbox: Sandbox, body: bytes, headers: dict[str, str], *, path: str = "/", method: str = "POST"
) -> tuple[int, str]:
    connection = HTTPConnection(urlsplit(sandbox.url).netloc, timeout=10)
    try:
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


def signed(
    sandbox: Sandbox, keys: Keys, body: bytes = IDENTITY, *, service: str = "sts", path: str = "/"
) -> dict[str, str]:
    request = AWSRequest("POST", sandbox.url + path, {"Content-Type": FORM}, body)
    SigV4Auth(Credentials(keys.access_key, keys.secret, keys.token), service, REGION).add_auth(request)
    return {name: str(value) for name, value in request.headers.items()}
