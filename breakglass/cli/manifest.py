"""init, check."""

from dataclasses import replace
from importlib import import_module
from pathlib import Path
from types import ModuleType

import click

from breakglass.assure.codes import require_known
from breakglass.cli import options
from breakglass.errors import BreakglassError, UsageError
from breakglass.estate.alerting.receivers import unheard
from breakglass.estate.claims.proofs import BY_DOCUMENTS, proofs
from breakglass.estate.desired import desired
from breakglass.estate.doubts import doubts
from breakglass.estate.quotas import bursts
from breakglass.estate.readiness import too_few, unready
from breakglass.estate.readiness_matrix import matrix
from breakglass.manifest import schema
from breakglass.manifest.read import read
from breakglass.manifest.starter import Organization, starter
from breakglass.report.check import check_document, check_text
from breakglass.report.findings import findings_text
from breakglass.report.terminal import show, show_json, tell


@click.command()
@options.manifest
@options.profile
@click.option("--offline", is_flag=True, help="Do not ask AWS: write the example of Acme.")
@click.option("--security-account", metavar="ID", help="The account that will hold the emergency users.")
@click.option("--audit-account", metavar="ID", help="The account that will verify, and keep the evidence.")
@click.option("--schema", "wants_schema", is_flag=True, help="Print the manifest's JSON Schema for editors instead.")
def init(
    path: Path,
    profile: str | None,
    security_account: str | None,
    audit_account: str | None,
    *,
    offline: bool,
    wants_schema: bool,
) -> None:
    """Write a commented manifest to start from: of your organization, if AWS can be asked."""
    if wants_schema:
        click.echo(schema.text(), nl=False)
        return
    if offline and (security_account or audit_account):
        raise UsageError(
            "the example written with --offline has accounts of its own",
            advice="leave out --security-account and --audit-account, or --offline",
        )
    _require_absent(path)
    found = None if offline else _organization(profile)
    if found is not None:
        found = replace(found, security_account=security_account, audit_account=audit_account)
    _write_new(path, starter(found))
    whose = f"organization {found.id}" if found else "an example: Acme is not your organization"
    tell(f"{path} written ({whose}). Fill it in, then run: breakglass check -m {path}")


@click.command()
@options.manifest
@options.output
def check(path: Path, form: str) -> int:
    """Check the manifest, without AWS; all problems at once, each with its line."""
    manifest = read(path)
    require_known(manifest)
    wanted = desired(manifest)
    gets_in = matrix(manifest, wanted)
    findings = (
        *too_few(manifest),
        *unready(gets_in, manifest),
        *bursts(wanted),
        *unheard(manifest),
        *doubts(proofs(manifest, wanted, claims=BY_DOCUMENTS)),
    )
    if form == options.JSON:
        show_json(check_document(manifest, wanted, gets_in, findings))
    else:
        show(check_text(manifest, wanted, gets_in))
        show(findings_text(findings, f"the manifest {path}"))
    return int(bool(findings))


def _organization(profile: str | None) -> Organization | None:
    """Ask AWS; without an answer, say why and go on without."""
    try:
        found: Organization = _wiring().organization(profile)
    except BreakglassError as error:
        tell(f"AWS Organizations could not be asked: {error.message}")
        if error.advice:
            tell(f"  → {error.advice}")
        return None
    return found


def _wiring() -> ModuleType:
    """Import what knows AWS only where AWS is asked: `check` needs none of it."""
    return import_module("breakglass.cli.wiring")


def _require_absent(path: Path) -> None:
    if path.exists():
        raise UsageError(f"{path} exists", subject=str(path), advice="name another file with -m, or move this one away")


def _write_new(path: Path, text: str) -> None:
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        raise UsageError(
            f"{path} cannot be written: {str(error.strerror).lower()}",
            subject=str(path),
            advice="name a file in a folder you may write to with -m",
        ) from error
