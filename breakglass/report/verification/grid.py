"""The readiness matrix as people take it in: people alike in one column, accounts and playbooks alike in one row."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, TypeAlias

from breakglass import resources
from breakglass.estate.readiness_matrix import Matrix, Row
from breakglass.estate.verification import Verification
from breakglass.iam.nouns import Answer, Decision


class State(StrEnum):
    """Whether people may get in, and whether they are meant to."""

    MAY = "may, as meant"
    NEITHER = "may not, as meant"
    MISSING = "is meant to, and may not"
    UNINTENDED = "may, and is not meant to"
    UNKNOWN = "not known"

    @property
    def is_wrong(self) -> bool:
        """Whether it is other than intended, or not known to be so."""
        return self not in (State.MAY, State.NEITHER)


@dataclass(frozen=True, slots=True)
class Place:
    """Accounts and playbooks' roles that nobody's access tells apart."""

    accounts: tuple[str, ...]
    roles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """The matrix: what is wrong comes first, in both directions."""

    people: tuple[tuple[str, ...], ...]
    """The names of users, those alike together."""
    places: tuple[Place, ...]
    cells: tuple[tuple[State, ...], ...]
    """By place, then by people."""


Standing: TypeAlias = tuple[State, ...]
"""What holds of every row of the matrix."""

_Sets: TypeAlias = tuple[frozenset[str], frozenset[str], frozenset[str]]
"""Of a row and a role, the accounts in which it may be entered, is meant to be, and is not known to be."""

_SIGNING_IN: Final = frozenset({resources.USER, resources.GROUP, resources.MANAGED_POLICY})


def grid(verification: Verification) -> Grid:
    """Return the matrix of a verification, of the accounts that were looked at.

    Who seems shut out where users, teams or roles could not be read is not known to be.
    """
    matrix, looked = verification.matrix, frozenset(verification.accounts)
    names = sorted({each.name for each in matrix.columns} | {name for row in matrix.rows for name in row.intended})
    sets = {name: [_sets(matrix, row, name, looked) for row in matrix.rows] for name in names}
    there = {name: _there(matrix, name) & looked | _all(sets[name]) for name in names}
    unread = _unread(verification)
    places = _merged(_alike(names, there, sets, unread), _by_role(sets, unread))
    return _sorted(matrix.rows, places)


def _sets(matrix: Matrix, row: Row, name: str, looked: frozenset[str]) -> _Sets:
    may: set[str] = set()
    unknown: set[str] = set()
    for column, entry in zip(matrix.columns, row.entries if row.exists else (), strict=False):
        if column.name == name:
            may |= entry.where(column, _allowed)
            unknown |= entry.where(column, _undecided)
    return looked & may, looked & row.intended.get(name, frozenset()), looked & unknown


def _there(matrix: Matrix, name: str) -> frozenset[str]:
    return frozenset().union(*(column.roles for column in matrix.columns if column.name == name))


def _all(sets: Iterable[_Sets]) -> frozenset[str]:
    return frozenset().union(*(one for each in sets for one in each))


def _unread(verification: Verification) -> frozenset[str]:
    """Return in which accounts nobody can be said to be shut out: all of them where users or teams were not read."""
    unread = verification.observation.unread
    security = verification.manifest.security_account
    if any(each.scope.account == security and each.types & _SIGNING_IN for each in unread):
        return frozenset(verification.accounts)
    return frozenset(each.scope.account for each in unread if resources.ROLE in each.types)


def _alike(
    names: Sequence[str],
    there: Mapping[str, frozenset[str]],
    sets: Mapping[str, Sequence[_Sets]],
    unread: frozenset[str],
) -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
    """Yield accounts that nothing tells apart, with the roles they have."""
    blocks: dict[str, list[int]] = {}
    for name in names:
        cuts = {unread, *(one for each in sets[name] for one in each)}
        for number, block in enumerate(_parted(there[name], cuts)):
            for account in block:
                blocks.setdefault(account, []).extend((names.index(name), number))
    found: dict[tuple[int, ...], list[str]] = {}
    for account, numbers in sorted(blocks.items()):
        found.setdefault(tuple(numbers), []).append(account)
    for blocks_of_roles, accounts in found.items():
        yield tuple(accounts), tuple(names[each] for each in blocks_of_roles[::2])


def _parted(whole: frozenset[str], cuts: Iterable[frozenset[str]]) -> list[frozenset[str]]:
    """Return the smallest parts that no cut goes through."""
    parts = [whole]
    for cut in cuts:
        parts = [half for part in parts for half in (part & cut, part - cut) if half]
    return parts


def _by_role(sets: Mapping[str, Sequence[_Sets]], unread: frozenset[str]) -> Callable[[str, str], Standing]:
    def standing(name: str, account: str) -> Standing:
        shut_out = State.UNKNOWN if account in unread else State.MISSING
        return tuple(_state(each, account, shut_out) for each in sets[name])

    return standing


def _state(sets: _Sets, account: str, shut_out: State) -> State:
    may, meant, unknown = (account in each for each in sets)
    if unknown:
        return State.UNKNOWN
    if may:
        return State.MAY if meant else State.UNINTENDED
    return shut_out if meant else State.NEITHER


def _merged(
    alike: Iterable[tuple[tuple[str, ...], tuple[str, ...]]], known: Callable[[str, str], Standing]
) -> list[tuple[Place, Standing]]:
    """Return the places: of accounts alike, the roles in which everybody stands the same are one."""
    found: list[tuple[Place, Standing]] = []
    for accounts, names in alike:
        same: dict[Standing, list[str]] = {}
        for name in names:
            same.setdefault(known(name, accounts[0]), []).append(name)
        found += [(Place(accounts, tuple(roles)), standing) for standing, roles in same.items()]
    return found


def _sorted(rows: Sequence[Row], places: Sequence[tuple[Place, Standing]]) -> Grid:
    """Return people of equal columns together, and what is wrong first."""
    people: dict[Standing, list[str]] = {}
    for number, row in enumerate(rows):
        people.setdefault(tuple(standing[number] for _, standing in places), []).extend(row.users)
    down = sorted(range(len(places)), key=lambda each: (not _wrong(places[each][1]), -len(places[each][0].accounts)))
    across = sorted(people.items(), key=lambda each: (not _wrong(each[0]), -each[0].count(State.MAY), each[1]))
    return Grid(
        tuple(tuple(sorted(users)) for _, users in across),
        tuple(places[each][0] for each in down),
        tuple(tuple(column[each] for column, _ in across) for each in down),
    )


def _wrong(standing: Standing) -> bool:
    return any(each.is_wrong for each in standing)


def _allowed(answer: Answer) -> bool:
    return answer.decision is Decision.ALLOWED


def _undecided(answer: Answer) -> bool:
    return answer.decision is Decision.UNSUPPORTED
