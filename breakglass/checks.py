"""One thing that was looked at before it matters, and whether it is in order."""

from dataclasses import dataclass
from enum import Enum


class Outcome(Enum):
    """What came of a check."""

    OK = "ok"
    WARNING = "warning"
    UNKNOWN = "unknown"
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True)
class Check:
    """A check, and what to do next where it is not in order."""

    name: str
    outcome: Outcome
    detail: str
    advice: str = ""
