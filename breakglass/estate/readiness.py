"""Whether people get in where they are meant to, and nowhere else: by the manifest, and by the documents."""

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence

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
    """Tell who may get in where they are not meant to, and for each reason, who may not where they are.

    What is not there at all, and what is not known, is for others to tell: drift, and what could not be read.
    """
    for same in _grouped(matrix, Wrong.UNINTENDED, lambda each: each.users):
        told = "; ".join(f"{_places(each)}, {each.reason}" for each in same)
        yield Finding(
            "UNINTENDED_ACCESS",
            Severity.CRITICAL,
            _subject(same),
            f"{_names(same[0].users)} may get in without being meant to: {told}",
            f"run {manifest.writer}, delete what is not ours, and find out in CloudTrail who changed it and who got in",
        )
    for same in _grouped(matrix, Wrong.MISSING, lambda each: each.reason):
        told = "; ".join(f"{_names(each.users)} into {_places(each)}" for each in same)
        yield Finding(
            "MISSING_ACCESS",
            Severity.HIGH,
            _subject(same),
            f"people may not get in who are meant to, {same[0].reason}: {told}",
            f"run plan to see the repair, and {manifest.writer} to make it",
        )


def _grouped(matrix: Matrix, wrong: Wrong, key: Callable[[Surprise], Hashable]) -> Iterable[Sequence[Surprise]]:
    found: dict[Hashable, list[Surprise]] = {}
    for each in matrix.surprises:
        if each.wrong is wrong and not each.absent:
            found.setdefault(key(each), []).append(each)
    return found.values()


def _subject(surprises: Sequence[Surprise]) -> str:
    """Return the account, where it is one and people are several; or else the first of the users."""
    users = sorted({user for each in surprises for user in each.users})
    accounts = {account for each in surprises for _, some in each.roles for account in some}
    return accounts.pop() if len(users) > 1 and len(accounts) == 1 else users[0]


def _places(surprise: Surprise) -> str:
    by_accounts: dict[frozenset[str], list[str]] = {}
    for name, accounts in surprise.roles:
        by_accounts.setdefault(accounts, []).append(name)
    return ", ".join(f"{_names(roles)} in {_names(sorted(accounts))}" for accounts, roles in by_accounts.items())


def _names(names: Sequence[str]) -> str:
    shown = ", ".join(names[:_SHOWN])
    return f"{shown} and {len(names) - _SHOWN} more" if len(names) > _SHOWN else shown
