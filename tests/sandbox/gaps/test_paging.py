from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.sandbox.support import TRUST, arn, identity_policy, refused

if TYPE_CHECKING:
    from mypy_boto3_iam import IAMClient


def test_lists_end_at_a_hundred(iam: IAMClient) -> None:
    for number in range(101):
        iam.create_user(UserName=f"u{number}")
    first = iam.list_users()
    assert len(first["Users"]) == 100
    assert first["IsTruncated"]
    rest = iam.list_users(Marker=first["Marker"])
    assert [user["UserName"] for user in rest["Users"]] == ["u100"]
    assert not rest["IsTruncated"]
    assert "Marker" not in rest


@pytest.mark.parametrize("size", [1, 2, 3, 4, 7, 1000])
def test_everything_is_told_once_whatever_the_size_of_a_page(iam: IAMClient, size: int) -> None:
    policy = iam.create_policy(PolicyName="p", PolicyDocument=identity_policy())["Policy"]["Arn"]
    for number in range(3):
        iam.create_user(UserName=f"u{number}")
        iam.create_group(GroupName=f"g{number}")
        iam.create_role(RoleName=f"r{number}", AssumeRolePolicyDocument=TRUST)
        iam.add_user_to_group(GroupName="g0", UserName=f"u{number}")
        iam.attach_role_policy(RoleName=f"r{number}", PolicyArn=policy)
    pages = list(iam.get_paginator("get_account_authorization_details").paginate(PaginationConfig={"PageSize": size}))
    assert [u["UserName"] for page in pages for u in page["UserDetailList"]] == ["u0", "u1", "u2"]
    assert [g["GroupName"] for page in pages for g in page["GroupDetailList"]] == ["g0", "g1", "g2"]
    assert sorted(r["RoleName"] for page in pages for r in page["RoleDetailList"])[1:] == ["r0", "r1", "r2"]
    assert [p["PolicyName"] for page in pages for p in page["Policies"]] == ["p"]
    assert len(pages) == -(-11 // size)
    members = iam.get_paginator("get_group").paginate(GroupName="g0", PaginationConfig={"PageSize": size})
    assert [user["UserName"] for page in members for user in page["Users"]] == ["u0", "u1", "u2"]
    roles = iam.get_paginator("list_roles").paginate(PaginationConfig={"PageSize": size})
    assert len({role["RoleName"] for page in roles for role in page["Roles"]}) == 4
    holders = iam.get_paginator("list_entities_for_policy").paginate(
        PolicyArn=policy, PaginationConfig={"PageSize": size}
    )
    assert len([role for page in holders for role in page["PolicyRoles"]]) == 3


def test_a_full_last_page_is_the_last(iam: IAMClient) -> None:
    for number in range(2):
        iam.create_policy(PolicyName=f"p{number}", PolicyDocument=identity_policy())
    assert not iam.list_policies(Scope="Local", MaxItems=2)["IsTruncated"]


def test_short_lists_say_that_they_are_whole(iam: IAMClient) -> None:
    iam.create_user(UserName="ana")
    iam.create_group(GroupName="g")
    assert not iam.list_groups()["IsTruncated"]
    assert not iam.list_access_keys(UserName="ana")["IsTruncated"]
    assert not iam.list_user_policies(UserName="ana")["IsTruncated"]
    assert not iam.list_service_specific_credentials(AllUsers=True)["IsTruncated"]
    assert not iam.get_group(GroupName="g")["IsTruncated"]


def test_filters_hold_on_every_page(iam: IAMClient) -> None:
    for number in range(3):
        iam.create_user(UserName=f"u{number}", Path="/break-glass/" if number else "/")
    pages = iam.get_paginator("list_users").paginate(PathPrefix="/break-glass/", PaginationConfig={"PageSize": 1})
    assert [user["UserName"] for page in pages for user in page["Users"]] == ["u1", "u2"]


def test_groups_are_listed_by_path(iam: IAMClient) -> None:
    iam.create_group(GroupName="ours", Path="/break-glass/")
    iam.create_group(GroupName="theirs")
    assert [group["GroupName"] for group in iam.list_groups(PathPrefix="/break-glass/")["Groups"]] == ["ours"]
    assert len(iam.list_groups()["Groups"]) == 2


def test_bad_pages_are_refused(iam: IAMClient) -> None:
    with refused("ValidationError", "Marker"):
        iam.list_users(Marker="nonsense")
    for size in (0, 1001):
        with refused("ValidationError", "maxItems"):
            iam.list_users(MaxItems=size)


def test_a_marker_beyond_the_end_shows_nothing(iam: IAMClient) -> None:
    iam.create_user(UserName="ana")
    assert not iam.list_users(Marker="1000")["Users"]


def test_errors_of_lists_are_errors(iam: IAMClient) -> None:
    with refused("NoSuchEntity"):
        iam.list_access_keys(UserName="absent")
    with refused("NoSuchEntity"):
        iam.list_policy_versions(PolicyArn=arn("policy/absent"))
