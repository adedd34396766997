"""Condition operators: what each asks of the values of one key.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
"""

from collections.abc import Callable, Sequence
from functools import lru_cache, partial
from typing import Final, TypeAlias

from breakglass.iam import arns, patterns, scalars
from breakglass.iam.nouns import UNKNOWN, Condition, Context, Values
from breakglass.iam.patterns import Test
from breakglass.iam.truth import MAYBE, NO, YES, Truth, Unsupported

Holds: TypeAlias = Callable[[Context], Truth]
"""Whether a condition is met."""

_Family: TypeAlias = Callable[[str, bool], Test]
"""From a value of the policy, and whether variables count, to its test."""


def _string(make: Callable[..., Test], *, ignore_case: bool = False) -> _Family:
    return lambda value, variables: make(value, variables=variables, ignore_case=ignore_case)


def _arn(value: str, variables: bool) -> Test:  # noqa: FBT001 - one of the two arguments of every family
    return arns.arn_test(value, variables=variables)


_FAMILIES: Final[dict[str, _Family]] = {
    "StringEquals": _string(patterns.equal),
    "StringEqualsIgnoreCase": _string(patterns.equal, ignore_case=True),
    "StringLike": _string(patterns.like),
    "NumericEquals": partial(scalars.ordered, scalars.NUMBER, (0,)),
    "NumericLessThan": partial(scalars.ordered, scalars.NUMBER, (-1,)),
    "NumericLessThanEquals": partial(scalars.ordered, scalars.NUMBER, (-1, 0)),
    "NumericGreaterThan": partial(scalars.ordered, scalars.NUMBER, (1,)),
    "NumericGreaterThanEquals": partial(scalars.ordered, scalars.NUMBER, (0, 1)),
    "DateEquals": partial(scalars.ordered, scalars.DATE, (0,)),
    "DateLessThan": partial(scalars.ordered, scalars.DATE, (-1,)),
    "DateLessThanEquals": partial(scalars.ordered, scalars.DATE, (-1, 0)),
    "DateGreaterThan": partial(scalars.ordered, scalars.DATE, (1,)),
    "DateGreaterThanEquals": partial(scalars.ordered, scalars.DATE, (0, 1)),
    "Bool": scalars.boolean,
    "BinaryEquals": scalars.binary,
    "IpAddress": scalars.address,
    "ArnEquals": _arn,
    "ArnLike": _arn,
}

NEGATED: Final = {
    "StringNotEquals": "StringEquals",
    "StringNotEqualsIgnoreCase": "StringEqualsIgnoreCase",
    "StringNotLike": "StringLike",
    "NumericNotEquals": "NumericEquals",
    "DateNotEquals": "DateEquals",
    "NotIpAddress": "IpAddress",
    "ArnNotEquals": "ArnEquals",
    "ArnNotLike": "ArnLike",
}
"""Negated operator -> what it negates: met where none of the values matches, and where the key is absent."""

NULL: Final = "Null"
OPERATORS: Final = frozenset({*_FAMILIES, *NEGATED, NULL})
FOR_ALL: Final = "ForAllValues"
FOR_ANY: Final = "ForAnyValue"


@lru_cache(maxsize=8192)
def holds(condition: Condition, *, variables: bool) -> Holds:
    """Return whether a request meets a condition; `variables` is true from version 2012-10-17 on.

    Raises Unsupported for values that the operator cannot take.
    """
    if condition.problem:
        raise Unsupported(condition.problem)
    if condition.operator == NULL:
        return _null(condition)
    negated = condition.operator in NEGATED
    family = _FAMILIES[NEGATED.get(condition.operator, condition.operator)]
    tests = [family(value, variables) for value in condition.values]
    match = _none(_any(tests)) if negated else _any(tests)
    if condition.set_operator:
        return _over_set(condition, match)
    return _over_value(condition.key, YES if negated or condition.if_exists else NO, match)


def _null(condition: Condition) -> Holds:
    """Whether the key is absent ("true") or present ("false"); an empty list of values is absence."""
    key = condition.key
    if condition.values not in (("true",), ("false",)):
        raise Unsupported("Null takes one value, true or false")
    absent, present = (YES, NO) if condition.values == ("true",) else (NO, YES)
    return lambda context: present if context.get(key) else absent


def _any(tests: Sequence[Test]) -> Test:
    if len(tests) == 1:
        return tests[0]

    def test(value: str, context: Context) -> Truth:
        best = NO
        for each in tests:
            truth = each(value, context)
            if truth == YES:
                return YES
            best = max(best, truth)
        return best

    return test


def _none(positive: Test) -> Test:
    return lambda value, context: YES - positive(value, context)


def _over_value(key: str, absent: Truth, match: Test) -> Holds:
    """A plain operator takes one value; AWS does not say what it makes of several, so they must agree."""

    def test(context: Context) -> Truth:
        values = context.get(key)
        if not values:
            return absent
        if values is UNKNOWN:
            return MAYBE
        if len(values) == 1:
            return match(values[0], context)
        truths = {match(value, context) for value in values}
        return truths.pop() if len(truths) == 1 else MAYBE

    return test


def _over_set(condition: Condition, match: Test) -> Holds:
    """ForAllValues is met by an empty set, ForAnyValue is not; a lone empty string is an empty set.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
    """
    every = condition.set_operator == FOR_ALL
    empty = YES if every else NO
    absent = MAYBE if condition.if_exists and not every else empty
    combine: Callable[[Sequence[Truth]], Truth] = min if every else max
    key = condition.key

    def test(context: Context) -> Truth:
        values: Values | None = context.get(key)
        if not values:
            return absent
        if values is UNKNOWN:
            return MAYBE
        if values == ("",):
            return empty
        return combine([match(value, context) for value in values])

    return test
