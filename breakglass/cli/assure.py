"""verify."""

from pathlib import Path

import click

from breakglass.assure.controls import MANUAL
from breakglass.assure.verify import verify as judge_all
from breakglass.cli import options, wiring
from breakglass.cli.units import looked_up
from breakglass.cli.verification import Report, report
from breakglass.estate.surveys import surveys
from breakglass.report.terminal import progress


@click.command()
@options.manifest
@options.profile
@report
def verify(path: Path, profile: str | None, form: str, output: Path | None, since: Path | None) -> int:
    """Verify that exactly the intended access exists; exit 1 if anything is to be said."""
    found = looked_up(path, profile)
    manifest, estate = found.manifest, wiring.estate(found.manifest, profile)
    wanted = Report.wanted(form, output, since, manifest.name)
    with progress("Reading accounts", len(surveys(manifest))) as advance:
        moment = wiring.clock().now()
        verified = judge_all(estate, manifest, moment, unresolved=found.unread, advance=advance)
    wanted.deliver(verified, MANUAL)
    return verified.exit_code
