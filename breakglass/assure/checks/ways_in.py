"""Whether enough people get into every account as they are: enrolled, and let in by what was read back."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from breakglass import naming, resources
from breakglass.assure.evidence import Evidence
from breakglass.estate.enrolment import enrolled, unknown
from breakglass.estate.matrix import people_in
from breakglass.findings import Finding, Severity
from breakglass.iam.nouns import Decision
from breakglass.manifest.model import Manifest
from breakglass.resources import Scope

_SHOWN: Final = 5
_PEOPLE: Final = frozenset({resources.USER, resources.GROUP, resources.MANAGED_POLICY})
_ROLES: Final = frozenset({resources.ROLE, resources.MANAGED_POLICY})


@dataclass(frozen=True, slots=True)
class _Way:
    """Who is meant to get into an account, by ids: those who do, and those who could if they were enrolled."""

    meant: tuple[str, ...]
    ready: tuple[str, ...]
    waiting: tuple[str, ...]


def ways_in(evidence: Evidence) -> Iterator[Finding]:
    """Tell every account that fewer people of the manifest get into than its minimum.

    Of what is not known, or was never made, it says nothing: neither of an account, nor of a person who may
    be enrolled or let in.
    """
    manifest = evidence.manifest
    if evidence.is_blank or _is_hidden(evidence, manifest.scope(manifest.security_account), _PEOPLE):
        return
    for account, way in _short(evidence):
        yield _few(way, account, evidence.manifest)


def _short(evidence: Evidence) -> Iterator[tuple[str, _Way]]:
    """Yield the accounts that too few get into."""
    manifest, observation = evidence.manifest, evidence.observation
    allowed, undecided = (_inside(evidence, each) for each in (Decision.ALLOWED, Decision.UNSUPPORTED))
    ready, doubtful = enrolled(observation), unknown(observation)
    for account, people in people_in(manifest).items():
        if _is_hidden(evidence, manifest.scope(account), _ROLES):
            continue
        users = {naming.user_name(each): each for each in people}
        inside, perhaps = (each.get(account, frozenset()) & users.keys() for each in (allowed, undecided))
        possible = (inside | perhaps) & (ready | doubtful)
        if len(possible) < manifest.limits.minimum_ways_in:
            told = (inside & ready, inside - ready - doubtful)
            yield account, _Way(tuple(sorted(people)), *(tuple(sorted(users[name] for name in each)) for each in told))


def _inside(evidence: Evidence, decision: Decision) -> Mapping[str, frozenset[str]]:
    """Return by account the users of whom this is decided for a role of ours that is there."""
    found: dict[str, set[str]] = {}
    for row in evidence.matrix.rows:
        for column, entry in zip(evidence.matrix.columns, row.entries, strict=False):  # none where there is no user
            for account in entry.where(column, lambda answer: answer.decision is decision):
                if column.roles[account][0].key in evidence.observation.state:
                    found.setdefault(account, set()).update(row.users)
    return {account: frozenset(users) for account, users in found.items()}


def _is_hidden(evidence: Evidence, scope: Scope, types: frozenset[str]) -> bool:
    return not all(evidence.observation.shows(scope, each) for each in types)


def _few(way: _Way, account: str, manifest: Manifest) -> Finding:
    besides = f"; {_some(way.waiting)} would be let in and cannot sign in yet" if way.waiting else ""
    return Finding(
        "FEW_WAYS_IN",
        Severity.HIGH if way.ready else Severity.CRITICAL,
        account,
        f"{_some(way.ready) or 'nobody'} can get into {manifest.account_name(account)}, and"
        f" {manifest.limits.minimum_ways_in} people are the minimum{besides}",
        "; ".join(_advice(way, manifest)),
    )


def _advice(way: _Way, manifest: Manifest) -> Iterator[str]:
    minimum = manifest.limits.minimum_ways_in
    if way.waiting:
        yield f"enroll {_some(way.waiting)}, as the findings about each of them say"
    if len(way.meant) < minimum:
        yield "put more people into a team of that account, or give a team of theirs that account"
    elif len(way.ready) + len(way.waiting) < minimum:
        yield f"run plan to see what keeps the others out, and {manifest.writer} to mend it"


def _some(names: Sequence[str]) -> str:
    rest = len(names) - _SHOWN
    return ", ".join(names[:_SHOWN]) + (f" and {rest} more" if rest > 0 else "")
