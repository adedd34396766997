"""Carry out a plan: accounts side by side, each in order; what fails stops its account and no other.

Deletions come last, and in an account only after all else was made there and read back. Every write is idempotent:
after any failure the next plan holds just what is left.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from threading import Event

from breakglass import resources
from breakglass.cloud import Clock, Estate
from breakglass.errors import BreakglassError
from breakglass.estate.outcome import Failure, Outcome
from breakglass.estate.plan import Change, Plan
from breakglass.estate.predecessors import predecessors
from breakglass.facts import Survey
from breakglass.provision.lanes import Lanes
from breakglass.resources import Key, Scope, State, state
from breakglass.workers import WORKERS, Advance, ignore, parallel

SETTLING = (0.0, 1.0, 2.0, 4.0, 8.0, 15.0)
"""Seconds to wait before each look: IAM answers reads with what was true a moment ago.

https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html#troubleshoot_general_eventual-consistency
"""


@dataclass(slots=True)
class _Run:
    """What one run works with and what it has done; threads append, nobody removes."""

    estate: Estate
    advance: Advance
    made: dict[Key, Change] = field(default_factory=dict)
    failed: dict[Key, Failure] = field(default_factory=dict)
    stop: Event = field(default_factory=Event)

    def outcome(self, changes: Sequence[Change]) -> Outcome:
        """Return the fate of every change."""
        told = {*self.made, *self.failed}
        return Outcome(
            made=tuple(change for change in changes if change.key in self.made),
            failed=tuple(self.failed[change.key] for change in changes if change.key in self.failed),
            skipped=tuple(change for change in changes if change.key not in told),
            interrupted=self.stop.is_set(),
        )


def apply(estate: Estate, plan: Plan, surveys: Sequence[Survey], clock: Clock, *, advance: Advance = ignore) -> Outcome:
    """Make every change of the plan that can be made; `advance` hears the account of each change made.

    An interrupt lets the change under way in each account finish, and is told in the outcome.
    """
    run = _Run(estate, advance)
    makes = tuple(change for change in plan.changes if change.after is not None)
    deletes = tuple(change for change in plan.changes if change.after is None)
    try:
        _carry_out(run, makes)
        if deletes:
            hidden = {unread.scope for unread in plan.unread if unread.types}
            unsettled = _unsettled(estate, run.outcome(makes), hidden, surveys, clock)
            if not unsettled & _homes(surveys):
                _carry_out(run, tuple(change for change in deletes if change.key.scope not in unsettled))
    except KeyboardInterrupt:
        run.stop.set()
    return run.outcome(plan.changes)


def _carry_out(run: _Run, changes: Sequence[Change]) -> None:
    earlier = predecessors(changes)
    lanes = Lanes(changes, earlier)
    parallel(lambda _worker: _work(run, earlier, lanes), range(WORKERS), stop=run.stop)


def _work(run: _Run, earlier: Mapping[Key, frozenset[Key]], lanes: Lanes) -> None:
    """Go on in one lane after another; a failure ends its lane, and what it was to make is missed elsewhere."""
    while (lane := lanes.take(run.stop)) is not None:
        try:
            while (change := lanes.head(lane)) is not None and not run.stop.is_set():
                if not earlier[change.key] <= run.made.keys() or _is_made(run, change):
                    lanes.pass_by(lane)
                else:
                    lanes.give_up(lane)
        finally:
            lanes.leave()


def _is_made(run: _Run, change: Change) -> bool:
    """Make one change, and tell whether that went well."""
    try:
        make(run.estate, change)
    except BreakglassError as error:
        run.failed[change.key] = Failure(change, error)
        return False
    run.made[change.key] = change
    run.advance(change.key.scope.account)
    return True


def make(estate: Estate, change: Change) -> None:
    """Make one change."""
    if change.before is None and change.after is not None:
        estate.create(change.after)
    elif change.before is not None and change.after is not None:
        estate.update(change.before, change.after)
    elif change.before is not None:
        estate.delete(change.before)


def _homes(surveys: Sequence[Survey]) -> frozenset[Scope]:
    """Return the account that holds the users: while it is not as planned, nothing is deleted anywhere.

    People may still depend on roles elsewhere that were to go.
    """
    return frozenset(survey.scope for survey in surveys if resources.USER in survey.types)


def _unsettled(
    estate: Estate, outcome: Outcome, hidden: set[Scope], surveys: Sequence[Survey], clock: Clock
) -> frozenset[Scope]:
    """Return the accounts in which nothing may be deleted yet: unread, or work failed there or does not read back."""
    failed = hidden | {each.change.key.scope for each in outcome.failed}
    failed |= {change.key.scope for change in outcome.skipped}
    changed = {change.key.scope for change in outcome.made} - failed
    pending = [replace(each, enrolment=False) for each in surveys if each.scope in changed]
    expected = state(change.after for change in outcome.made if change.after is not None)
    for seconds in SETTLING:
        clock.sleep(seconds)
        pending = [survey for survey in pending if not _reads_back(estate, survey, expected)]
        if not pending:
            break
    return frozenset(failed | {survey.scope for survey in pending})


def _reads_back(estate: Estate, survey: Survey, expected: State) -> bool:
    try:
        found = state(estate.read(survey).resources)
    except BreakglassError:
        return False
    return all(found.get(key) == resource for key, resource in expected.items() if key.scope == survey.scope)
