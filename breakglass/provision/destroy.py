"""Delete what the manifest made: first the stacks, which keep what they made, then all of it directly."""

from collections.abc import Sequence
from dataclasses import replace

from breakglass.cloud import Clock, Estate, Stacks
from breakglass.errors import BreakglassError, RejectedError
from breakglass.estate.outcome import Outcome
from breakglass.estate.plan import Plan
from breakglass.estate.predecessors import predecessors
from breakglass.estate.withdrawals import Withdrawal, stays
from breakglass.facts import Survey
from breakglass.provision.apply import Run, carry_out, clear_away
from breakglass.resources import SERVICE_CONTROL_POLICY, Scope
from breakglass.workers import Advance, ignore

_STAYS = RejectedError(
    "the StackSet is still there, so the guardrails stay as well", advice="run the same command again, it continues"
)


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
        if stacks is not None:
            for each in reversed(going):
                left = stays(stacks, each, advance)
                run.stopped |= left
                gone += [scope for scope in each.places if scope not in left]
        rest = tuple(each for each in plan.changes if each.key.type != SERVICE_CONTROL_POLICY)
        clear_away(run, replace(plan, changes=rest), surveys, clock)
        _take_guardrails_away(run, stacks, plan)
    except KeyboardInterrupt:
        run.stop.set()
    return replace(run.outcome(plan.changes), withdrawn=tuple(gone))


def _take_guardrails_away(run: Run, stacks: Stacks | None, plan: Plan) -> None:
    """Delete the guardrails last, and only where no StackSet is left: it would make roles that nothing protects."""
    guardrails = tuple(each for each in plan.changes if each.key.type == SERVICE_CONTROL_POLICY)
    if guardrails and stacks is not None:
        run.stopped |= _still_there(stacks)
    if guardrails and not run.stopped:
        carry_out(run, guardrails, predecessors(plan.changes))


def _still_there(stacks: Stacks) -> dict[Scope, BreakglassError]:
    try:
        found = stacks.others(())
    except BreakglassError as error:
        return {Scope("StackSets"): error}
    return {Scope(each.name): _STAYS for each in found}
