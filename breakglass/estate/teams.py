"""How a team's rights become managed policies: the tightest encoding that fits the quotas of IAM.

In this order: the ARNs of the roles, one by one; the roles in any account of a list of account ids; for a team with
all accounts, the roles in any account of the organization but the management account. The first two say exactly what
the manifest says. The last reaches further on paper only: the roles exist in no other account, and nobody but the
provisioning role can make one.

A group takes ten managed policies, a policy 6,144 characters.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from breakglass import naming
from breakglass.documents import Document, size
from breakglass.errors import ManifestError
from breakglass.estate import documents
from breakglass.manifest.model import ALL, Manifest, Team

POLICY_QUOTA = 6144
"""Characters of a managed policy, white space not counted."""

POLICIES_PER_GROUP = 10
_TEAM_POLICIES = POLICIES_PER_GROUP - 1
"""One of a group's ten places holds what people may do with their own user."""


@dataclass(frozen=True, slots=True)
class Encoding:
    """A team's rights as policies, and in words how they are written."""

    says: str
    policies: tuple[Document, ...]


_Encoder: TypeAlias = Callable[[Manifest, Team], Encoding | None]


def encode(manifest: Manifest, team: Team) -> Encoding:
    """Return the tightest encoding of a team that fits.

    Raises ManifestError where none does: such a team must be split.
    """
    fitting = (encoding for encoder in _ENCODERS if (encoding := encoder(manifest, team)) and _fits(encoding))
    found = next(fitting, None)
    if found is None:
        problem = (
            f"team {team.name} has more roles than {_TEAM_POLICIES} policies of {POLICY_QUOTA} characters can name:"
            " split its accounts or playbooks over two teams, or give it all accounts"
        )
        raise ManifestError((problem,), subject=team.name)
    return found


def _by_role(manifest: Manifest, team: Team) -> Encoding:
    arns = [
        naming.iam_arn(manifest.partition, account, f"role/{naming.role_name(playbook)}")
        for account, playbook in manifest.grants(team)
    ]
    return Encoding("literal role ARNs", _pack(arns, documents.assume))


def _by_account(manifest: Manifest, team: Team) -> Encoding | None:
    """Only where the team has the same playbooks in each of its accounts: else the product would say too much."""
    grants = tuple(manifest.grants(team))
    accounts = tuple(dict.fromkeys(account for account, _ in grants))
    playbooks = tuple(dict.fromkeys(playbook for _, playbook in grants))
    if len(grants) != len(accounts) * len(playbooks):
        return None
    roles = _in_any_account(manifest, playbooks)
    packed = _pack(accounts, lambda ids: documents.assume(roles, {"StringEquals": {"aws:ResourceAccount": list(ids)}}))
    return Encoding("roles of the accounts listed", packed)


def _by_organization(manifest: Manifest, team: Team) -> Encoding | None:
    if team.accounts != ALL:
        return None
    condition = {
        "StringEquals": {"aws:ResourceOrgID": manifest.organization},
        "StringNotEquals": {"aws:ResourceAccount": manifest.management_account.id},
    }
    document = documents.assume(_in_any_account(manifest, team.playbooks), condition)
    return Encoding("roles of the whole organization but its management account", (document,))


_ENCODERS: tuple[_Encoder, ...] = (_by_role, _by_account, _by_organization)


def _in_any_account(manifest: Manifest, playbooks: Sequence[str]) -> list[str]:
    return [naming.iam_arn(manifest.partition, "*", f"role/{naming.role_name(each)}") for each in playbooks]


def _fits(encoding: Encoding) -> bool:
    return 0 < len(encoding.policies) <= _TEAM_POLICIES and all(
        size(policy) <= POLICY_QUOTA for policy in encoding.policies
    )


def _pack(values: Sequence[str], document: Callable[[Sequence[str]], Document]) -> tuple[Document, ...]:
    """Return as few documents as hold all the values, each under the quota, in the order given."""
    return tuple(document(chunk) for chunk in _chunks(values, POLICY_QUOTA - size(document(["", ""]))))


def _chunks(values: Sequence[str], room: int) -> Iterator[Sequence[str]]:
    chunk: list[str] = []
    used = 0
    for value in values:
        cost = len(value) + len('"",')
        if chunk and used + cost > room:
            yield chunk
            chunk, used = [], 0
        chunk.append(value)
        used += cost
    if chunk:
        yield chunk
