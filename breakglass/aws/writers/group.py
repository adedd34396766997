"""Groups: they carry a team's rights; their members are written with the users."""

from __future__ import annotations

from typing import TYPE_CHECKING

from breakglass.aws.writers import difference
from breakglass.aws.writers.difference import Rights, gone_is_done
from breakglass.cloud import Clock
from breakglass.resources import Resource

if TYPE_CHECKING:
    from mypy_boto3_iam import IAMClient


def create(iam: IAMClient, resource: Resource, clock: Clock) -> None:
    """Make the group, then attach its policies."""
    iam.create_group(GroupName=resource.name, Path=difference.text(resource, "Path"))
    update(iam, difference.bare(resource, "ManagedPolicyArns", "Policies"), resource, clock)


def update(iam: IAMClient, before: Resource, after: Resource, _clock: Clock) -> None:
    """Change path and policies."""
    if before.properties["Path"] != after.properties["Path"]:
        iam.update_group(GroupName=after.name, NewPath=difference.text(after, "Path"))
    _rights(iam, after.name).change(before, after)


def delete(iam: IAMClient, resource: Resource, _clock: Clock) -> None:
    """Remove all members and policies, then the group."""
    name = resource.name
    with gone_is_done(iam):
        _drop_members(iam, name)
        attached = iam.get_paginator("list_attached_group_policies").paginate(GroupName=name)
        inline = iam.get_paginator("list_group_policies").paginate(GroupName=name)
        _rights(iam, name).clear(
            [each["PolicyArn"] for page in attached for each in page["AttachedPolicies"]],
            [each for page in inline for each in page["PolicyNames"]],
        )
        iam.delete_group(GroupName=name)


def _drop_members(iam: IAMClient, name: str) -> None:
    members = iam.get_paginator("get_group").paginate(GroupName=name)
    for user in [each["UserName"] for page in members for each in page["Users"]]:
        with gone_is_done(iam):
            iam.remove_user_from_group(GroupName=name, UserName=user)


def _rights(iam: IAMClient, name: str) -> Rights:
    return Rights(
        iam,
        attach=lambda arn: iam.attach_group_policy(GroupName=name, PolicyArn=arn),
        put=lambda policy, content: iam.put_group_policy(GroupName=name, PolicyName=policy, PolicyDocument=content),
        detach=lambda arn: iam.detach_group_policy(GroupName=name, PolicyArn=arn),
        delete=lambda policy: iam.delete_group_policy(GroupName=name, PolicyName=policy),
    )
