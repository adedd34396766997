"""Requests that stand for all requests: one of each class that no statement at hand can tell apart.

Each part of a request (action, resource, every condition key; `population` has the principals) has its own classes,
since each element of a statement looks at one part; their product covers everything. What a request may carry is left
free, also its absence, save what is settled: by AWS, which sets the principal's own keys, or by the question.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import combinations, product
from string import digits
from typing import Final, TypeVar

from breakglass.iam import arns
from breakglass.iam.breakpoints import breakpoints
from breakglass.iam.conditions import NEGATED, NULL, holds
from breakglass.iam.nouns import Condition, Context, Statement, Values
from breakglass.iam.patterns import Literal, Pattern, Resolved, Variable, Wild, matcher, pattern, resolve
from breakglass.iam.truth import MAYBE, Unsupported
from breakglass.iam.witnesses import Glob, TooMany, glob, witnesses

ABSENT: Final[Values] = ()
NOWHERE: Final = "000000000000"
"""An account nobody speaks of."""

_RESOURCE_ACCOUNT: Final = "aws:resourceaccount"
_ACCOUNT: Final = re.compile(r"(?<![0-9])[0-9]{12}(?![0-9])")
_SOMETHING: Final = glob("?*")
_STAR: Final = glob("*")
_MOST_MEMBERS: Final = 6
"""Values of a set-valued key of which every subset is looked at."""

_STRINGS: Final = frozenset({"StringEquals", "StringEqualsIgnoreCase", "StringLike"})
_FAMILIES: Final = ("String", "Arn", "Bool", "Ip", "Numeric", "Date", "Binary")
_ARNS: Final = frozenset({"ArnEquals", "ArnLike"})
_PRESENT: Final = "present"
"""A value of a key of which only the presence is asked."""

_KINDS: Final = ("role/*", "role", "key/*", "key")
"""Resources whose own policy is always asked."""

_Item = TypeVar("_Item")
_Parts = Sequence[Glob]


def actions(patterns: Iterable[str], within: str) -> Iterator[str]:
    """Yield an action for each combination of patterns that actions of `within` can match."""
    if "*" not in within and "?" not in within:
        yield within
        return
    yield from witnesses([glob(each.lower()) for each in sorted(set(patterns))], glob(within.lower()))


def accounts(statements: Iterable[Statement]) -> frozenset[str]:
    """Return every account that statements speak of."""
    return frozenset(found for each in statements for text in _texts(each) for found in _ACCOUNT.findall(text))


def resources(
    statements: Sequence[Statement], within: Sequence[str], own: str, partition: str, settled: Context
) -> tuple[str, ...]:
    """Return an ARN for each combination of patterns that ARNs of `within` can match; and `*`, where nothing is within.

    `own` is the account of the principal. Raises TooMany, and Unsupported for a variable whose value nothing settles.
    """
    written = sorted({each for statement in statements for each in statement.resources or () if each != "*"})
    told_apart = [*known(written, settled), *known([f"arn:*:*:*:*:{kind}" for kind in _KINDS], settled)]
    asked = [each for statement in statements for each in statement.conditions if each.key == _RESOURCE_ACCOUNT]
    bounds = known(within or ["arn:*:*:*:*:?*"], settled)
    parts = [*(each[4] for each in (*told_apart, *bounds)), *(one for each in asked for one in _globs(each, settled))]
    written_out = [text for each in parts if (text := _literal(each))]
    where = _homes(own, [*accounts(statements), *written_out, *numbers(parts)], asked)
    found = [] if within else ["*"]
    for each in bounds:
        found += _arns(told_apart, each, where, partition)
    return tuple(dict.fromkeys(found))


def keys(statements: Iterable[Statement], settled: Context) -> Mapping[str, tuple[Values, ...]]:
    """Return for each key that statements ask for, and nothing settles, the values that they tell apart.

    Raises TooMany, and Unsupported for a condition that is not modelled.
    """
    asked: dict[str, list[Condition]] = {}
    for statement in statements:
        for condition in statement.conditions:
            if condition.key not in settled:
                asked.setdefault(condition.key, []).append(condition)
            else:
                _require_settled(condition, settled)
    return {key: _values(key, conditions, settled) for key, conditions in sorted(asked.items())}


def distinct(items: Iterable[tuple[_Item, object]]) -> tuple[_Item, ...]:
    """Return the first item of each signature."""
    found: dict[object, _Item] = {}
    for item, signature in items:
        found.setdefault(signature, item)
    return tuple(found.values())


def _texts(statement: Statement) -> Iterator[str]:
    yield from statement.resources or ()
    yield from entries(statement)
    yield from (value for condition in statement.conditions for value in condition.values)


def entries(statement: Statement) -> Iterator[str]:
    """Yield the principals a statement names."""
    yield from (value for _, value in statement.principals.entries) if statement.principals else ()


def numbers(globs: Sequence[Glob]) -> tuple[str, ...]:
    """Return an account for each combination of patterns, where any has a wildcard among digits; else nothing.

    What is written out is found by `accounts`, and a wildcard alone tells no account from another.
    """
    if not any(_is_wild(each) and each.tokens != _STAR.tokens for each in globs):
        return ()
    return witnesses(globs, glob("?" * 12), alphabet=digits)


def _is_wild(part: Glob) -> bool:
    return any(isinstance(token, Wild) for token in part.tokens)


def known(texts: Iterable[str], settled: Context) -> list[_Parts]:
    """Return patterns by their six parts, without those whose variables are settled to have no value."""
    found = (_resolved(text, settled) for text in texts)
    return [_parts(tokens) for tokens in found if tokens is not None]


@lru_cache(maxsize=4096)
def _parts(tokens: Resolved) -> _Parts:
    parts = arns.split(tokens)
    if len(parts) < arns.PARTS:
        raise Unsupported("a pattern is no ARN")
    return tuple(Glob(tuple(part)) for part in parts)


def _resolved(text: str, settled: Context, *, ignore_case: bool = False) -> Resolved | None:
    """Return a pattern with its variables' values, or nothing where one is settled to have none."""
    tokens = _tokens(text.lower() if ignore_case else text)
    named = [token.key for token in tokens if isinstance(token, Variable)]
    free = [key for key in named if key not in settled or key == _RESOURCE_ACCOUNT]
    if free:
        raise Unsupported(f"a variable may have any value: {', '.join(free)}")
    found = resolve(tokens, settled)
    if not isinstance(found, int):
        return found
    if found:
        raise Unsupported(f"a variable has no one value: {text}")
    return None


