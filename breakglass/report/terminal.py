"""Where reports, prompts and progress go: reports to stdout, everything else to stderr."""

import json
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.text import Text

from breakglass.documents import Json
from breakglass.legible import legible
from breakglass.workers import Advance, ignore


def console(*, stderr: bool = False) -> Console:
    """Return a console for stdout or stderr as it is now; colour only on a terminal."""
    return Console(stderr=stderr, highlight=False)


def show(lines: Iterable[Text], *, stderr: bool = False) -> None:
    """Print lines: on a terminal prose is broken between words, what is to be copied is not; elsewhere nothing is.

    Names and documents read from AWS may hold anything: no control character of theirs reaches a terminal.
    """
    out = console(stderr=stderr)
    for line in lines:
        line.plain = legible(line.plain)
        out.print(line, soft_wrap=bool(line.no_wrap) or not out.is_terminal)


def show_json(document: Json) -> None:
    """Print one JSON document."""
    sys.stdout.write(json_text(document))


def json_text(document: Json) -> str:
    """Return one JSON document as it is printed: whatever encoding it is read in, it is the same."""
    return json.dumps(document, indent=2, ensure_ascii=True) + "\n"


def tell(message: str) -> None:
    """Say something that is no part of the report."""
    show([Text(message)], stderr=True)


def shows_progress() -> bool:
    """Tell whether there is a terminal that progress is shown on."""
    return console(stderr=True).is_terminal


@contextmanager
def progress(title: str, total: int) -> Iterator[Advance]:
    """Show progress on a terminal, and nothing elsewhere."""
    if not shows_progress():
        yield ignore
        return
    err = console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=err, transient=True) as bar:
        task = bar.add_task(title, total=total)
        yield lambda _unit: bar.advance(task)
