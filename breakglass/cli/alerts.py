"""alerts list, test."""

from io import BufferedReader

import click

from breakglass.cli import options
from breakglass.report.alerts import catalogue_document, catalogue_text, problems_text, scan_document, scan_text
from breakglass.report.terminal import show, show_json
from breakglass.trail.catalogue import catalogue
from breakglass.trail.events import read_events
from breakglass.trail.scan import scan
from breakglass.trail.tampering import ANY_TRAIL

_log_group = click.option(
    "--log-group",
    default=ANY_TRAIL,
    help="The log group of the organization trail; unless given, any whose name is like a trail's.",
)


@click.group()
def alerts() -> None:
    """List the alerts, and test which of them CloudTrail events fire, without AWS."""


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
@click.argument("file", type=click.File("rb"))
@options.output
@_log_group
def test(file: BufferedReader, form: str, log_group: str) -> int:
    """Test which alerts CloudTrail events fire.

    FILE holds a CloudTrail log (also .gz), JSON lines, events of EventBridge, or what CloudWatch Logs exports;
    - reads standard input. Exit 1 if something in it could not be read; the rest is tested all the same.
    """
    found = scan(read_events(file, file.name), catalogue(log_group))
    show(problems_text(found), stderr=True)
    if form == options.JSON:
        show_json(scan_document(found))
    else:
        show(scan_text(found))
    return int(found.unreadable > 0)
