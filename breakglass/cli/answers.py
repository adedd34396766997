"""Whether somebody is there to answer a question."""

import sys

from breakglass.cli import options
from breakglass.errors import UsageError


def somebody_is_there(form: str) -> bool:
    """Tell whether a question would be read: on a terminal, by somebody who did not ask for JSON."""
    return form != options.JSON and sys.stdin is not None and sys.stdin.isatty()


def require_an_answer(form: str, *, given: bool, option: str) -> None:
    """Raise UsageError where a question would find nobody: `option` answers it beforehand."""
    if not given and not somebody_is_there(form):
        raise UsageError(
            "nobody is here to answer", advice=f"pass {option}, or run it in a terminal and without --format json"
        )
