"""What would stop a responder right now, for people and for machines."""

from collections.abc import Iterator, Sequence

from rich.text import Text

from breakglass.checks import Check, Outcome
from breakglass.documents import Json
from breakglass.estate.wording import counted
from breakglass.report.columns import aligned

SCHEMA = "breakglass/doctor"

_STYLES = {
    Outcome.OK: "green",
    Outcome.WARNING: "bold yellow",
    Outcome.UNKNOWN: "yellow",
    Outcome.PROBLEM: "bold red",
}


def checks_text(checks: Sequence[Check]) -> Iterator[Text]:
    """Yield a line for each check, what to do next where there is something, and one closing line."""
    rows = aligned([(each.outcome.value, each.name, each.detail) for each in checks])
    for check, (outcome, name, detail) in zip(checks, rows, strict=True):
        yield Text(outcome, style=_STYLES[check.outcome]).append(name + detail, style="not bold default")
        if check.advice:
            yield Text(f"  → {check.advice}", no_wrap=True)
    problems = sum(check.outcome is Outcome.PROBLEM for check in checks)
    if problems:
        named = ", ".join(check.name for check in checks if check.outcome is Outcome.PROBLEM)
        yield Text(f"{counted(problems, 'problem')} would stop you: {named}", style="bold red")
    else:
        yield Text("nothing that is known would stop you", style="bold green")


def checks_document(checks: Sequence[Check]) -> Json:
    """Return the checks as a JSON document."""
    return {
        "schema": SCHEMA,
        "version": 1,
        "checks": [
            {"check": each.name, "outcome": each.outcome.value, "detail": each.detail, "advice": each.advice}
            for each in checks
        ],
    }
