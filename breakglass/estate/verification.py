"""What a verification came to: every finding under the control that made it, and what was looked at."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from breakglass.controls import Control, Reach
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
    step: str = ""
    """Which step of a run that is too large for one invocation; empty for a run by itself."""
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
    def is_whole(self) -> bool:
        """Whether everything there is was looked at, and could be read."""
        looked = frozenset(self.accounts) >= frozenset(self.manifest.account_ids)
        return looked and not (self.observation.passed_over or self.observation.unread)

    def has_looked(self, control: Control) -> bool:
        """Tell whether everything was looked at that a control concludes from, of the accounts that were chosen."""
        if control.needs:
            return not control.needs & self._passed_over
        homes = self.homes(control)
        if homes:
            return homes <= frozenset(self.accounts)
        return not self._passed_over or control.reach in (Reach.ACCOUNT, Reach.ENTRY)

    @cached_property
    def _passed_over(self) -> frozenset[str]:
        return frozenset(type_ for _, type_ in self.observation.passed_over)

    def homes(self, control: Control) -> frozenset[str]:
        """Return the accounts that a control concludes from, where these are the same whatever is chosen; or none."""
        of = self.manifest
        security, management = of.security_account, of.management_account.id
        homes = {
            Reach.SECURITY: frozenset({security}),
            Reach.MANAGEMENT: frozenset({management}),
            Reach.CENTRE: frozenset({management, security, of.audit_account, of.trail.account}),
        }
        return homes.get(control.reach, frozenset())

    @property
    def exit_code(self) -> int:
        """0 where there is nothing to say, 1 where there is, 4 or 5 where something could not be read."""
        return max([int(bool(self.open)), *(each.why.exit_code for each in self.observation.unread)])
