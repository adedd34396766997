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

from breakglass.trail.expression import EQUAL, UNEQUAL, AllOf, AnyOf, Comparison, Expression, Is, Selector, Step, Test
from breakglass.trail.expression import Text, Wildcard

Event: TypeAlias = Mapping[str, object]
Matches: TypeAlias = Callable[[Event], bool]
Get: TypeAlias = Callable[[Event], object]
_Check: TypeAlias = Callable[[object], bool]


class Absence(Enum):
    """What a selector finds where there is nothing."""

    ABSENT = "absent"


ABSENT: Final = Absence.ABSENT

_ORDERED: Final[dict[str, Callable[[float, float], bool]]] = {
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


def getter(steps: tuple[Step, ...]) -> Get:
    """Return what finds the value at the end of steps without wildcards, or ABSENT."""
    first, *rest = steps
    key = str(first)  # a selector starts with a property
    if not rest:
        return lambda event: event.get(key, ABSENT)

    def get(event: Event) -> object:
        node = event.get(key, ABSENT)
        for step in rest:
            node = _below(node, step)
        return node

    return get
