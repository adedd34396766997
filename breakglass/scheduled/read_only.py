"""What every estate of a verification has in common: nothing is changed through it."""

from breakglass.errors import UsageError
from breakglass.resources import Resource


class ReadOnly:
    """The half of an estate that refuses; see `cloud.Estate`."""

    __slots__ = ()

    def create(self, resource: Resource) -> None:
        """Make nothing."""
        raise _refused(resource)

    def update(self, before: Resource, after: Resource) -> None:  # noqa: ARG002 - the port's signature
        """Change nothing."""
        raise _refused(after)

    def delete(self, resource: Resource) -> None:
        """Delete nothing."""
        raise _refused(resource)


def _refused(resource: Resource) -> UsageError:
    return UsageError("verification changes nothing", subject=resource.subject, advice="report this")
