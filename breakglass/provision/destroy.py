"""Delete what the manifest made: first the stacks, which keep what they made, then all of it directly."""

from collections.abc import Sequence
from dataclasses import replace

from breakglass.cloud import Clock, Estate, Stacks
from breakglass.estate.outcome import Outcome
from breakglass.estate.plan import Plan
from breakglass.estate.withdrawals import Withdrawal
from breakglass.facts import Survey
from breakglass.provision.adopt import withdrawn
from breakglass.provision.apply import Run, clear_away
from breakglass.resources import Scope
from breakglass.stacks import Delivered
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
    gone = list[Scope]()
    try:
        for each in reversed(going):
            rows = _withdraw(stacks, each, advance)
            run.stopped |= {row.scope: row.why for row in rows if row.why is not None}
            gone += [row.scope for row in rows if row.why is None]
        clear_away(run, plan, surveys, clock)
    except KeyboardInterrupt:
        run.stop.set()
    return replace(run.outcome(plan.changes), withdrawn=tuple(gone))


def _withdraw(stacks: Stacks | None, going: Withdrawal, advance: Advance) -> Sequence[Delivered]:
    """Return where stacks are gone, and where they stay and why."""
    if stacks is None or going.why is not None:
        return [Delivered(scope, going.why) for scope in going.places if going.why is not None]
    return withdrawn(stacks, going.delivery, going.places, advance)
