"""policies/NAME.json as a document: whether it has the shape of a policy, each problem with its line."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Final, Literal, TypeAlias

from pydantic import Field, TypeAdapter
from pydantic.dataclasses import dataclass

from breakglass.manifest import parse, shape
from breakglass.manifest.model import Rights
from breakglass.manifest.tree import Map, Node, Problem, Text, plain, select, shown
from breakglass.manifest.values import WORDS as COMMON
from breakglass.playbooks.model import STRICT

_SID = r"^[A-Za-z0-9]{1,128}$"
_WORDS: Final[Mapping[str, str]] = {**COMMON, _SID: "the id of a statement: ASCII letters and digits"}
_PAIRS: Final = (("Action", "NotAction"), ("Resource", "NotResource"))

_Texts: TypeAlias = Annotated[str, Field(min_length=1)] | Annotated[tuple[str, ...], Field(min_length=1)]


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class _Statement:
    Effect: Literal["Allow", "Deny"]
    Sid: Annotated[str, Field(pattern=_SID)] | None = None
    Action: _Texts | None = None
    NotAction: _Texts | None = None
    Resource: _Texts | None = None
    NotResource: _Texts | None = None
    Condition: Mapping[str, Mapping[str, str | tuple[str, ...]]] = Field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class _Policy:
    Version: Literal["2012-10-17"]
    Statement: Annotated[tuple[_Statement, ...], Field(min_length=1)]
    Id: str | None = None


def understood(path: Path) -> tuple[Rights | None, tuple[Problem, ...]]:
    """Return what a policy's file says, and every problem with its shape.

    An identity policy, as https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html has it, save
    that Statement is a list. Whether what it says is sound is no matter of its shape.
    """
    try:
        file = parse.load(path)
    except FileNotFoundError:
        return None, (Problem(0, "", "there is no such file"),)
    if file.root is None:
        return None, file.problems
    _, shapes = shape.fit(TypeAdapter(_Policy), file.root, _WORDS)
    problems = (*file.problems, *shapes, *_broken(file.root), *_foreign(path))
    document = None if problems else plain(file.root)
    return (document if isinstance(document, dict) else None), problems


def _foreign(path: Path) -> Iterator[Problem]:
    """Yield what reads as YAML and is not JSON."""
    try:
        json.loads(path.read_text("utf-8-sig"), parse_int=str)  # a number may be longer than Python takes
    except json.JSONDecodeError as error:
        yield Problem(error.lineno, "", "the line is not JSON")


def _broken(root: Node) -> Iterator[Problem]:
    for statement in select(root, "Statement[]"):
        if isinstance(statement, Map):
            yield from (
                statement.problem(f"must have one of the keys `{one}` and `{other}`")
                for one, other in _PAIRS
                if (one in statement.entries) == (other in statement.entries)
            )
    first: dict[str, Text] = {}
    for text in (each for each in select(root, "Statement[].Sid") if isinstance(each, Text)):
        earlier = first.setdefault(text.text, text)
        if earlier is not text:
            yield text.problem(f"the Sid {shown(text.text)} is given twice: first on line {earlier.line}")
