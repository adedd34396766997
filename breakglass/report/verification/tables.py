"""The readiness matrix in tables that fit a sheet and a telephone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from breakglass import naming
from breakglass.estate.verification import Verification
from breakglass.estate.wording import counted
from breakglass.manifest.model import Manifest
from breakglass.report.verification.grid import Grid, Place, State, grid
from breakglass.report.verification.wording import listed, place

_COLUMNS: Final = 10
_TABLES: Final = 6
_ROWS: Final = 60
_NAMED: Final = 3
"""Accounts that are named, and people who are named above a column."""
_PEOPLE: Final = 60
_RESERVE: Final = ("reserve",)
"""Where people are who are in no team."""


@dataclass(frozen=True, slots=True)
class People:
    """Who stands in a column: in short above it, and below the tables what that leaves out: teams, or names."""

    short: str
    besides: str


@dataclass(frozen=True, slots=True)
class Line:
    """Accounts and playbooks, and how people stand there."""

    accounts: str
    playbooks: str
    cells: tuple[State, ...]

    @property
    def is_shut(self) -> bool:
        """Whether none of these people may get in, or is meant to."""
        return all(each is State.NEITHER for each in self.cells)


@dataclass(frozen=True, slots=True)
class Table:
    """As many people as a sheet is wide, and all places that are shown."""

    people: tuple[People, ...]
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Tables:
    """The matrix as it is shown, how many groups of it are not, and what is said in it."""

    tables: tuple[Table, ...]
    people_left: int
    places_left: int
    states: tuple[State, ...]


def tables(verification: Verification) -> Tables:
    """Return the matrix, what is wrong first, as far as it can be taken in."""
    whole = grid(verification)
    shown = whole.people[: _COLUMNS * _TABLES]
    states = {cell for line in whole.cells for cell in line}
    starts = range(0, len(shown) if whole.places else 0, _COLUMNS)
    return Tables(
        tuple(_table(whole, verification.manifest, start) for start in starts),
        len(whole.people) - len(shown),
        max(len(whole.places) - _ROWS, 0),
        tuple(each for each in State if each in states),
    )


def _table(whole: Grid, manifest: Manifest, start: int) -> Table:
    end = start + _COLUMNS
    teams = {naming.user_name(each.id): each.member_of or _RESERVE for each in manifest.responders}
    shown = zip(whole.places[:_ROWS], whole.cells[:_ROWS], strict=True)
    return Table(
        tuple(_people(users, teams) for users in whole.people[start:end]),
        tuple(_line(manifest, where, cells[start:end]) for where, cells in shown),
    )


def _people(users: Sequence[str], teams: Mapping[str, Sequence[str]]) -> People:
    theirs = [*dict.fromkeys(team for user in users for team in teams.get(user, ()))] or ["no team"]
    names = [each.removesuffix(naming.USER_SUFFIX) for each in users]
    few = len(names) <= _NAMED
    short = ", ".join(names) if few else f"{counted(len(names), 'person', 'people')} in {listed(theirs, _NAMED)}"
    whole = f"in {listed(theirs, _PEOPLE)}" if few else listed(names, _PEOPLE)
    return People(short, whole)


def _line(manifest: Manifest, where: Place, cells: Sequence[State]) -> Line:
    few = len(where.accounts) <= _NAMED
    names = [place(manifest, each) if few else manifest.account_name(each) for each in where.accounts]
    accounts = ", ".join(names) if few else f"{len(names):,} accounts: {listed(names, _NAMED)}"
    playbooks = ", ".join(each.removeprefix(naming.ROLE_PREFIX).lower() for each in where.roles)
    return Line(accounts, playbooks, tuple(cells))
