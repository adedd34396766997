"""An error for people and for machines."""

from collections.abc import Iterator

from rich.text import Text

from breakglass.documents import Json
from breakglass.errors import BreakglassError


def error_text(error: BreakglassError) -> Iterator[Text]:
    """Yield what happened and what to do next."""
    first, *rest = error.message.splitlines() or [""]
    yield Text("error: ", style="bold red").append(first, style="not bold")
    yield from (Text(f"       {line}") for line in rest)
    if error.advice:
        yield Text(f"  → {error.advice}", no_wrap=True)


def error_document(error: BreakglassError) -> Json:
    """Return the error as a JSON document."""
    return {
        "error": {
            "code": error.code,
            "message": error.message,
            "subject": error.subject,
            "advice": error.advice,
        }
    }
