"""What every command has in common that carries out a plan: look, show, refuse, read back."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import click

from breakglass import resources
from breakglass.cli import options, wiring
from breakglass.cloud import Estate, Stacks
from breakglass.errors import BreakglassError, PartlyAppliedError, RefusedError
from breakglass.estate.guards import GUARDS
from breakglass.estate.intents import Intent, delivering, direct, intents
from breakglass.estate.organization import Resolved, is_unresolved
from breakglass.estate.outcome import Outcome
from breakglass.estate.plan import Plan, Refusal
from breakglass.estate.withdrawals import Withdrawal, leftovers
from breakglass.manifest.model import Manifest
from breakglass.provision.converge import Goal, plan_for, remaining
from breakglass.provision.deliveries import deliveries
from breakglass.report.offboard import farewells
from breakglass.report.plan import account_label, plan_text
from breakglass.report.terminal import progress, show, tell

allow = click.option(
    "--allow",
    "allowed",
    type=click.Choice(list(GUARDS)),
    multiple=True,
    help="Let the plan pass this guard; once for each guard.",
)


def plan_exit(plan: Plan) -> int:
    """Return the exit code of a plan that is only shown."""
    codes = [unread.why.exit_code for unread in plan.unread]
    codes += [RefusedError.exit_code] * bool(plan.refusals) + [1] * bool(plan.changes or plan.deliveries)
    codes += [PartlyAppliedError.exit_code] * bool(plan.stopped)
    return max(codes, default=0)


def look(estate: Estate, goal: Goal) -> Plan:
    """Return the plan that reaches a goal, with progress while accounts are read."""
    with progress("Reading", len(goal.surveys)) as advance:
        return plan_for(estate, goal, advance=advance)


@dataclass(frozen=True, slots=True)
class Stacked:
    """What stacks are to do beside a plan."""

    intents: Sequence[Intent] = ()
    leftovers: Sequence[Withdrawal] = ()

    @property
    def unknown(self) -> int:
        """The exit code of what could not be looked at; 0 where all is known."""
        whys = [*(each.why for each in self.intents), *(each.why for each in self.leftovers)]
        return max((each.exit_code for each in whys if each is not None), default=0)

    @property
    def is_apart(self) -> bool:
        """Whether something of ours is in no stack as yet."""
        return bool(direct(self.intents))


def look_at_stacks(stacks: Stacks, units: Resolved, goal: Goal, plan: Plan) -> tuple[Plan, Stacked]:
    """Return the plan with what stacks are to do, as far as it is known: its digest is of that too."""
    wanted = deliveries(units)
    found = Stacked(intents(stacks, wanted, plan), leftovers(stacks, wanted))
    settings = str(units.manifest.stacksets)
    told = delivering(plan, found.intents, found.leftovers, goal.delivered, settings=settings, allowed=goal.allowed)
    return told, found


def show_plan(plan: Plan, manifest: Manifest, form: str, *, nothing: str = "no changes") -> None:
    """Show the plan about to be carried out, or that it has `nothing`; in JSON, the outcome is the one document."""
    if form != options.JSON:
        show(plan_text(plan, manifest, nothing=nothing))


def read_back(estate: Estate, goal: Goal, plan: Plan, outcome: Outcome) -> tuple[Outcome, Plan]:
    """Look what is left: with patience where everything was made, once where it was not."""
    if outcome.interrupted:
        return outcome, plan
    try:
        return outcome, remaining(estate, goal, wiring.clock()) if outcome.complete else plan_for(estate, goal)
    except KeyboardInterrupt:
        return replace(outcome, interrupted=True), plan


def say_farewell(outcome: Outcome, plan: Plan, manifest: Manifest) -> None:
    """Tell of sessions that may outlive what was taken away."""
    for line in farewells(outcome, plan.before, wiring.clock().now(), manifest):
        tell(line)


def warn_of(allowed: Sequence[str]) -> None:
    """Say which guards let everything pass."""
    for rule in allowed:
        tell(f"THE GUARD {rule} IS SWITCHED OFF FOR THIS RUN")


def refuse(plan: Plan, manifest: Manifest, digest: str | None) -> None:
    """Raise what stands against the plan, with the exit code that `plan` has for it."""
    error = _objection(plan, manifest, digest)
    if error is not None:
        error.exit_code = max(error.exit_code, plan_exit(plan))
        raise error


def _objection(plan: Plan, manifest: Manifest, digest: str | None) -> BreakglassError | None:
    for unread in plan.unread:
        if resources.USER in unread.types:
            known = not is_unresolved(unread)
            what = "the security account could not be read" if known else f"{unread.what} are not known"
            return type(unread.why)(
                f"{what}, so nothing was changed: {unread.why.message}",
                subject=unread.scope.account,
                advice=unread.why.advice,
            )
    if plan.refusals:
        return _refused(plan.refusals, manifest)
    if digest and digest != plan.digest:
        return RefusedError(
            f"the plan is {plan.digest}, not {digest}: the manifest or what is in AWS differs; nothing was changed",
            subject=digest,
            advice="look at the plan as it is now, and carry that out with its digest",
        )
    return None


def _refused(refusals: Sequence[Refusal], manifest: Manifest) -> RefusedError:
    first, *others = refusals
    more = f" (and {len(others)} more)" if others else ""
    rules = dict.fromkeys(each.rule for each in refusals)
    return RefusedError(
        f"{', '.join(rules)}: {account_label(first.subject, manifest)}: {first.why}{more}; nothing was changed",
        subject=first.subject,
        advice=f"{first.advice}; if the whole plan is meant as it is: {' '.join(f'--allow {rule}' for rule in rules)}",
    )
