"""How a team's rights become managed policies: the tightest encoding that fits the quotas of IAM.

In this order: the ARNs of the roles, one by one; the roles in any account of a list of account ids; for a team with
all accounts, the roles in any account of the organization but the management account. The first two say exactly what
the manifest says. The last reaches further on paper only: the roles exist in no other account, and nobody but the
provisioning role can make one.

A group takes ten managed policies, a policy 6,144 characters.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias
from zlib import crc32

from breakglass import naming
from breakglass.documents import Document, Json, size
from breakglass.errors import ManifestError
from breakglass.estate import documents
from breakglass.manifest.model import ALL, Manifest, Team

POLICY_QUOTA = 6144
"""Characters of a managed policy, white space not counted."""

NAMED_ACCOUNTS = 3000
"""About how many accounts the rights of a team can name; beyond them, it is given all accounts."""

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
    """Return the tightest encoding of a team that fits; no policy where its units are not looked up, or empty.

    Raises ManifestError where none does: such a team must be split.
    """
    if manifest.organizational_units and not any(manifest.grants(team)):
        return Encoding("no role yet", ())
    fitting = (encoding for encoder in _ENCODERS if (encoding := encoder(manifest, team)) and _fits(encoding))
    found = next(fitting, None)
    if found is None:
        problem = (
            f"team {team.name} has more roles than {_TEAM_POLICIES} policies of {POLICY_QUOTA} characters can name:"
            f" they name about {NAMED_ACCOUNTS:,} accounts; write `accounts: all` for it, or split its accounts or"
            " organizational units over two teams"
        )
        raise ManifestError((problem,), subject=team.name)
    return found


def _by_role(manifest: Manifest, team: Team) -> Encoding:
    def document(accounts: Sequence[str]) -> Document:
        return documents.assume([arn for account in accounts for arn in arns[account]])

    arns: dict[str, list[str]] = {}
    for account, playbook in sorted(manifest.grants(team)):
        arn = naming.iam_arn(manifest.partition, account, f"role/{naming.role_name(playbook)}")
        arns.setdefault(account, []).append(arn)
    return Encoding("literal role ARNs", _pack(tuple(arns), document))


def _by_account(manifest: Manifest, team: Team) -> Encoding:
    """Accounts in which the team has the same playbooks share a statement: one for all would say too much."""
    there: dict[str, list[str]] = {}
    for account, playbook in sorted(manifest.grants(team)):
        there.setdefault(account, []).append(playbook)

    def document(accounts: Sequence[str]) -> Document:
        alike: dict[tuple[str, ...], list[str]] = {}
        for account in accounts:
            alike.setdefault(_in_any_account(manifest, there[account]), []).append(account)
        return documents.assume_in(dict(sorted(alike.items())))

    return Encoding("roles of the accounts listed", _pack(tuple(there), document))


def _by_organization(manifest: Manifest, team: Team) -> Encoding | None:
    if team.accounts != ALL:
        return None
    condition: dict[str, Json] = {
        "StringEquals": {"aws:ResourceOrgID": manifest.organization},
        "StringNotEquals": {"aws:ResourceAccount": [manifest.management_account.id, manifest.security_account]},
    }
    document = documents.assume(_in_any_account(manifest, team.playbooks), condition)
    return Encoding("roles of the whole organization but its management and security accounts", (document,))


_ENCODERS: tuple[_Encoder, ...] = (_by_role, _by_account, _by_organization)


def _in_any_account(manifest: Manifest, playbooks: Sequence[str]) -> tuple[str, ...]:
    return tuple(naming.iam_arn(manifest.partition, "*", f"role/{naming.role_name(each)}") for each in playbooks)


def _fits(encoding: Encoding) -> bool:
    return 0 < len(encoding.policies) <= _TEAM_POLICIES and all(
        size(policy) <= POLICY_QUOTA for policy in encoding.policies
    )


def _pack(accounts: Sequence[str], document: Callable[[Sequence[str]], Document]) -> tuple[Document, ...]:
    """Return one document for all the accounts, or as many as a group takes: each account always in the same one.

    So an account that comes or goes changes one policy, and moves no other account from policy to policy: while
    policies change one after the other, what moves is for a moment in none of them.
    """
    if not accounts:
        return ()
    whole = document(accounts)
    if size(whole) <= POLICY_QUOTA:
        return (whole,)
    buckets: list[list[str]] = [[] for _ in range(_TEAM_POLICIES)]
    for account in accounts:
        buckets[crc32(account.encode()) % _TEAM_POLICIES].append(account)
    return tuple(document(bucket) for bucket in buckets if bucket)
