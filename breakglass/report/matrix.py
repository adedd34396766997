"""The readiness matrix in short, for people and for machines."""

from collections.abc import Iterator, Mapping, Sequence

from rich.text import Text

from breakglass.documents import Json
from breakglass.estate.readiness_matrix import Matrix, Row, Wrong

_SHOWN = 8


def matrix_text(matrix: Matrix) -> Iterator[Text]:
    """Yield who gets where, a line for all who are meant to get into the same; what surprises are findings."""
    wrong = sum(each.cells for each in matrix.surprises)
    style = "bold red" if wrong else "bold"
    told = f"who gets in, by the policies: {matrix.may} may, {matrix.intended} are meant to, {wrong} come out otherwise"
    yield Text(told, style=style)
    for users, roles in _people(matrix.rows).items():
        yield Text(f"  {_some(users)} → {'; '.join(_said(roles)) or 'nowhere'}")


def matrix_document(matrix: Matrix) -> Json:
    """Return the matrix in short as JSON."""
    return {
        "intended": matrix.intended,
        "may": matrix.may,
        "unknown": matrix.unknown,
        "people": [
            {"users": users, "roles": [{"role": name, "accounts": len(accounts)} for name, accounts in roles.items()]}
            for users, roles in _people(matrix.rows).items()
        ],
        "surprises": [
            {
                "wrong": each.wrong.value,
                "users": each.users,
                "roles": [{"role": name, "accounts": sorted(accounts)} for name, accounts in each.roles],
                "reason": each.reason,
            }
            for each in matrix.surprises
            if each.wrong is not Wrong.UNKNOWN
        ],
    }


def _people(rows: Sequence[Row]) -> Mapping[tuple[str, ...], Mapping[str, frozenset[str]]]:
    """Return who is meant to get where, people together who are meant to get into the same."""
    found: dict[tuple[tuple[str, frozenset[str]], ...], list[str]] = {}
    for row in rows:
        found.setdefault(tuple(row.intended.items()), []).extend(row.users)
    return {tuple(sorted(users)): dict(roles) for roles, users in found.items()}


def _said(roles: Mapping[str, frozenset[str]]) -> Iterator[str]:
    by_accounts: dict[frozenset[str], list[str]] = {}
    for name, accounts in roles.items():
        by_accounts.setdefault(accounts, []).append(name)
    for accounts, names in by_accounts.items():
        yield f"{_some(names)} in {len(accounts)} account{'s'[: len(accounts) != 1]}"


def _some(names: Sequence[str]) -> str:
    shown = ", ".join(names[:_SHOWN])
    return f"{shown} and {len(names) - _SHOWN} more" if len(names) > _SHOWN else shown
