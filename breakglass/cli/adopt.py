"""adopt."""

from pathlib import Path

import click

from breakglass.cli import options, wiring
from breakglass.cli.answers import require_an_answer
from breakglass.cli.delivering import require_stacks, stacks_of
from breakglass.cli.planning import look
from breakglass.cli.units import looked_up
from breakglass.estate.intents import intents
from breakglass.estate.takeovers import Adopted, takeovers
from breakglass.estate.withdrawals import leftovers
from breakglass.provision.adopt import adopt as carry_out
from breakglass.provision.converge import provisioned, within
from breakglass.provision.deliveries import deliveries
from breakglass.report import adopt as reports
from breakglass.report.plan import unread_text
from breakglass.report.terminal import progress, show, show_json, tell


@click.command()
@options.manifest
@options.profile
@options.output
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--dry-run", is_flag=True, help="Show what would be taken over, and do nothing.")
def adopt(path: Path, profile: str | None, form: str, *, yes: bool, dry_run: bool) -> int:
    """Let stacks take over what apply made, without replacing it."""
    require_an_answer(form, given=yes or dry_run, option="--yes or --dry-run")
    units = looked_up(path, profile)
    manifest = units.manifest
    require_stacks(manifest)
    wanted = deliveries(units)
    estate, stacks = wiring.estate(manifest, profile), stacks_of(manifest, profile)
    plan = look(estate, within(units, provisioned(manifest)))
    todo = intents(stacks, wanted, plan)
    going, left = takeovers(todo, plan), leftovers(stacks, wanted)
    places = sum(len(each.adoptions) for each in going)
    if form != options.JSON:
        show(reports.takeovers_text(going, manifest))
        show(unread_text(plan.unread, manifest))
    if places and not (dry_run or yes or click.confirm("Let stacks take this over?", err=True)):
        tell("not adopted; nothing was changed")
        return 1
    adopted = Adopted(())
    if not dry_run:
        with progress("Adopting", places) as advance:
            adopted = carry_out(stacks, going, todo, left, advance=advance)
    if form == options.JSON:
        show_json(reports.adopted_document(going, adopted, plan.unread, manifest))
    elif not dry_run:
        show(reports.adopted_text(adopted, manifest))
    return reports.exit_code(going, adopted, plan.unread)
