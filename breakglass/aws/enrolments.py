"""What the users of an account sign in with, as IAM tells it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from breakglass import naming
from breakglass.facts import Enrolment, MfaDevice, UnassignedDevice
from breakglass.resources import Scope

if TYPE_CHECKING:
    from datetime import datetime

    from mypy_boto3_iam import IAMClient

_PAGE = 1000


def of_user(iam: IAMClient, scope: Scope, user: str, last_used: datetime | None = None) -> Enrolment:
    """Return a user's password and MFA devices: two calls; IAM tells of no password by NoSuchEntity.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetLoginProfile.html
    https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListMFADevices.html
    """
    pages = iam.get_paginator("list_mfa_devices").paginate(UserName=user)
    listed = (each for page in pages for each in page["MFADevices"])
    devices = tuple(MfaDevice(each["SerialNumber"], each["EnableDate"]) for each in listed)
    try:
        profile = iam.get_login_profile(UserName=user)["LoginProfile"]
    except iam.exceptions.NoSuchEntityException:
        return Enrolment(scope, user, devices=devices, last_used=last_used)
    must_change = profile.get("PasswordResetRequired", False)
    return Enrolment(scope, user, profile["CreateDate"], must_change, devices, last_used)


def sign_ins(iam: IAMClient) -> Mapping[str, datetime]:
    """Return by user when somebody last signed in with the password, also with one that is gone: one call.

    Whoever never did is left out. Users that were moved out of our path are in it.
    https://docs.aws.amazon.com/IAM/latest/APIReference/API_User.html
    """
    pages = iam.get_paginator("list_users").paginate(PaginationConfig={"PageSize": _PAGE})
    users = (each for page in pages for each in page["Users"])
    return {each["UserName"]: each["PasswordLastUsed"] for each in users if "PasswordLastUsed" in each}


def unassigned(iam: IAMClient, scope: Scope) -> Iterator[UnassignedDevice]:
    """Yield the virtual devices under our path that nobody has: one call.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListVirtualMFADevices.html
    """
    pages = iam.get_paginator("list_virtual_mfa_devices").paginate(
        AssignmentStatus="Unassigned", PaginationConfig={"PageSize": _PAGE}
    )
    ours = naming.mfa_arn(scope.partition, scope.account, "")
    for page in pages:
        for each in page["VirtualMFADevices"]:
            if each["SerialNumber"].startswith(ours):
                yield UnassignedDevice(scope, each["SerialNumber"])
