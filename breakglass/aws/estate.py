"""The accounts of an organization as AWS has them: the port `cloud.Estate` over the readers and the writers."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from breakglass import resources
from breakglass.aws import guardrails, read_iam
from breakglass.aws.alerting import read as alerting
from breakglass.aws.alerting import regions
from breakglass.aws.failures import in_region, translated, understood
from breakglass.aws.found import Found
from breakglass.aws.hands import HANDS, Hand
from breakglass.aws.posture import read as posture
from breakglass.aws.sessions import Sessions
from breakglass.cloud import Clock
from breakglass.facts import Reading, Survey
from breakglass.resources import GLOBAL, Resource


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
        """Read what one account and region hold in the namespace; parts that cannot be read are in `unread`."""
        found = Found(survey)
        with understood(survey.scope.account):
            if survey.scope.region == GLOBAL:
                self._read_global(found)
            else:
                alerting.read(self._sessions, found)
            posture.read(self._sessions, found)
        return found.reading()

    def create(self, resource: Resource) -> None:
        """Make a resource that does not exist."""
        hand = self._hand(resource)
        with _explained(resource):
            hand.create(resource)

    def update(self, before: Resource, after: Resource) -> None:
        """Make the resource equal to `after`."""
        hand = self._hand(after)
        with _explained(after):
            hand.update(before, after)

    def delete(self, resource: Resource) -> None:
        """Delete a resource and all that hangs on it."""
        hand = self._hand(resource)
        with _explained(resource):
            hand.delete(resource)

    def _read_global(self, found: Found) -> None:
        read_iam.read(self._sessions, found)
        if resources.SERVICE_CONTROL_POLICY in found.survey.types:
            guardrails.read(self._sessions, found)
        if found.survey.chain:
            regions.read(self._sessions, found)

    def _hand(self, resource: Resource) -> Hand:
        return HANDS[resource.type](self._sessions, resource.scope, self._clock)


@contextmanager
def _explained(resource: Resource) -> Iterator[None]:
    """Say of which resource, account and region a failure is."""
    scope = resource.scope
    with in_region(scope.region), translated(scope.account, resource.subject), understood(scope.account):
        yield