@lru_cache(maxsize=4096)
def _tokens(text: str) -> Pattern:
    return pattern(text, variables=True)


def _require_settled(condition: Condition, settled: Context) -> None:
    """See that a condition on a key that is settled asks for no other; raises Unsupported."""
    if _positive(condition) in _STRINGS | _ARNS:
        for text in condition.values:
            _resolved(text, settled)


def _homes(own: str, others: Iterable[str], asked: Sequence[Condition]) -> list[tuple[str, object]]:
    """Return accounts, each with what makes a difference of it beside the patterns of ARNs.

    What names no account lies in the principal's own.
    """
    tests = [holds(each, variables=True) for each in asked]

    def mark(account: str) -> object:
        home = account if account.isdigit() else own
        return home == own, tuple(test({_RESOURCE_ACCOUNT: (home,)}) for test in tests)

    return [(each, mark(each)) for each in dict.fromkeys(("", own, *others, NOWHERE))]


def _arns(
    told_apart: Sequence[_Parts], within: _Parts, homes: Sequence[tuple[str, object]], partition: str
) -> tuple[str, ...]:
    """Return one ARN for each combination: a column of texts for each part, each with the patterns it fits as bits."""
    columns: list[list[tuple[str, int, object]]] = []
    for place in range(arns.PARTS):
        globs = [each[place] for each in told_apart]
        columns.append(
            [(text, _bits(globs, text), mark) for text, mark in _column(place, globs, within[place], homes, partition)]
        )
    return distinct(_row(cells) for cells in product(*(_thinned(column) for column in columns)))


def _column(
    place: int, globs: Sequence[Glob], within: Glob, homes: Sequence[tuple[str, object]], partition: str
) -> Iterator[tuple[str, object]]:
    if place == 1:
        yield partition, None
    elif place == 4:
        fits = matcher(within.tokens)
        yield from (each for each in homes if fits(each[0]))
    else:
        avoid = ":" if place < arns.PARTS - 1 else ""
        yield from ((text, None) for text in witnesses(globs, within, avoid))


