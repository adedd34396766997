"""Delete what the manifest made: first the stacks, which keep what they made, then all of it directly."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from breakglass.cloud import Clock, Estate, Stacks
from breakglass.errors import BreakglassError
from breakglass.estate.outcome import Outcome
from breakglass.estate.plan import Plan
from breakglass.facts import Survey
from breakglass.provision.adopt import withdrawn
from breakglass.provision.apply import Run, clear_away
from breakglass.resources import Scope
from breakglass.stacks import Delivery
from breakglass.workers import Advance, ignore, parallel


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """The stacks of a delivery that are to go, or why they are not known."""

    delivery: Delivery
    places: tuple[Scope, ...]
    why: BreakglassError | None = None


def withdrawals(stacks: Stacks, deliveries: Sequence[Delivery], accounts: Collection[str]) -> tuple[Withdrawal, ...]:
    """Look which stacks there are in these accounts, whether they are meant to be there or not."""

    def look(delivery: Delivery) -> Withdrawal:
        try:
            found = stacks.look(delivery).instances
        except BreakglassError as error:
            return Withdrawal(delivery, tuple(each for each in delivery.scopes if each.account in accounts), error)
        return Withdrawal(delivery, tuple(sorted(each for each in found if each.account in accounts)))

    return tuple(each for each in parallel(look, deliveries) if each.places)


def destroy(
    estate: Estate,
    stacks: Stacks,
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
            if each.why is not None:
                run.stopped |= dict.fromkeys(each.places, each.why)
                continue
            told = withdrawn(stacks, each.delivery, each.places, advance)
            run.stopped |= {row.scope: row.why for row in told if row.why is not None}
        clear_away(run, plan, surveys, clock)
    except KeyboardInterrupt:
        run.stop.set()
    return run.outcome(plan.changes)
