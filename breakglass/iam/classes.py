"""Requests that stand for all requests: one of each class that no statement at hand can tell apart.

Each part of a request (principal, action, resource, every condition key) has its own classes, since each element of a
statement looks at one part; their product covers everything. What a request may carry is left free, also its absence,
save what is settled: by AWS, which sets the principal's own keys, or by the question.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import combinations, product
from typing import Final, TypeVar

from breakglass.iam import arns
from breakglass.iam.breakpoints import breakpoints
from breakglass.iam.conditions import NEGATED, NULL, holds
from breakglass.iam.nouns import Condition, Context, Statement, Values
from breakglass.iam.patterns import Literal, Resolved, Variable, Wild, matcher, pattern, resolve
from breakglass.iam.truth import MAYBE, Unsupported
from breakglass.iam.witnesses import Glob, TooMany, glob, witnesses

ABSENT: Final[Values] = ()
NOWHERE: Final = "000000000000"
"""An account nobody speaks of."""

_RESOURCE_ACCOUNT: Final = "aws:resourceaccount"
_ACCOUNT: Final = re.compile(r"(?<![0-9])[0-9]{12}(?![0-9])")
_ANYTHING: Final = glob("*")
_MOST_MEMBERS: Final = 6
"""Values of a set-valued key of which every subset is looked at."""

_STRINGS: Final = frozenset({"StringEquals", "StringEqualsIgnoreCase", "StringLike"})
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
    told_apart = [*_known(written, settled), *_known([f"arn:*:*:*:*:{kind}" for kind in _KINDS], settled)]
    asked = [each for statement in statements for each in statement.conditions if each.key == _RESOURCE_ACCOUNT]
    where = _homes(own, [*accounts(statements), *(found for each in within for found in _ACCOUNT.findall(each))], asked)
    found = [] if within else ["*"]
    for each in _known(within or ["arn:*:*:*:*:?*"], settled):
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
    return {key: _values(key, conditions, settled) for key, conditions in sorted(asked.items())}


def principals(statements: Sequence[Statement], homes: Iterable[str], partition: str) -> Iterator[tuple[str, Context]]:
    """Yield principals of every kind and account that statements tell apart, each with the keys it settles.

    Raises TooMany, and Unsupported for what is no ARN where one is meant.
    """
    named = [*_values_of("aws:principalarn", statements), *(each for one in statements for each in _entries(one))]
    patterns = sorted({each for each in named if re.match(r"arn:.*:(?!root$|saml-provider/|oidc-provider/)", each)})
    ends = [glob("*/"), glob("*//*")]  # no name is empty
    for account in dict.fromkeys((*accounts(statements), *homes, NOWHERE)):
        for kind, make in _OF_IAM.items():
            globs = [parts[-1] for parts in _known(patterns, {})]
            for text in witnesses([*globs, *ends], glob(f"{kind}/?*")):
                if not text.endswith("/") and "//" not in text:
                    yield make(partition, account, text)
        yield f"arn:{partition}:iam::{account}:root", {}
        yield f"arn:{partition}:sts::{account}:federated-user/somebody", {}
        yield f"arn:{partition}:iam::{account}:saml-provider/unheard-of", {}
    others = (*_services(named), *_providers(statements), "unheard-of.amazonaws.com")
    yield from ((each, {}) for each in dict.fromkeys(others))


def _user(partition: str, account: str, text: str) -> tuple[str, Context]:
    return f"arn:{partition}:iam::{account}:{text}", {}


def _session(partition: str, account: str, text: str) -> tuple[str, Context]:
    role = f"arn:{partition}:iam::{account}:{text}"
    session = f"arn:{partition}:sts::{account}:assumed-role/{text.rpartition('/')[2]}/session"
    return session, {"aws:principalarn": (role,)}


_OF_IAM: Final[Mapping[str, Callable[[str, str, str], tuple[str, Context]]]] = {"user": _user, "role": _session}


def distinct(items: Iterable[tuple[_Item, object]]) -> tuple[_Item, ...]:
    """Return the first item of each signature."""
    found: dict[object, _Item] = {}
    for item, signature in items:
        found.setdefault(signature, item)
    return tuple(found.values())


def _texts(statement: Statement) -> Iterator[str]:
    yield from statement.resources or ()
    yield from _entries(statement)
    yield from (value for condition in statement.conditions for value in condition.values)


def _entries(statement: Statement) -> Iterator[str]:
    yield from (value for _, value in statement.principals.entries) if statement.principals else ()


def _services(named: Iterable[str]) -> Iterator[str]:
    yield from (each for each in named if re.fullmatch(r"[a-z0-9.-]+\.amazonaws\.com(\.cn)?", each))


def _providers(statements: Iterable[Statement]) -> Iterator[str]:
    for each in statements:
        if each.principals is not None:
            yield from (value for kind, value in each.principals.entries if kind == "Federated")


def _values_of(key: str, statements: Iterable[Statement]) -> Iterator[str]:
    for statement in statements:
        for condition in statement.conditions:
            if condition.key == key:
                yield from condition.values


def _known(texts: Iterable[str], settled: Context) -> list[_Parts]:
    """Return patterns by their six parts, without those whose variables are settled to have no value."""
    found = (_resolved(text, settled) for text in texts)
    return [_parts(tokens) for tokens in found if tokens is not None]


def _parts(tokens: Resolved) -> _Parts:
    parts = arns.split(tokens)
    if len(parts) < arns.PARTS:
        raise Unsupported("a pattern is no ARN")
    return tuple(Glob(tuple(part)) for part in parts)


def _resolved(text: str, settled: Context, *, ignore_case: bool = False) -> Resolved | None:
    """Return a pattern with its variables' values, or nothing where one is settled to have none."""
    tokens = pattern(text.lower() if ignore_case else text, variables=True)
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


def _homes(own: str, others: Iterable[str], asked: Sequence[Condition]) -> list[tuple[str, object]]:
    """Return accounts, each with what makes a difference of it beside the patterns of ARNs.

    What names no account lies in the principal's own.
    """
    tests = [holds(each, variables=True) for each in asked]

    def mark(account: str) -> object:
        return account == own, tuple(test({_RESOURCE_ACCOUNT: (account,)}) for test in tests)

    return [("", mark(own)), *((each, mark(each)) for each in dict.fromkeys((own, *others, NOWHERE)) if each)]


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
    return sum(1 << number for number, each in enumerate(globs) if matcher(each.tokens)(text))


def _values(key: str, conditions: Sequence[Condition], settled: Context) -> tuple[Values, ...]:
    tests = [holds(each, variables=True) for each in conditions]

    def signature(values: Values) -> tuple[int, ...]:
        return tuple(test({**settled, key: values}) for test in tests)

    typed = any(_positive(each) not in _STRINGS | _ARNS | {NULL} for each in conditions)
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
        yield from witnesses([each for one in conditions for each in _globs(one, settled)], _ANYTHING)
    patterns = [parts for each in conditions if _positive(each) in _ARNS for parts in _known(each.values, settled)]
    if patterns:
        named = [(text, text) for parts in patterns if (text := _literal(parts[4]))]
        partition = next((text for parts in patterns if (text := _literal(parts[1]))), "aws")
        yield from _arns(patterns, _known(["arn:*:*:*:*:*"], {})[0], [*named, (NOWHERE, NOWHERE), ("", "")], partition)
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


def _positive(condition: Condition) -> str:
    return NEGATED.get(condition.operator, condition.operator)


def _literal(part: Glob) -> str:
    texts = [token.text for token in part.tokens if isinstance(token, Literal)]
    return "".join(texts) if len(texts) == len(part.tokens) else ""
