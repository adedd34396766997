"""The readiness matrix in tables that fit a sheet and a telephone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from breakglass import naming
from breakglass.estate.verification import Verification
from breakglass.estate.wording import counted
from breakglass.manifest.model import Manifest
from breakglass.report.verification.grid import Grid, Place, State, grid
from breakglass.report.verification.places import listed, place

_COLUMNS: Final = 10
_TABLES: Final = 6
_ROWS: Final = 60
_NAMED: Final = 3
"""Accounts that are named, and people who are named above a column."""
_PEOPLE: Final = 60


@dataclass(frozen=True, slots=True)
class People:
    """Who stands in a column: in short above it, and whole beside the tables."""

    number: int
    short: str
    users: str
    teams: str


@dataclass(frozen=True, slots=True)
class Line:
    """Accounts and playbooks, and how people stand there."""

    accounts: str
    playbooks: str
    cells: tuple[State, ...]


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
    teams = {naming.user_name(each.id): each.teams for each in manifest.responders}
    shown = zip(whole.places[:_ROWS], whole.cells[:_ROWS], strict=True)
    return Table(
        tuple(_people(number, users, teams) for number, users in enumerate(whole.people[start:end], start + 1)),
        tuple(_line(manifest, where, cells[start:end]) for where, cells in shown),
    )


def _people(number: int, users: Sequence[str], teams: Mapping[str, Sequence[str]]) -> People:
    theirs = dict.fromkeys(team for user in users for team in teams.get(user, ()))
    short = [each.removesuffix(naming.USER_SUFFIX) for each in users]
    above = ", ".join(short) if len(short) <= _NAMED else counted(len(short), "person", "people")
    return People(number, above, listed(short, _PEOPLE), listed([*theirs], _PEOPLE) or "no team")


def _line(manifest: Manifest, where: Place, cells: Sequence[State]) -> Line:
    names = [place(manifest, each) for each in where.accounts]
    few = len(names) <= _NAMED
    accounts = ", ".join(names) if few else f"{len(names):,} accounts: {listed(names, _NAMED)}"
    playbooks = ", ".join(each.removeprefix(naming.ROLE_PREFIX).lower() for each in where.roles)
    return Line(accounts, playbooks, tuple(cells))
