"""Whether enough people get into every account as they are: enrolled, and let in by what was read back."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from breakglass import naming, resources
from breakglass.assure.evidence import Evidence
from breakglass.estate import ways_in as ways
from breakglass.estate.enrolment import enrolled, unknown
from breakglass.estate.matrix import people_in
from breakglass.findings import Finding, Severity
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
    """Tell where fewer people of the manifest get in than its minimum: one finding for accounts alike.

    Of what could not be read it says nothing: neither of an account, nor of a person who may be enrolled.
    """
    manifest = evidence.manifest
    if _hidden(evidence, manifest.scope(manifest.security_account)) & _PEOPLE:
        return
    alike: dict[_Way, list[str]] = {}
    for account, way in _ways(evidence).items():
        alike.setdefault(way, []).append(account)
    for way, accounts in alike.items():
        yield _few(way, accounts, evidence)


def _ways(evidence: Evidence) -> Mapping[str, _Way]:
    """Return the accounts that too few get into."""
    manifest, observation = evidence.manifest, evidence.observation
    mine = {key: each for key, each in observation.strays.items() if key.type != resources.ROLE}
    found = ways.ways_in(manifest.organization, {**mine, **observation.state})
    ready, doubtful = enrolled(observation), unknown(observation)
    told = {}
    for account, people in people_in(manifest).items():
        inside = {each for each in people if naming.user_name(each) in found.get(account, ())}
        sure = {each for each in inside if naming.user_name(each) in ready}
        perhaps = {each for each in inside if naming.user_name(each) in doubtful}
        hidden = _hidden(evidence, manifest.scope(account)) & _ROLES
        if len(sure | perhaps) < manifest.limits.minimum_ways_in and not hidden:
            told[account] = _Way(*(tuple(sorted(each)) for each in (people, sure, inside - sure - perhaps)))
    return told


def _hidden(evidence: Evidence, scope: Scope) -> frozenset[str]:
    types = (each.types for each in evidence.observation.unread if each.scope == scope)
    return frozenset[str]().union(*types)


def _few(way: _Way, accounts: Sequence[str], evidence: Evidence) -> Finding:
    manifest = evidence.manifest
    where = _some([manifest.account_name(each) for each in accounts])
    besides = f"; {_some(way.waiting)} would be let in and cannot sign in yet" if way.waiting else ""
    return Finding(
        "FEW_WAYS_IN",
        Severity.HIGH if way.ready else Severity.CRITICAL,
        accounts[0],
        f"{_some(way.ready) or 'nobody'} can get into {where}, and {manifest.limits.minimum_ways_in} people are the "
        f"minimum{besides}",
        "; ".join(_advice(way, manifest.limits.minimum_ways_in)),
    )


def _advice(way: _Way, minimum: int) -> Iterator[str]:
    if way.waiting:
        yield f"run: {'; '.join(f'breakglass enroll {each}' for each in way.waiting[:_SHOWN])}"
    if len(way.meant) < minimum:
        yield "put more people into a team of that account, or give a team of theirs that account"
    elif len(way.ready) + len(way.waiting) < minimum:
        yield "run plan to see what keeps the others out, and apply to mend it"


def _some(names: Sequence[str]) -> str:
    rest = len(names) - _SHOWN
    return ", ".join(names[:_SHOWN]) + (f" and {rest} more" if rest > 0 else "")
