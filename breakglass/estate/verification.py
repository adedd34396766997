"""What a verification came to: every finding under the control that made it, and what was looked at."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from breakglass.controls import Control
from breakglass.estate.enrolment import Entry
from breakglass.estate.observation import Observation
from breakglass.estate.readiness_matrix import Matrix
from breakglass.findings import Finding
from breakglass.manifest.model import Manifest, Suppression


@dataclass(frozen=True, slots=True)
class Result:
    """A finding, the control it is of, the account it concerns, and what in the manifest sets it aside."""

    control: str
    finding: Finding
    account: str
    suppression: Suppression | None = None


@dataclass(frozen=True)
class Verification:
    """One run over the accounts of a manifest."""

    manifest: Manifest
    moment: datetime
    """When it began, in UTC."""
    controls: Sequence[Control]
    """The controls that were run."""
    accounts: Sequence[str]
    """The ids of the accounts that were looked at, or should have been."""
    observation: Observation
    results: Sequence[Result]
    """Gravest first; those set aside among them."""
    matrix: Matrix
    register: Sequence[Entry]
    charged: int = 0
    """Calls of IAM Access Analyzer that AWS charges for."""

    @cached_property
    def open(self) -> tuple[Result, ...]:
        """The results that count."""
        return tuple(each for each in self.results if each.suppression is None)

    @cached_property
    def suppressed(self) -> tuple[Result, ...]:
        """The results that the manifest sets aside."""
        return tuple(each for each in self.results if each.suppression is not None)

    @property
    def exit_code(self) -> int:
        """0 where there is nothing to say, 1 where there is, 4 or 5 where something could not be read."""
        return max([int(bool(self.open)), *(each.why.exit_code for each in self.observation.unread)])
