"""What a survey of one account has come upon so far, and what of it could not be read."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from breakglass.aws.failures import in_region, translated, understood
from breakglass.errors import BreakglassError
from breakglass.facts import Fact, Reading, Survey, Unread
from breakglass.resources import Resource


@dataclass(slots=True)
class Found:
    """What the readers of one account add to."""

    survey: Survey
    resources: list[Resource] = field(default_factory=list)
    facts: list[Fact] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)

    @contextmanager
    def part(self, what: str, *types: str) -> Iterator[None]:
        """Read a part: its failure leaves it unread and stops nothing."""
        scope = self.survey.scope
        try:
            with in_region(scope.region), translated(scope.account), understood(scope.account):
                yield
        except BreakglassError as why:
            self.unread.append(Unread(scope, what, why, frozenset(types)))

    def reading(self) -> Reading:
        """Return it as a value."""
        return Reading(self.survey, tuple(self.resources), tuple(self.facts), tuple(self.unread))
