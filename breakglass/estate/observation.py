"""What is: ours, strays in our namespace, facts, and what could not be read.

Ownership is one column of a kind's row: by tag where a read shows tags, else by name under our path. What is not
ours is reported and never changed.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from breakglass import naming
from breakglass.cloud import Estate
from breakglass.errors import BreakglassError
from breakglass.facts import Fact, Reading, Survey, Unread
from breakglass.resources import KINDS, Key, Resource, Scope, State, state
from breakglass.workers import WORKERS, Advance, ignore, parallel


@dataclass(frozen=True)
class Observation:
    """One look at all the accounts of a manifest."""

    state: State
    """What is ours."""
    strays: State
    """What lies in our namespace and is not ours."""
    facts: tuple[Fact, ...] = ()
    unread: tuple[Unread, ...] = ()
    passed_over: frozenset[tuple[Scope, str]] = frozenset()
    """Where which types were not looked for at all: nobody asked for these accounts."""

    @cached_property
    def _hidden(self) -> frozenset[tuple[Scope, str]]:
        return self.passed_over.union((each.scope, type_) for each in self.unread for type_ in each.types)

    def knows(self, key: Key) -> bool:
        """Tell whether resources of this type were read there: if not, nothing may be concluded from absence."""
        return self.shows(key.scope, key.type)

    def shows(self, scope: Scope, type_: str) -> bool:
        """Tell whether resources of a type were read in a scope."""
        return (scope, type_) not in self._hidden

    def is_partial(self, scope: Scope) -> bool:
        """Tell whether anything in a scope could not be read, or was not looked for."""
        return scope in self._partial

    @cached_property
    def _partial(self) -> frozenset[Scope]:
        return frozenset(each.scope for each in self.unread).union(scope for scope, _ in self.passed_over)

    def told(self, facts: Iterable[Fact], unread: Iterable[Unread]) -> "Observation":
        """Return the same look, with what AWS was asked besides."""
        return replace(self, facts=(*self.facts, *facts), unread=(*self.unread, *unread))


def observe(
    estate: Estate, surveys: Sequence[Survey], owner: str, *, workers: int = WORKERS, advance: Advance = ignore
) -> Observation:
    """Read all the accounts at once; one that cannot be read is in `unread` and does not stop the others."""

    def look(survey: Survey) -> Reading:
        reading = _read(estate, survey)
        advance(survey.scope.account)
        return reading

    return classify(parallel(look, surveys, workers=workers), owner)


def classify(readings: Iterable[Reading], owner: str) -> Observation:
    """Sort what was read into ours and strays, in an order of its own."""
    ordered = sorted(readings, key=lambda reading: reading.survey.scope)
    found = [resource for reading in ordered for resource in reading.resources]
    return Observation(
        state=state(resource for resource in found if is_owned(resource, owner)),
        strays=state(resource for resource in found if not is_owned(resource, owner)),
        facts=tuple(fact for reading in ordered for fact in reading.facts),
        unread=tuple(unread for reading in ordered for unread in reading.unread),
    )


def is_owned(resource: Resource, owner: str) -> bool:
    """Tell whether a resource is one the manifest of this name made.

    A tag alone makes nothing ours: whoever may tag could have anything deleted. What hangs on something of ours is ours
    to put right.
    """
    kind = KINDS[resource.type]
    if kind.ownership == "tag":
        named = naming.is_ours_by_name(kind.arn, resource.name, resource.path)
        return named and resource.tags.get(naming.OWNER_TAG) == owner
    if kind.ownership == "name" and "Path" not in kind.defaults:
        return resource.name.startswith(naming.ALERT_PREFIX)
    return kind.ownership in ("parent", "singleton") or resource.path == naming.PATH


def _read(estate: Estate, survey: Survey) -> Reading:
    try:
        return estate.read(survey)
    except BreakglassError as error:
        return Reading(survey, unread=(Unread(survey.scope, "the account", error, survey.types),))
