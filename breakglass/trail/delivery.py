"""How far a use that nobody needed was followed: from the assumption to the message people would have had."""

from dataclasses import dataclass
from enum import Enum

from breakglass.errors import BreakglassError, DeniedError, UnavailableError


class Channel(Enum):
    """The two ways on which a use is noticed, and what lies before both."""

    BOTH = "both"
    FAST = "fast"
    NET = "net"


class Outcome(Enum):
    """What became of a stage."""

    OK = "ok"
    BROKEN = "broken"
    SILENT = "silent"
    """It cannot be proved now: an alarm that is in ALARM already tells nobody of a further use."""
    NOT_REACHED = "not reached"


@dataclass(frozen=True, slots=True)
class Point:
    """A place on the way: `assumption`, `event`, `alarm` or `message`; of the use in one region, or in any."""

    channel: Channel
    stage: str
    region: str = ""


@dataclass(frozen=True, slots=True)
class Stage:
    """What became of a point; of what is not in order, what there is to see and to do."""

    point: Point
    outcome: Outcome
    seconds: float | None = None
    """When it was reached, counted from the first assumption."""
    detail: str = ""
    advice: str = ""
    why: BreakglassError | None = None


@dataclass(frozen=True, slots=True)
class Delivery:
    """One run of the canary: `denied` where it tried a role it may not assume."""

    denied: bool
    sessions: tuple[str, ...]
    stages: tuple[Stage, ...]

    @property
    def exit_code(self) -> int:
        """0 where every stage was reached, else 1, or more where AWS denied something or was not to be had."""
        if self.stages and all(each.outcome is Outcome.OK for each in self.stages):
            return 0
        grave = [each.why for each in self.stages if isinstance(each.why, DeniedError | UnavailableError)]
        return max([1, *(each.exit_code for each in grave)])
