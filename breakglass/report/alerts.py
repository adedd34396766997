"""The alert catalogue, and what fires, for people and for machines."""

from collections.abc import Iterator, Mapping, Sequence

from rich.text import Text

from breakglass.documents import Json
from breakglass.estate.wording import counted
from breakglass.report.columns import aligned
from breakglass.report.findings import SEVERITY_STYLES
from breakglass.trail.agreement import Disagreement
from breakglass.trail.alert import Alert, alarm_description
from breakglass.trail.scan import Scan


def catalogue_text(alerts: Mapping[str, Alert]) -> Iterator[Text]:
    """Yield a line for each alert."""
    rows = [
        (alert.name, alert.severity.name.lower(), "pages" if alert.pages else "", alert.why)
        for alert in alerts.values()
    ]
    styles = [SEVERITY_STYLES[alert.severity] for alert in alerts.values()]
    for row, style in zip(aligned(rows), styles, strict=True):
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
    for time, account, alerts, who, what in aligned(rows):
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


def agreement_text(found: Sequence[Disagreement], alerts: int, samples: int) -> Iterator[Text]:
    """Yield a line for each difference between AWS and us, and one that counts."""
    rows = [(each.alert, each.sample, _said(each)) for each in found]
    for alert, sample, said in aligned(rows):
        yield Text(alert, style="bold").append(sample + said, style="not bold")
    told = f"{counted(len(found), 'difference')} between CloudWatch Logs and us: {alerts} patterns, {samples} events"
    yield Text(told, style="bold red" if found else "bold green")


def agreement_document(found: Sequence[Disagreement]) -> Json:
    """Return a JSON array, one object for each difference."""
    return [{"alert": each.alert, "event": each.sample, "aws": each.aws, "ours": each.ours} for each in found]


def _said(each: Disagreement) -> str:
    return "matches in AWS, not here" if each.aws else "matches here, not in AWS"
