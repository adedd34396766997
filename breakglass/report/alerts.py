"""The alert catalogue, and what fires, for people and for machines."""

from collections.abc import Iterator, Mapping, Sequence

from rich.text import Text

from breakglass.documents import Json
from breakglass.estate.wording import counted
from breakglass.report.findings import SEVERITY_STYLES
from breakglass.trail.alert import Alert, alarm_description
from breakglass.trail.scan import Scan


def catalogue_text(alerts: Mapping[str, Alert]) -> Iterator[Text]:
    """Yield a line for each alert."""
    rows = [
        (alert.name, alert.severity.name.lower(), "pages" if alert.pages else "", alert.why)
        for alert in alerts.values()
    ]
    styles = [SEVERITY_STYLES[alert.severity] for alert in alerts.values()]
    for row, style in zip(_aligned(rows), styles, strict=True):
        name, severity, pages, why = row
        yield Text(name, style="bold").append(severity, style=style).append(pages + why, style="not bold")


def catalogue_document(alerts: Mapping[str, Alert]) -> Json:
    """Return the alerts as a JSON array, with all there is to them."""
    return [
        {
            "alert": alert.name,
            "severity": alert.severity.name,
            "pages": alert.pages,
            "why": alert.why,
            "action": alert.action,
            "playbook": alert.playbook,
            "pattern": alert.pattern,
            "query": alert.query,
            "alarm": alert.resource_name,
            "description": alarm_description(alert),
        }
        for alert in alerts.values()
    ]


def scan_text(scan: Scan) -> Iterator[Text]:
    """Yield a line for each event that fires something, and one that counts."""
    rows = [(each.time, each.account, ", ".join(each.alerts), each.who, each.what) for each in scan.fired]
    for time, account, alerts, who, what in _aligned(rows):
        yield Text(time + account, no_wrap=True).append(alerts, style="bold").append(who + what, style="not bold")
    told = f"{len(scan.fired):,} of {counted(scan.events, 'event')} fire alerts"
    yield Text(told, style="bold red" if scan.fired else "bold green")


def scan_document(scan: Scan) -> Json:
    """Return a JSON array, one object for each event that fires something."""
    return [{"event": each.event, "alerts": list(each.alerts)} for each in scan.fired]


def problems_text(scan: Scan) -> Iterator[Text]:
    """Yield what could not be read."""
    for problem in scan.problems:
        yield Text(f"{problem.where}: {problem.why}", style="yellow")
    if more := scan.unreadable - len(scan.problems):
        yield Text(f"and {more:,} more that cannot be read", style="yellow")


def _aligned(rows: Sequence[tuple[str, ...]]) -> Iterator[tuple[str, ...]]:
    """Yield the rows with every cell but the last padded to its column."""
    widths = [max(map(len, column)) + 2 for column in zip(*rows, strict=True)][:-1]
    for row in rows:
        yield (*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[-1])
