"""What one alternative of an EventBridge pattern asks of a value, and how it must be written.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
"""

import ipaddress
import operator
import re
from collections.abc import Callable, Sequence
from typing import Final, NoReturn, TypeAlias, TypeGuard

from breakglass.errors import PatternError

Check: TypeAlias = Callable[[object], bool]
"""Whether a value of an event that is neither an object nor an array will do."""

_Make: TypeAlias = Callable[[object, str], Check]

LARGEST: Final = 5e9
"""Numeric matching is for numbers from -5.0e9 to 5.0e9."""

_BELOW: Final = {"<": operator.lt, "<=": operator.le}
_ABOVE: Final = {">": operator.gt, ">=": operator.ge}
_ORDER: Final = {"=": operator.eq, **_BELOW, **_ABOVE}
_WILD: Final = re.compile(r"\\(?P<escaped>[\\*])|(?P<star>\*)(?!\*)|(?P<plain>[^\\*]+)")
_WILDCARD: Final = "write * for any characters, \\* for a star and \\\\ for a backslash"
_NUMERIC: Final = 'write ["=", 5], [">", 0] or [">", 0, "<=", 5]'
_RANGE: Final = re.compile(r"[0-9A-Fa-f.:]+/[0-9]{1,3}")


def condition(rule: object, place: str) -> Check:
    """Return the test that an alternative stands for: a value itself, or an object with one operator.

    Raises PatternError, naming the place, for what EventBridge does not document.
    """
    if not isinstance(rule, dict):
        return _literal(rule, place)
    name, value = sole(rule, place)
    if name not in _OPERATORS:
        refuse(place, f"there is no operator {name!r}", f"the operators are {', '.join(sorted(OPERATORS))}")
    return _OPERATORS[name](value, f"{place}.{name}")


def sole(rule: dict[str, object], place: str) -> tuple[str, object]:
    """Return the operator of an object and its value. Raises PatternError unless there is exactly one."""
    if len(rule) != 1:
        refuse(place, f"an object among alternatives has one operator, and this one has {len(rule)}", "write one each")
    return next(iter(rule.items()))


def refuse(place: str, why: str, advice: str) -> NoReturn:
    """Raise PatternError for a place of an event pattern, told as a path; the whole pattern has none."""
    raise PatternError(
        f"EventBridge would not take an event pattern: {why}", subject=place or "the whole pattern", advice=advice
    )


def _literal(rule: object, place: str) -> Check:
    if rule is not None and not isinstance(rule, str | bool | int | float):
        refuse(place, "an array in an array has no meaning", "write strings, numbers, true, false, null or operators")
    kind = type(rule)  # numbers are compared as they are written: 300 and 300.0 differ, and so do 1 and true
    return lambda value: type(value) is kind and value == rule


def _string(value: object, place: str) -> str:
    if not isinstance(value, str):
        refuse(place, "this operator takes a string", "write one, between quotes")
    return value


def _number(value: object, place: str) -> float:
    if not _is_number(value) or not -LARGEST <= value <= LARGEST:
        refuse(place, "this operator takes a number from -5.0e9 to 5.0e9", "write one, without quotes")
    return value


def _is_number(value: object) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _affix(holds: Callable[[str, str], bool]) -> _Make:
    def make(value: object, place: str) -> Check:
        if isinstance(value, dict):
            small = _ignoring_case(value, place)
            return lambda found: isinstance(found, str) and holds(found.lower(), small)
        affix = _string(value, place)
        return lambda found: isinstance(found, str) and holds(found, affix)

    return make


def _ignoring_case(rule: dict[str, object], place: str) -> str:
    name, value = sole(rule, place)
    if name != "equals-ignore-case":
        refuse(place, f"{name!r} cannot stand in this operator", "only equals-ignore-case can")
    return _string(value, place).lower()


def _equals_ignore_case(value: object, place: str) -> Check:
    text = _string(value, place).lower()
    return lambda found: isinstance(found, str) and found.lower() == text


