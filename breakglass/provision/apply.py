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
from breakglass.estate.outcome import Failure, Outcome, Stopped
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
class Run:
    """What one run works with and what it has done; threads append, nobody removes."""

    estate: Estate
    advance: Advance
    made: dict[Key, Change] = field(default_factory=dict)
    failed: dict[Key, Failure] = field(default_factory=dict)
    stopped: dict[Scope, BreakglassError] = field(default_factory=dict)
    """Where nothing is begun with any more, and why."""
    waiting: set[Scope] = field(default_factory=set)
    """Where nothing is begun with, because of what failed elsewhere."""
    stop: Event = field(default_factory=Event)

    def outcome(self, changes: Sequence[Change]) -> Outcome:
        """Return the fate of every change."""
        told = {*self.made, *self.failed}
        return Outcome(
            made=tuple(change for change in changes if change.key in self.made),
            failed=tuple(self.failed[change.key] for change in changes if change.key in self.failed),
            skipped=tuple(change for change in changes if change.key not in told),
            interrupted=self.stop.is_set(),
            stopped=tuple(Stopped(scope, why) for scope, why in self.stopped.items()),
        )

    def is_over(self, scope: Scope) -> bool:
        """Tell whether nothing is to be done in a place any more."""
        failed = any(key.scope == scope for key in tuple(self.failed))
        return self.stop.is_set() or scope in self.stopped or scope in self.waiting or failed


def apply(estate: Estate, plan: Plan, surveys: Sequence[Survey], clock: Clock, *, advance: Advance = ignore) -> Outcome:
    """Make every change of the plan that can be made; `advance` hears the account of each change made.

    An interrupt lets the change under way in each account finish, and is told in the outcome.
    """
    run = Run(estate, advance)
    makes = tuple(change for change in plan.changes if change.after is not None)
    try:
        carry_out(run, makes, predecessors(makes))
        clear_away(run, plan, surveys, clock)
    except KeyboardInterrupt:
        run.stop.set()
    return run.outcome(plan.changes)


def carry_out(run: Run, changes: Sequence[Change], earlier: Mapping[Key, frozenset[Key]]) -> None:
    """Make these changes, each when all that come `earlier` are made, some of them before perhaps."""
    keys = frozenset(change.key for change in changes)
    lanes = Lanes(changes, {key: earlier[key] & keys for key in keys})
    parallel(lambda _worker: _work(run, earlier, lanes), range(WORKERS), stop=run.stop)


def clear_away(run: Run, plan: Plan, surveys: Sequence[Survey], clock: Clock) -> None:
    """Delete what the plan deletes, wherever all else was made and reads back."""
    makes = tuple(change for change in plan.changes if change.after is not None)
    deletes = tuple(change for change in plan.changes if change.after is None)
    if deletes:
        hidden = {unread.scope for unread in plan.unread if unread.types}
        hidden |= run.waiting | plan.stopped_scopes
        unsettled = _unsettled(run.estate, run.outcome(makes), hidden, surveys, clock)
        if not unsettled & _homes(surveys):
            settled = tuple(change for change in deletes if change.key.scope not in unsettled)
            carry_out(run, settled, predecessors(settled))


def _work(run: Run, earlier: Mapping[Key, frozenset[Key]], lanes: Lanes) -> None:
    """Go on in one lane after another; a failure ends its lane, and what it was to make is missed elsewhere."""
    while (lane := lanes.take(run.stop)) is not None:
        try:
            while (change := lanes.head(lane)) is not None and not run.stop.is_set():
                missed = not earlier[change.key] <= run.made.keys()
                if not run.is_over(lane) and (missed or _is_made(run, change)):
                    lanes.pass_by(lane)
                else:
                    lanes.give_up(lane)
        finally:
            lanes.leave()


def _is_made(run: Run, change: Change) -> bool:
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
    failed |= {change.key.scope for change in outcome.skipped} | {each.scope for each in outcome.stopped}
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
