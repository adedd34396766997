"""Users: never a moment without the boundary, and nothing of them left behind."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, TypeAlias

from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError

from breakglass.aws import credentials
from breakglass.aws.writers import difference
from breakglass.aws.writers.difference import Rights, gone_is_done
from breakglass.cloud import Clock
from breakglass.resources import Resource

if TYPE_CHECKING:
    from mypy_boto3_iam import IAMClient
    from mypy_boto3_iam.type_defs import CreateUserRequestTypeDef

_Removal: TypeAlias = Callable[[], object]
"""A call that takes one thing away."""


def create(iam: IAMClient, resource: Resource, clock: Clock) -> None:
    """Make the user with path, boundary and tags in one call, then put it into its groups."""
    request: CreateUserRequestTypeDef = {
        "UserName": resource.name,
        "Path": difference.text(resource, "Path"),
        "Tags": difference.tag_list(resource.tags),
    }
    if boundary := difference.text(resource, "PermissionsBoundary"):
        request["PermissionsBoundary"] = boundary
    iam.create_user(**request)
    update(iam, difference.bare(resource, "Groups", "ManagedPolicyArns", "Policies"), resource, clock)


def update(iam: IAMClient, before: Resource, after: Resource, _clock: Clock) -> None:
    """Set the boundary first, add groups before removing any."""
    name = after.name
    difference.change_boundary(
        before,
        after,
        put=lambda arn: iam.put_user_permissions_boundary(UserName=name, PermissionsBoundary=arn),
        drop=lambda: iam.delete_user_permissions_boundary(UserName=name),
    )
    if before.properties["Path"] != after.properties["Path"]:
        iam.update_user(UserName=name, NewPath=difference.text(after, "Path"))
    for group in difference.added(before, after, "Groups"):
        iam.add_user_to_group(GroupName=group, UserName=name)
    _rights(iam, name).change(before, after)
    for group in difference.added(after, before, "Groups"):
        with gone_is_done(iam):
            iam.remove_user_from_group(GroupName=group, UserName=name)
    if tags := difference.tags_set(before, after):
        iam.tag_user(UserName=name, Tags=tags)
    if keys := difference.tags_dropped(before, after):
        iam.untag_user(UserName=name, TagKeys=keys)


def delete(iam: IAMClient, resource: Resource, _clock: Clock) -> None:
    """Take away the password, all rights, the MFA devices, every other credential, and then the user.

    Nobody signs in any more, and a session in which somebody has gets into no role any more: rights are looked at in
    each call, a device only at the sign-in. What cannot be taken away does not keep the rest; the user stays then, and
    the first error is raised once everything was tried.
    https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteUser.html
    """
    failed: list[Exception] = []
    with gone_is_done(iam):
        for part in (_password, _memberships, _policies, _devices, _credentials, _service_credentials):
            with _noted(iam, failed):
                for remove in part(iam, resource):
                    with _noted(iam, failed), gone_is_done(iam):
                        remove()
        if failed:
            raise failed[0]
        iam.delete_user(UserName=resource.name)


@contextmanager
def _noted(iam: IAMClient, failed: list[Exception]) -> Iterator[None]:
    """Go on after an error; but not where there is no such user, of whom nothing is left."""
    try:
        yield
    except iam.exceptions.NoSuchEntityException:
        raise
    except (ClientError, BotoCoreError, ResponseParserError) as error:
        failed.append(error)


def _password(iam: IAMClient, user: Resource) -> Iterator[_Removal]:
    yield partial(iam.delete_login_profile, UserName=user.name)


def _memberships(iam: IAMClient, user: Resource) -> Iterator[_Removal]:
    pages = iam.get_paginator("list_groups_for_user").paginate(UserName=user.name)
    for group in [each["GroupName"] for page in pages for each in page["Groups"]]:
        yield partial(iam.remove_user_from_group, GroupName=group, UserName=user.name)


def _policies(iam: IAMClient, user: Resource) -> Iterator[_Removal]:
    rights = _rights(iam, user.name)
    attached = iam.get_paginator("list_attached_user_policies").paginate(UserName=user.name)
    for arn in [each["PolicyArn"] for page in attached for each in page["AttachedPolicies"]]:
        yield partial(rights.detach, arn)
    inline = iam.get_paginator("list_user_policies").paginate(UserName=user.name)
    for name in [each for page in inline for each in page["PolicyNames"]]:
        yield partial(rights.delete, name)


def _devices(iam: IAMClient, user: Resource) -> Iterator[_Removal]:
    pages = iam.get_paginator("list_mfa_devices").paginate(UserName=user.name)
    for serial in [device["SerialNumber"] for page in pages for device in page["MFADevices"]]:
        yield partial(iam.deactivate_mfa_device, UserName=user.name, SerialNumber=serial)
        if ":mfa/" in serial:  # a virtual device's serial number is its ARN, and outlives the deactivation
            yield partial(iam.delete_virtual_mfa_device, SerialNumber=serial)


def _credentials(iam: IAMClient, user: Resource) -> Iterator[_Removal]:
    for each in credentials.of_user(iam, user.scope, user.name):
        yield partial(credentials.remove, iam, each)


def _service_credentials(iam: IAMClient, user: Resource) -> Iterator[_Removal]:
    for each in credentials.service_specific(iam, user.scope, user.name):
        yield partial(credentials.remove, iam, each)


def _rights(iam: IAMClient, name: str) -> Rights:
    return Rights(
        iam,
        attach=lambda arn: iam.attach_user_policy(UserName=name, PolicyArn=arn),
        put=lambda policy, content: iam.put_user_policy(UserName=name, PolicyName=policy, PolicyDocument=content),
        detach=lambda arn: iam.detach_user_policy(UserName=name, PolicyArn=arn),
        delete=lambda policy: iam.delete_user_policy(UserName=name, PolicyName=policy),
    )