def _wildcard(value: object, place: str) -> Check:
    """Each `*` takes as little as it can and never gives back: the time grows with the length alone."""
    first, *others = _pieces(_string(value, place), place)
    middle = "".join(f"(?>.*?{piece})" for piece in others[:-1])
    last = f".*{others[-1]}" if others else ""
    fits = re.compile(first + middle + last, re.DOTALL).fullmatch
    return lambda found: isinstance(found, str) and fits(found) is not None


def _pieces(text: str, place: str) -> list[str]:
    """Return what stands between the wildcards, each as an expression."""
    pieces, end = [""], 0
    while end < len(text):
        found = _WILD.match(text, end)
        if found is None:
            refuse(place, f"{text[end : end + 2]!r} has no meaning", _WILDCARD)
        if found.lastgroup == "star":
            pieces.append("")
        else:
            pieces[-1] += re.escape(found.group("escaped") or found.group())
        end = found.end()
    return pieces


def _numeric(value: object, place: str) -> Check:
    """One comparison, or a range: its lower bound first."""
    if not isinstance(value, list) or len(value) not in (2, 4) or {str(sign) for sign in value[::2]} - _ORDER.keys():
        refuse(place, "numeric takes comparisons and numbers", _NUMERIC)
    limits = [(_ORDER[sign], _number(number, place)) for sign, number in zip(value[::2], value[1::2], strict=True)]
    if len(limits) > 1 and not (value[0] in _ABOVE and value[2] in _BELOW and value[1] < value[3]):
        refuse(place, "a range has a lower bound and then an upper one", _NUMERIC)
    return lambda found: _is_number(found) and all(holds(found, number) for holds, number in limits)


def _cidr(value: object, place: str) -> Check:
    network = _network(_string(value, place))
    if network is None:
        refuse(place, f"{value!r} is no range of addresses", "write one such as 10.0.0.0/24 or 2001:db8::/32")

    def within(found: object) -> bool:
        try:
            return isinstance(found, str) and ipaddress.ip_address(found) in network
        except ValueError:
            return False

    return within


def _network(text: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network | None:
    try:
        return ipaddress.ip_network(text, strict=False) if _RANGE.fullmatch(text) else None
    except ValueError:
        return None


def _anything_but(value: object, place: str) -> Check:
    """Any value but those named, of whatever kind; a field that is absent has none."""
    if isinstance(value, dict):
        name, values = sole(value, place)
        if name not in _EXCLUDED:
            refuse(place, f"{name!r} cannot stand in anything-but", f"only {', '.join(_EXCLUDED)} can")
        checks = [_EXCLUDED[name](_string(each, place), place) for each in _listed(values, place)]
    else:
        checks = _excluded(_listed(value, place), place)
    return lambda found: not any(check(found) for check in checks)


def _listed(value: object, place: str) -> Sequence[object]:
    if value == []:
        refuse(place, "the list is empty", "name what is excluded")
    return value if isinstance(value, list) else [value]


def _excluded(values: Sequence[object], place: str) -> list[Check]:
    if all(isinstance(each, str) for each in values):
        return [_literal(each, place) for each in values]
    if not all(_is_number(each) for each in values):
        refuse(place, "anything-but takes strings or numbers, not both", "write two alternatives")
    return [_equal_number(_number(each, place)) for each in values]


def _equal_number(number: float) -> Check:
    return lambda found: _is_number(found) and found == number


_EXCLUDED: Final[dict[str, _Make]] = {
    "prefix": _affix(str.startswith),
    "suffix": _affix(str.endswith),
    "equals-ignore-case": _equals_ignore_case,
    "wildcard": _wildcard,
}
_OPERATORS: Final[dict[str, _Make]] = {
    **_EXCLUDED,
    "numeric": _numeric,
    "cidr": _cidr,
    "anything-but": _anything_but,
}

OPERATORS: Final = frozenset({*_OPERATORS, "exists"})
"""The names of all operators, `exists` included, which is about a field and not about a value."""
