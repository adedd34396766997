"""playbooks/NAME.yaml as a Playbook: every problem at once, each with its file and line."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pydantic import TypeAdapter

from breakglass.documents import Json
from breakglass.errors import PlaybookError
from breakglass.manifest import parse, shape
from breakglass.manifest.tree import List, Map, Node, Problem, plain, typed
from breakglass.playbooks.model import Playbook
from breakglass.playbooks.rules import broken
from breakglass.playbooks.values import WORDS

_ADAPTER: Final = TypeAdapter(Playbook)


@dataclass(frozen=True, slots=True)
class Source:
    """A playbook's file as far as it could be read, and every problem met on the way."""

    path: Path
    root: Node | None
    playbook: Playbook | None
    problems: tuple[Problem, ...]


def read(path: Path) -> Playbook:
    """Read a playbook.

    Raises PlaybookError with all problems, sorted by line, each as `FILE:LINE path.to.key: message`.
    """
    source = understood(path)
    if source.playbook is None or source.problems:
        raise PlaybookError(tuple(each.at(str(path)) for each in sorted(set(source.problems))), subject=str(path))
    return source.playbook


def understood(path: Path) -> Source:
    """Read a playbook's file, as far as that goes; a file that is not there is one more problem."""
    try:
        file = parse.load(path)
    except FileNotFoundError:
        return Source(path, None, None, (Problem(0, "", "there is no such file"),))
    if file.root is None:
        return Source(path, None, None, file.problems)
    found = shape.fit(_ADAPTER, file.root, WORDS, _values)
    return Source(path, file.root, found[0], (*file.problems, *found[1], *broken(file.root, path.stem)))


def _values(node: Node, key: str = "") -> Json:
    """Return what a tree says: as text, save the parameters of calls, which AWS wants of their own types."""
    if key == "calls.parameters":
        return typed(node)
    match node:
        case Map():
            above = "calls." if key == "calls" else ""
            return {each: _values(entry, above + each) for each, entry in node.entries.items()}
        case List():
            return [_values(each, key) for each in node.items]
        case _:
            return plain(node)
