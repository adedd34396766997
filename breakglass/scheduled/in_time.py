"""As much as there is time for: what is left is unread by itself, and what was found is kept and told."""

from dataclasses import dataclass
from typing import Final, Protocol

from breakglass.assure.evidence import Inquiry
from breakglass.cloud import Estate
from breakglass.errors import UnavailableError
from breakglass.estate.observation import Observation
from breakglass.facts import Reading, Survey, Unread
from breakglass.manifest.model import Manifest
from breakglass.scheduled.read_only import ReadOnly

RESERVE: Final = 60_000
"""Milliseconds of an invocation that are for keeping and telling what was found."""
MAP: Final = (
    "time ran out before everything was read, and the run is not completed: deploy cloudformation/"
    "verification-map.yaml, which verifies account by account, or give the function more time and memory"
)


class Context(Protocol):
    """What Lambda says of an invocation. https://docs.aws.amazon.com/lambda/latest/dg/python-context.html"""

    aws_request_id: str

    def get_remaining_time_in_millis(self) -> int:
        """Return how long the invocation may go on."""
        ...


@dataclass(slots=True)
class Clockwork:
    """Tells when nothing more may be begun, and remembers that it did."""

    context: Context
    ran_out: bool = False

    def require_time(self) -> None:
        """Raise UnavailableError once too little time is left to keep what is found."""
        if self.context.get_remaining_time_in_millis() < RESERVE:
            self.ran_out = True
            raise UnavailableError("no time was left for it", subject="AWS Lambda", advice=MAP)


@dataclass(frozen=True, slots=True)
class InTime(ReadOnly):
    """An estate of which nothing more is read once time is short; see `cloud.Estate`."""

    estate: Estate
    clockwork: Clockwork

    def read(self, survey: Survey) -> Reading:
        """Read what one account holds; raises UnavailableError where no time is left for it."""
        self.clockwork.require_time()
        return self.estate.read(survey)


def in_time(inquiry: Inquiry, control: str, clockwork: Clockwork) -> Inquiry:
    """Return an inquiry that is passed over, as unread, where no time is left for it."""

    def inquire(manifest: Manifest, observation: Observation) -> Observation:
        try:
            clockwork.require_time()
        except UnavailableError as error:
            scope = manifest.scope(manifest.audit_account)
            return observation.told((), [Unread(scope, f"the answers that the control {control} needs", error)])
        return inquiry(manifest, observation)

    return inquire
