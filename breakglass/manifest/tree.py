"""A file as a tree of text: every scalar as it was written, every node with its line and its path.

Nothing here knows what the file is about.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from breakglass.documents import Json

_NUMBER = re.compile(r"0|-?[1-9][0-9]{0,17}")
"""No leading zero: what has one is an id."""

_SHOWN = 60
"""Characters of a value that a message repeats."""


@dataclass(frozen=True, order=True, slots=True)
class Problem:
    """What is wrong with a file: at which line, counted from 1, and under which key.

    Line 0 is the file as a whole; an empty path is its outermost node.
    """

    line: int
    path: str
    message: str

    def at(self, file: str) -> str:
        """Return the problem as one line: `FILE:LINE path.to.key: message`."""
        place = f"{file}:{self.line}" if self.line else file
        return f"{place} {self.path}: {self.message}" if self.path else f"{place}: {self.message}"


@dataclass(frozen=True, slots=True)
class Node:
    """A place in the file. The line is that of its key, where it has one."""

    line: int
    path: str

    def problem(self, message: str) -> Problem:
        """Return a problem with this node."""
        return Problem(self.line, self.path, message)


@dataclass(frozen=True, slots=True)
class Gap(Node):
    """Something that could not be read; why is among the problems of the file."""


@dataclass(frozen=True, slots=True)
class Text(Node):
    """A scalar, as it was written; bare without quotes."""

    text: str
    bare: bool = False


@dataclass(frozen=True, slots=True)
class List(Node):
    """A list."""

    items: tuple[Node, ...] = ()


@dataclass(frozen=True, slots=True)
class Map(Node):
    """A mapping."""

    entries: Mapping[str, Node] = field(default_factory=dict)


def plain(node: Node) -> Json:
    """Return a node as nested dictionaries, lists and texts, with None for a gap."""
    match node:
        case Text():
            return node.text
        case List():
            return [plain(item) for item in node.items]
        case Map():
            return {key: plain(entry) for key, entry in node.entries.items()}
        case _:
            return None


def typed(node: Node) -> Json:
    """Return a node as `plain` does, save that whole numbers, `true` and `false` without quotes are what they say."""
    match node:
        case Text(bare=True, text="true" | "false"):
            return node.text == "true"
        case Text(bare=True) if _NUMBER.fullmatch(node.text):
            return int(node.text)
        case List():
            return [typed(item) for item in node.items]
        case Map():
            return {key: typed(entry) for key, entry in node.entries.items()}
        case _:
            return plain(node)


def nodes(node: Node) -> Iterator[Node]:
    """Yield a node and everything below it, in the order of the file."""
    yield node
    for child in _children(node):
        yield from nodes(child)


def select(node: Node, pattern: str) -> Iterator[Node]:
    """Yield the nodes a pattern such as `teams[].playbooks[]` leads to; what has another shape leads nowhere.

    The empty pattern leads to the node itself.
    """
    found: list[Node] = [node]
    for step in pattern.replace("[]", ".[]").split("."):
        found = [child for parent in found for child in _step(parent, step)]
    yield from found


def descend(node: Node, steps: Sequence[str | int]) -> tuple[Node, tuple[tuple[Node, str | int], ...]]:
    """Return the node that steps lead to, and each step that led nowhere with the node it was tried at."""
    astray: list[tuple[Node, str | int]] = []
    for step in steps:
        child = _child(node, step)
        if child is None:
            astray.append((node, step))
        else:
            node = child
    return node, tuple(astray)


def shown(text: str) -> str:
    """Return a text in quotes, short and on one line, whatever it holds."""
    return repr(text if len(text) <= _SHOWN else text[:_SHOWN] + "…")


def below(path: str, key: str) -> str:
    """Return the path of a key under a path."""
    name = key if key.replace("-", "_").isidentifier() and len(key) <= _SHOWN else shown(key)
    return f"{path}.{name}" if path else name


def _children(node: Node) -> Sequence[Node]:
    if isinstance(node, List):
        return node.items
    return tuple(node.entries.values()) if isinstance(node, Map) else ()


def _step(node: Node, step: str) -> Sequence[Node]:
    if step == "[]":
        return node.items if isinstance(node, List) else ()
    child = _child(node, step) if step else node
    return () if child is None else (child,)


def _child(node: Node, step: str | int) -> Node | None:
    if isinstance(node, Map) and isinstance(step, str):
        return node.entries.get(step)
    if isinstance(node, List) and isinstance(step, int) and step < len(node.items):
        return node.items[step]
    return None
