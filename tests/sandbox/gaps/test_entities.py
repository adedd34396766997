from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.sandbox.support import TRUST, Clients, Keys, arn, identity_policy, refused

if TYPE_CHECKING:
    from mypy_boto3_iam import IAMClient
    from mypy_boto3_iam.type_defs import TagTypeDef

TAGS: list[TagTypeDef] = [{"Key": "break-glass:manifest", "Value": "acme"}]
READ_ONLY = "arn:aws:iam::aws:policy/ReadOnlyAccess"


def test_a_user_moves_with_all_that_is_its_own(iam: IAMClient, aws: Clients) -> None:
    iam.create_user(UserName="ana", Tags=TAGS)
    iam.create_group(GroupName="g")
    iam.add_user_to_group(GroupName="g", UserName="ana")
    made = iam.create_access_key(UserName="ana")["AccessKey"]
    iam.update_user(UserName="ana", NewPath="/break-glass/", NewUserName="bo")
    user = iam.get_user(UserName="bo")["User"]
    assert user["Arn"] == arn("user/break-glass/bo")
    assert user["Tags"] == iam.list_user_tags(UserName="bo")["Tags"] == TAGS
    assert [group["GroupName"] for group in iam.list_groups_for_user(UserName="bo")["Groups"]] == ["g"]
    who = aws.sts(Keys(made["AccessKeyId"], made["SecretAccessKey"])).get_caller_identity()
    assert who["Arn"] == arn("user/break-glass/bo")
    iam.delete_access_key(UserName="bo", AccessKeyId=made["AccessKeyId"])
    with refused("NoSuchEntity"):
        iam.update_user(UserName="ana", NewPath="/")


def test_tags_are_not_inherited_from_who_was_there_before(iam: IAMClient) -> None:
    iam.create_user(UserName="ana", Tags=TAGS)
    iam.update_user(UserName="ana", NewPath="/p/")
    iam.create_user(UserName="bo")
    iam.update_user(UserName="ana", NewUserName="chidi")
    iam.create_user(UserName="ana")
    assert not iam.list_user_tags(UserName="ana")["Tags"]


def test_a_group_moves(iam: IAMClient) -> None:
    policy = iam.create_policy(PolicyName="p", PolicyDocument=identity_policy())["Policy"]["Arn"]
    iam.create_group(GroupName="g")
    iam.attach_group_policy(GroupName="g", PolicyArn=policy)
    iam.update_group(GroupName="g", NewPath="/break-glass/")
    assert iam.get_group(GroupName="g")["Group"]["Arn"] == arn("group/break-glass/g")
    iam.update_group(GroupName="g", NewGroupName="h")
    assert iam.get_group(GroupName="h")["Group"]["Arn"] == arn("group/break-glass/h")
    assert len(iam.list_attached_group_policies(GroupName="h")["AttachedPolicies"]) == 1
    with refused("NoSuchEntity"):
        iam.update_group(GroupName="g", NewPath="/")


def test_a_role_keeps_its_description(iam: IAMClient) -> None:
    iam.create_role(RoleName="r", AssumeRolePolicyDocument=TRUST, Description="kept", MaxSessionDuration=7200)
    iam.update_role(RoleName="r", MaxSessionDuration=14400)
    role = iam.get_role(RoleName="r")["Role"]
    assert (role["Description"], role["MaxSessionDuration"]) == ("kept", 14400)
    iam.update_role(RoleName="r", Description="")
    role = iam.get_role(RoleName="r")["Role"]
    assert (role.get("Description", ""), role["MaxSessionDuration"]) == ("", 3600)
    with refused("NoSuchEntity"):
        iam.update_role(RoleName="s", Description="x")


def test_roles_are_listed_with_duration_and_description(iam: IAMClient) -> None:
    iam.create_role(RoleName="r", AssumeRolePolicyDocument=TRUST, Description="d", MaxSessionDuration=7200, Tags=TAGS)
    listed = {role["RoleName"]: role for role in iam.list_roles()["Roles"]}["r"]
    assert (listed["Description"], listed["MaxSessionDuration"]) == ("d", 7200)
    assert not {"Tags", "PermissionsBoundary"} & set(listed)


def test_tags_come_and_go(iam: IAMClient) -> None:
    iam.create_user(UserName="ana")
    iam.create_role(RoleName="r", AssumeRolePolicyDocument=TRUST)
    for value in ("one", "two"):
        tags: list[TagTypeDef] = [{"Key": "k", "Value": value}]
        iam.tag_user(UserName="ana", Tags=tags)
        iam.tag_role(RoleName="r", Tags=tags)
        assert iam.list_user_tags(UserName="ana")["Tags"] == tags
        assert iam.list_role_tags(RoleName="r")["Tags"] == tags
    iam.untag_user(UserName="ana", TagKeys=["k"])
    iam.untag_role(RoleName="r", TagKeys=["k"])
    details = iam.get_account_authorization_details(Filter=["User", "Role"])
    assert not any(each.get("Tags") for each in (*details["UserDetailList"], *details["RoleDetailList"]))