def _thinned(column: Iterable[tuple[str, int, object]]) -> tuple[tuple[str, int, object], ...]:
    return distinct((cell, cell[1:]) for cell in column)


def _row(cells: Sequence[tuple[str, int, object]]) -> tuple[str, object]:
    bits = cells[0][1]
    for cell in cells:
        bits &= cell[1]
    return ":".join(cell[0] for cell in cells), (bits, cells[4][2])


def _bits(globs: Sequence[Glob], text: str) -> int:
    return sum(1 << number for number, each in enumerate(globs) if _fits(each, text))


@lru_cache(maxsize=65536)
def _fits(part: Glob, text: str) -> bool:
    return matcher(part.tokens)(text)


def _values(key: str, conditions: Sequence[Condition], settled: Context) -> tuple[Values, ...]:
    tests = [holds(each, variables=True) for each in conditions]

    def signature(values: Values) -> tuple[int, ...]:
        return tuple(test({**settled, key: values}) for test in tests)

    families = {_family(each) for each in conditions} - {NULL}
    if len(families) > 1 and families != {"String", "Bool"}:
        raise Unsupported(f"{key} is compared in several ways: {', '.join(sorted(families))}")
    typed = not families <= {"String", "Arn"}
    singles = [(each,) for each in dict.fromkeys((*_singles(conditions, settled), _PRESENT))]
    if typed:  # a key that is compared as a number is one
        singles = [each for each in singles if MAYBE not in signature(each)]
    found = distinct((values, signature(values)) for values in [ABSENT, *singles])
    if not any(each.set_operator for each in conditions):
        return found
    members = [each[0] for each in distinct((each, signature(each)) for each in singles)]
    if len(members) > _MOST_MEMBERS:
        raise TooMany(f"more than {_MOST_MEMBERS} values of {key}")
    several = [each for size in range(2, len(members) + 1) for each in combinations(members, size)]
    return distinct((values, signature(values)) for values in [*found, *several])


def _singles(conditions: Sequence[Condition], settled: Context) -> Iterator[str]:
    """Yield values for one key: all that any condition on it can tell apart are among them."""
    if any(_positive(each) in _STRINGS for each in conditions):
        yield from witnesses([each for one in conditions for each in _globs(one, settled)], _SOMETHING)
        yield ""
    patterns = [parts for each in conditions if _positive(each) in _ARNS for parts in known(each.values, settled)]
    if patterns:
        homes = [each[4] for each in patterns]
        named = [(text, text) for text in (*filter(None, map(_literal, homes)), *numbers(homes))]
        partition = next((text for parts in patterns if (text := _literal(parts[1]))), "aws")
        yield from _arns(patterns, known(["arn:*:*:*:*:*"], {})[0], [*named, (NOWHERE, NOWHERE), ("", "")], partition)
    for each in conditions:
        if _positive(each) not in _STRINGS | _ARNS:
            yield from breakpoints(_positive(each), each.values)


def _globs(condition: Condition, settled: Context) -> Iterator[Glob]:
    operator = _positive(condition)
    if operator not in _STRINGS:
        return
    ignore_case = operator.endswith("IgnoreCase")
    for text in condition.values:
        tokens = _resolved(text, settled, ignore_case=ignore_case)
        if tokens is not None:
            yield Glob(tokens if operator == "StringLike" else _spelled(tokens), ignore_case)


def _spelled(tokens: Resolved) -> Resolved:
    """Return a pattern whose wildcards stand for themselves."""
    return tuple(Literal(token.sign) if isinstance(token, Wild) else token for token in tokens)


def _family(condition: Condition) -> str:
    operator = _positive(condition)
    if operator == NULL:
        return NULL
    return next(each for each in _FAMILIES if operator.startswith(each))


def _positive(condition: Condition) -> str:
    return NEGATED.get(condition.operator, condition.operator)


def _literal(part: Glob) -> str:
    texts = [token.text for token in part.tokens if isinstance(token, Literal)]
    return "".join(texts) if len(texts) == len(part.tokens) else ""
