from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.sandbox.support import TRUST, arn, identity_policy, refused

if TYPE_CHECKING:
    from mypy_boto3_iam import IAMClient

BOUNDARY = arn("policy/break-glass/Boundary")


@pytest.fixture(autouse=True)
def policies(iam: IAMClient) -> None:
    iam.create_policy(PolicyName="Boundary", Path="/break-glass/", PolicyDocument=identity_policy())
    iam.create_policy(PolicyName="Other", PolicyDocument=identity_policy())


def of_user(iam: IAMClient) -> str | None:
    """Return the boundary both ways of reading tell of, which must be one."""
    shown = iam.get_user(UserName="ana")["User"].get("PermissionsBoundary", {}).get("PermissionsBoundaryArn")
    details = iam.get_account_authorization_details(Filter=["User"])["UserDetailList"][0]
    assert details.get("PermissionsBoundary", {}).get("PermissionsBoundaryArn") == shown
    return shown


def test_a_user_is_made_within_a_boundary(iam: IAMClient) -> None:
    made = iam.create_user(UserName="ana", PermissionsBoundary=BOUNDARY)["User"]["PermissionsBoundary"]
    assert made == {"PermissionsBoundaryType": "PermissionsBoundaryPolicy", "PermissionsBoundaryArn": BOUNDARY}
    assert of_user(iam) == BOUNDARY


def test_a_user_may_have_none(iam: IAMClient) -> None:
    iam.create_user(UserName="ana")
    assert of_user(iam) is None
    iam.delete_user_permissions_boundary(UserName="ana")
    assert of_user(iam) is None


def test_a_boundary_is_put_replaced_and_deleted(iam: IAMClient) -> None:
    iam.create_user(UserName="ana")
    for boundary in (BOUNDARY, arn("policy/Other")):
        iam.put_user_permissions_boundary(UserName="ana", PermissionsBoundary=boundary)
        assert of_user(iam) == boundary
    iam.delete_user_permissions_boundary(UserName="ana")
    assert of_user(iam) is None


def test_a_list_of_users_shows_no_boundaries(iam: IAMClient) -> None:
    iam.create_user(UserName="ana", PermissionsBoundary=BOUNDARY)
    assert "PermissionsBoundary" not in iam.list_users()["Users"][0]


def test_a_role_keeps_its_boundary(iam: IAMClient) -> None:
    iam.create_role(RoleName="r", AssumeRolePolicyDocument=TRUST, PermissionsBoundary=BOUNDARY)
    details = iam.get_account_authorization_details(Filter=["Role"])["RoleDetailList"]
    told = {role["RoleName"]: role.get("PermissionsBoundary", {}).get("PermissionsBoundaryArn") for role in details}
    assert told == {"OrganizationAccountAccessRole": None, "r": BOUNDARY}
    iam.delete_role_permissions_boundary(RoleName="r")
    assert "PermissionsBoundary" not in iam.get_role(RoleName="r")["Role"]


@pytest.mark.parametrize("absent", [arn("policy/Absent"), arn("policy/Boundary"), "arn:aws:iam::aws:policy/Absent"])
def test_a_boundary_exists(iam: IAMClient, absent: str) -> None:
    iam.create_user(UserName="ana")
    iam.create_role(RoleName="r", AssumeRolePolicyDocument=TRUST)
    with refused("NoSuchEntity", absent):
        iam.put_user_permissions_boundary(UserName="ana", PermissionsBoundary=absent)
    with refused("NoSuchEntity", absent):
        iam.put_role_permissions_boundary(RoleName="r", PermissionsBoundary=absent)
    with refused("NoSuchEntity", absent):
        iam.create_user(UserName="bo", PermissionsBoundary=absent)
    with refused("NoSuchEntity", absent):
        iam.create_role(RoleName="s", AssumeRolePolicyDocument=TRUST, PermissionsBoundary=absent)
    with refused("NoSuchEntity"):
        iam.get_user(UserName="bo")


def test_a_boundary_is_for_users_that_exist(iam: IAMClient) -> None:
    with refused("NoSuchEntity", "ana"):
        iam.put_user_permissions_boundary(UserName="ana", PermissionsBoundary=BOUNDARY)
    with refused("NoSuchEntity", "ana"):
        iam.delete_user_permissions_boundary(UserName="ana")


def test_a_policy_of_aws_may_be_a_boundary(iam: IAMClient) -> None:
    iam.create_user(UserName="ana", PermissionsBoundary="arn:aws:iam::aws:policy/ReadOnlyAccess")
    assert of_user(iam) == "arn:aws:iam::aws:policy/ReadOnlyAccess"


def test_a_boundary_that_is_empty_takes_none_away(iam: IAMClient) -> None:
    """The SDK refuses it by itself; over HTTP anybody can send it."""
    iam.create_user(UserName="ana", PermissionsBoundary=BOUNDARY)
    iam.create_role(RoleName="role", AssumeRolePolicyDocument=TRUST, PermissionsBoundary=BOUNDARY)

    def empty(params: dict[str, dict[str, str]], **_: object) -> None:
        params["body"]["PermissionsBoundary"] = ""

    iam.meta.events.register("before-call.iam.PutUserPermissionsBoundary", empty)
    iam.meta.events.register("before-call.iam.PutRolePermissionsBoundary", empty)
    with refused("ValidationError"):
        iam.put_user_permissions_boundary(UserName="ana", PermissionsBoundary=BOUNDARY)
    with refused("ValidationError"):
        iam.put_role_permissions_boundary(RoleName="role", PermissionsBoundary=BOUNDARY)
    assert of_user(iam) == BOUNDARY
