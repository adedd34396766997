"""Which writer makes which type of resource, and through which client."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Generic, Protocol, TypeAlias, TypeVar

from breakglass import resources
from breakglass.aws.sessions import Sessions
from breakglass.aws.writers import (
    alarm,
    alias,
    bucket,
    bucket_policy,
    event_bus,
    group,
    key,
    managed_policy,
    metric_filter,
    password_policy,
    queue,
    queue_policy,
    role,
    rule,
    service_control_policy,
    subscription,
    topic,
    topic_policy,
    trail,
    user,
)
from breakglass.aws.writers.writer import Writer
from breakglass.cloud import Clock
from breakglass.resources import Resource, Scope

Client = TypeVar("Client")


class Hand(Protocol):
    """Writes resources of one type in one account and region."""

    def create(self, resource: Resource) -> None:
        """Make a resource that does not exist."""
        ...

    def update(self, before: Resource, after: Resource) -> None:
        """Make the resource equal to `after`."""
        ...

    def delete(self, resource: Resource) -> None:
        """Delete a resource and all that hangs on it."""
        ...


@dataclass(frozen=True, slots=True)
class _Hand(Generic[Client]):
    """A writer with the client it writes through."""

    writer: Writer[Client]
    client: Client
    clock: Clock

    def create(self, resource: Resource) -> None:
        self.writer.create(self.client, resource, self.clock)

    def update(self, before: Resource, after: Resource) -> None:
        self.writer.update(self.client, before, after, self.clock)

    def delete(self, resource: Resource) -> None:
        self.writer.delete(self.client, resource, self.clock)


Opening: TypeAlias = Callable[[Sessions, Scope, Clock], Hand]
"""What lends a hand in an account and region; it raises what `Sessions.client` does."""


def _lent(connect: Callable[[Sessions, Scope], Client], writers: Mapping[str, Writer[Client]]) -> dict[str, Opening]:
    return {type_: _opening(connect, writer) for type_, writer in writers.items()}


def _opening(connect: Callable[[Sessions, Scope], Client], writer: Writer[Client]) -> Opening:
    return lambda sessions, scope, clock: _Hand(writer, connect(sessions, scope), clock)


HANDS: Mapping[str, Opening] = {
    **_lent(
        lambda sessions, scope: sessions.client("iam", scope.account),
        {
            resources.GROUP: group,
            resources.MANAGED_POLICY: managed_policy,
            resources.PASSWORD_POLICY: password_policy,
            resources.ROLE: role,
            resources.USER: user,
        },
    ),
    **_lent(
        lambda sessions, scope: sessions.client("organizations", scope.account),
        {resources.SERVICE_CONTROL_POLICY: service_control_policy},
    ),
    **_lent(
        lambda sessions, scope: sessions.client("cloudtrail", scope.account, scope.region),
        {resources.TRAIL: trail},
    ),
    **_lent(
        lambda sessions, scope: sessions.client("cloudwatch", scope.account, scope.region),
        {resources.ALARM: alarm},
    ),
    **_lent(
        lambda sessions, scope: sessions.client("events", scope.account, scope.region),
        {resources.EVENT_BUS: event_bus, resources.RULE: rule},
    ),
    **_lent(
        lambda sessions, scope: sessions.client("kms", scope.account, scope.region),
        {resources.ALIAS: alias, resources.KEY: key},
    ),
    **_lent(
        lambda sessions, scope: sessions.client("logs", scope.account, scope.region),
        {resources.METRIC_FILTER: metric_filter},
    ),
    **_lent(
        lambda sessions, scope: sessions.client("s3", scope.account, scope.region),
        {resources.BUCKET: bucket, resources.BUCKET_POLICY: bucket_policy},
    ),
    **_lent(
        lambda sessions, scope: sessions.client("sns", scope.account, scope.region),
        {resources.SUBSCRIPTION: subscription, resources.TOPIC: topic, resources.TOPIC_POLICY: topic_policy},
    ),
    **_lent(
        lambda sessions, scope: sessions.client("sqs", scope.account, scope.region),
        {resources.QUEUE: queue, resources.QUEUE_POLICY: queue_policy},
    ),
}
"""Type -> what lends a hand for it."""
