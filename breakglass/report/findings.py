"""Findings for people and for machines."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

from rich.text import Text

from breakglass.documents import Json
from breakglass.estate.wording import counted
from breakglass.findings import Finding, Severity

_LONGEST: Final = 600
"""Characters of a detail that people are shown."""

SEVERITY_STYLES = {
    Severity.CRITICAL: "bold white on red",
    Severity.HIGH: "bold red",
    Severity.MEDIUM: "bold yellow",
    Severity.LOW: "cyan",
    Severity.INFORMATIONAL: "dim",
}


def findings_text(findings: Sequence[Finding], scope: str) -> Iterator[Text]:
    """Yield the findings and one closing line; `scope` says what was looked at."""
    for finding in findings:
        label = Text(f" {finding.severity.name} ", style=SEVERITY_STYLES[finding.severity])
        yield label.append(f" {finding.code}", style="bold").append(f"  {finding.subject}", style="not bold")
        yield from (Text(f"    {each}") for each in sentences(finding.detail))
        yield Text(f"    → {finding.advice}", style="dim")
    counts = Counter(finding.severity for finding in findings)
    told = ", ".join(
        f"{counts[severity]} {severity.name.lower()}" for severity in reversed(Severity) if counts[severity]
    )
    if findings:
        yield Text(f"{counted(len(findings), 'finding')} ({told}) in {scope}", style="bold red")
    else:
        yield Text(f"no findings in {scope}", style="bold green")


def sentences(detail: str) -> tuple[str, ...]:
    """Return what is wrong in sentences, cut where nobody would read on: a finding holds all it was found by."""
    cut = len(detail) > _LONGEST
    shown = f"{detail[:_LONGEST].rstrip(', ')}\N{HORIZONTAL ELLIPSIS} (--format json has all)" if cut else detail
    return tuple(shown.replace("; ", ";\n").splitlines())


def finding_document(finding: Finding) -> dict[str, Json]:
    """Return one finding as JSON."""
    return {
        "code": finding.code,
        "severity": finding.severity.name,
        "subject": finding.subject,
        "detail": finding.detail,
        "advice": finding.advice,
    }
