"""What every writer is: a module of three functions that let botocore's errors through."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from breakglass.cloud import Clock
from breakglass.resources import Resource

if TYPE_CHECKING:
    from mypy_boto3_iam import IAMClient


class Writer(Protocol):
    """Makes, changes and deletes resources of one type; only what differs is called for."""

    def create(self, iam: IAMClient, resource: Resource, clock: Clock, /) -> None:
        """Make a resource; broken off anywhere, an update completes it."""
        ...

    def update(self, iam: IAMClient, before: Resource, after: Resource, clock: Clock, /) -> None:
        """Make the resource equal to `after`; what widens access comes before what narrows it."""
        ...

    def delete(self, iam: IAMClient, resource: Resource, clock: Clock, /) -> None:
        """Delete a resource and all that hangs on it; what is gone already is no failure."""
        ...
