"""Whether people get in where they are meant to, and nowhere else: by the manifest, and by the documents."""

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import replace

from breakglass.estate.matrix import people_in
from breakglass.estate.readiness_matrix import Matrix, Surprise, Wrong
from breakglass.findings import Finding, Severity
from breakglass.manifest.model import Manifest

_SHOWN = 5


def too_few(manifest: Manifest) -> Iterator[Finding]:
    """Tell every account fewer people can get into than the manifest's minimum."""
    minimum = manifest.limits.minimum_ways_in
    for account, people in people_in(manifest).items():
        if len(people) < minimum:
            who = ", ".join(sorted(people)) or "nobody"
            yield Finding(
                "FEW_WAYS_IN",
                Severity.CRITICAL if not people else Severity.HIGH,
                account,
                f"{who} can get into {manifest.account_name(account)}, and {minimum} people are the minimum",
                "put more people into a team of that account, or give a team of theirs that account",
            )


def unready(matrix: Matrix, manifest: Manifest) -> Iterator[Finding]:
    """Tell who may get in where they are not meant to, and who may not where they are: of a user, or of an account.

    Of an account it is where that alone turns several people away or lets them in. What is not there at all, and what
    is not known, is for others to tell: drift, and what could not be read.
    """
    for subject, surprises in _by_subject(_grouped(matrix, Wrong.UNINTENDED, lambda each: each.users)):
        yield Finding(
            "UNINTENDED_ACCESS",
            Severity.CRITICAL,
            subject,
            f"may get in without being meant to: {_told(surprises)}",
            f"run {manifest.writer}, delete what is not ours, and find out in CloudTrail who changed it and who got in",
        )
    for subject, surprises in _by_subject(_grouped(matrix, Wrong.MISSING, lambda each: each.reason)):
        yield Finding(
            "MISSING_ACCESS",
            Severity.HIGH,
            subject,
            f"may not get in and is meant to: {_told(surprises)}",
            f"run plan to see the repair, and what leave {manifest.writer} asks for to make it",
        )


def _grouped(matrix: Matrix, wrong: Wrong, key: Callable[[Surprise], Hashable]) -> Iterable[Sequence[Surprise]]:
    found: dict[Hashable, list[Surprise]] = {}
    for each in matrix.surprises:
        if each.wrong is wrong and not each.absent:
            found.setdefault(key(each), []).append(each)
    return found.values()


def _by_subject(groups: Iterable[Sequence[Surprise]]) -> Iterable[tuple[str, Sequence[Surprise]]]:
    """Return what surprises by what it is told of: no two findings of a kind are of one user or one account."""
    found: dict[str, list[Surprise]] = {}
    for same in groups:
        for subject, each in _parted(same):
            found.setdefault(subject, []).append(each)
    return found.items()


def _parted(same: Sequence[Surprise]) -> Iterator[tuple[str, Surprise]]:
    """Yield surprises of one cause: of the account, where it is one and people are several; or else of each user."""
    users = {user for each in same for user in each.users}
    accounts = {account for each in same for _, some in each.roles for account in some}
    if len(users) > 1 and len(accounts) == 1:
        yield from ((next(iter(accounts)), each) for each in same)
        return
    for each in same:
        yield from ((user, replace(each, users=(user,))) for user in each.users)


def _told(surprises: Sequence[Surprise]) -> str:
    return "; ".join(f"{_names(each.users)} into {_places(each)}, {each.reason}" for each in surprises)


def _places(surprise: Surprise) -> str:
    by_accounts: dict[frozenset[str], list[str]] = {}
    for name, accounts in surprise.roles:
        by_accounts.setdefault(accounts, []).append(name)
    return ", ".join(f"{_names(roles)} in {_names(sorted(accounts))}" for accounts, roles in by_accounts.items())


def _names(names: Sequence[str]) -> str:
    shown = ", ".join(names[:_SHOWN])
    return f"{shown} and {len(names) - _SHOWN} more" if len(names) > _SHOWN else shown
