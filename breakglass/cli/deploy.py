"""deploy."""

from collections.abc import Sequence
from pathlib import Path

import click

from breakglass.cli import options, wiring
from breakglass.cli.answers import require_an_answer
from breakglass.cli.delivering import require_stacks, stacks_of
from breakglass.cli.planning import (
    Stacked,
    allow,
    look,
    look_at_stacks,
    plan_exit,
    read_back,
    refuse,
    say_farewell,
    warn_of,
)
from breakglass.cli.units import looked_up
from breakglass.cloud import Estate, Stacks
from breakglass.estate.intents import Intent
from breakglass.estate.outcome import Outcome
from breakglass.estate.phases import is_delivered
from breakglass.estate.plan import Plan
from breakglass.manifest.model import Manifest
from breakglass.provision.converge import Goal, provisioned, within
from breakglass.provision.deploy import deploy as carry_out
from breakglass.report import deploy as reports
from breakglass.report.outcome import exit_code
from breakglass.report.plan import plan_text
from breakglass.report.terminal import progress, show, show_json, tell


@click.command()
@options.manifest
@options.profile
@options.output
@allow
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--digest", help="Deploy only if the plan is still the one with this digest; do not ask.")
@click.option("--dry-run", is_flag=True, help="Show what would be done, and do nothing.")
def deploy(
    path: Path,
    profile: str | None,
    form: str,
    allowed: tuple[str, ...],
    *,
    yes: bool,
    digest: str | None,
    dry_run: bool,
) -> int:
    """Make the manifest real, with CloudFormation in target accounts, and read it back."""
    require_an_answer(form, given=yes or dry_run or bool(digest), option="--yes, --digest D or --dry-run")
    units = looked_up(path, profile)
    manifest = units.manifest
    require_stacks(manifest)
    estate, stacks = wiring.estate(manifest, profile), stacks_of(manifest, profile)
    goal = within(units, provisioned(manifest, allowed))
    warn_of(allowed)
    plan, stacked = look_at_stacks(stacks, units, goal, look(estate, goal))
    _show(plan, stacked, manifest, form, dry_run=dry_run)
    if dry_run:
        return max(plan_exit(plan), stacked.unknown, int(stacked.is_apart))
    refuse(plan, manifest, digest)
    if _has_work(plan) and not (yes or digest or click.confirm("Deploy this?", err=True)):
        tell("not deployed; nothing was changed")
        return 1
    outcome, left = _carry_out(estate, stacks, plan, stacked.intents, goal)
    if form == options.JSON:
        show_json(reports.deploy_document(plan, stacked.intents, stacked.leftovers, outcome, left, manifest))
    else:
        show(reports.deploy_text(plan, stacked.intents, outcome, left, manifest))
    say_farewell(outcome, plan, manifest)
    return max(exit_code(outcome, left), stacked.unknown, int(stacked.is_apart))


def _show(plan: Plan, stacked: Stacked, manifest: Manifest, form: str, *, dry_run: bool) -> None:
    if form != options.JSON:
        nothing = "nothing is changed directly" if plan.deliveries else "no changes"
        show(plan_text(plan, manifest, nothing=nothing))
        show(reports.deliveries_text(stacked.intents, stacked.leftovers, manifest))
    elif dry_run:
        show_json(reports.dry_run_document(plan, stacked.intents, stacked.leftovers, manifest))


def _has_work(plan: Plan) -> bool:
    return bool(plan.changes or plan.deliveries)


def _carry_out(estate: Estate, stacks: Stacks, plan: Plan, todo: Sequence[Intent], goal: Goal) -> tuple[Outcome, Plan]:
    with progress("Deploying", _work(plan)) as advance:
        outcome = carry_out(estate, stacks, plan, todo, goal, wiring.clock(), advance=advance)
    return (
        read_back(estate, goal, plan, outcome) if _has_work(plan) or any(each.why for each in todo) else (outcome, plan)
    )


def _work(plan: Plan) -> int:
    """Return how much there is to do: places, and changes that no stack makes there."""
    places = [scope for each in plan.deliveries for scope in each.places]
    theirs = frozenset(places)
    return len(places) + sum(not is_delivered(change.key, theirs) for change in plan.changes)
