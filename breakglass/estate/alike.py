"""Whom documents cannot tell apart as they say who gets into which role: one user, and one account, stand for all.

What is grouped may come in several versions, one for each state that is looked at; alike is what is so in every one.
"""

import re
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Generic, TypeAlias, TypeVar

from breakglass.documents import Document, Json, text
from breakglass.iam.nouns import Statement
from breakglass.iam.policy import policy
from breakglass.resources import Resource

ENTER = "sts:AssumeRole"

Versions: TypeAlias = tuple[Resource, ...]

Words: TypeAlias = Mapping[str, Hashable]
"""Account -> in which words documents speak of it."""

_Verdict = TypeVar("_Verdict")

_PARTIAL = re.compile(r"[0-9][*?]|[*?][0-9]|\?")
"""A pattern that may tell accounts apart without naming them."""

_ACCOUNT = re.compile(r"(?<![0-9])[0-9]{12}(?![0-9])")
_PLAIN = ("Resource", "Principal", "String", "Arn", "Bool", "Null")
"""Where a value of another account is like any other: not so where values are compared by size."""

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


def judged(column: Column, words: Words | None, decide: Callable[[Versions], _Verdict]) -> Entry[_Verdict]:
    """Decide of one role for all accounts that are spoken of in the same words; without words, of each."""
    known: dict[Hashable, _Verdict] = {}
    special: dict[str, _Verdict] = {}
    for account in sorted(column.roles if words is None else words.keys() & column.roles.keys()):
        same = account if words is None else words[account]
        if same not in known:
            known[same] = decide(column.roles[account])
        special[account] = known[same]
    other = next((each for account, each in column.roles.items() if account not in special), None)
    return Entry(special, None if other is None else decide(other))


def spoken_of(documents: Iterable[Document], homes: Iterable[str], *, entering: bool = True) -> Words | None:
    """Return the accounts that documents may tell from others, `homes` among them: when a role is assumed, or ever.

    Nothing is known where a pattern may fit an account without naming it.
    """
    statements = (each for document in documents for each in (about(document) if entering else _all(document)))
    found: dict[str, set[Hashable]] = {each: {each} for each in homes}
    for number, statement in enumerate(statements):
        for place, value in _written(statement):
            if _PARTIAL.search(value) or not place.startswith(_PLAIN):
                return None
            for account in _ACCOUNT.findall(value):
                found.setdefault(account, set()).add((number, place, value.replace(account, "")))
    return {account: frozenset(words) for account, words in found.items()}


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
    yield from (value for place, value in _written(statement) if place != "Resource" or "${" in value)


def _written(statement: Statement) -> Iterator[tuple[str, str]]:
    """Yield every value, with the place it stands in."""
    yield from (("Resource", each) for each in statement.resources or ())
    yield from (("Principal", value) for _, value in (statement.principals.entries if statement.principals else ()))
    for each in statement.conditions:
        yield from (
            (f"{each.operator} {each.set_operator} {each.if_exists} {each.key}", value) for value in each.values
        )


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


def _all(document: Document) -> Sequence[Statement]:
    return policy(document).statements
