"""verify."""

from pathlib import Path

import click

from breakglass.assure.controls import CONTROLS
from breakglass.assure.verify import verify as judge_all
from breakglass.cli import options, wiring
from breakglass.cli.units import looked_up
from breakglass.estate.surveys import surveys
from breakglass.report.findings import findings_document, findings_text
from breakglass.report.register import register_document, register_text
from breakglass.report.terminal import progress, show, show_json


@click.command()
@options.manifest
@options.profile
@options.output
def verify(path: Path, profile: str | None, form: str) -> int:
    """Verify that exactly the intended access exists; exit 1 if anything is to be said."""
    found = looked_up(path, profile)
    manifest, estate = found.manifest, wiring.estate(found.manifest, profile)
    with progress("Reading accounts", len(surveys(manifest))) as advance:
        moment = wiring.clock().now()
        inquiries = wiring.inquiries(manifest, profile, {each.id for each in CONTROLS})
        verified = judge_all(estate, manifest, moment, unresolved=found.unread, inquiries=inquiries, advance=advance)
    findings = [each.finding for each in verified.open]
    if form == options.JSON:
        document = findings_document(findings, manifest.name, [control.id for control in verified.controls])
        show_json({**document, "register": register_document(verified.register)})
    else:
        show(findings_text(findings, f"{len(verified.controls)} controls over {len(verified.accounts)} accounts"))
        show(register_text(verified.register))
    return verified.exit_code
