"""What holds for any change on any bad day: nobody is locked out, and the next run finishes the work."""

from collections.abc import Sequence
from dataclasses import dataclass

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from breakglass.errors import RejectedError
from breakglass.estate.desired import desired
from breakglass.estate.guards import WAYS_IN
from breakglass.estate.readiness import too_few
from breakglass.estate.ways_in import ways_in
from breakglass.manifest.model import Manifest
from breakglass.provision.converge import plan_for, provisioned
from breakglass.resources import State
from tests.faults.run import Ran, converged, require_deletions_last, require_ways_in, rerun, run
from tests.faults.strategies import FAILURES, INTERRUPTS, changes, misfortunes
from tests.faults.unreliable import LAG, Misfortune, Trouble, UnreliableEstate
from tests.memory import MemoryEstate
from tests.verified import found

pytestmark = pytest.mark.uncounted


@dataclass(frozen=True)
class Day:
    """A change, and what goes wrong meanwhile."""

    before: Manifest | None
    after: Manifest
    misfortune: Misfortune


@st.composite
def days(draw: st.DrawFn, *kinds: Trouble, lagging: bool = False) -> Day:
    before, after = draw(changes())
    return Day(before, after, draw(misfortunes(after, *kinds, lagging=lagging)))


@dataclass(frozen=True)
class Lived:
    """A day as it went: what was before, what is now, and what the first run came to."""

    before: State
    estate: UnreliableEstate
    first: Ran
    needed: frozenset[str]
    """The guards that stand against the change on the best of days."""

    @property
    def refused(self) -> bool:
        return WAYS_IN in self.needed

    @property
    def allowed(self) -> frozenset[str]:
        """What whoever makes the change names on the command line, each time: never that somebody may be locked out."""
        return self.needed - {WAYS_IN}


def live(day: Day) -> Lived:
    """Run once while things go wrong: nobody is locked out, whatever the guards got to see."""
    before = desired(day.before) if day.before else {}
    fair = plan_for(MemoryEstate(dict(before)), provisioned(day.after))
    needed = frozenset(refusal.rule for refusal in fair.refusals)
    estate = UnreliableEstate(dict(before), misfortune=day.misfortune)
    first = run(estate, day.after, needed - {WAYS_IN})
    event("refused" if WAYS_IN in needed else "done at once" if first.says_done else "broken off")
    lived = Lived(before, estate, first, needed)
    require_the_laws(lived, [first], day)
    return lived


def require_the_laws(lived: Lived, runs: Sequence[Ran], day: Day) -> None:
    require_ways_in(lived.before, lived.estate.effects, day.after)
    require_deletions_last(lived.estate.effects, day.after)
    assert not runs[-1].says_done or converged(lived.estate.resources, day.after)


def require_an_end(lived: Lived, day: Day, most: int = 1) -> None:
    """So many runs without failures finish the work, or one more once reads show what is.

    The same laws hold, and no leave is needed but what it took to begin.
    """
    if lived.refused:
        return
    again = [*finish(lived, day, most)]
    if not again[-1].says_done and most > 1:
        event("settled first")
        lived.estate.settle()
        again += finish(lived, day, 1)
    for each in again:
        assert {type(failure.why) for failure in each.outcome.failed} <= {RejectedError}
    require_the_laws(lived, again, day)
    assert again[-1].says_done


def finish(lived: Lived, day: Day, most: int) -> Sequence[Ran]:
    again = rerun(lived.estate, day.after, lived.allowed, most)
    if again[-1].refusals:
        require_newcomers(lived, again[-1], day)
        again = rerun(lived.estate, day.after, {*lived.allowed, WAYS_IN}, most)
    assert not again[-1].refusals
    return again


def require_newcomers(lived: Lived, refused: Ran, day: Day) -> None:
    """One refusal is new: of people on their way out, who meanwhile got a way in by a team that was widened first."""
    event("refused again")
    now = lived.estate.resources
    states = ((lived.before,), (now,), (now, desired(day.after)))
    had, have, kept = (ways_in(day.after.organization, *each) for each in states)
    for refusal in refused.refusals:
        assert refusal.rule == WAYS_IN
        assert have[refusal.subject] - kept[refusal.subject] - had.get(refusal.subject, frozenset())


@settings(max_examples=20)
@given(days(*FAILURES))
def test_after_any_failures_one_more_run_finishes_and_no_step_locks_anybody_out(day: Day) -> None:
    require_an_end(live(day), day)


@settings(max_examples=20)
@given(days(*INTERRUPTS, *FAILURES))
def test_after_an_interrupt_one_more_run_finishes(day: Day) -> None:
    require_an_end(live(day), day)


@settings(max_examples=20)
@given(days(*FAILURES, lagging=True))
def test_while_reads_lag_runs_end_in_what_is_wanted_and_none_says_so_before(day: Day) -> None:
    lived = live(day)
    require_an_end(lived, day, most=LAG)
    if not lived.refused:
        lived.estate.settle()
        findings = found(lived.estate, day.after)  # one finding for accounts alike
        assert {each.code for each in findings} == {each.code for each in too_few(day.after)}


@settings(max_examples=8)
@given(days(lagging=True))
def test_a_lag_alone_is_waited_out_within_the_run(day: Day) -> None:
    lived = live(day)
    assert lived.refused or lived.first.says_done
