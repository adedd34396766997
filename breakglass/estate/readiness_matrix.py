"""Who may get into which account for which playbook, by the documents themselves, and whether that is intended.

People with the same documents and the same teams are one row, roles of the same trust one column; of these as many
cells are judged as the documents can tell apart.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property
from typing import TypeAlias

from breakglass import naming
from breakglass.documents import Document
from breakglass.estate import entry
from breakglass.estate.access import Access, Held
from breakglass.estate.alike import Column, Entry, Versions, Words, columns, judged, spoken_of, users_alike
from breakglass.iam.nouns import Answer, Decision
from breakglass.manifest.model import Manifest
from breakglass.resources import Resource, State

USER_MISSING = "the user is missing"
ROLE_MISSING = "the role is missing"

Intended: TypeAlias = Mapping[str, frozenset[str]]
"""Name of a role -> the accounts in which people are meant to get into it."""


class Wrong(StrEnum):
    """How a cell is other than intended."""

    MISSING = "missing"
    UNINTENDED = "unintended"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Cell:
    """Whether a user may get into a role of an account, whether they are meant to, and what decided."""

    may: bool
    intended: bool
    reason: str


@dataclass(frozen=True, slots=True)
class Row:
    """Users whom neither documents nor teams tell apart; of those who are not there nothing is decided."""

    users: tuple[str, ...]
    intended: Intended
    held: tuple[Held, ...] = ()
    entries: tuple[Entry[Answer], ...] = ()
    """By column."""
    exists: bool = True


@dataclass(frozen=True, slots=True)
class Surprise:
    """Cells other than intended, all for one reason; `absent` where a user or role is not there at all."""

    wrong: Wrong
    users: tuple[str, ...]
    roles: tuple[tuple[str, frozenset[str]], ...]
    """Names of roles, each with its accounts."""
    reason: str
    absent: bool = False

    @property
    def cells(self) -> int:
        """How many cells these are."""
        return len(self.users) * sum(len(accounts) for _, accounts in self.roles)


@dataclass(frozen=True)
class Matrix:
    """The cells of a state, by row and column."""

    rows: tuple[Row, ...]
    columns: tuple[Column, ...]

    @cached_property
    def intended(self) -> int:
        """How many cells are intended."""
        return sum(len(row.users) * sum(map(len, row.intended.values())) for row in self.rows)

    @cached_property
    def may(self) -> int:
        """How many cells are allowed."""
        return sum(
            len(row.users) * len(each.where(column, _allowed)) for row in self.rows for column, each in self._of(row)
        )

    @cached_property
    def unknown(self) -> int:
        """How many cells cannot be decided."""
        return sum(each.cells for each in self.surprises if each.wrong is Wrong.UNKNOWN)

    @cached_property
    def surprises(self) -> tuple[Surprise, ...]:
        """All cells other than intended: those for one reason together, as far as rows and columns allow."""
        found: dict[Surprise, list[str]] = {}
        for row in self.rows:
            for each in self._surprises(row):
                found.setdefault(each, []).extend(row.users)
        return tuple(replace(each, users=tuple(sorted(users))) for each, users in found.items())

    def cell(self, user: str, account: str, role: str) -> Cell:
        """Return one cell, by the names of user and role."""
        row = self._row.get(user)
        meant = row is not None and account in row.intended.get(role, ())
        if row is None or not row.exists:
            return Cell(may=False, intended=meant, reason=USER_MISSING)
        for column, each in self._of(row):
            if column.name == role and account in column.roles:
                answer = each.of(account)
                return Cell(_allowed(answer), meant, entry.reason(answer, row.held))
        return Cell(may=False, intended=meant, reason=ROLE_MISSING)

    @cached_property
    def _row(self) -> Mapping[str, Row]:
        return {user: row for row in self.rows for user in row.users}

    @cached_property
    def _there(self) -> Mapping[str, frozenset[str]]:
        """Name of a role -> the accounts that have one."""
        found: dict[str, set[str]] = {}
        for column in self.columns:
            found.setdefault(column.name, set()).update(column.roles)
        return {name: frozenset(accounts) for name, accounts in found.items()}

    def _of(self, row: Row) -> Iterator[tuple[Column, Entry[Answer]]]:
        if row.exists:
            yield from zip(self.columns, row.entries, strict=True)

    def _surprises(self, row: Row) -> Iterator[Surprise]:
        """Yield what surprises about a row, without its users."""
        for reason, absent in self._absent(row):
            yield Surprise(Wrong.MISSING, (), absent, reason, absent=True)
        found: dict[tuple[Wrong, str], list[tuple[str, frozenset[str]]]] = {}
        for column, each in self._of(row):
            for wrong, accounts in _wrong(row, column, each):
                for reason, same in _by_reason(row, each, accounts).items():
                    found.setdefault((wrong, reason), []).append((column.name, frozenset(same)))
        for (wrong, reason), roles in found.items():
            yield Surprise(wrong, (), tuple(sorted(roles, key=lambda each: (each[0], sorted(each[1])))), reason)

    def _absent(self, row: Row) -> Iterator[tuple[str, tuple[tuple[str, frozenset[str]], ...]]]:
        there = self._there if row.exists else {}
        missing = ((name, meant - there.get(name, frozenset())) for name, meant in sorted(row.intended.items()))
        roles = tuple((name, accounts) for name, accounts in missing if accounts)
        if roles:
            yield (ROLE_MISSING if row.exists else USER_MISSING), roles


def matrix(manifest: Manifest, state: State) -> Matrix:
    """Return the matrix of a state: what is desired, or all that was read back, whoever made it."""
    access = Access(state)
    found = columns((role,) for role in access.playbook_roles)
    meant = _meant(manifest)
    security = tuple(each for each in access.everyone if each.scope.account == manifest.security_account)
    trusts = [access.trust(*_one(column)) for column in found]

    def documents(versions: Versions) -> list[Document]:
        (user,) = versions
        bound = access.boundary(user)
        guardrails = (each for level in access.guardrails(user.scope.account) for each in level)
        return [*trusts, *guardrails, *access.identity(user), *(() if bound is None else (bound,))]

    rows: list[Row] = []
    for alike in users_alike(((user,) for user in security), documents):
        (user,) = alike[0]
        spoken = spoken_of(documents(alike[0]), (user.scope.account,))
        entries = tuple(_judge(manifest, access, user, column, spoken) for column in found)
        teams = _apart((each.name for (each,) in alike), meant)
        rows += [Row(users, each, access.held(user), entries) for users, each in teams]
    there = frozenset(user.name for user in security)
    rows += [Row(users, each, exists=False) for users, each in _apart(meant.keys() - there, meant)]
    return Matrix(tuple(rows), found)


def _judge(manifest: Manifest, access: Access, user: Resource, column: Column, spoken: Words | None) -> Entry[Answer]:
    bearing = entry.policies(access, user, access.trust(*_one(column)))

    def decide(versions: Versions) -> Answer:
        return entry.ask(user, versions[0], manifest.organization, bearing)

    return judged(column, spoken, decide)


def _one(column: Column) -> Versions:
    return next(iter(column.roles.values()))


def _apart(users: Iterable[str], meant: Mapping[str, Intended]) -> Iterator[tuple[tuple[str, ...], Intended]]:
    """Yield users by what they are meant to get into; those of the same teams have one and the same mapping."""
    found: dict[int, tuple[list[str], Intended]] = {}
    for user in sorted(users):
        each = meant.get(user, _NOTHING)
        found.setdefault(id(each), ([], each))[0].append(user)
    yield from ((tuple(names), each) for names, each in found.values())


_NOTHING: Intended = {}


def _meant(manifest: Manifest) -> Mapping[str, Intended]:
    """Return for each user what their teams add up to, once for people in the same teams."""
    by_team: dict[str, dict[str, set[str]]] = {}
    for team in manifest.teams:
        roles = by_team.setdefault(team.name, {})
        for account, playbook in manifest.grants(team):
            roles.setdefault(naming.role_name(playbook), set()).add(account)
    whole: dict[frozenset[str], Intended] = {}
    found: dict[str, Intended] = {}
    for responder in manifest.responders:
        teams = frozenset(responder.member_of)
        if teams not in whole:
            names = {name for team in teams for name in by_team[team]}
            whole[teams] = {
                name: frozenset().union(*(by_team[team].get(name, ()) for team in teams)) for name in sorted(names)
            }
        found[naming.user_name(responder.id)] = whole[teams]
    return found


def _wrong(row: Row, column: Column, each: Entry[Answer]) -> Iterator[tuple[Wrong, frozenset[str]]]:
    meant = row.intended.get(column.name, frozenset())
    may, unknown = each.where(column, _allowed), each.where(column, _unknown)
    yield Wrong.MISSING, (meant & column.roles.keys()) - may - unknown
    yield Wrong.UNINTENDED, may - meant
    yield Wrong.UNKNOWN, unknown


def _by_reason(row: Row, each: Entry[Answer], accounts: frozenset[str]) -> Mapping[str, set[str]]:
    found: dict[str, set[str]] = {}
    others = accounts - each.special.keys()
    if others:
        found[entry.reason(each.of(next(iter(others))), row.held)] = set(others)
    for account in accounts & each.special.keys():
        found.setdefault(entry.reason(each.special[account], row.held), set()).add(account)
    return found


def _allowed(answer: Answer) -> bool:
    return answer.decision is Decision.ALLOWED


def _unknown(answer: Answer) -> bool:
    return answer.decision is Decision.UNSUPPORTED
