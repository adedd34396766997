"""Everybody who could ask, as far as documents can tell people apart: of every kind, account, path and name."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Final

from breakglass.iam.classes import NOWHERE, accounts, entries, known, numbers
from breakglass.iam.conditions import NEGATED
from breakglass.iam.nouns import Context, Statement
from breakglass.iam.truth import Unsupported
from breakglass.iam.witnesses import Glob, glob, witnesses

_ARN: Final = "aws:principalarn"
_NAME: Final = "aws:username"
_OTHERS: Final = frozenset(
    {
        _NAME,
        "aws:principalaccount",
        "aws:principalisawsservice",
        "aws:principalservicename",
        "aws:principaltype",
    }
)
"""Keys that follow from who asks, beside the ARN: told apart by values that are written out."""

_SESSION: Final = re.compile(r"arn:[a-z-]+:sts::[0-9]{12}:(assumed-role/[^/*?]+/[^/*?]+|federated-user/[^/*?]+)")
_TAIL: Final = re.compile(r"\*(:?)([^:]*)")
_ENDS: Final = (glob("*/"), glob("*//*"))
"""No name is empty, and no part of a path."""


def principals(statements: Sequence[Statement], homes: Iterable[str], partition: str) -> Iterator[tuple[str, Context]]:
    """Yield principals of every kind and account that statements tell apart, each with the keys it settles.

    Raises TooMany, and Unsupported for what tells principals apart in a way that is not modelled.
    """
    for each in statements:
        _require_written_out(each)
    named = [each for one in statements for each in entries(one)]
    patterns = [*_parts(statements), *known([each for each in named if _is_entity(each)], {})]
    names = sorted({value for _, value in _conditions(_NAME, statements)})
    told_apart = [
        *(each[-1] for each in patterns),
        *(glob(form.format(name)) for name in names for form in ("user/{}", "user/*/{}")),
        *_ENDS,
    ]
    where = (*accounts(statements), *homes, *numbers([each[4] for each in patterns]), NOWHERE)
    for account in dict.fromkeys(where):
        yield from _of_account(told_apart, partition, account)
    yield from _outside(statements)


def _of_account(told_apart: Sequence[Glob], partition: str, account: str) -> Iterator[tuple[str, Context]]:
    for kind, make in _KINDS.items():
        for text in witnesses(told_apart, glob(f"{kind}/?*")):
            if not text.endswith("/") and "//" not in text:
                yield make(partition, account, text)
    yield f"arn:{partition}:iam::{account}:root", {}
    yield f"arn:{partition}:iam::{account}:saml-provider/unheard-of", {}


def _outside(statements: Iterable[Statement]) -> Iterator[tuple[str, Context]]:
    """Yield services, providers and sessions that are named, and a service nobody has heard of."""
    found = ["unheard-of.amazonaws.com"]
    for statement in statements:
        for kind, value in statement.principals.entries if statement.principals else ():
            if kind in ("Service", "Federated") or _SESSION.fullmatch(value):
                found.append(value)
    yield from ((each, {}) for each in dict.fromkeys(found))


def _user(partition: str, account: str, text: str) -> tuple[str, Context]:
    return f"arn:{partition}:iam::{account}:{text}", {}


def _session(partition: str, account: str, text: str) -> tuple[str, Context]:
    role = f"arn:{partition}:iam::{account}:{text}"
    session = f"arn:{partition}:sts::{account}:assumed-role/{text.rpartition('/')[2]}/session"
    return session, {_ARN: (role,)}


def _federated(partition: str, account: str, text: str) -> tuple[str, Context]:
    return f"arn:{partition}:sts::{account}:{text}", {}


_KINDS: Final[Mapping[str, Callable[[str, str, str], tuple[str, Context]]]] = {
    "user": _user,
    "role": _session,
    "federated-user": _federated,
}


def _is_entity(entry: str) -> bool:
    """Tell whether an entry names a user, a role or a federated user, rather than an account or a service."""
    return re.fullmatch(r"arn:[^:]*:(iam|sts)::[^:]*:(user|role|assumed-role|federated-user)/.+", entry) is not None


def _parts(statements: Iterable[Statement]) -> Iterator[Sequence[Glob]]:
    """Yield the patterns on the principal's ARN, part by part; one that fixes the end alone as its last part."""
    for operator, value in _conditions(_ARN, statements):
        tail = _TAIL.fullmatch(value)
        if operator.startswith("String") and tail:
            end = tail.group(2) if tail.group(1) else f"*{tail.group(2)}"
            yield (*(glob("*"),) * 5, glob(end or "*"))
        elif operator.startswith("Arn") or _is_aligned(value):
            yield from known([value], {})
        else:
            raise Unsupported(f"a pattern on {_ARN} that is not modelled: {value}")


def _is_aligned(value: str) -> bool:
    """Tell whether no wildcard can run over a colon: none stands before the account, and there alone."""
    parts = value.split(":", 5)
    return len(parts) == 6 and "*" not in "".join(parts[:4]) and parts[4].isdigit() | (parts[4] == "*")


def _require_written_out(statement: Statement) -> None:
    for each in statement.conditions:
        if each.key in _OTHERS and any(re.search(r"[*?$]", value) for value in each.values):
            raise Unsupported(f"a pattern on {each.key}, which follows from who asks")


def _conditions(key: str, statements: Iterable[Statement]) -> Iterator[tuple[str, str]]:
    for statement in statements:
        for condition in statement.conditions:
            if condition.key == key:
                operator = NEGATED.get(condition.operator, condition.operator)
                yield from ((operator, value) for value in condition.values)
