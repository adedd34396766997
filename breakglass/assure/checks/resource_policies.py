"""The control of what the policies of keys and buckets leave of the playbooks.

Policies that differ in nothing but the account and the name of what they are of are judged once for each role; each key
and each bucket has a finding of its own, so that what is set aside of one hides no other.
"""

from collections.abc import Hashable, Iterator, Mapping, Sequence
from typing import Final, TypeAlias

from breakglass.assure.evidence import Evidence
from breakglass.documents import text
from breakglass.estate.access import Access
from breakglass.estate.obstacles.obstacles import Obstacle
from breakglass.estate.obstacles.resource_bound import left
from breakglass.estate.obstacles.steps import likeness, meant
from breakglass.findings import Finding, Severity
from breakglass.lock_outs import ResourcePolicy
from breakglass.resources import Resource

_LET_IN: Final = (
    "let the roles in, in its policy, or their account: a key by what `arn:aws:iam::ACCOUNT:root` may do, a bucket by"
    " an exception from what is denied; whoever may change the policy is named there"
)
_MEET: Final = (
    "see that people can meet the condition in an emergency, or let the roles in without it; if it is meant, say so"
    " under `suppressions` in the manifest"
)
_UNSEEN: Final = (
    "its own policy denies even reading it to whoever verifies, so that what it says is not known; where it keeps"
    " everybody out whom it does not name, and not under a condition alone, it denies"
)

_Hits: TypeAlias = Mapping[str, Sequence[tuple[str, Obstacle]]]
"""Roles by name, with the actions they are kept from."""


def resource_policies(evidence: Evidence) -> Iterator[Finding]:
    """Tell every key and bucket whose own policy keeps a playbook from what its role is allowed."""
    access = Access(evidence.everything)
    roles: dict[str, list[Resource]] = {}
    for role in access.playbook_roles:
        roles.setdefault(role.scope.account, []).append(role)
    known: dict[Hashable, tuple[tuple[str, Obstacle], ...]] = {}
    for fact in (each for each in evidence.observation.facts if isinstance(each, ResourcePolicy)):
        hits: dict[str, tuple[tuple[str, Obstacle], ...]] = {}
        for role in roles.get(fact.scope.account, ()):
            rights = access.identity(role)
            key = _likeness(fact), role.name, likeness(rights, role.scope.account), meant(rights, fact.arn)
            if key not in known:
                known[key] = tuple(left(evidence.manifest, role, rights, fact))
            hits[role.name] = known[key]
        yield from _findings(fact, hits)


def _likeness(fact: ResourcePolicy) -> str:
    written = text({"Arn": fact.arn.split(":")[2], "Policy": fact.document})
    return written.replace(fact.arn, "${Arn}").replace(fact.scope.account, "${Account}")


def _findings(fact: ResourcePolicy, hits: _Hits) -> Iterator[Finding]:
    """Yield what is denied for certain, and what may be, of one key or bucket."""
    whom = _whom(hits, certain=True)
    if whom:
        told = "its own policy denies" if fact.document is not None else _UNSEEN
        detail, account = f"{told} {whom}", fact.scope.account
        yield Finding("RESOURCE_LOCK_OUT", Severity.HIGH, fact.arn, detail, _LET_IN, account)
    whom = _whom(hits, certain=False)
    if whom:
        hangs_on = {each for several in hits.values() for _, hit in several for each in hit.hangs_on}
        detail = f"its own policy denies {whom}, depending on {', '.join(sorted(hangs_on))}"
        yield Finding("RESOURCE_CONDITIONAL", Severity.MEDIUM, fact.arn, detail, _MEET, fact.scope.account)


def _whom(hits: _Hits, *, certain: bool) -> str:
    found = {role: [action for action, hit in several if hit.certain is certain] for role, several in hits.items()}
    return "; ".join(f"{role}: {', '.join(dict.fromkeys(actions))}" for role, actions in found.items() if actions)
