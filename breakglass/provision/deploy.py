"""Carry out a plan of which CloudFormation delivers a part: what fails in a place stops that place and no other.

Nothing but the plan is carried out: what a stack made and what it left is read back, and only what is left of the plan
is put right directly. After any failure the next run continues.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from breakglass.cloud import Clock, Estate, Stacks
from breakglass.errors import BreakglassError, RejectedError
from breakglass.estate.guards import NAMESPACE_OPEN, unguarded
from breakglass.estate.intents import Intent, direct, unknown
from breakglass.estate.observation import Observation, observe
from breakglass.estate.outcome import Outcome, Waiting
from breakglass.estate.phases import Phase, phase
from breakglass.estate.plan import WITHDRAW, Change, Plan
from breakglass.estate.predecessors import predecessors
from breakglass.estate.withdrawals import Withdrawal, stand_ins, stays
from breakglass.facts import Survey
from breakglass.provision.apply import SETTLING, Run, carry_out, clear_away
from breakglass.provision.converge import Goal
from breakglass.resources import Key, Scope
from breakglass.stacks import Delivered, fates
from breakglass.workers import Advance, ignore


@dataclass(slots=True)
class _Delivering:
    """One run with its deliveries: what waits for what, and where stacks were brought up to date."""

    run: Run
    goal: Goal
    changes: Sequence[Change]
    """All that make something, in order."""
    earlier: Mapping[Key, frozenset[Key]]
    places: frozenset[Scope]
    """Where stacks deliver, but those where nothing is in a stack as yet."""
    guarded: frozenset[Key]
    """The guardrails that were seen."""
    arrived: set[Scope] = field(default_factory=set)
    withdrawn: list[Scope] = field(default_factory=list)
    needed: dict[Scope, Key] = field(default_factory=dict)
    """Where nothing was delivered, and what that place needs elsewhere."""

    def outcome(self, plan: Plan) -> Outcome:
        """Return the fate of every change, and of every place that was to be delivered to."""
        makes = {change.key: change.resource for change in self.changes}
        waiting = (Waiting(scope, makes[key]) for scope, key in sorted(self.needed.items()))
        found = self.run.outcome(plan.changes)
        delivered, withdrawn = tuple(sorted(self.arrived)), tuple(self.withdrawn)
        return replace(found, waiting=tuple(waiting), delivered=delivered, withdrawn=withdrawn)

    def of(self, *phases: Phase) -> Sequence[Change]:
        """Return the changes of these phases."""
        return [change for change in self.changes if phase(change, self.places) in phases]


def deploy(
    estate: Estate,
    stacks: Stacks,
    plan: Plan,
    intents: Sequence[Intent],
    goal: Goal,
    clock: Clock,
    *,
    advance: Advance = ignore,
) -> Outcome:
    """Make every change of the plan that can be made, and bring every delivery up to date; what is withdrawn goes.

    `advance` hears the account of each change made directly and of each place delivered to. An interrupt lets what is
    under way in AWS go on, and is told in the outcome.
    """
    run = Run(estate, advance)
    makes = tuple(change for change in plan.changes if change.after is not None)
    places = frozenset(goal.delivered) - direct(intents)
    work = _Delivering(run, goal, makes, predecessors(makes), places, frozenset(plan.before))
    try:
        carry_out(run, work.of(Phase.DIRECT), work.earlier)
        run.waiting |= unknown(plan) & frozenset(goal.delivered)
        for each in (each for each in plan.deliveries if each.action == WITHDRAW):
            left = stays(stacks, Withdrawal(each.delivery, each.places), advance)
            run.stopped |= left
            work.withdrawn += [scope for scope in each.places if scope not in left]
        for intent in intents:
            _deliver(work, stacks, intent)
        _put_right(work, clock)
        clear_away(run, plan, goal.surveys, clock)
    except KeyboardInterrupt:
        run.stop.set()
    return work.outcome(plan)


def _deliver(work: _Delivering, stacks: Stacks, intent: Intent) -> None:
    run, delivery = work.run, intent.delivery
    if intent.why is not None:
        run.stopped |= dict.fromkeys(delivery.scopes or stand_ins(delivery), intent.why)
    open_to = _open(work, intent)
    if open_to:
        run.stopped |= dict.fromkeys(stand_ins(delivery), _unprotected(open_to))
        run.waiting |= set(intent.places)
        return
    needed = _needed(work, intent)
    work.needed |= needed
    run.waiting |= needed.keys()
    places = [scope for scope in intent.places if scope not in run.waiting]
    due = bool(places) or (intent.is_due and not intent.places)
    told = {each.scope: each.why for each in (_delivered(run, stacks, intent, places) if due else ())}
    run.waiting |= frozenset(places) - told.keys()
    run.stopped |= {scope: why for scope, why in told.items() if why is not None}
    work.arrived |= {scope for scope, why in told.items() if why is None}


def _delivered(run: Run, stacks: Stacks, intent: Intent, places: Sequence[Scope]) -> Sequence[Delivered]:
    scopes = places or stand_ins(intent.delivery)
    return fates(lambda: stacks.deliver(intent.delivery, places, advance=run.advance), scopes)


def _open(work: _Delivering, intent: Intent) -> Sequence[str]:
    """Return the guardrails that are missing while whatever joins a unit would get roles."""
    if not intent.opens or NAMESPACE_OPEN in work.goal.allowed:
        return ()
    return unguarded(work.guarded | work.run.made.keys())


def _unprotected(missing: Sequence[str]) -> BreakglassError:
    return RejectedError(
        f"whatever joins it would get roles, and {' and '.join(missing)} could not be made to protect them",
        advice="see why it could not be made, then run the same command again: it continues",
    )


def _needed(work: _Delivering, intent: Intent) -> Mapping[Scope, Key]:
    """Return the places that need something elsewhere which was not made, and what that is."""
    places = frozenset(intent.places)
    needed = (
        (change.key.scope, other)
        for change in work.of(Phase.DELIVERED)
        if change.key.scope in places
        for other in work.earlier[change.key]
        if other.scope != change.key.scope
    )
    missed = ((scope, other) for scope, other in needed if not _is_there(work, other))
    return dict(sorted(missed, reverse=True))  # of several, the first


def _is_there(work: _Delivering, key: Key) -> bool:
    return key in work.run.made or key.scope in work.arrived


def _put_right(work: _Delivering, clock: Clock) -> None:
    """Make directly what stacks did not make where they are up to date, and all that comes after them."""
    run = work.run
    delivered = work.of(Phase.DELIVERED)
    left = {change.key: change for change in _left(work, delivered, clock)}
    drifted = {change.key: change for change in delivered if change.key.scope not in work.arrived}
    todo = {**drifted, **left, **{change.key: change for change in work.of(Phase.AFTERWARDS)}}
    carry_out(run, [todo[change.key] for change in work.changes if change.key in todo], work.earlier)


def _left(work: _Delivering, changes: Sequence[Change], clock: Clock) -> Iterator[Change]:
    """Look at what stacks made, with patience; yield what is still to be done of these changes."""
    expected = {change.key: change for change in changes if change.key.scope in work.arrived}
    seen = Observation({}, {})
    for seconds in SETTLING if expected else ():
        clock.sleep(seconds)
        seen = observe(work.run.estate, _surveys(work.goal, expected), work.goal.owner)
        found = [key for key, change in expected.items() if seen.state.get(key) == change.after]
        work.run.made |= {key: expected.pop(key) for key in found}
        if not expected:
            break
    unseen = {each.scope: each.why for each in seen.unread if each.types}
    for key, change in expected.items():
        why = unseen.get(key.scope) or (_foreign(seen, key) if key in seen.strays else None)
        if why is None:
            yield Change(seen.state.get(key), change.after)
        else:
            work.run.stopped[key.scope] = why


def _surveys(goal: Goal, expected: Mapping[Key, Change]) -> Sequence[Survey]:
    scopes = {key.scope for key in expected}
    return [replace(each, enrolment=False) for each in goal.surveys if each.scope in scopes]


def _foreign(seen: Observation, key: Key) -> BreakglassError:
    stray = seen.strays[key]
    return RejectedError(
        f"{stray.shown} is there and is not ours", subject=stray.subject, advice="see what breakglass plan says of it"
    )
