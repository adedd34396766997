"""plan, apply, destroy."""

import sys
from pathlib import Path

import click

from breakglass.cli import options, wiring
from breakglass.cloud import Estate
from breakglass.errors import RefusedError, UsageError
from breakglass.estate.desired import desired, surveys
from breakglass.estate.matrix import intended
from breakglass.estate.outcome import Outcome
from breakglass.estate.plan import Plan
from breakglass.manifest.model import Manifest
from breakglass.manifest.read import read
from breakglass.provision.apply import apply as carry_out
from breakglass.provision.converge import plan_to_apply, plan_to_destroy, remaining
from breakglass.report import outcome as outcomes
from breakglass.report.plan import plan_document, plan_text
from breakglass.report.terminal import progress, show, show_json, tell
from breakglass.resources import State


@click.command()
@options.manifest
@options.profile
@options.output
def plan(path: Path, profile: str | None, form: str) -> int:
    """Show what would change; exit 1 if anything would."""
    manifest = read(path)
    found = _look(wiring.estate(manifest, profile), manifest)
    _show_plan(found, manifest, form)
    return plan_exit(found)


@click.command()
@options.manifest
@options.profile
@options.output
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--digest", help="Apply only if the plan is still the one with this digest; do not ask.")
def apply(path: Path, profile: str | None, form: str, *, yes: bool, digest: str | None) -> int:
    """Make the manifest real, and read it back."""
    if not (yes or digest):
        _require_a_person(form)
    manifest = read(path)
    estate = wiring.estate(manifest, profile)
    found = _look(estate, manifest)
    if form != options.JSON:
        _show_plan(found, manifest, form)
    _refuse(found, digest)
    if found.changes and not (yes or digest):
        click.confirm("Apply these changes?", abort=True, err=True)
    return _carry_out(estate, manifest, found, desired(manifest), form)


@click.command()
@options.manifest
@options.profile
@options.output
@click.option("--confirm", "typed", metavar="ID", help="The organization's id, instead of typing it.")
def destroy(path: Path, profile: str | None, form: str, typed: str | None) -> int:
    """Delete everything the manifest made: nobody can get in any more."""
    if not typed:
        _require_a_person(form)
    manifest = read(path)
    estate = wiring.estate(manifest, profile)
    with progress("Reading accounts", len(manifest.account_ids)) as advance:
        found = plan_to_destroy(estate, manifest, advance=advance)
    if form != options.JSON:
        _show_plan(found, manifest, form)
    if found.changes:
        _confirm(manifest, typed)
    return _carry_out(estate, manifest, found, {}, form)


def plan_exit(plan: Plan) -> int:
    """Return the exit code of a plan that is only shown."""
    codes = [unread.why.exit_code for unread in plan.unread]
    codes += [RefusedError.exit_code] * bool(plan.refusals) + [1] * bool(plan.changes)
    return max(codes, default=0)


def _look(estate: Estate, manifest: Manifest) -> Plan:
    with progress("Reading accounts", len(manifest.account_ids)) as advance:
        return plan_to_apply(estate, manifest, advance=advance)


def _show_plan(plan: Plan, manifest: Manifest, form: str) -> None:
    if form == options.JSON:
        show_json(plan_document(plan, manifest))
    else:
        show(plan_text(plan, manifest))


def _carry_out(estate: Estate, manifest: Manifest, plan: Plan, target: State, form: str) -> int:
    outcome, left = Outcome(), plan
    if plan.changes:
        with progress("Applying", len(plan.changes)) as advance:
            outcome = carry_out(estate, plan, surveys(manifest), wiring.clock(), advance=advance)
        left = plan if outcome.interrupted else remaining(estate, manifest, target, wiring.clock())
    if form == options.JSON:
        show_json(outcomes.outcome_document(plan, outcome, left, manifest))
    else:
        show(outcomes.outcome_text(outcome, left, manifest))
    return outcomes.exit_code(outcome, left)


def _refuse(plan: Plan, digest: str | None) -> None:
    if plan.refusals:
        first = plan.refusals[0]
        others = f" (and {len(plan.refusals) - 1} more)" if len(plan.refusals) > 1 else ""
        raise RefusedError(
            f"{first.rule}: {first.subject}: {first.why}{others}; nothing was changed",
            subject=first.subject,
            advice=first.advice,
        )
    if digest and digest != plan.digest:
        raise RefusedError(
            f"the plan is now {plan.digest}, not {digest}: what is in AWS has changed since; nothing was changed",
            subject=digest,
            advice="look at the new plan, and apply with its digest",
        )


def _confirm(manifest: Manifest, typed: str | None) -> None:
    people = sorted({access.person for access in intended(manifest)})
    tell(f"These {len(people)} people lose all emergency access: {', '.join(people)}.")
    tell(f"The password policy of {manifest.security_account} stays as it is.")
    given = typed or click.prompt(f"Type the organization's id ({manifest.organization}) to destroy it", err=True)
    if given != manifest.organization:
        raise RefusedError(
            f"{given} is not the organization's id; nothing was changed",
            subject=manifest.organization,
            advice=f"confirm with {manifest.organization}",
        )


def _require_a_person(form: str) -> None:
    if form == options.JSON or not sys.stdin.isatty():
        raise UsageError(
            "nobody is here to answer",
            advice="pass --yes or --digest to apply, --confirm ID to destroy; or run it in a terminal, as text",
        )
