"""The ports: what the toolkit needs of the outside, one small Protocol for each need.

`aws/` and `sandbox/` are behind them, tests put a dictionary in their place.
"""

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Protocol

from breakglass.documents import Document
from breakglass.errors import DeniedError
from breakglass.facts import AlarmState, Reading, Survey
from breakglass.resources import Resource, Scope


class Estate(Protocol):
    """The accounts of an organization, one resource at a time. Every method may be called from many threads.

    All raise DeniedError, UnavailableError or RejectedError. Writes are idempotent: after a failure anywhere the
    same write, or an update to the same resource, completes the work.
    """

    def read(self, survey: Survey) -> Reading:
        """Read what one account holds in the namespace; parts that cannot be read are in `unread`."""
        ...

    def create(self, resource: Resource) -> None:
        """Make a resource that does not exist."""
        ...

    def update(self, before: Resource, after: Resource) -> None:
        """Make the resource equal to `after`; no property fixed at creation differs."""
        ...

    def delete(self, resource: Resource) -> None:
        """Delete a resource and all that hangs on it."""
        ...


class Clock(Protocol):
    """Time that passes, for what has to wait."""

    def sleep(self, seconds: float) -> None:
        """Wait."""
        ...


class Timer(Clock, Protocol):
    """A clock that also tells what time it is."""

    def now(self) -> datetime:
        """Return the time, in UTC."""
        ...


class EventLog(Protocol):
    """The log group the organization trail delivers to."""

    def find(self, pattern: str, since: datetime) -> Iterator[Document]:
        """Yield the records of CloudTrail since a time that a filter pattern matches, oldest first.

        Raises DeniedError, UnavailableError or RejectedError.
        """
        ...


class FilterTest(Protocol):
    """Filter patterns as CloudWatch Logs itself matches them."""

    def matched(self, pattern: str, messages: Collection[str]) -> frozenset[str]:
        """Return which of at most 50 messages a pattern matches.

        Raises DeniedError, UnavailableError or RejectedError.
        """
        ...


class Canary(Protocol):
    """What assumes a role without a person, and what can be heard of it. All raise as `Estate` does."""

    def assume(self, region: str, role: str, session: str) -> DeniedError | None:
        """Assume the role of an ARN as the verification role, through STS in a region; return the denial, if denied.

        Both the verification role's session and the one that comes of it have the name given. A denial of anything
        on the way there is raised.
        """
        ...

    def alarm(self, name: str) -> AlarmState:
        """Return the state of an alarm of the net; RejectedError where there is none."""
        ...

    def heard(self, scope: Scope) -> Collection[str]:
        """Return what the canary's queue in a region of an account has heard in the last hour; nothing is deleted."""
        ...
