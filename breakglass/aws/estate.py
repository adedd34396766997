"""The accounts of an organization as AWS has them: the port `cloud.Estate` over the readers and the writers."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Generic, TypeVar

from breakglass import resources
from breakglass.aws import guardrails, read_iam
from breakglass.aws.failures import translated, understood
from breakglass.aws.found import Found
from breakglass.aws.sessions import Sessions
from breakglass.aws.writers import group, managed_policy, password_policy, role, service_control_policy, user
from breakglass.aws.writers.writer import Writer
from breakglass.cloud import Clock
from breakglass.facts import Reading, Survey
from breakglass.resources import Resource

if TYPE_CHECKING:
    from mypy_boto3_iam import IAMClient
    from mypy_boto3_organizations import OrganizationsClient

Client = TypeVar("Client")

IAM: Mapping[str, Writer[IAMClient]] = {
    resources.GROUP: group,
    resources.MANAGED_POLICY: managed_policy,
    resources.PASSWORD_POLICY: password_policy,
    resources.ROLE: role,
    resources.USER: user,
}
ORGANIZATIONS: Mapping[str, Writer[OrganizationsClient]] = {
    resources.SERVICE_CONTROL_POLICY: service_control_policy,
}


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


class SystemClock:
    """Time as it passes on this machine."""

    def sleep(self, seconds: float) -> None:
        """Wait."""
        time.sleep(seconds)

    def now(self) -> datetime:
        """Return the time, in UTC."""
        return datetime.now(UTC)


class AwsEstate:
    """Reads and writes resources in every account, with the sessions given; see `cloud.Estate`."""

    def __init__(self, sessions: Sessions, clock: Clock) -> None:
        self._sessions = sessions
        self._clock = clock

    def read(self, survey: Survey) -> Reading:
        """Read what one account holds in the namespace; parts that cannot be read are in `unread`."""
        found = Found(survey)
        with understood(survey.scope.account):
            read_iam.read(self._sessions, found)
            if resources.SERVICE_CONTROL_POLICY in survey.types:
                guardrails.read(self._sessions, found)
        return found.reading()

    def create(self, resource: Resource) -> None:
        """Make a resource that does not exist."""
        hand = self._hand(resource)
        with translated(resource.scope.account, resource.subject), understood(resource.scope.account):
            hand.create(resource)

    def update(self, before: Resource, after: Resource) -> None:
        """Make the resource equal to `after`."""
        hand = self._hand(after)
        with translated(after.scope.account, after.subject), understood(after.scope.account):
            hand.update(before, after)

    def delete(self, resource: Resource) -> None:
        """Delete a resource and all that hangs on it."""
        hand = self._hand(resource)
        with translated(resource.scope.account, resource.subject), understood(resource.scope.account):
            hand.delete(resource)

    def _hand(self, resource: Resource) -> _Hand[IAMClient] | _Hand[OrganizationsClient]:
        account = resource.scope.account
        if resource.type in ORGANIZATIONS:
            return _Hand(ORGANIZATIONS[resource.type], self._sessions.client("organizations", account), self._clock)
        return _Hand(IAM[resource.type], self._sessions.client("iam", account), self._clock)
