"""simulate, prove."""

from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import TextIO

import click

from breakglass.cli import options
from breakglass.cli.units import looked_up
from breakglass.errors import UsageError
from breakglass.estate.claims.proofs import proofs
from breakglass.estate.desired import desired
from breakglass.estate.observation import Observation, observe
from breakglass.estate.surveys import surveys
from breakglass.iam import scenarios
from breakglass.iam.prove import Status
from breakglass.manifest.model import Manifest
from breakglass.report.proofs import proofs_document, proofs_text
from breakglass.report.terminal import progress, show, show_json


@click.command()
@click.argument("file", type=click.File(encoding="utf-8"))
def simulate(file: TextIO) -> int:
    """Decide requests as IAM would, from policy documents alone.

    FILE holds scenarios, a JSON array or one JSON object a line; - reads standard input. Exit 1 if a scenario
    is not well-formed; the others are decided all the same.
    """
    try:
        text = file.read()
    except UnicodeDecodeError as error:
        raise UsageError("the scenarios are not UTF-8", subject=file.name, advice="save the file as UTF-8") from error
    results = scenarios.simulate(scenarios.load(text))
    show_json(results)
    return int(any("error" in each for each in results))


@click.command()
@options.manifest
@options.profile
@options.output
@click.option("--live", is_flag=True, help="Judge what is read back from AWS, not what the manifest stands for.")
def prove(path: Path, profile: str | None, form: str, *, live: bool) -> int:
    """Prove what is claimed of the set-up, over all requests; exit 1 unless every claim is proved."""
    units = looked_up(path, profile)
    manifest = units.manifest
    looked = _read_back(manifest, profile) if live else Observation(desired(manifest), {})
    observation = replace(looked, unread=(*units.unread, *looked.unread))
    found = tuple(proofs(manifest, {**observation.strays, **observation.state}, observation.unread))
    if form == options.JSON:
        show_json(proofs_document(found))
    else:
        show(proofs_text(found))
    proved = all(each.verdict.status is Status.PROVED for each in found)
    return max([*(each.why.exit_code for each in observation.unread), int(not proved)])


def _read_back(manifest: Manifest, profile: str | None) -> Observation:
    """Read every account; what knows AWS is imported only where AWS is asked."""
    estate = import_module("breakglass.cli.wiring").estate(manifest, profile)
    looks = [replace(each, enrolment=False) for each in surveys(manifest)]
    with progress("Reading", len(looks)) as advance:
        return observe(estate, looks, manifest.name, advance=advance)
