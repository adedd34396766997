"""Whom documents cannot tell apart as they say who gets into which role: one user, and one account, stand for all.

What is grouped may come in several versions, one for each state that is looked at; alike is what is so in every one.
"""

import re
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Generic, TypeAlias, TypeVar

from breakglass.documents import Document, Json, text
from breakglass.iam import classes
from breakglass.iam.nouns import Statement
from breakglass.iam.policy import policy
from breakglass.resources import Resource

ENTER = "sts:AssumeRole"

Versions: TypeAlias = tuple[Resource, ...]

_Verdict = TypeVar("_Verdict")

_PARTIAL = re.compile(r"[0-9][*?]|[*?][0-9]|\?")
"""A pattern that may tell accounts apart without naming them."""

_OWN_NAME = "${aws:username}"


@dataclass(frozen=True, slots=True)
class Column:
    """Roles of one ARN and one trust but for the account they are in."""

    name: str
    roles: Mapping[str, Versions]
    """By account."""


@dataclass(frozen=True, slots=True)
class Entry(Generic[_Verdict]):
    """What is decided of the roles of a column: in some accounts, and in all its others."""

    special: Mapping[str, _Verdict]
    others: _Verdict | None

    def of(self, account: str) -> _Verdict:
        """Return what is decided of the role in an account of the column."""
        found = self.special.get(account, self.others)
        if found is None:
            raise KeyError(account)
        return found

    def where(self, column: Column, holds: Callable[[_Verdict], bool]) -> frozenset[str]:
        """Return the accounts of which something holds."""
        special = frozenset(account for account, each in self.special.items() if holds(each))
        if self.others is None or not holds(self.others):
            return special
        return special | (column.roles.keys() - self.special.keys())


def columns(roles: Iterable[Versions]) -> tuple[Column, ...]:
    """Group roles by name, path and trust."""
    trusts: dict[int, str] = {}
    found: dict[tuple[str, Hashable, Hashable], dict[str, Versions]] = {}
    for versions in roles:
        trust = tuple(_same(trusts, each.properties.get("AssumeRolePolicyDocument")) for each in versions)
        key = (versions[0].name, tuple(each.path for each in versions), trust)
        found.setdefault(key, {})[versions[0].scope.account] = versions
    return tuple(Column(name, each) for (name, *_), each in found.items())


def _same(written: dict[int, str], document: Json) -> str:
    """Return a document as text, written once for each value: thousands of roles share theirs."""
    found = written.get(id(document))
    if found is None:
        found = written[id(document)] = text(document) if isinstance(document, Mapping) else repr(document)
    return found


def judged(
    column: Column, named: frozenset[str] | None, decide: Callable[[Versions], _Verdict]
) -> Entry[_Verdict]:
    """Decide of each role in a named account, and of one in all the others; where None are named, of each."""
    alone = column.roles.keys() if named is None else column.roles.keys() & named
    other = next((each for account, each in column.roles.items() if account not in alone), None)
    special = {account: decide(column.roles[account]) for account in sorted(alone)}
    return Entry(special, None if other is None else decide(other))


def named(documents: Iterable[Document], homes: Iterable[str]) -> frozenset[str] | None:
    """Return the accounts that documents may tell from others when a role is assumed, beside `homes`.

    None are all: a pattern may fit some of them.
    """
    statements = [each for document in documents for each in about(document)]
    if any(_PARTIAL.search(each) for statement in statements for each in _written(statement)):
        return None
    if any(not each.operator.startswith(("String", "Arn", "Bool", "Null")) for one in statements for each in one.conditions):
        return None
    return classes.accounts(statements) | frozenset(homes)


def users_alike(
    users: Iterable[Versions], documents: Callable[[Versions], Sequence[Document]]
) -> tuple[tuple[Versions, ...], ...]:
    """Group users whose rights stand in the same policies, and whom no condition tells apart."""
    found: dict[Hashable, list[Versions]] = {}
    marks: dict[Hashable, tuple[str, ...]] = {}
    for versions in users:
        rights = tuple(_rights(each) for each in versions)
        if rights not in marks:
            marks[rights] = telling(documents(versions))
        found.setdefault((rights, tuple(_fits(each, versions) for each in marks[rights])), []).append(versions)
    return tuple(tuple(each) for each in found.values())


def _rights(user: Resource) -> Hashable:
    held = (user.properties.get(name) for name in ("Groups", "ManagedPolicyArns", "Policies", "PermissionsBoundary"))
    return user.scope, user.path, *(repr(each) for each in held)


def telling(documents: Iterable[Document]) -> tuple[str, ...]:
    """Return every pattern that could tell one user from another when a role is assumed."""
    statements = [each for document in documents for each in about(document)]
    return tuple(sorted({each for statement in statements for each in _patterns(statement) if not each.isdigit()}))


def _patterns(statement: Statement) -> Iterator[str]:
    yield from (each for each in statement.resources or () if "${" in each)
    yield from (value for _, value in (statement.principals.entries if statement.principals else ()))
    yield from (value for condition in statement.conditions for value in condition.values)


def _written(statement: Statement) -> Iterator[str]:
    yield from statement.resources or ()
    yield from _patterns(statement)


def _fits(pattern: str, user: Versions) -> Hashable:
    """Return how a pattern fits a user: by its ARN, the last part of that, or its name, exactly or in another case."""
    name, arn = user[0].name, user[0].arn
    if "${" in pattern.replace(_OWN_NAME, "") or ("/" in pattern and _OWN_NAME in pattern):
        return name
    resolved = pattern.replace(_OWN_NAME, name)
    pairs = ((resolved, arn), (resolved.rpartition(":")[2], arn.rpartition(":")[2]), (resolved, name))
    return tuple(bool(_glob(wanted, fold).fullmatch(given)) for wanted, given in pairs for fold in (False, True))


@lru_cache(maxsize=65536)
def _glob(pattern: str, ignore_case: bool) -> re.Pattern[str]:  # noqa: FBT001 - a key
    parts = (".*" if each == "*" else "." if each == "?" else re.escape(each) for each in re.split(r"([*?])", pattern))
    return re.compile("".join(parts), re.IGNORECASE if ignore_case else 0)


def about(document: Document) -> Sequence[Statement]:
    """Return the statements of a document that may be about assuming a role."""
    found = policy(document).about(ENTER.lower(), principal=False)
    return [each.statement for each in dict.fromkeys((*found.allows, *found.denies))]
