"""Where reports, prompts and progress go: reports to stdout, everything else to stderr."""

import json
import re
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Final

from rich.cells import cell_len
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
    """Print lines: on a terminal prose is broken between words, and what is to be copied is not; elsewhere nothing is.

    What a line goes on with is indented as it is. Names and documents read from AWS may hold anything: no
    control character of theirs reaches a terminal.
    """
    out = console(stderr=stderr)
    for line in lines:
        line.plain = legible(line.plain)
        rows = _broken(line, out.width) if out.is_terminal and not line.no_wrap else (line,)
        for row in rows:
            out.print(row, soft_wrap=True)


_LEADING: Final = re.compile(r" *(?:→ )?")
_WORD: Final = re.compile(r"(?:`[^`]*`|(?<!\S)(?:aws|breakglass) [a-z].*?(?=[;,.)]*$|[;,)]+ )|\S)+")
"""What is never broken: a word, what stands in backticks, and a command up to where the sentence goes on."""


def _broken(line: Text, width: int) -> Iterator[Text]:
    """Yield a line in rows that are no wider than a terminal, unless what must not be broken is."""
    found = _LEADING.match(line.plain)
    indent = found.end() if found else 0
    start = end = 0
    for word in _WORD.finditer(line.plain, indent):
        room = width - (indent if start else 0)
        if end and cell_len(line.plain[start : word.end()]) > room:
            yield _row(line, start, end, indent)
            start = word.start()
        end = word.end()
    yield _row(line, start, end, indent)


def _row(line: Text, start: int, end: int, indent: int) -> Text:
    row = line[start:end]
    row.pad_left(indent if start else 0)
    return row


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
