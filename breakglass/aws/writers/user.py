"""Users: never a moment without the boundary, and nothing of them left behind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from breakglass.aws import credentials
from breakglass.aws.writers import difference
from breakglass.aws.writers.difference import Rights, gone_is_done
from breakglass.cloud import Clock
from breakglass.resources import Resource, Scope

if TYPE_CHECKING:
    from mypy_boto3_iam import IAMClient
    from mypy_boto3_iam.type_defs import CreateUserRequestTypeDef


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
    """Take away the password, then every other credential, then the MFA devices, then all rights, then the user.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteUser.html
    """
    name = resource.name
    with gone_is_done(iam):
        iam.delete_login_profile(UserName=name)
    with gone_is_done(iam):
        _drop_credentials(iam, resource.scope, name)
        _drop_devices(iam, name)
        _drop_rights(iam, name)
        iam.delete_user(UserName=name)


def _drop_credentials(iam: IAMClient, scope: Scope, name: str) -> None:
    held = (*credentials.of_user(iam, scope, name), *credentials.service_specific(iam, scope, name))
    for credential in held:
        with gone_is_done(iam):
            credentials.remove(iam, credential)


def _drop_rights(iam: IAMClient, name: str) -> None:
    groups = iam.get_paginator("list_groups_for_user").paginate(UserName=name)
    for group in [each["GroupName"] for page in groups for each in page["Groups"]]:
        with gone_is_done(iam):
            iam.remove_user_from_group(GroupName=group, UserName=name)
    attached = iam.get_paginator("list_attached_user_policies").paginate(UserName=name)
    inline = iam.get_paginator("list_user_policies").paginate(UserName=name)
    _rights(iam, name).clear(
        [each["PolicyArn"] for page in attached for each in page["AttachedPolicies"]],
        [each for page in inline for each in page["PolicyNames"]],
    )


def _drop_devices(iam: IAMClient, name: str) -> None:
    devices = iam.get_paginator("list_mfa_devices").paginate(UserName=name)
    for serial in [device["SerialNumber"] for page in devices for device in page["MFADevices"]]:
        with gone_is_done(iam):
            iam.deactivate_mfa_device(UserName=name, SerialNumber=serial)
        if ":mfa/" in serial:  # a virtual device's serial number is its ARN, and outlives the deactivation
            with gone_is_done(iam):
                iam.delete_virtual_mfa_device(SerialNumber=serial)


def _rights(iam: IAMClient, name: str) -> Rights:
    return Rights(
        iam,
        attach=lambda arn: iam.attach_user_policy(UserName=name, PolicyArn=arn),
        put=lambda policy, content: iam.put_user_policy(UserName=name, PolicyName=policy, PolicyDocument=content),
        detach=lambda arn: iam.detach_user_policy(UserName=name, PolicyArn=arn),
        delete=lambda policy: iam.delete_user_policy(UserName=name, PolicyName=policy),
    )
