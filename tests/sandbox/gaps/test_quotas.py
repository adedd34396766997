from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tests.sandbox.support import TRUST, arn, identity_policy, refused

if TYPE_CHECKING:
    from mypy_boto3_iam import IAMClient


def of_size(size: int, whole: str) -> str:
    """Return a document with a condition that brings it to a size, white space not counted."""
    document = json.loads(whole)
    document["Statement"][0]["Condition"] = {"StringEquals": {"aws:RequestTag/t": ""}}
    text = json.dumps(document)
    missing = size - sum(not character.isspace() for character in text)
    return text.replace('t": ""', f't": "{"x" * missing}"')


def test_a_managed_policy_has_6144_characters(iam: IAMClient) -> None:
    iam.create_policy(PolicyName="p", PolicyDocument=of_size(6144, identity_policy()))
    with refused("LimitExceeded", "6144"):
        iam.create_policy(PolicyName="q", PolicyDocument=of_size(6145, identity_policy()))
    with refused("LimitExceeded", "6144"):
        iam.create_policy_version(PolicyArn=arn("policy/p"), PolicyDocument=of_size(6145, identity_policy()))


def test_a_trust_policy_has_2048_characters(iam: IAMClient) -> None:
    iam.create_role(RoleName="r", AssumeRolePolicyDocument=of_size(2048, TRUST))
    with refused("LimitExceeded", "2048"):
        iam.create_role(RoleName="s", AssumeRolePolicyDocument=of_size(2049, TRUST))
    with refused("LimitExceeded", "2048"):
        iam.update_assume_role_policy(RoleName="r", PolicyDocument=of_size(2049, TRUST))


def test_inline_policies_count_together(iam: IAMClient) -> None:
    iam.create_user(UserName="ana")
    iam.put_user_policy(UserName="ana", PolicyName="one", PolicyDocument=of_size(1024, identity_policy()))
    iam.put_user_policy(UserName="ana", PolicyName="two", PolicyDocument=of_size(1024, identity_policy()))
    with refused("LimitExceeded", "2048", "ana"):
        iam.put_user_policy(UserName="ana", PolicyName="two", PolicyDocument=of_size(1025, identity_policy()))
    with refused("LimitExceeded", "2048"):
        iam.put_user_policy(UserName="ana", PolicyName="three", PolicyDocument=identity_policy())


def test_groups_and_roles_have_more_room(iam: IAMClient) -> None:
    iam.create_group(GroupName="g")
    iam.create_role(RoleName="r", AssumeRolePolicyDocument=TRUST)
    iam.put_group_policy(GroupName="g", PolicyName="i", PolicyDocument=of_size(5120, identity_policy()))
    iam.put_role_policy(RoleName="r", PolicyName="i", PolicyDocument=of_size(10240, identity_policy()))
    with refused("LimitExceeded", "5120"):
        iam.put_group_policy(GroupName="g", PolicyName="i", PolicyDocument=of_size(5121, identity_policy()))
    with refused("LimitExceeded", "10240"):
        iam.put_role_policy(RoleName="r", PolicyName="i", PolicyDocument=of_size(10241, identity_policy()))


def test_ten_policies_are_attached_to_anything(iam: IAMClient) -> None:
    policies = [
        iam.create_policy(PolicyName=f"p{n}", PolicyDocument=identity_policy())["Policy"]["Arn"] for n in range(11)
    ]
    iam.create_user(UserName="ana")
    iam.create_group(GroupName="g")
    iam.create_role(RoleName="r", AssumeRolePolicyDocument=TRUST)
    for policy in policies[:10]:
        iam.attach_user_policy(UserName="ana", PolicyArn=policy)
        iam.attach_group_policy(GroupName="g", PolicyArn=policy)
        iam.attach_role_policy(RoleName="r", PolicyArn=policy)
    with refused("LimitExceeded", "PoliciesPerUser: 10"):
        iam.attach_user_policy(UserName="ana", PolicyArn=policies[10])
    with refused("LimitExceeded", "PoliciesPerGroup: 10"):
        iam.attach_group_policy(GroupName="g", PolicyArn=policies[10])
    with refused("LimitExceeded", "PoliciesPerRole: 10"):
        iam.attach_role_policy(RoleName="r", PolicyArn=policies[10])
    iam.attach_role_policy(RoleName="r", PolicyArn=policies[0])


def test_a_user_is_in_ten_groups(iam: IAMClient) -> None:
    iam.create_user(UserName="ana")
    for number in range(11):
        iam.create_group(GroupName=f"g{number}")
    for number in range(10):
        iam.add_user_to_group(GroupName=f"g{number}", UserName="ana")
    with refused("LimitExceeded", "GroupsPerUser: 10"):
        iam.add_user_to_group(GroupName="g10", UserName="ana")
    iam.add_user_to_group(GroupName="g0", UserName="ana")


def test_a_policy_has_five_versions(iam: IAMClient) -> None:
    policy = iam.create_policy(PolicyName="p", PolicyDocument=identity_policy())["Policy"]["Arn"]
    for _ in range(4):
        iam.create_policy_version(PolicyArn=policy, PolicyDocument=identity_policy())
    with refused("LimitExceeded"):
        iam.create_policy_version(PolicyArn=policy, PolicyDocument=identity_policy())


def test_a_user_has_two_access_keys(iam: IAMClient) -> None:
    iam.create_user(UserName="ana")
    for _ in range(2):
        iam.create_access_key(UserName="ana")
    with refused("LimitExceeded"):
        iam.create_access_key(UserName="ana")


def test_what_does_not_exist_has_no_quota(iam: IAMClient) -> None:
    with refused("NoSuchEntity"):
        iam.put_user_policy(UserName="bo", PolicyName="p", PolicyDocument=identity_policy())
    with refused("NoSuchEntity"):
        iam.attach_group_policy(GroupName="h", PolicyArn=arn("policy/p"))
    with refused("NoSuchEntity"):
        iam.add_user_to_group(GroupName="h", UserName="bo")
