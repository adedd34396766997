"""Roles: a trust that names a role made a moment ago is refused until IAM knows that role everywhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from breakglass.aws.writers import difference
from breakglass.aws.writers.difference import Rights, gone_is_done
from breakglass.aws.writers.settling import UNKNOWN_PRINCIPAL, settled
from breakglass.cloud import Clock
from breakglass.resources import Resource

if TYPE_CHECKING:
    from mypy_boto3_iam import IAMClient
    from mypy_boto3_iam.type_defs import CreateRoleRequestTypeDef


def create(iam: IAMClient, resource: Resource, clock: Clock) -> None:
    """Make the role with trust, session length, boundary and tags in one call, then attach its policies."""
    request: CreateRoleRequestTypeDef = {
        "RoleName": resource.name,
        "Path": difference.text(resource, "Path"),
        "AssumeRolePolicyDocument": difference.document(resource, "AssumeRolePolicyDocument"),
        "Description": difference.text(resource, "Description"),
        "MaxSessionDuration": difference.number(resource, "MaxSessionDuration"),
        "Tags": difference.tag_list(resource.tags),
    }
    if boundary := difference.text(resource, "PermissionsBoundary"):
        request["PermissionsBoundary"] = boundary
    settled(clock, lambda: iam.create_role(**request), UNKNOWN_PRINCIPAL)
    update(iam, difference.bare(resource, "ManagedPolicyArns", "Policies"), resource, clock)


def update(iam: IAMClient, before: Resource, after: Resource, clock: Clock) -> None:
    """Mend the trust first, then the boundary, then all else."""
    name = after.name
    trust = difference.document(after, "AssumeRolePolicyDocument")
    if trust != difference.document(before, "AssumeRolePolicyDocument"):
        settled(clock, lambda: iam.update_assume_role_policy(RoleName=name, PolicyDocument=trust), UNKNOWN_PRINCIPAL)
    difference.change_boundary(
        before,
        after,
        put=lambda arn: iam.put_role_permissions_boundary(RoleName=name, PermissionsBoundary=arn),
        drop=lambda: iam.delete_role_permissions_boundary(RoleName=name),
    )
    _describe(iam, before, after)
    _rights(iam, name).change(before, after)
    if tags := difference.tags_set(before, after):
        iam.tag_role(RoleName=name, Tags=tags)
    if keys := difference.tags_dropped(before, after):
        iam.untag_role(RoleName=name, TagKeys=keys)


def delete(iam: IAMClient, resource: Resource, _clock: Clock) -> None:
    """Take away its policies, take it out of instance profiles, then delete it.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteRole.html
    """
    name = resource.name
    with gone_is_done(iam):
        attached = iam.get_paginator("list_attached_role_policies").paginate(RoleName=name)
        inline = iam.get_paginator("list_role_policies").paginate(RoleName=name)
        _rights(iam, name).clear(
            [each["PolicyArn"] for page in attached for each in page["AttachedPolicies"]],
            [each for page in inline for each in page["PolicyNames"]],
        )
        profiles = iam.get_paginator("list_instance_profiles_for_role").paginate(RoleName=name)
        for profile in [each["InstanceProfileName"] for page in profiles for each in page["InstanceProfiles"]]:
            with gone_is_done(iam):
                iam.remove_role_from_instance_profile(InstanceProfileName=profile, RoleName=name)
        iam.delete_role(RoleName=name)


def _describe(iam: IAMClient, before: Resource, after: Resource) -> None:
    """Set description and session length together: AWS takes what is left out for empty."""
    if any(before.properties[each] != after.properties[each] for each in ("Description", "MaxSessionDuration")):
        iam.update_role(
            RoleName=after.name,
            Description=difference.text(after, "Description"),
            MaxSessionDuration=difference.number(after, "MaxSessionDuration"),
        )


def _rights(iam: IAMClient, name: str) -> Rights:
    return Rights(
        iam,
        attach=lambda arn: iam.attach_role_policy(RoleName=name, PolicyArn=arn),
        put=lambda policy, content: iam.put_role_policy(RoleName=name, PolicyName=policy, PolicyDocument=content),
        detach=lambda arn: iam.detach_role_policy(RoleName=name, PolicyArn=arn),
        delete=lambda policy: iam.delete_role_policy(RoleName=name, PolicyName=policy),
    )
