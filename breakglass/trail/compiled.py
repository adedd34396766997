"""An expression as one function of an event: nothing is taken apart while events go by, and the first no ends it.

What a value is decides what can be asked of it: strings are compared with strings, numbers with numbers. On a value of
another kind, an object or an array neither `=` nor `!=` holds: AWS does not apply the filter.
https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/matching-terms-json-log-events.html
"""

import operator
import re
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from enum import Enum
from typing import Final, TypeAlias

from breakglass.trail.expression import (
    EQUAL,
    UNEQUAL,
    AllOf,
    AnyOf,
    Comparison,
    Expression,
    Is,
    Selector,
    Step,
    Test,
    Text,
    Wildcard,
)

Event: TypeAlias = Mapping[str, object]
Matches: TypeAlias = Callable[[Event], bool]
Get: TypeAlias = Callable[[Event], object]
_Check: TypeAlias = Callable[[object], bool]
_Like: TypeAlias = Callable[[str], bool]


class Absence(Enum):
    """What a selector finds where there is nothing."""

    ABSENT = "absent"


ABSENT: Final = Absence.ABSENT

_ORDER: Final[dict[str, Callable[[float, float], bool]]] = {
    EQUAL: operator.eq,
    UNEQUAL: operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_IS: Final[dict[Is, _Check]] = {
    Is.TRUE: lambda value: value is True,
    Is.FALSE: lambda value: value is False,
    Is.NULL: lambda value: value is None,
    Is.ABSENT: lambda value: value is ABSENT,
}


def compiled(expression: Expression) -> Matches:
    """Return whether an event matches an expression."""
    if isinstance(expression, AllOf):
        return _all([compiled(part) for part in expression.parts])
    if isinstance(expression, AnyOf):
        return _any([compiled(part) for part in expression.parts])
    return _test(expression)


def getter(selector: Selector) -> Get:
    """Return what finds the value of a selector without wildcards, or ABSENT."""
    first, *rest = selector.steps
    if not rest:
        return lambda event: event.get(str(first), ABSENT)
    name = str(first)

    def get(event: Event) -> object:
        node = event.get(name, ABSENT)
        for step in rest:
            if isinstance(node, dict):
                node = node.get(step, ABSENT)
            elif isinstance(node, list) and isinstance(step, int) and step < len(node):
                node = node[step]
            else:
                return ABSENT
        return node

    return get


def _all(parts: list[Matches]) -> Matches:
    def matches(event: Event) -> bool:
        for part in parts:  # noqa: SIM110 - a generator for every event would cost as much as the parts
            if not part(event):
                return False
        return True

    return matches


def _any(parts: list[Matches]) -> Matches:
    def matches(event: Event) -> bool:
        for part in parts:  # noqa: SIM110 - as above
            if part(event):
                return True
        return False

    return matches


def _test(test: Test) -> Matches:
    check = _IS[test.condition] if isinstance(test.condition, Is) else _comparison(test.condition)
    *way, last = test.selector.steps
    if way and isinstance(last, Wildcard) and test.selector.wildcards == 1 and test.condition is not Is.ABSENT:
        return _each(getter(Selector(tuple(way))), last, check)
    if test.selector.wildcards:
        return _wild(test.selector.steps, check, absent=test.condition is Is.ABSENT)
    get = getter(test.selector)
    return lambda event: check(get(event))


def _each(get: Get, last: Wildcard, check: _Check) -> Matches:
    """What `_wild` does, where the wildcard comes last: several times as fast."""

    def matches(event: Event) -> bool:
        for value in _below(get(event), last):  # noqa: SIM110 - as above
            if check(value):
                return True
        return False

    return matches


def _wild(steps: tuple[Step, ...], check: _Check, *, absent: bool) -> Matches:
    """Any of the values found will do; NOT EXISTS holds where none is found."""

    def matches(event: Event) -> bool:
        nodes: list[object] = [event]
        for step in steps:
            nodes = [below for node in nodes for below in _below(node, step)]
        return not nodes if absent else any(check(node) for node in nodes)

    return matches


def _below(node: object, step: Step) -> Iterable[object]:
    if isinstance(node, Mapping):
        if step is Wildcard.FIELD:
            return node.values()
        return (node[step],) if isinstance(step, str) and step in node else ()
    if isinstance(node, list):
        if step is Wildcard.ELEMENT:
            return node
        return (node[step],) if isinstance(step, int) and step < len(node) else ()
    return ()


def _comparison(comparison: Comparison) -> _Check:
    operand, wanted = comparison.operand, comparison.operator == EQUAL
    if isinstance(operand, Text):
        return _text(operand, wanted=wanted)
    if isinstance(operand, re.Pattern):
        search = operand.search
        return _string(lambda value: search(value) is not None, wanted=wanted)
    return _number(_ORDER[comparison.operator], operand)


def _number(order: Callable[[float, float], bool], operand: float) -> _Check:
    return lambda value: isinstance(value, int | float) and not isinstance(value, bool) and order(value, operand)


def _text(operand: Text, *, wanted: bool) -> _Check:
    if operand.exact:
        text = operand.text
        if wanted:
            return lambda value: value == text
        return lambda value: isinstance(value, str) and value != text
    like = _like(operand.text)
    return _string(like, wanted=wanted) if operand.quoted else _spelled(like, wanted=wanted)


def _string(like: _Like, *, wanted: bool) -> _Check:
    return lambda value: isinstance(value, str) and like(value) is wanted


def _spelled(like: _Like, *, wanted: bool) -> _Check:
    """Without quotes a wildcard is for numbers too, as they are written: `$.latency = *`."""

    def check(value: object) -> bool:
        if isinstance(value, int | float) and not isinstance(value, bool):
            value = str(Decimal(value) if isinstance(value, int) else value)  # of any length, unlike str of an int
        return isinstance(value, str) and like(value) is wanted

    return check


def _like(text: str) -> _Like:
    core = text.removeprefix("*").removesuffix("*")
    if not core:
        return lambda _value: True
    if not text.endswith("*"):
        return lambda value: value.endswith(core)
    if not text.startswith("*"):
        return lambda value: value.startswith(core)
    return lambda value: core in value
