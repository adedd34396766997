"""Managed policies: a change is a new default version, and the only one: no other waits to be put in effect.

https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-versioning.html
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from breakglass import naming
from breakglass.aws.writers import difference
from breakglass.aws.writers.difference import gone_is_done
from breakglass.cloud import Clock
from breakglass.errors import RejectedError
from breakglass.resources import Resource

if TYPE_CHECKING:
    from mypy_boto3_iam import IAMClient
    from mypy_boto3_iam.type_defs import CreatePolicyRequestTypeDef, PolicyVersionTypeDef

VERSIONS = 5
"""https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html"""


@dataclass(frozen=True, slots=True)
class _Holder:
    """A user, group or role the policy is attached to."""

    kind: str
    name: str


def create(iam: IAMClient, resource: Resource, _clock: Clock) -> None:
    """Make the policy."""
    request: CreatePolicyRequestTypeDef = {
        "PolicyName": resource.name,
        "Path": difference.text(resource, "Path"),
        "PolicyDocument": difference.document(resource, "PolicyDocument"),
    }
    if description := difference.text(resource, "Description"):
        request["Description"] = description
    iam.create_policy(**request)


def update(iam: IAMClient, before: Resource, after: Resource, _clock: Clock) -> None:
    """Make the new document the default version, in the place of the oldest where there are five; drop the others."""
    content = difference.document(after, "PolicyDocument")
    if content == difference.document(before, "PolicyDocument"):
        return
    versions = _versions(iam, after.arn)
    if len(versions) >= VERSIONS:
        oldest = min(_unused(versions), key=lambda version: version["CreateDate"])
        versions.remove(oldest)
        _drop(iam, after.arn, [oldest])
    iam.create_policy_version(PolicyArn=after.arn, PolicyDocument=content, SetAsDefault=True)
    _drop(iam, after.arn, versions)


def delete(iam: IAMClient, resource: Resource, _clock: Clock) -> None:
    """Detach the policy from all that is in the namespace, then delete it with its versions.

    Raises RejectedError, and leaves the policy, where something outside the namespace holds it.
    """
    arn = resource.arn
    with gone_is_done(iam):
        holders = frozenset(_holders(iam, arn))
        if strangers := holders - _in_namespace(iam, arn, holders):
            raise _held_by(strangers, resource)
        for holder in sorted(holders, key=lambda each: (each.kind, each.name)):
            with gone_is_done(iam):
                _detach(iam, holder)(arn)
        _drop(iam, arn, _unused(_versions(iam, arn)))
        iam.delete_policy(PolicyArn=arn)


def _versions(iam: IAMClient, arn: str) -> list[PolicyVersionTypeDef]:
    pages = iam.get_paginator("list_policy_versions").paginate(PolicyArn=arn)
    return [version for page in pages for version in page["Versions"]]


def _unused(versions: list[PolicyVersionTypeDef]) -> list[PolicyVersionTypeDef]:
    """Return the versions that are not in effect."""
    return [version for version in versions if not version["IsDefaultVersion"]]


def _drop(iam: IAMClient, arn: str, versions: Iterable[PolicyVersionTypeDef]) -> None:
    for version in versions:
        with gone_is_done(iam):
            iam.delete_policy_version(PolicyArn=arn, VersionId=version["VersionId"])


def _holders(iam: IAMClient, arn: str, prefix: str = "/") -> Iterator[_Holder]:
    """Yield what the policy is attached to, under a path; whom it bounds is not among them."""
    paginator = iam.get_paginator("list_entities_for_policy")
    for page in paginator.paginate(PolicyArn=arn, PathPrefix=prefix, PolicyUsageFilter="PermissionsPolicy"):
        yield from (_Holder("user", each["UserName"]) for each in page["PolicyUsers"])
        yield from (_Holder("group", each["GroupName"]) for each in page["PolicyGroups"])
        yield from (_Holder("role", each["RoleName"]) for each in page["PolicyRoles"])


def _in_namespace(iam: IAMClient, arn: str, holders: frozenset[_Holder]) -> frozenset[_Holder]:
    """Return the holders that are ours by name, and if that leaves any, those that are by path."""
    named = frozenset(each for each in holders if naming.is_ours_by_name(each.kind, each.name, "/"))
    return named if named == holders else named | frozenset(_holders(iam, arn, naming.PATH))


def _detach(iam: IAMClient, holder: _Holder) -> Callable[[str], object]:
    if holder.kind == "user":
        return lambda arn: iam.detach_user_policy(UserName=holder.name, PolicyArn=arn)
    if holder.kind == "group":
        return lambda arn: iam.detach_group_policy(GroupName=holder.name, PolicyArn=arn)
    return lambda arn: iam.detach_role_policy(RoleName=holder.name, PolicyArn=arn)


def _held_by(strangers: frozenset[_Holder], resource: Resource) -> RejectedError:
    names = ", ".join(sorted(f"{each.kind} {each.name}" for each in strangers))
    return RejectedError(
        f"the policy {resource.name} in account {resource.scope.account} is attached outside the namespace: {names}",
        subject=resource.arn,
        advice="detach it from these, or leave it; then run the command again",
    )
