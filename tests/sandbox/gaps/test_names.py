from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.sandbox.support import TRUST, arn, identity_policy, refused

if TYPE_CHECKING:
    from mypy_boto3_iam import IAMClient


@pytest.mark.parametrize("name", ["a", "a" * 64, "A.b-c_d@e+f=g,h", "0"])
def test_names_aws_takes(iam: IAMClient, name: str) -> None:
    assert iam.create_user(UserName=name)["User"]["UserName"] == name
    assert iam.create_role(RoleName=name, AssumeRolePolicyDocument=TRUST)["Role"]["RoleName"] == name
    assert iam.create_group(GroupName=name)["Group"]["GroupName"] == name
    assert iam.create_policy(PolicyName=name, PolicyDocument=identity_policy())["Policy"]["PolicyName"] == name


@pytest.mark.parametrize("name", ["a b", "a/b", "a*", "é", "a" * 129, "a\n", "${aws:username}"])
def test_names_aws_refuses(iam: IAMClient, name: str) -> None:
    with refused("ValidationError", "userName"):
        iam.create_user(UserName=name)
    with refused("ValidationError", "roleName"):
        iam.create_role(RoleName=name, AssumeRolePolicyDocument=TRUST)
    with refused("ValidationError", "groupName"):
        iam.create_group(GroupName=name)
    with refused("ValidationError", "policyName"):
        iam.create_policy(PolicyName=name, PolicyDocument=identity_policy())


def test_lengths_differ(iam: IAMClient) -> None:
    with refused("ValidationError", "userName"):
        iam.create_user(UserName="a" * 65)
    with refused("ValidationError", "roleName"):
        iam.create_role(RoleName="a" * 65, AssumeRolePolicyDocument=TRUST)
    assert iam.create_group(GroupName="a" * 128)


@pytest.mark.parametrize("path", ["/", "/break-glass/", "/a/b/", "/" + "a" * 510 + "/"])
def test_paths_aws_takes(iam: IAMClient, path: str) -> None:
    assert iam.create_user(UserName="ana", Path=path)["User"]["Arn"] == arn(f"user{path}ana")


@pytest.mark.parametrize("path", ["break-glass", "/break-glass", "break-glass/", "/a b/", "/é/", "/" + "a" * 511 + "/"])
def test_paths_aws_refuses(iam: IAMClient, path: str) -> None:
    with refused("ValidationError", "path"):
        iam.create_user(UserName="ana", Path=path)


@pytest.mark.parametrize("seconds", [0, 3599, 43201])
def test_durations_aws_refuses(iam: IAMClient, seconds: int) -> None:
    with refused("ValidationError", "maxSessionDuration"):
        iam.create_role(RoleName="r", AssumeRolePolicyDocument=TRUST, MaxSessionDuration=seconds)


def test_descriptions(iam: IAMClient) -> None:
    iam.create_role(RoleName="r", AssumeRolePolicyDocument=TRUST, Description="Latin letters: é\n")
    iam.create_policy(PolicyName="p", PolicyDocument=identity_policy(), Description="all of them: Ω\n")
    with refused("ValidationError", "description"):
        iam.update_role(RoleName="r", Description="Ω")
    with refused("ValidationError", "description"):
        iam.update_role(RoleName="r", Description="a" * 1001)


@pytest.mark.parametrize("again", ["Ana", "ANA", "ana"])
def test_names_are_one_whatever_their_case_and_path(iam: IAMClient, again: str) -> None:
    iam.create_user(UserName="Ana")
    iam.create_role(RoleName="Ana", AssumeRolePolicyDocument=TRUST)
    iam.create_group(GroupName="Ana")
    iam.create_policy(PolicyName="Ana", PolicyDocument=identity_policy())
    with refused("EntityAlreadyExists", again):
        iam.create_user(UserName=again, Path="/p/")
    with refused("EntityAlreadyExists", again):
        iam.create_role(RoleName=again, Path="/p/", AssumeRolePolicyDocument=TRUST)
    with refused("EntityAlreadyExists", again):
        iam.create_group(GroupName=again, Path="/p/")
    with refused("EntityAlreadyExists", again):
        iam.create_policy(PolicyName=again, Path="/p/", PolicyDocument=identity_policy())


def test_a_name_may_change_its_case_and_not_become_another_s(iam: IAMClient) -> None:
    for name in ("ana", "bo"):
        iam.create_user(UserName=name)
        iam.create_group(GroupName=name)
    with refused("EntityAlreadyExists", "Bo"):
        iam.update_user(UserName="ana", NewUserName="Bo")
    with refused("EntityAlreadyExists", "Bo"):
        iam.update_group(GroupName="ana", NewGroupName="Bo")
    iam.update_user(UserName="ana", NewUserName="Ana")
    iam.update_group(GroupName="ana", NewGroupName="Ana")
    assert {user["UserName"] for user in iam.list_users()["Users"]} == {"Ana", "bo"}


def test_a_policy_may_be_named_like_one_of_aws(iam: IAMClient) -> None:
    assert iam.get_policy(PolicyArn="arn:aws:iam::aws:policy/ReadOnlyAccess")
    made = iam.create_policy(PolicyName="ReadOnlyAccess", PolicyDocument=identity_policy())
    assert made["Policy"]["Arn"] == arn("policy/ReadOnlyAccess")
