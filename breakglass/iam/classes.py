"""Requests that stand for all requests: one of each class that no statement at hand can tell apart.

Each part of a request (action, resource, every condition key) has its own classes, since each element of a statement
looks at one part; their product covers everything. What a request may carry is left free, also its absence, save what
AWS settles by itself: the principal's own keys.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations, product
from typing import Final, TypeVar

from breakglass.iam import arns
from breakglass.iam.breakpoints import breakpoints
from breakglass.iam.conditions import NEGATED, holds
from breakglass.iam.nouns import Condition, Context, Statement, Values
from breakglass.iam.patterns import Literal, Resolved, Wild, pattern, resolve
from breakglass.iam.truth import Unsupported
from breakglass.iam.witnesses import Glob, TooMany, glob, witnesses

ABSENT: Final[Values] = ()

_ANYTHING: Final = glob("*")
_MOST_MEMBERS: Final = 6
"""Values of a set-valued key of which every subset is looked at."""

_STRINGS: Final = frozenset({"StringEquals", "StringEqualsIgnoreCase", "StringLike"})
_ARNS: Final = frozenset({"ArnEquals", "ArnLike"})
_NOWHERE: Final = "000000000000"

Item = TypeVar("Item")


def actions(statements: Iterable[Statement], within: str, special: Iterable[str]) -> Iterator[str]:
    """Yield an action in lower case for each set of patterns that actions of `within` can match."""
    written = {each for statement in statements for each in statement.actions} | set(special)
    yield from witnesses([glob(each.lower()) for each in sorted(written)], glob(within.lower()))


def resources(
    statements: Iterable[Statement], within: Sequence[str], accounts: Sequence[str], partition: str, context: Context
) -> tuple[str, ...]:
    """Return an ARN for each set of patterns that ARNs of `within` can match, part by part; and `*`, if that is in it.

    Raises TooMany, and Unsupported for a variable whose value the context does not settle.
    """
    written = {each for statement in statements for each in statement.resources or () if each != "*"}
    globs = [_parts(each, context) for each in sorted(written)]
    kinds = [_parts(f"arn:*:*:*:*:{kind}", context) for kind in ("role/*", "role", "key/*", "key")]
    wanted = [_parts(each, context) for each in within if each != "*"] or [_parts("arn:*:*:*:*:?*", context)]
    found = ["*"] if "*" in within else []
    for each in wanted:
        found += _arns([*globs, *kinds], each, (*accounts, _NOWHERE, ""), partition)
    return tuple(dict.fromkeys(found))


def keys(statements: Iterable[Statement], settled: Context) -> Mapping[str, tuple[Values, ...]]:
    """Return for each key the statements ask for, and nothing settles, the values that they tell apart.

    Raises TooMany, and Unsupported for a condition that is not modelled.
    """
    asked: dict[str, list[Condition]] = {}
    for statement in statements:
        for condition in statement.conditions:
            if condition.key not in settled:
                asked.setdefault(condition.key, []).append(condition)
    return {key: _values(key, conditions, settled) for key, conditions in sorted(asked.items())}


def distinct(items: Iterable[tuple[Item, object]]) -> tuple[Item, ...]:
    """Return the first item of each signature."""
    found: dict[object, Item] = {}
    for item, signature in items:
        found.setdefault(signature, item)
    return tuple(found.values())


def arn_parts(texts: Iterable[str], within: str, context: Context) -> Iterator[str]:
    """Yield a last part of ARNs, such as `user/x`, for each set of ARN patterns it can match."""
    yield from witnesses([_parts(each, context)[-1] for each in sorted(set(texts))], glob(within))


def _parts(text: str, context: Context) -> tuple[Glob, ...]:
    """Return the six parts of a pattern; where it has fewer, its last wildcard stands for the rest."""
    tokens = _resolved(text, context)
    parts = arns.split(tokens)
    if len(parts) < arns.PARTS:
        raise Unsupported(f"not an ARN: {text}")
    return tuple(Glob(tuple(part)) for part in parts)


def _resolved(text: str, context: Context, *, ignore_case: bool = False) -> Resolved:
    """Return a pattern with its variables' values; one that has none matches nothing."""
    tokens = pattern(text.lower() if ignore_case else text, variables=True)
    found = resolve(tokens, context)
    if isinstance(found, int):
        raise Unsupported(f"a variable is not settled: {text}")
    return found


def _arns(globs: Sequence[Sequence[Glob]], within: Sequence[Glob], accounts: Sequence[str], partition: str) -> list[str]:
    columns: list[list[str]] = []
    for place in range(arns.PARTS):
        parts = [each[place] for each in globs]
        if place == 1:
            columns.append([partition])
        elif place == 4:
            columns.append([each for each in dict.fromkeys(accounts) if _fits(within[place], each)])
        else:
            avoid = ":" if place < arns.PARTS - 1 else ""
            columns.append(list(witnesses(parts, within[place], avoid)))
    rows = ((":".join(row), (_signature(globs, row), row[4])) for row in product(*columns))
    return list(distinct(rows))


def _signature(globs: Sequence[Sequence[Glob]], row: Sequence[str]) -> tuple[bool, ...]:
    return tuple(all(map(_fits, each, row)) for each in globs)


def _fits(part: Glob, text: str) -> bool:
    return bool(arns.whole(part.tokens).fullmatch(text))


def _values(key: str, conditions: Sequence[Condition], settled: Context) -> tuple[Values, ...]:
    tests = [holds(each, variables=True) for each in conditions]
    singles = [(each,) for each in dict.fromkeys(_singles(conditions, settled))]

    def signature(values: Values) -> tuple[int, ...]:
        return tuple(test({**settled, key: values}) for test in tests)

    found = distinct((values, signature(values)) for values in [ABSENT, *singles])
    if not any(each.set_operator for each in conditions):
        return found
    members = [each[0] for each in found if each]
    if len(members) > _MOST_MEMBERS:
        raise TooMany(f"more than {_MOST_MEMBERS} values of {key}")
    several = (each for size in range(2, len(members) + 1) for each in combinations(members, size))
    return distinct((values, signature(values)) for values in [*found, *several])


def _singles(conditions: Sequence[Condition], settled: Context) -> Iterator[str]:
    """Yield values for one key, those that any condition on it tells apart among them."""
    globs = [glob for each in conditions for glob in _globs(each, settled)]
    yield from witnesses(globs, _ANYTHING)
    patterns = [_parts(text, settled) for each in conditions if _positive(each) in _ARNS for text in each.values]
    accounts = [each for parts in patterns if (each := _literal(parts[4]))]
    if patterns:
        yield from _arns(patterns, _parts("arn:*:*:*:*:*", settled), (*accounts, _NOWHERE, ""), _partition(patterns))
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
        wild = operator == "StringLike"
        yield Glob(tokens if wild else _spelled(tokens), ignore_case)


def _spelled(tokens: Resolved) -> Resolved:
    """Return a pattern whose wildcards stand for themselves."""
    return tuple(Literal(token.sign) if isinstance(token, Wild) else token for token in tokens)


def _positive(condition: Condition) -> str:
    return NEGATED.get(condition.operator, condition.operator)


def _literal(part: Glob) -> str:
    texts = [token.text for token in part.tokens if isinstance(token, Literal)]
    return "".join(texts) if len(texts) == len(part.tokens) else ""


def _partition(patterns: Sequence[Sequence[Glob]]) -> str:
    return next((each for parts in patterns if (each := _literal(parts[1]))), "aws")
