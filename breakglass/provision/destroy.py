"""Delete what the manifest made: first the stacks, which keep what they made, then all of it directly."""

from collections.abc import Mapping, Sequence

from breakglass.cloud import Clock, Estate, Stacks
from breakglass.errors import BreakglassError
from breakglass.estate.outcome import Outcome
from breakglass.estate.plan import Plan
from breakglass.estate.withdrawals import Withdrawal
from breakglass.facts import Survey
from breakglass.provision.adopt import withdrawn
from breakglass.provision.apply import Run, clear_away
from breakglass.resources import Scope
from breakglass.workers import Advance, ignore


def destroy(
    estate: Estate,
    stacks: Stacks | None,
    plan: Plan,
    going: Sequence[Withdrawal],
    surveys: Sequence[Survey],
    clock: Clock,
    *,
    advance: Advance = ignore,
) -> Outcome:
    """Carry out a plan that only deletes; where a stack stays, nothing it made is deleted: it would be drift to it.

    `advance` hears the account of each stack and of each resource that is gone.
    """
    run = Run(estate, advance)
    try:
        for each in reversed(going):
            run.stopped |= _withdraw(stacks, each, advance)
        clear_away(run, plan, surveys, clock)
    except KeyboardInterrupt:
        run.stop.set()
    return run.outcome(plan.changes)


def _withdraw(stacks: Stacks | None, going: Withdrawal, advance: Advance) -> Mapping[Scope, BreakglassError]:
    """Return where stacks stay, and why."""
    if stacks is None or going.why is not None:
        return {scope: going.why for scope in going.places if going.why is not None}
    told = withdrawn(stacks, going.delivery, going.places, advance)
    return {row.scope: row.why for row in told if row.why is not None}
