"""Many patterns over many events: each event meets only the patterns that could match it.

What a pattern requires is read off its expression: that a field equals one of some strings, whatever else holds. Such
a pattern is looked up by that field; one that requires nothing of the kind is asked about every event.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from functools import reduce
from typing import TypeAlias

from breakglass.trail.compiled import Event, Matches, getter
from breakglass.trail.expression import EQUAL, AllOf, Comparison, Expression, Selector, Test, Text
from breakglass.trail.pattern import Pattern

Matcher: TypeAlias = Callable[[Event], tuple[str, ...]]
"""The names of the patterns an event matches, in the order in which they were given."""

_Needs: TypeAlias = dict[Selector, frozenset[str]]
_Entry: TypeAlias = tuple[int, Matches]


def matcher(patterns: Mapping[str, Pattern]) -> Matcher:
    """Return what names the patterns that an event matches: as asking one by one would, only faster."""
    names = tuple(patterns)
    needs = [_needs(pattern.expression) for pattern in patterns.values()]
    common = Counter(selector for each in needs for selector in each)
    always: list[_Entry] = []
    tables: dict[Selector, dict[str, list[_Entry]]] = {}
    for place, (pattern, needed) in enumerate(zip(patterns.values(), needs, strict=True)):
        if not needed:
            always.append((place, pattern.matches))
            continue
        selector = max(needed, key=common.__getitem__)
        table = tables.setdefault(selector, defaultdict(list))
        for value in needed[selector]:
            table[value].append((place, pattern.matches))
    return _lookup(names, always, [(getter(selector), dict(table)) for selector, table in tables.items()])


def _lookup(
    names: tuple[str, ...],
    always: list[_Entry],
    tables: list[tuple[Callable[[Event], object], dict[str, list[_Entry]]]],
) -> Matcher:
    def matching(event: Event) -> tuple[str, ...]:
        hits = [place for place, matches in always if matches(event)]
        for get, table in tables:
            value = get(event)
            if isinstance(value, str) and value in table:
                hits += [place for place, matches in table[value] if matches(event)]
        return tuple([names[place] for place in sorted(hits)]) if hits else ()

    return matching


def _needs(expression: Expression) -> _Needs:
    """Return the fields that must equal one of some strings, or nothing matches."""
    if isinstance(expression, Test):
        return _needed(expression)
    parts = [_needs(part) for part in expression.parts]
    return reduce(_both if isinstance(expression, AllOf) else _either, parts)


def _needed(test: Test) -> _Needs:
    condition = test.condition
    if not isinstance(condition, Comparison) or condition.operator != EQUAL or test.selector.wildcards:
        return {}
    operand = condition.operand
    return {test.selector: frozenset([operand.text])} if isinstance(operand, Text) and operand.exact else {}


def _both(one: _Needs, other: _Needs) -> _Needs:
    return one | {selector: one.get(selector, values) & values for selector, values in other.items()}


def _either(one: _Needs, other: _Needs) -> _Needs:
    return {selector: values | other[selector] for selector, values in one.items() if selector in other}
