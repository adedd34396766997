"""The control of what the policies of keys and buckets leave of the playbooks.

Policies that differ in nothing but the account and the name of what they are of are judged once for each role.
"""

from collections.abc import Hashable, Iterator
from typing import Final

from breakglass.assure.checks.hindrances import Hindrances, Way
from breakglass.assure.evidence import Evidence
from breakglass.documents import text
from breakglass.estate.access import Access
from breakglass.estate.obstacles.obstacles import Obstacle
from breakglass.estate.obstacles.resource_bound import left
from breakglass.estate.obstacles.steps import likeness, meant
from breakglass.findings import Finding, Severity
from breakglass.lock_outs import ResourcePolicy
from breakglass.resources import Resource

_TOLD: Final = "the policies of keys and buckets themselves deny"
_LET_IN: Final = (
    "let the role in, in the policy of each, or its account: a key by what `arn:aws:iam::ACCOUNT:root` may do, a bucket"
    " by an exception from what is denied; whoever may change these policies is named there"
)
_MEET: Final = (
    "see that people can meet the condition in an emergency, or let the role in without it; if it is meant, say so"
    " under `suppressions` in the manifest"
)


def resource_policies(evidence: Evidence) -> Iterator[Finding]:
    """Tell every key and bucket whose own policy keeps a playbook from what its role is allowed."""
    access, found = Access(evidence.everything), Hindrances()
    roles: dict[str, list[Resource]] = {}
    for role in access.playbook_roles:
        roles.setdefault(role.scope.account, []).append(role)
    known: dict[Hashable, tuple[tuple[str, Obstacle], ...]] = {}
    for fact in (each for each in evidence.observation.facts if isinstance(each, ResourcePolicy)):
        for role in roles.get(fact.scope.account, ()):
            rights = access.identity(role)
            key = _likeness(fact), role.name, likeness(rights, role.scope.account), meant(rights, fact.arn)
            if key not in known:
                known[key] = tuple(left(evidence.manifest, role, rights, fact))
            for action, hit in known[key]:
                found.add(_way(role, hit), [role.name], [action], [fact.arn], hit.hangs_on)
    yield from found.findings()


def _likeness(fact: ResourcePolicy) -> str:
    written = text({"Arn": fact.arn.split(":")[2], "Policy": fact.document})
    return written.replace(fact.arn, "${Arn}").replace(fact.scope.account, "${Account}")


def _way(role: Resource, hit: Obstacle) -> Way:
    if hit.certain:
        return Way("RESOURCE_LOCK_OUT", Severity.HIGH, role.arn, _TOLD, _LET_IN)
    return Way("RESOURCE_CONDITIONAL", Severity.MEDIUM, role.arn, _TOLD, _MEET)
