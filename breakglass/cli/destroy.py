"""destroy."""

from collections.abc import Collection, Sequence
from pathlib import Path

import click

from breakglass import resources
from breakglass.cli import options, wiring
from breakglass.cli.answers import require_an_answer
from breakglass.cli.delivering import stacks_of
from breakglass.cli.planning import allow, look, read_back, refuse, say_farewell, show_plan
from breakglass.cli.units import looked_up
from breakglass.cloud import Estate, Stacks
from breakglass.errors import RefusedError, UsageError
from breakglass.estate.organization import Resolved
from breakglass.estate.outcome import Outcome
from breakglass.estate.plan import Plan
from breakglass.estate.withdrawals import Withdrawal, withdrawals
from breakglass.estate.wording import describe
from breakglass.manifest.model import Manifest
from breakglass.provision.converge import Goal, destroyed, within
from breakglass.provision.deliveries import deliveries
from breakglass.provision.destroy import destroy as carry_out
from breakglass.report import outcome as outcomes
from breakglass.report.deploy import withdrawals_text
from breakglass.report.losses import losses, some
from breakglass.report.plan import account_label, scope_label
from breakglass.report.terminal import progress, show, show_json, tell
from breakglass.resources import KINDS


@click.command()
@options.manifest
@options.profile
@options.output
@allow
@click.option("--account", "chosen", metavar="NAME", help="Only in this account, by name or id.")
@click.option("--confirm", "typed", metavar="ID", help="The organization's id, instead of typing it.")
def destroy(
    path: Path, profile: str | None, form: str, allowed: tuple[str, ...], chosen: str | None, typed: str | None
) -> int:
    """Delete everything the manifest made: nobody can get in any more."""
    require_an_answer(form, given=bool(typed), option="--confirm ID")
    units = looked_up(path, profile)
    manifest = units.manifest
    accounts = manifest.account_ids if chosen is None else (_account(manifest, chosen),)
    estate, goal = wiring.estate(manifest, profile), within(units, destroyed(manifest, accounts, allowed))
    found = look(estate, goal)
    stacks, going = _going(units, profile, accounts)
    show_plan(found, manifest, form, nothing="nothing is deleted directly" if going else "no changes")
    show(withdrawals_text(going, manifest), stderr=form == options.JSON)
    refuse(found, manifest, None)
    if found.changes or going:
        _warn(manifest, found, accounts)
        if chosen is not None:
            _warn_of_its_unit(units, accounts[0])
        _confirm(manifest, typed)
    outcome, left = _carry_out(estate, stacks, going, goal, found)
    if form == options.JSON:
        show_json(outcomes.outcome_document(found, outcome, left, manifest))
    else:
        show(outcomes.outcome_text(outcome, left, manifest, told=found.unread))
    if set(manifest.account_ids) - set(accounts):  # else all roles go, too
        say_farewell(outcome, found, manifest)
    return outcomes.exit_code(outcome, left)


def _going(
    units: Resolved, profile: str | None, accounts: Collection[str]
) -> tuple[Stacks | None, Sequence[Withdrawal]]:
    """Return the stacks that go first; with the direct engine nobody knows where to ask."""
    manifest = units.manifest
    if manifest.engine == "direct":
        return None, ()
    stacks = stacks_of(manifest, profile)
    whole = set(manifest.account_ids) <= set(accounts)
    return stacks, withdrawals(stacks, deliveries(units), accounts, whole=whole)


def _carry_out(
    estate: Estate, stacks: Stacks | None, going: Sequence[Withdrawal], goal: Goal, plan: Plan
) -> tuple[Outcome, Plan]:
    outcome, left = Outcome(), plan
    work = len(plan.changes) + sum(len(each.places) for each in going)
    if plan.changes or going:
        with progress("Deleting", work) as advance:
            outcome = carry_out(estate, stacks, plan, going, goal.surveys, wiring.clock(), advance=advance)
        outcome, left = read_back(estate, goal, plan, outcome)
    return outcome, left


def _account(manifest: Manifest, chosen: str) -> str:
    if chosen in manifest.account_ids:
        return chosen
    for account in manifest.account_ids:
        if chosen == manifest.account_name(account):
            return account
    raise UsageError(
        f"{chosen} is no account of the manifest",
        subject=chosen,
        advice="put it back if it was taken out already; the manifest has "
        + some([manifest.account_name(account) for account in manifest.account_ids]),
    )


def _warn(manifest: Manifest, plan: Plan, accounts: Collection[str]) -> None:
    for line in losses(plan, manifest):
        tell(line)
    users = sorted(change.key.name for change in plan.changes if change.key.type == resources.USER)
    if users:
        tell(f"These users are deleted: {', '.join(users)}.")
    kept = [each for each in plan.before.values() if KINDS[each.type].kept and each.scope.account in accounts]
    if kept:
        told = (f"{describe(each)} in {scope_label(each.scope, manifest)}" for each in kept)
        tell(f"These stay as they are: {', '.join(sorted(told))}.")


def _confirm(manifest: Manifest, typed: str | None) -> None:
    given = typed or click.prompt(f"Type the organization's id ({manifest.organization}) to destroy it", err=True)
    if given != manifest.organization:
        raise RefusedError(
            f"{given} is not the organization's id; nothing was changed",
            subject=manifest.organization,
            advice=f"confirm with {manifest.organization}",
        )


def _warn_of_its_unit(units: Resolved, account: str) -> None:
    """Say what would bring back what is deleted: stacks are made in whatever is in a unit."""
    unit = {**units.units, **units.apart}.get(account)
    if unit is not None:
        where = f"{account_label(account, units.manifest)} is in the organizational unit {unit}"
        tell(f"{where}: move it out, or take the unit out of the manifest, or the next deploy brings everything back.")
