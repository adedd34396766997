"""The events of a YAML parser as a tree, event by event: no recursion, whatever the nesting."""

import re
from dataclasses import dataclass, field
from typing import ClassVar, Final

import yaml

from breakglass.manifest.tree import Gap, List, Map, Node, Problem, Text, below, shown

DEPTH: Final = 32
"""Levels of nesting."""

FORBIDDEN: Final = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""https://yaml.org/spec/1.1/#c-printable"""

_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
"""https://yaml.org/type/null.html"""


EMPTY: Final = "the file is empty"


class StopError(Exception):
    """The rest of the file cannot be read."""

    def __init__(self, line: int, message: str, path: str = "") -> None:
        super().__init__(message)
        self.problem = Problem(line, path, message)


@dataclass(slots=True)
class _OpenList:
    """A list whose end has not come yet."""

    line: int
    path: str
    items: list[Node] = field(default_factory=list)
    wants_key: ClassVar[bool] = False

    def place(self, line: int) -> tuple[int, str]:
        return line, f"{self.path}[{len(self.items)}]"

    def add(self, node: Node) -> Problem | None:
        self.items.append(node)
        return None

    def close(self) -> Node:
        return List(self.line, self.path, tuple(self.items))


@dataclass(slots=True)
class _OpenMap:
    """A mapping whose end has not come yet: a key, its value, the next key."""

    line: int
    path: str
    entries: dict[str, Node] = field(default_factory=dict)
    key: Node | None = None

    @property
    def wants_key(self) -> bool:
        return self.key is None

    def place(self, line: int) -> tuple[int, str]:
        if isinstance(self.key, Text):
            return self.key.line, below(self.path, self.key.text)
        return line, self.path

    def add(self, node: Node) -> Problem | None:
        if self.key is None:
            self.key = node
            return None
        key, self.key = self.key, None
        if not isinstance(key, Text):
            return None
        first = self.entries.setdefault(key.text, node)
        if first is node:
            return None
        return node.problem(f"the key is given twice: first on line {first.line}, again on line {node.line}")

    def close(self) -> Node:
        return Map(self.line, self.path, self.entries)


class Builder:
    """Builds the tree event by event; `open` holds what has begun and not ended, outermost first."""

    def __init__(self) -> None:
        self.root: Node | None = None
        self.problems: list[Problem] = []
        self.open: list[_OpenList | _OpenMap] = []

    def take(self, event: yaml.Event) -> None:
        """Take the next event. Raises StopError where the rest of the file cannot be read."""
        line = event.start_mark.line + 1 if event.start_mark else 0
        match event:
            case yaml.ScalarEvent() | yaml.AliasEvent():
                self._add(self._leaf(event, *self._place(line)))
            case yaml.SequenceStartEvent() | yaml.MappingStartEvent():
                self._begin(event, *self._place(line))
            case yaml.SequenceEndEvent() | yaml.MappingEndEvent():
                self._add(self.open.pop().close())
            case yaml.DocumentStartEvent() if self.root is not None:
                raise StopError(line, "a second document begins here: the file must hold one")
            case _:
                pass

    def _place(self, line: int) -> tuple[int, str]:
        return self.open[-1].place(line) if self.open else (line, "")

    def _add(self, node: Node) -> None:
        if not self.open:
            self.root = node
        elif problem := self.open[-1].add(node):
            self.problems.append(problem)

    def _begin(self, event: yaml.SequenceStartEvent | yaml.MappingStartEvent, line: int, path: str) -> None:
        if len(self.open) >= DEPTH:
            raise StopError(line, f"is nested deeper than {DEPTH} levels", path)
        if self._in_key_place():
            self._note(line, path, "a key must be one word, not a list or a mapping")
        self._refuse_extras(event, line, path)
        self.open.append((_OpenMap if isinstance(event, yaml.MappingStartEvent) else _OpenList)(line, path))

    def _leaf(self, event: yaml.ScalarEvent | yaml.AliasEvent, line: int, path: str) -> Node:
        if isinstance(event, yaml.AliasEvent):
            return self._note(
                line, path, f"refers to the anchor {shown(str(event.anchor))}: write the value out instead"
            )
        self._refuse_extras(event, line, path)
        if not event.style and event.value in _NULLS:
            return self._note(line, path, self._absence())
        if not event.value.isascii() and FORBIDDEN.search(event.value):
            return self._note(line, path, "holds an escape that stands for no character")
        return Text(line, path, event.value, bare=not event.style)

    def _absence(self) -> str:
        if not self.open:
            return EMPTY
        return "a key has no name" if self._in_key_place() else "has no value: write one, or leave the key out"

    def _in_key_place(self) -> bool:
        return bool(self.open) and self.open[-1].wants_key

    def _refuse_extras(self, event: yaml.NodeEvent, line: int, path: str) -> None:
        if event.anchor is not None:
            self._note(line, path, f"sets the anchor {shown(event.anchor)}: leave it out, write values where needed")
        tag = getattr(event, "tag", None)
        if tag is not None:
            self._note(line, path, f"has the tag {shown(tag)}: leave it out, every value is read as it is written")

    def _note(self, line: int, path: str, message: str) -> Gap:
        self.problems.append(Problem(line, path, message))
        return Gap(line, path)
