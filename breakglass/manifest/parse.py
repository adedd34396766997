"""YAML as a tree of text, read from the parser's events, so that neither size nor depth can hurt.

Only what YAML calls plain is let in: no anchors, aliases, tags or second documents, no key twice, no key without a
value. Types are nobody's business here: an account id written without quotes stays the twelve digits it is, where
YAML 1.1 may see an octal number. https://yaml.org/type/int.html
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import yaml

from breakglass.manifest.builder import EMPTY, FORBIDDEN, Builder, StopError
from breakglass.manifest.tree import Node, Problem
from breakglass.manifest.wording import syntax

LIMIT: Final = 2_000_000
"""Bytes of a file: room for ten thousand accounts and five thousand people, each on a line of its own."""

_LOADER = yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader


@dataclass(frozen=True, slots=True)
class File:
    """What a file holds, as far as it could be read, and every problem met on the way."""

    root: Node | None
    problems: tuple[Problem, ...]


def load(path: Path) -> File:
    """Read a file of UTF-8 text.

    Raises FileNotFoundError; whatever else keeps it from being read is a problem.
    """
    try:
        with path.open("rb") as file:
            data = file.read(LIMIT + 1)
    except FileNotFoundError:
        raise
    except OSError as error:
        return File(None, (Problem(0, "", f"the file cannot be read: {str(error.strerror).lower()}"),))
    return parse(data)


def parse(data: bytes) -> File:
    """Read YAML in UTF-8: one document, whose scalars stay text."""
    builder = Builder()
    try:
        for event in _events(_decoded(data)):
            builder.take(event)
    except StopError as stop:
        return File(None, (*builder.problems, stop.problem))
    if builder.root is None:
        return File(None, (Problem(1, "", EMPTY),))
    return File(builder.root, tuple(builder.problems))


def _decoded(data: bytes) -> str:
    if len(data) > LIMIT:
        raise StopError(0, f"the file is larger than {LIMIT // 1_000_000} MB: this is not the file you mean")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise StopError(data.count(b"\n", 0, error.start) + 1, "the file is not text in UTF-8") from error
    forbidden = FORBIDDEN.search(text)
    if forbidden:
        line = text.count("\n", 0, forbidden.start()) + 1
        raise StopError(line, f"the line holds the character U+{ord(forbidden.group()):04X}, which YAML does not allow")
    return text


def _events(text: str) -> Iterator[yaml.Event]:
    try:
        yield from yaml.parse(text, Loader=_LOADER)
    except (yaml.YAMLError, ValueError, OverflowError) as error:  # the last two: PyYAML's own parser, on \U escapes
        line, message = syntax(error)
        raise StopError(line, message) from error
