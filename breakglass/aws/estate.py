"""The accounts of an organization as AWS has them: the port `cloud.Estate` over the readers and the writers."""

import time
from collections.abc import Mapping

from breakglass import resources
from breakglass.aws import read_iam
from breakglass.aws.failures import translated
from breakglass.aws.sessions import Sessions
from breakglass.aws.writers import group, managed_policy, password_policy, role, user
from breakglass.aws.writers.writer import Writer
from breakglass.cloud import Clock
from breakglass.facts import Reading, Survey
from breakglass.resources import Resource

WRITERS: Mapping[str, Writer] = {
    resources.GROUP: group,
    resources.MANAGED_POLICY: managed_policy,
    resources.PASSWORD_POLICY: password_policy,
    resources.ROLE: role,
    resources.USER: user,
}


class SystemClock:
    """Time as it passes on this machine."""

    def sleep(self, seconds: float) -> None:
        """Wait."""
        time.sleep(seconds)


class AwsEstate:
    """Reads and writes resources in every account, with the sessions given; see `cloud.Estate`."""

    def __init__(self, sessions: Sessions, clock: Clock) -> None:
        self._sessions = sessions
        self._clock = clock

    def read(self, survey: Survey) -> Reading:
        """Read what one account holds in the namespace; parts that cannot be read are in `unread`."""
        return read_iam.read(self._sessions, survey)

    def create(self, resource: Resource) -> None:
        """Make a resource that does not exist."""
        iam = self._sessions.client("iam", resource.scope.account)
        with translated(resource.scope.account, resource.arn):
            WRITERS[resource.type].create(iam, resource, self._clock)

    def update(self, before: Resource, after: Resource) -> None:
        """Make the resource equal to `after`."""
        iam = self._sessions.client("iam", after.scope.account)
        with translated(after.scope.account, after.arn):
            WRITERS[after.type].update(iam, before, after, self._clock)

    def delete(self, resource: Resource) -> None:
        """Delete a resource and all that hangs on it."""
        iam = self._sessions.client("iam", resource.scope.account)
        with translated(resource.scope.account, resource.arn):
            WRITERS[resource.type].delete(iam, resource, self._clock)
