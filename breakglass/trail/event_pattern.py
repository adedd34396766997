"""Event patterns of EventBridge: what `PutRule` takes, and which events a rule then gets.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html
"""

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from breakglass.trail.event_operators import OPERATORS, Check, condition, refuse, sole

MAX_BYTES: Final = 2048
"""Of a pattern as JSON; AWS raises the quota on request.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html
"""

MAX_COMBINATIONS: Final = 1000
"""Of the alternatives of `$or`.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
"""

MAX_DEPTH: Final = 50
"""Of objects within objects: ours, and deeper than any event of CloudTrail."""

_OR: Final = "$or"
_Object: TypeAlias = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class _Field:
    """Some value of the field meets a condition; or the event has none along the path, where that will do."""

    path: tuple[str, ...]
    checks: tuple[Check, ...]
    absent: bool


@dataclass(frozen=True, slots=True)
class _Fields:
    """All fields match in the same object, and so does one alternative of `$or`, if there are any."""

    fields: tuple["_Field | _Fields", ...]
    path: tuple[str, ...]
    either: tuple["_Fields", ...]


@dataclass(frozen=True, slots=True)
class EventPattern:
    """A pattern that EventBridge would take: its document, and whether an event matches it."""

    document: _Object
    _fields: _Fields = field(repr=False, compare=False)

    def matches(self, event: _Object) -> bool:
        """Return whether an event, parsed from JSON, matches; never raises, whatever the event holds."""
        return _matches(self._fields, event, event)


def parse(document: _Object) -> EventPattern:
    """Return the pattern that a JSON object is.

    Raises PatternError where EventBridge would refuse it or does not document it: its `subject` is the path to the
    place. The size is that of the document without spaces.
    """
    fields = _object(document, ())
    size = len(json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass"))
    if size > MAX_BYTES:
        refuse("", f"it has {size:,} bytes, and AWS takes {MAX_BYTES:,}", "make two rules of it")
    combinations = _combinations(fields)
    if combinations > MAX_COMBINATIONS:
        refuse("", f"$or makes {combinations:,} combinations, and AWS takes {MAX_COMBINATIONS:,}", "make two rules")
    return EventPattern(document, fields)


def _object(document: object, path: tuple[str, ...]) -> _Fields:
    place = ".".join(path)
    if not isinstance(document, Mapping) or not document:
        refuse(place, "a pattern is an object with at least one field", 'write {"source": ["aws.sts"]}, for example')
    if len(path) >= MAX_DEPTH:
        refuse(place, f"it has more than {MAX_DEPTH} objects within one another", "ask for fields further up")
    fields = tuple(_field(value, (*path, str(name))) for name, value in document.items() if name != _OR)
    return _Fields(fields, path, tuple(_alternatives(document[_OR], path)) if _OR in document else ())


def _field(value: object, path: tuple[str, ...]) -> _Field | _Fields:
    place = ".".join(path)
    if isinstance(value, Mapping):
        return _object(value, path)
    if not isinstance(value, list) or not value:
        refuse(place, "the alternatives of a field stand in an array, at least one", 'write ["value"]')
    checks: list[Check] = []
    absent = False
    for number, rule in enumerate(value):
        here = f"{place}[{number}]"
        if not (isinstance(rule, dict) and "exists" in rule):
            checks.append(condition(rule, here))
        elif _exists(rule, here):
            checks.append(lambda _value: True)
        else:
            absent = True
    return _Field(path, tuple(checks), absent)


def _exists(rule: dict[str, object], place: str) -> bool:
    _, value = sole(rule, place)
    if not isinstance(value, bool):
        refuse(place, "exists takes true or false", "write one, without quotes")
    return value


def _alternatives(value: object, path: tuple[str, ...]) -> Iterator[_Fields]:
    place = ".".join((*path, _OR))
    if not isinstance(value, list) or len(value) < 2:
        refuse(place, "$or takes an array of two objects or more", "write what follows as a field if there is one only")
    for each in value:
        found = _object(each, path)
        if not OPERATORS.isdisjoint(each):
            refuse(place, "in $or no field bears the name of an operator", "ask for it outside of $or")
        yield found


def _combinations(fields: _Fields) -> int:
    nested = math.prod(_combinations(each) for each in fields.fields if isinstance(each, _Fields))
    return nested * (sum(_combinations(each) for each in fields.either) or 1)


def _matches(fields: _Fields, node: _Object, event: _Object) -> bool:
    for each in fields.fields:
        found = node.get(each.path[-1], [])
        if not (_met(each, found, event) if isinstance(each, _Field) else _within(each, found, event)):
            return False
    return not fields.either or any(_matches(each, node, event) for each in fields.either)


def _within(fields: _Fields, found: object, event: _Object) -> bool:
    """All fields are sought in one object: of an array, in one and the same element."""
    objects = [each for each in _flat(found) if isinstance(each, Mapping)]
    return any(_matches(fields, each, event) for each in objects or [{}])


def _met(wanted: _Field, found: object, event: _Object) -> bool:
    if any(check(value) for value in _flat(found) if not isinstance(value, Mapping) for check in wanted.checks):
        return True
    return wanted.absent and _nowhere(wanted.path, event)


def _nowhere(path: tuple[str, ...], event: _Object) -> bool:
    """Tell whether no value lies at the end of a path: an object is none, and neither is an empty array."""
    nodes: list[object] = [event]
    for name in path:
        nodes = [value for node in nodes if isinstance(node, Mapping) for value in _flat(node.get(name, []))]
    return all(isinstance(node, Mapping) for node in nodes)


def _flat(value: object) -> Iterator[object]:
    """Return the members of an array, and of arrays within it, or the value itself."""
    pending = [value]
    while pending:
        each = pending.pop()
        if isinstance(each, list):
            pending.extend(each)
        else:
            yield each
