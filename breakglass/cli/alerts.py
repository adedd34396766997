"""alerts list, test."""

from importlib import import_module
from io import BufferedReader
from pathlib import Path

import click

from breakglass.cli import options
from breakglass.errors import UsageError
from breakglass.report.alerts import (
    agreement_document,
    agreement_text,
    catalogue_document,
    catalogue_text,
    problems_text,
    scan_document,
    scan_text,
)
from breakglass.report.terminal import show, show_json
from breakglass.trail.agreement import disagreements
from breakglass.trail.catalogue import catalogue
from breakglass.trail.events import read_events
from breakglass.trail.samples import SAMPLES
from breakglass.trail.scan import scan
from breakglass.trail.tampering import ANY_TRAIL

_log_group = click.option(
    "--log-group",
    default=ANY_TRAIL,
    help="The log group of the organization trail; unless given, any whose name is like a trail's.",
)


@click.group()
def alerts() -> None:
    """List the alerts, and test which of them CloudTrail events fire."""


@alerts.command("list")
@options.output
@_log_group
def list_alerts(form: str, log_group: str) -> None:
    """List the alerts: what each is for, how grave it is, whether it pages."""
    found = catalogue(log_group)
    if form == options.JSON:
        show_json(catalogue_document(found))
    else:
        show(catalogue_text(found))


@alerts.command()
@click.argument("file", type=click.File("rb"), required=False)
@click.option("--live", is_flag=True, help="Ask CloudWatch Logs whether it matches the patterns as we do, instead.")
@options.manifest
@options.profile
@options.output
@_log_group
def test(file: BufferedReader | None, path: Path, profile: str | None, form: str, log_group: str, *, live: bool) -> int:
    """Test which alerts CloudTrail events fire.

    FILE holds a CloudTrail log (also .gz), JSON lines, events of EventBridge, messages of SNS or SQS, or what
    CloudWatch Logs exports; - reads standard input. Exit 1 if something in it could not be read or is no CloudTrail
    record; the rest is tested all the same.

    --live takes no FILE: it tries the patterns of the manifest's trail on events of its own, in AWS and here. Exit 1
    on any difference.
    """
    if live == (file is not None):
        raise UsageError("name a FILE, or ask for --live", advice="run the command with --help")
    return _read(file, form, log_group) if file else _live(path, profile, form)


def _read(file: BufferedReader, form: str, log_group: str) -> int:
    found = scan(read_events(file, file.name), catalogue(log_group))
    show(problems_text(found), stderr=True)
    if form == options.JSON:
        show_json(scan_document(found))
    else:
        show(scan_text(found))
    return int(found.unreadable > 0)


def _live(path: Path, profile: str | None, form: str) -> int:
    """Ask AWS; what knows AWS is imported only here."""
    manifest = import_module("breakglass.manifest.read").read(path)
    patterns = catalogue(manifest.trail.log_group)
    judge = import_module("breakglass.cli.wiring").filter_test(manifest, profile)
    found = tuple(disagreements(judge, patterns, SAMPLES))
    if form == options.JSON:
        show_json(agreement_document(found))
    else:
        show(agreement_text(found, len(patterns), len(SAMPLES)))
    return int(bool(found))
