"""What every writer is: a module of three functions that let botocore's errors through."""

from typing import Protocol, TypeVar

from breakglass.cloud import Clock
from breakglass.resources import Resource

Client_contra = TypeVar("Client_contra", contravariant=True)


class Writer(Protocol[Client_contra]):
    """Makes, changes and deletes resources of one type; only what differs is called for."""

    def create(self, client: Client_contra, resource: Resource, clock: Clock, /) -> None:
        """Make a resource; broken off anywhere, an update completes it."""
        ...

    def update(self, client: Client_contra, before: Resource, after: Resource, clock: Clock, /) -> None:
        """Make the resource equal to `after`; what widens access comes before what narrows it."""
        ...

    def delete(self, client: Client_contra, resource: Resource, clock: Clock, /) -> None:
        """Delete a resource and all that hangs on it; what is gone already is no failure."""
        ...
