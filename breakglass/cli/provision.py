"""plan, apply, destroy."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path

import click

from breakglass import resources
from breakglass.cli import options, wiring
from breakglass.cli.answers import require_an_answer
from breakglass.cli.units import looked_up
from breakglass.cloud import Estate
from breakglass.errors import BreakglassError, RefusedError, UsageError
from breakglass.estate.guards import GUARDS
from breakglass.estate.matrix import people_in
from breakglass.estate.organization import is_unresolved
from breakglass.estate.outcome import Outcome
from breakglass.estate.plan import Plan, Refusal
from breakglass.estate.wording import describe
from breakglass.manifest.model import Manifest
from breakglass.provision.apply import apply as carry_out
from breakglass.provision.converge import Goal, destroyed, plan_for, provisioned, remaining, within
from breakglass.report import outcome as outcomes
from breakglass.report.offboard import farewells
from breakglass.report.plan import account_label, plan_document, plan_text, scope_label
from breakglass.report.terminal import progress, show, show_json, tell
from breakglass.resources import KINDS

allow = click.option(
    "--allow",
    "allowed",
    type=click.Choice(list(GUARDS)),
    multiple=True,
    help="Let the plan pass this guard; once for each guard.",
)


@click.command()
@options.manifest
@options.profile
@options.output
@allow
def plan(path: Path, profile: str | None, form: str, allowed: tuple[str, ...]) -> int:
    """Show what would change; exit 1 if anything would."""
    units = looked_up(path, profile)
    manifest = units.manifest
    found = _look(wiring.estate(manifest, profile), within(units, provisioned(manifest, allowed)))
    if form == options.JSON:
        show_json(plan_document(found, manifest))
    else:
        show(plan_text(found, manifest))
    return plan_exit(found)


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
    for rule in allowed:
        tell(f"THE GUARD {rule} IS SWITCHED OFF FOR THIS RUN")
    found = _look(estate, goal)
    _show(found, manifest, form)
    refuse(found, manifest, digest)
    if found.changes and not (yes or digest or click.confirm("Apply these changes?", err=True)):
        tell("not applied; nothing was changed")
        return 1
    return _carry_out(estate, goal, found, manifest, form)


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
    found = _look(estate, goal)
    _show(found, manifest, form)
    refuse(found, manifest, None)
    if found.changes:
        _warn(manifest, found, accounts)
        _confirm(manifest, typed)
    return _carry_out(estate, goal, found, manifest, form)


def plan_exit(plan: Plan) -> int:
    """Return the exit code of a plan that is only shown."""
    codes = [unread.why.exit_code for unread in plan.unread]
    codes += [RefusedError.exit_code] * bool(plan.refusals) + [1] * bool(plan.changes)
    return max(codes, default=0)


def _look(estate: Estate, goal: Goal) -> Plan:
    with progress("Reading accounts", len(goal.surveys)) as advance:
        return plan_for(estate, goal, advance=advance)


def _show(plan: Plan, manifest: Manifest, form: str) -> None:
    """Show the plan about to be carried out; in JSON, the outcome is the one document."""
    if form != options.JSON:
        show(plan_text(plan, manifest))


def _carry_out(estate: Estate, goal: Goal, plan: Plan, manifest: Manifest, form: str) -> int:
    outcome, left = Outcome(), plan
    if plan.changes:
        with progress("Applying", len(plan.changes)) as advance:
            outcome = carry_out(estate, plan, goal.surveys, wiring.clock(), advance=advance)
        outcome, left = _read_back(estate, goal, plan, outcome)
    if form == options.JSON:
        show_json(outcomes.outcome_document(plan, outcome, left, manifest))
    else:
        show(outcomes.outcome_text(outcome, left, manifest, told=plan.unread))
    if goal.target or set(manifest.account_ids) - {
        each.scope.account for each in goal.surveys
    }:  # else all roles go, too
        for line in farewells(outcome, plan.before, wiring.clock().now(), manifest):
            tell(line)
    return outcomes.exit_code(outcome, left)


def _read_back(estate: Estate, goal: Goal, plan: Plan, outcome: Outcome) -> tuple[Outcome, Plan]:
    """Look what is left: with patience where everything was made, once where it was not."""
    if outcome.interrupted:
        return outcome, plan
    try:
        return outcome, remaining(estate, goal, wiring.clock()) if outcome.complete else plan_for(estate, goal)
    except KeyboardInterrupt:
        return replace(outcome, interrupted=True), plan


def refuse(plan: Plan, manifest: Manifest, digest: str | None) -> None:
    """Raise what stands against the plan, with the exit code that `plan` has for it."""
    error = _objection(plan, manifest, digest)
    if error is not None:
        error.exit_code = max(error.exit_code, plan_exit(plan))
        raise error


def _objection(plan: Plan, manifest: Manifest, digest: str | None) -> BreakglassError | None:
    for unread in plan.unread:
        if resources.USER in unread.types:
            what = unread.what if is_unresolved(unread) else "the security account"
            return type(unread.why)(
                f"{what} could not be read, so nothing was changed: {unread.why.message}",
                subject=unread.scope.account,
                advice=unread.why.advice,
            )
    if plan.refusals:
        return _refused(plan.refusals, manifest)
    if digest and digest != plan.digest:
        return RefusedError(
            f"the plan is {plan.digest}, not {digest}: the manifest or what is in AWS differs; nothing was changed",
            subject=digest,
            advice="look at the plan as it is now, and apply with its digest",
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
        + ", ".join(manifest.account_name(account) for account in manifest.account_ids),
    )


def _warn(manifest: Manifest, plan: Plan, accounts: Collection[str]) -> None:
    everywhere = manifest.security_account in accounts  # whoever has no user any more loses every account
    for account, people in people_in(manifest).items():
        if people and (everywhere or account in accounts):
            tell(f"Emergency access to {account_label(account, manifest)} is lost by {', '.join(sorted(people))}.")
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
