"""Service control policies: made first, then attached; attached anew before anything is detached.

https://docs.aws.amazon.com/organizations/latest/APIReference/API_AttachPolicy.html
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from typing import TYPE_CHECKING

from breakglass import naming
from breakglass.aws import guardrails
from breakglass.aws.writers import difference
from breakglass.cloud import Clock
from breakglass.resources import Resource

if TYPE_CHECKING:
    from mypy_boto3_organizations import OrganizationsClient

_SETTINGS = ("Content", "Description")


def create(client: OrganizationsClient, resource: Resource, _clock: Clock) -> None:
    """Make the policy with its tags, then attach it."""
    made = client.create_policy(
        Name=resource.name,
        Type=guardrails.TYPE,
        Description=difference.text(resource, "Description"),
        Content=difference.document(resource, "Content"),
        Tags=difference.tag_list(resource.tags),
    )
    _attach(client, made["Policy"]["PolicySummary"]["Id"], difference.listed(resource, "TargetIds"))


def update(client: OrganizationsClient, before: Resource, after: Resource, _clock: Clock) -> None:
    """Change what differs: the policy itself, where it applies, and its tags."""
    policy = guardrails.id_of(client, after.name)
    if any(before.properties.get(name) != after.properties.get(name) for name in _SETTINGS):
        client.update_policy(
            PolicyId=policy,
            Description=difference.text(after, "Description"),
            Content=difference.document(after, "Content"),
        )
    _attach(client, policy, difference.added(before, after, "TargetIds"))
    _detach(client, policy, _known(client, difference.added(after, before, "TargetIds")))
    if added := difference.tags_set(before, after):
        client.tag_resource(ResourceId=policy, Tags=added)
    if dropped := difference.tags_dropped(before, after):
        client.untag_resource(ResourceId=policy, TagKeys=dropped)


def delete(client: OrganizationsClient, resource: Resource, _clock: Clock) -> None:
    """Detach the policy from all there is, then delete it."""
    policy = guardrails.ids(client).get(resource.name)
    if policy is not None:
        _detach(client, policy, tuple(guardrails.targets(client, policy)))
        with suppress(client.exceptions.PolicyNotFoundException):
            client.delete_policy(PolicyId=policy)


def _attach(client: OrganizationsClient, policy: str, targets: Iterable[str]) -> None:
    for target in _known(client, targets):
        with suppress(client.exceptions.DuplicatePolicyAttachmentException):
            client.attach_policy(PolicyId=policy, TargetId=target)


def _detach(client: OrganizationsClient, policy: str, targets: Iterable[str]) -> None:
    for target in targets:
        with suppress(client.exceptions.PolicyNotAttachedException):
            client.detach_policy(PolicyId=policy, TargetId=target)


def _known(client: OrganizationsClient, targets: Iterable[str]) -> list[str]:
    """Return targets as AWS knows them: the root by the id it drew."""
    return [guardrails.root_id(client) if each == naming.ORGANIZATION_ROOT else each for each in targets]
