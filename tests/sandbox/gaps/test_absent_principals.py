from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.sandbox.support import OUTSIDE, PROD, TRUST, Clients, arn, refused, role_arn, trust_policy

if TYPE_CHECKING:
    from mypy_boto3_iam import IAMClient


@pytest.fixture(autouse=True)
def principals(iam: IAMClient, aws: Clients) -> None:
    iam.create_user(UserName="ana", Path="/break-glass/")
    iam.create_role(RoleName="here", Path="/p/", AssumeRolePolicyDocument=TRUST)
    aws.member(PROD).create_role(RoleName="there", AssumeRolePolicyDocument=TRUST)


@pytest.mark.parametrize(
    "principal",
    [
        "*",
        {"AWS": "*"},
        {"AWS": "111111111111"},
        {"AWS": OUTSIDE},
        {"AWS": arn("root")},
        {"AWS": arn("root", OUTSIDE)},
        {"AWS": arn("user/break-glass/ana")},
        {"AWS": arn("role/p/here")},
        {"AWS": role_arn(PROD, "there")},
        {"AWS": [arn("root"), role_arn(PROD, "there")]},
        {"AWS": role_arn(OUTSIDE, "unknown")},
        {"AWS": arn("user/unknown", OUTSIDE)},
        {"AWS": f"arn:aws:sts::{PROD}:assumed-role/there/session"},
        {"Service": "ec2.amazonaws.com"},
        {"Federated": arn("saml-provider/x")},
    ],
)
def test_principals_that_exist(iam: IAMClient, principal: object) -> None:
    iam.create_role(RoleName="r", AssumeRolePolicyDocument=trust_policy(principal))
    iam.update_assume_role_policy(RoleName="here", PolicyDocument=trust_policy(principal))


@pytest.mark.parametrize(
    "principal",
    [
        arn("user/break-glass/bo"),
        arn("user/ana"),
        arn("role/here"),
        arn("role/p/ana"),
        role_arn(PROD, "here"),
        role_arn(PROD, "THERE"),
        arn("user/*"),
        arn("user/break-glass/*-break-glass"),
        arn("role"),
        arn("user/", OUTSIDE).rstrip("/"),
        arn("root/x"),
        arn("group/g"),
        f"arn:aws:sts::{PROD}:assumed-role/absent/session",
        arn("root").replace("arn:aws:", "arn:aws-cn:"),
        "AIDACKCEVSQ6C2EXAMPLE",
        "1111",
        "ana",
        "",
    ],
)
def test_principals_that_do_not(iam: IAMClient, principal: str) -> None:
    message = f'Invalid principal in policy: "AWS":"{principal}"'
    for policy in (trust_policy({"AWS": principal}), trust_policy({"AWS": [arn("root"), principal]})):
        with refused("MalformedPolicyDocument", message):
            iam.create_role(RoleName="r", AssumeRolePolicyDocument=policy)
        with refused("MalformedPolicyDocument", message):
            iam.update_assume_role_policy(RoleName="here", PolicyDocument=policy)
    with refused("NoSuchEntity"):
        iam.get_role(RoleName="r")


def test_principals_that_are_excepted_exist_too(iam: IAMClient) -> None:
    statement = {"Effect": "Deny", "Action": "sts:AssumeRole", "NotPrincipal": {"AWS": arn("user/bo")}}
    with refused("MalformedPolicyDocument", "user/bo"):
        iam.create_role(
            RoleName="r", AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": statement})
        )


def test_a_role_of_another_account_can_be_trusted_once_it_exists(iam: IAMClient, aws: Clients) -> None:
    trust = trust_policy({"AWS": role_arn(PROD, "break-glass/later")})
    with refused("MalformedPolicyDocument"):
        iam.create_role(RoleName="r", AssumeRolePolicyDocument=trust)
    aws.member(PROD).create_role(RoleName="later", Path="/break-glass/", AssumeRolePolicyDocument=TRUST)
    iam.create_role(RoleName="r", AssumeRolePolicyDocument=trust)
