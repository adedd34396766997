"""offboard."""

from pathlib import Path

import click

from breakglass.cli import options, wiring
from breakglass.cli.provision import refuse, require_an_answer
from breakglass.cloud import Estate
from breakglass.estate.guards import WAYS_IN
from breakglass.estate.surveys import surveys
from breakglass.manifest.model import Manifest
from breakglass.manifest.read import read
from breakglass.provision.offboard import Departure, departure, leave
from breakglass.report import offboard as reports
from breakglass.report.outcome import exit_code, outcome_text
from breakglass.report.plan import plan_text
from breakglass.report.terminal import progress, show, show_json, tell


@click.command()
@click.argument("person")
@options.manifest
@options.profile
@options.output
@click.option(
    "--allow", "allowed", type=click.Choice([WAYS_IN]), multiple=True, help="Let too few people be left to get in."
)
@click.option("--yes", is_flag=True, help="Do not ask.")
def offboard(person: str, path: Path, profile: str | None, form: str, allowed: tuple[str, ...], *, yes: bool) -> int:
    """Take a person's access away: password, devices, teams, user; PERSON is an id or the name of the user."""
    require_an_answer(form, given=yes, option="--yes")
    manifest = read(path)
    estate = wiring.estate(manifest, profile)
    with progress("Reading accounts", len(surveys(manifest))) as advance:
        leaver = departure(estate, manifest, person, allowed, advance=advance)
    if form != options.JSON:
        _show(leaver, manifest)
    refuse(leaver.plan, manifest, None)
    if leaver.plan.changes and not (yes or click.confirm(f"Delete the user {leaver.user}?", err=True)):
        tell("nothing was changed")
        return 1
    return _carry_out(estate, leaver, manifest, form)


def _show(leaver: Departure, manifest: Manifest) -> None:
    """Show what is about to be done; in JSON, the outcome is the one document."""
    if not leaver.plan.changes:
        show(reports.absent_text(leaver.user, leaver.similar))
        return
    show(plan_text(leaver.plan, manifest))
    if leaver.named:
        show(reports.return_text(leaver.user))


def _carry_out(estate: Estate, leaver: Departure, manifest: Manifest, form: str) -> int:
    clock = wiring.clock()
    outcome, left = leave(estate, leaver, manifest, clock)
    now = clock.now()
    if form == options.JSON:
        result = (leaver.plan, outcome, left)
        show_json(reports.offboard_document(leaver.user, leaver.roles, now, manifest, result, named=leaver.named))
    elif leaver.plan.changes:
        show(outcome_text(outcome, left, manifest, told=leaver.plan.unread))
        show(reports.sessions_text(leaver.user, leaver.roles, now, manifest))
    return exit_code(outcome, left)