def test_a_policy_attached_twice_counts_once(iam: IAMClient) -> None:
    policy = iam.create_policy(PolicyName="p", PolicyDocument=identity_policy())["Policy"]["Arn"]
    iam.create_user(UserName="ana")
    iam.create_role(RoleName="r", AssumeRolePolicyDocument=TRUST)
    for _ in range(2):
        iam.attach_user_policy(UserName="ana", PolicyArn=policy)
        iam.attach_role_policy(RoleName="r", PolicyArn=policy)
    assert iam.get_policy(PolicyArn=policy)["Policy"]["AttachmentCount"] == 2
    iam.detach_user_policy(UserName="ana", PolicyArn=policy)
    with refused("NoSuchEntity"):
        iam.detach_user_policy(UserName="ana", PolicyArn=policy)
    assert iam.get_policy(PolicyArn=policy)["Policy"]["AttachmentCount"] == 1


def test_everything_is_told_at_once(iam: IAMClient) -> None:
    policy = iam.create_policy(PolicyName="p", Path="/break-glass/", PolicyDocument=identity_policy())["Policy"]
    iam.create_user(UserName="ana", Path="/break-glass/", Tags=TAGS, PermissionsBoundary=policy["Arn"])
    iam.create_group(GroupName="g", Path="/break-glass/")
    iam.add_user_to_group(GroupName="g", UserName="ana")
    iam.attach_group_policy(GroupName="g", PolicyArn=policy["Arn"])
    iam.create_role(RoleName="r", AssumeRolePolicyDocument=TRUST, Tags=TAGS)
    iam.put_role_policy(RoleName="r", PolicyName="i", PolicyDocument=identity_policy())
    details = iam.get_account_authorization_details()
    user, group, managed = details["UserDetailList"][0], details["GroupDetailList"][0], details["Policies"][0]
    role = next(each for each in details["RoleDetailList"] if each["RoleName"] == "r")
    attached = [{"PolicyName": "p", "PolicyArn": policy["Arn"]}]
    assert (user["GroupList"], user["Tags"], user["AttachedManagedPolicies"]) == (["g"], TAGS, [])
    assert (group["AttachedManagedPolicies"], group["GroupPolicyList"]) == (attached, [])
    assert ([each["PolicyName"] for each in role["RolePolicyList"]], role["Tags"]) == (["i"], TAGS)
    assert (managed["PolicyName"], managed["PolicyId"]) == ("p", policy["PolicyId"])
    assert (managed["AttachmentCount"], managed["PermissionsBoundaryUsageCount"]) == (1, 1)


@pytest.mark.parametrize(
    ("wanted", "told"),
    [
        (["User"], {"UserDetailList"}),
        (["Group"], {"GroupDetailList"}),
        (["Role"], {"RoleDetailList"}),
        (["LocalManagedPolicy"], {"Policies"}),
        (["Role", "LocalManagedPolicy"], {"RoleDetailList", "Policies"}),
    ],
)
def test_what_is_told_can_be_chosen(iam: IAMClient, wanted: list[str], told: set[str]) -> None:
    iam.create_user(UserName="ana")
    iam.create_group(GroupName="g")
    iam.create_policy(PolicyName="p", PolicyDocument=identity_policy())
    iam.attach_user_policy(UserName="ana", PolicyArn=READ_ONLY)
    details = iam.get_account_authorization_details(Filter=wanted)  # type: ignore[arg-type]  # names as they come
    lists = {"UserDetailList", "GroupDetailList", "RoleDetailList", "Policies"}
    assert {name for name, value in details.items() if name in lists and value} == told
    assert [policy["PolicyName"] for policy in details["Policies"]] in ([], ["p"])


def test_policies_of_aws_exist_once_they_are_named(iam: IAMClient) -> None:
    iam.create_user(UserName="ana")
    iam.attach_user_policy(UserName="ana", PolicyArn=READ_ONLY)
    attached = iam.list_attached_user_policies(UserName="ana")["AttachedPolicies"]
    assert [policy["PolicyArn"] for policy in attached] == [READ_ONLY]
    assert iam.get_policy(PolicyArn="arn:aws:iam::aws:policy/job-function/ViewOnlyAccess")["Policy"]["DefaultVersionId"]
    assert not iam.list_policies(Scope="Local")["Policies"]
    assert not iam.get_account_authorization_details(Filter=["LocalManagedPolicy"])["Policies"]


@pytest.mark.parametrize("absent", ["arn:aws:iam::aws:policy/NoSuchPolicy", "arn:aws:iam::aws:policy/ViewOnlyAccess"])
def test_policies_aws_does_not_have(iam: IAMClient, absent: str) -> None:
    with refused("NoSuchEntity"):
        iam.get_policy(PolicyArn=absent)
