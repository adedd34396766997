"""Which sessions of roles outlive their user, and the policy that ends them.

Credentials that were given out stay valid until they expire, whatever becomes of whoever asked for them.
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_revoke-sessions.html
"""

from dataclasses import dataclass
from datetime import datetime

from breakglass import naming, resources
from breakglass.documents import Document, Json
from breakglass.estate.alike import Column, Entry
from breakglass.estate.readiness_matrix import matrix
from breakglass.iam.nouns import Answer, Decision
from breakglass.manifest.model import Manifest
from breakglass.resources import Key, State

_DENIED = frozenset({Decision.EXPLICIT_DENY, Decision.IMPLICIT_DENY})


@dataclass(frozen=True, slots=True)
class OpenRole:
    """A role somebody may have a session of."""

    account: str
    role: str
    seconds: int
    """How long a session of it lasts at most."""


def open_roles(manifest: Manifest, state: State, user: Key) -> tuple[OpenRole, ...]:
    """Return the playbook roles a user could assume, by what was read; also those of which it cannot be told."""
    alone = {key: each for key, each in state.items() if key.type != resources.USER or key == user}
    judged = matrix(manifest, alone)
    (row,) = [each for each in judged.rows if user.name in each.users and each.exists]
    found = [each for pair in zip(judged.columns, row.entries, strict=True) for each in _open(*pair)]
    return tuple(sorted(found, key=lambda each: (each.role, each.account)))


def ending(user: str, before: datetime) -> Document:
    """Return the policy that ends the sessions of a role a user opened before a time, and those of nobody else.

    A session of ours is named for its user, as the trust of every role demands.
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
    """
    condition: Json = {
        "DateLessThan": {"aws:TokenIssueTime": before.strftime("%Y-%m-%dT%H:%M:%SZ")},
        "StringLike": {"aws:userid": f"*:{user}"},
    }
    statement: Json = {"Effect": "Deny", "Action": "*", "Resource": "*", "Condition": condition}
    return {"Version": "2012-10-17", "Statement": [statement]}


def command(role: str, user: str, document: str) -> str:
    """Return the call of the AWS CLI that puts that policy on a role."""
    name = naming.sessions_policy_name(user)
    return f"aws iam put-role-policy --role-name {role} --policy-name {name} --policy-document '{document}'"


def _open(column: Column, entry: Entry[Answer]) -> list[OpenRole]:
    accounts = entry.where(column, lambda answer: answer.decision not in _DENIED)
    lengths = {account: column.roles[account][0].properties["MaxSessionDuration"] for account in accounts}
    return [OpenRole(account, column.name, int(str(seconds))) for account, seconds in lengths.items()]
