"""offboard."""

from pathlib import Path

import click

from breakglass.cli import options, wiring
from breakglass.cli.answers import require_an_answer
from breakglass.cli.planning import refuse
from breakglass.cli.units import looked_up
from breakglass.cloud import Estate
from breakglass.estate.guards import WAYS_IN
from breakglass.estate.surveys import surveys
from breakglass.manifest.model import Manifest
from breakglass.provision.offboard import Departure, Leaving, departure, leave
from breakglass.report import offboard as reports
from breakglass.report.outcome import exit_code, outcome_text
from breakglass.report.plan import plan_text, unread_text
from breakglass.report.terminal import progress, show, show_json, tell


@click.command()
@click.argument("person")
@options.manifest
@options.profile
@options.output
@click.option(
    "--allow", "allowed", type=click.Choice([WAYS_IN]), multiple=True, help="Let too few people be left to get in."
)
@click.option("--gone", is_flag=True, help="The user is deleted already: only tell its sessions and how to end them.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def offboard(
    person: str, path: Path, profile: str | None, form: str, allowed: tuple[str, ...], *, gone: bool, yes: bool
) -> int:
    """Take a person's access away: password, teams, devices, user; PERSON is an id or the name of the user."""
    require_an_answer(form, given=yes or gone, option="--yes")
    found = looked_up(path, profile)
    manifest, estate = found.manifest, wiring.estate(found.manifest, profile)
    with progress("Reading", len(surveys(manifest))) as advance:
        leaving = Leaving(person, gone, allowed)
        leaver = departure(estate, manifest, leaving, unresolved=found.unread, advance=advance)
    if form != options.JSON:
        _show(leaver, manifest)
    refuse(leaver.plan, manifest, None)
    if leaver.plan.changes and not (yes or click.confirm(f"Delete the user {leaver.user}?", err=True)):
        tell("nothing was changed")
        return 1
    return _carry_out(estate, leaver, manifest, form)


def _show(leaver: Departure, manifest: Manifest) -> None:
    """Show what is about to be done; in JSON, the outcome is the one document."""
    if leaver.plan.changes:
        show(plan_text(leaver.plan, manifest))
    else:
        show(unread_text(leaver.plan.unread, manifest))
        show(reports.absent_text(leaver.user))
    if leaver.named:
        show(reports.return_text(leaver.user, manifest))


def _carry_out(estate: Estate, leaver: Departure, manifest: Manifest, form: str) -> int:
    clock = wiring.clock()
    outcome, left = leave(estate, leaver, manifest, clock)
    sessions = leaver.sessions(outcome, left, clock.now())
    if form == options.JSON:
        show_json(reports.offboard_document(sessions, manifest, (leaver.plan, outcome, left), named=leaver.named))
        return exit_code(outcome, left)
    if leaver.plan.changes:
        show(outcome_text(outcome, left, manifest, told=leaver.plan.unread))
    show(reports.sessions_text(sessions, manifest))
    return exit_code(outcome, left)
