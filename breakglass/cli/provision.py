"""plan, apply."""

from pathlib import Path

import click

from breakglass.cli import options, wiring
from breakglass.cli.answers import require_an_answer
from breakglass.cli.planning import (
    Stacked,
    allow,
    look,
    look_at_stacks,
    plan_exit,
    read_back,
    refuse,
    say_farewell,
    show_plan,
    warn_of,
)
from breakglass.cli.units import looked_up
from breakglass.cloud import Estate
from breakglass.errors import RefusedError
from breakglass.estate.outcome import Outcome
from breakglass.estate.phases import is_delivered
from breakglass.estate.plan import Plan
from breakglass.estate.wording import counted
from breakglass.manifest.model import Manifest
from breakglass.provision.apply import apply as carry_out
from breakglass.provision.converge import Goal, provisioned, within
from breakglass.report import outcome as outcomes
from breakglass.report.deploy import deliveries_text, dry_run_document
from breakglass.report.plan import plan_text
from breakglass.report.terminal import progress, show, show_json, tell


@click.command()
@options.manifest
@options.profile
@options.output
@allow
def plan(path: Path, profile: str | None, form: str, allowed: tuple[str, ...]) -> int:
    """Show what would change; exit 1 if anything would."""
    units = looked_up(path, profile)
    manifest = units.manifest
    goal = within(units, provisioned(manifest, allowed))
    found, stacked = look(wiring.estate(manifest, profile), goal), Stacked()
    if manifest.engine == "stacksets":
        found, stacked = look_at_stacks(wiring.stacks(manifest, profile), units, goal, found)
    if form == options.JSON:
        show_json(dry_run_document(found, stacked.intents, stacked.leftovers, manifest))
    else:
        show(plan_text(found, manifest))
        show(deliveries_text(stacked.intents, stacked.leftovers, manifest))
    return max(plan_exit(found), stacked.unknown)


@click.command()
@options.manifest
@options.profile
@options.output
@allow
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--digest", help="Apply only if the plan is still the one with this digest; do not ask.")
def apply(
    path: Path, profile: str | None, form: str, allowed: tuple[str, ...], *, yes: bool, digest: str | None
) -> int:
    """Make the manifest real, and read it back."""
    require_an_answer(form, given=yes or bool(digest), option="--yes or --digest D")
    units = looked_up(path, profile)
    manifest = units.manifest
    estate, goal = wiring.estate(manifest, profile), within(units, provisioned(manifest, allowed))
    warn_of(allowed)
    found = look(estate, goal)
    show_plan(found, manifest, form)
    refuse(found, manifest, digest)
    _require_direct(found, goal)
    if found.changes and not (yes or digest or click.confirm("Apply these changes?", err=True)):
        tell("not applied; nothing was changed")
        return 1
    return _carry_out(estate, goal, found, manifest, form)


def _require_direct(plan: Plan, goal: Goal) -> None:
    """Refuse to make what stacks deliver: they would not know of it, and could not make it again."""
    theirs = [change for change in plan.changes if is_delivered(change.key, frozenset(goal.delivered))]
    if theirs:
        error = RefusedError(
            f"{counted(len(theirs), 'change')} of the plan lie where stacks deliver; nothing was changed",
            subject=str(theirs[0].key.scope),
            advice="run: breakglass deploy",
        )
        error.exit_code = max(error.exit_code, plan_exit(plan))
        raise error


def _carry_out(estate: Estate, goal: Goal, plan: Plan, manifest: Manifest, form: str) -> int:
    outcome, left = Outcome(), plan
    if plan.changes:
        with progress("Applying", len(plan.changes)) as advance:
            outcome = carry_out(estate, plan, goal.surveys, wiring.clock(), advance=advance)
        outcome, left = read_back(estate, goal, plan, outcome)
    if form == options.JSON:
        show_json(outcomes.outcome_document(plan, outcome, left, manifest))
    else:
        show(outcomes.outcome_text(outcome, left, manifest, told=plan.unread))
    say_farewell(outcome, plan, manifest)
    return outcomes.exit_code(outcome, left)
