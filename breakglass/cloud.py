"""The ports: what the toolkit needs of the outside, one small Protocol for each need.

`aws/` and `sandbox/` are behind them, tests put a dictionary in their place.
"""

from typing import Protocol

from breakglass.facts import Reading, Survey
from breakglass.resources import Resource


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
