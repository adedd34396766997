"""A tree of text as a value of a model: every wrong shape at once, each at its place and in our words.

Nothing here knows what the file is about.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from breakglass.documents import Json
from breakglass.manifest.tree import Gap, List, Map, Node, Problem, descend, plain
from breakglass.manifest.wording import expected, got, near, suggestion

T = TypeVar("T")

_MISSING = "missing"
_UNKNOWN = "unexpected_keyword_argument"


@dataclass(frozen=True, slots=True)
class _Miss:
    """One error of the validator, at its node."""

    error: ErrorDetails
    node: Node
    choice: str | None
    """The path of the node that offers a choice of shapes, where the error is about one of them."""


def fit(
    adapter: TypeAdapter[T], root: Node, patterns: Mapping[str, str], reading: Callable[[Node], Json] = plain
) -> tuple[T | None, tuple[Problem, ...]]:
    """Return the value a tree stands for, or what is wrong with its shape; `patterns` words regular expressions.

    Gaps are passed over in silence: whoever left them has told why.
    """
    try:
        return adapter.validate_python(reading(root)), ()
    except ValidationError as error:
        misses = [_miss(root, each) for each in error.errors(include_url=False, include_input=False)]
    readable = [miss for miss in misses if not (isinstance(miss.node, Gap) or _echo(miss))]
    keys = [miss for miss in readable if miss.error["type"] in (_MISSING, _UNKNOWN)]
    values = [miss for miss in readable if miss.error["type"] not in (_MISSING, _UNKNOWN)]
    return None, (*_keys(adapter, root, keys), *_values(values, patterns))


def _miss(root: Node, error: ErrorDetails) -> _Miss:
    """The validator names the member of a choice as one more step; in the file there is no such step."""
    steps = error["loc"][:-1] if error["type"] == _MISSING else error["loc"]
    node, astray = descend(root, steps)
    return _Miss(error, node, astray[0][0].path if astray else None)


def _echo(miss: _Miss) -> bool:
    """The validator counts only items it accepted: a list that is long enough in the file is told of item by item."""
    least = miss.error.get("ctx", {}).get("min_length", 0) if miss.error["type"] == "too_short" else 0
    return isinstance(miss.node, List) and len(miss.node.items) >= least > 0


def _values(misses: Sequence[_Miss], patterns: Mapping[str, str]) -> Iterator[Problem]:
    """Yield one problem for each node. Of a choice, what is wrong deeper inside says more than that it is wrong."""
    told_deeper = {miss.choice for miss in misses if miss.choice is not None and miss.choice != miss.node.path}
    found: dict[str, tuple[Node, list[str]]] = {}
    for miss in misses:
        if miss.choice != miss.node.path or miss.choice not in told_deeper:
            found.setdefault(miss.node.path, (miss.node, []))[1].append(expected(miss.error, patterns))
    for node, wanted in found.values():
        yield node.problem(f"is {got(node)}: must be {' or '.join(wanted)}")


def _keys(adapter: TypeAdapter[T], root: Node, misses: Sequence[_Miss]) -> Iterator[Problem]:
    """Yield missing and unknown keys. An unknown key that comes near a missing one is one mistake, not two."""
    schema: Json = adapter.json_schema() if misses else {}
    mistyped: set[tuple[str, str | None]] = set()
    for miss in misses:
        if miss.error["type"] == _UNKNOWN:
            *above, key = miss.error["loc"]
            parent, _ = descend(root, above)
            meant = near(str(key), _absent(_known(schema, above), parent))
            mistyped.add((parent.path, meant))
            yield miss.node.problem(f"is not a known key{suggestion(meant)}")
    for miss in misses:
        key = miss.error["loc"][-1]
        if miss.error["type"] == _MISSING and (miss.node.path, key) not in mistyped:
            yield miss.node.problem(f"the key `{key}` is missing")


def _absent(known: Collection[str], node: Node) -> Collection[str]:
    return [key for key in known if not (isinstance(node, Map) and key in node.entries)]


def _known(schema: Json, steps: Sequence[str | int]) -> Collection[str]:
    """Return the keys that a JSON Schema has at the place steps lead to."""
    here = schema
    for step in steps:
        inner = _at(_resolved(schema, here), "items") if isinstance(step, int) else _property(schema, here, step)
        here = inner
    properties = _at(_resolved(schema, here), "properties")
    return tuple(properties) if isinstance(properties, Mapping) else ()


def _property(schema: Json, here: Json, key: str) -> Json:
    return _at(_at(_resolved(schema, here), "properties"), key)


def _resolved(schema: Json, here: Json) -> Json:
    reference = _at(here, "$ref")
    return _at(_at(schema, "$defs"), reference.rpartition("/")[2]) if isinstance(reference, str) else here


def _at(value: Json, key: str) -> Json:
    return value.get(key) if isinstance(value, Mapping) else None
