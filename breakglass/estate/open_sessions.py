"""Which sessions of roles may outlive their user, and the policy that ends them.

Credentials that were given out stay valid until they expire, whatever becomes of whoever asked for them, and whatever
the user's rights are by then: so every role that trusts the namespace is told, not only those the user may assume now.
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_revoke-sessions.html
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from breakglass import naming, resources
from breakglass.documents import Document, Json, text
from breakglass.estate.access import Access
from breakglass.estate.desired import desired
from breakglass.estate.observation import Observation
from breakglass.estate.readiness_matrix import matrix
from breakglass.iam.nouns import Decision
from breakglass.manifest.model import Manifest
from breakglass.resources import Resource, State

MARGIN = timedelta(minutes=30)
"""How much later than now a session may have been opened, by AWS's clock.

Half of it is for a clock here that is behind: AWS takes no signature older than 15 minutes. The other half is for IAM,
which goes by what was true a moment ago.
https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html#troubleshoot_general_eventual-consistency
"""

_DENIED = frozenset({Decision.EXPLICIT_DENY, Decision.IMPLICIT_DENY})


class Way(StrEnum):
    """Whether the user's present teams let it into a role."""

    NOW = "now"
    """They do, or it cannot be told that they do not."""
    NOT_NOW = "not now"
    """They do not; they may have, when a session was opened."""
    UNREAD = "not known"
    """The account could not be read: the manifest has the role there."""


@dataclass(frozen=True, slots=True)
class OpenRole:
    """A role somebody may have a session of."""

    account: str
    role: str
    seconds: int
    """How long a session of it lasts at most."""
    way: Way = Way.NOW


@dataclass(frozen=True, slots=True)
class OpenSessions:
    """What a user may have sessions of, as it is told at a time."""

    user: str
    roles: tuple[OpenRole, ...]
    told: datetime
    final: bool = True
    """Whether the user can open no further ones."""

    @property
    def latest(self) -> datetime:
        """When the last of them may have been opened, by AWS's clock."""
        return self.told + MARGIN

    def until(self, roles: Collection[OpenRole]) -> datetime:
        """Return when sessions of these roles have expired at the latest."""
        return self.latest + timedelta(seconds=max(each.seconds for each in roles))

    @property
    def policy(self) -> Document:
        """The policy that ends them."""
        return ending(self.user, self.latest)

    @property
    def by_role(self) -> Mapping[str, tuple[OpenRole, ...]]:
        """The roles by their name."""
        found: dict[str, list[OpenRole]] = {}
        for each in self.roles:
            found.setdefault(each.role, []).append(each)
        return {role: tuple(several) for role, several in found.items()}

    @property
    def commands(self) -> tuple[str, ...]:
        """The call of the AWS CLI that puts that policy on a role, for each name of one."""
        options = f"--policy-name {naming.sessions_policy_name(self.user)} --policy-document '{text(self.policy)}'"
        return tuple(f"aws iam put-role-policy --role-name {role} {options}" for role in self.by_role)


def open_roles(manifest: Manifest, seen: Observation, user: str) -> tuple[OpenRole, ...]:
    """Return every playbook role there is: as it was read, or by the manifest where it could not be read.

    No other can a user of ours assume, by its boundary; nor the canary's, which has no rights.
    """
    state = {**seen.strays, **seen.state}
    now = _let_in(manifest, state, user)
    found = [
        _open(role, Way.NOW if (role.scope.account, role.name) in now else Way.NOT_NOW)
        for role in Access(state).playbook_roles
    ]
    meant = Access(desired(manifest)).playbook_roles if seen.unread else ()
    found += [_open(role, Way.UNREAD) for role in meant if role.key not in state and not seen.knows(role.key)]
    return tuple(sorted(found, key=lambda each: (each.role, each.account)))


def longest(manifest: Manifest, state: State) -> timedelta:
    """Return how long a session of a playbook role lasts at most, by what was read and by the manifest."""
    hours = manifest.limits.session_hours
    seconds = (_seconds(each) for each in Access(state).playbook_roles)
    return timedelta(seconds=max((hours * 3600, *seconds)))


def ending(user: str, before: datetime) -> Document:
    """Return the policy that ends the sessions of a role a user opened before a time, and those of nobody else.

    A session of ours is named for its user, as the trust of every role demands. The time keeps it from locking out
    somebody of the same name who is enrolled later; one in the future ends what was opened just now, too.
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
    """
    condition: Json = {
        "DateLessThan": {"aws:TokenIssueTime": before.strftime("%Y-%m-%dT%H:%M:%SZ")},
        "StringLike": {"aws:userid": f"*:{user}"},
    }
    statement: Json = {"Effect": "Deny", "Action": "*", "Resource": "*", "Condition": condition}
    return {"Version": "2012-10-17", "Statement": [statement]}


def _let_in(manifest: Manifest, state: State, user: str) -> frozenset[tuple[str, str]]:
    """Return the accounts and roles that a user could assume; also those of which it cannot be told."""
    others = {key for key in state if key.type == resources.USER and key.name != user}
    judged = matrix(manifest, {key: each for key, each in state.items() if key not in others})
    entries = [each.entries for each in judged.rows if user in each.users and each.exists]
    return frozenset(
        (account, column.name)
        for row in entries
        for column, entry in zip(judged.columns, row, strict=True)
        for account in entry.where(column, lambda answer: answer.decision not in _DENIED)
    )


def _open(role: Resource, way: Way) -> OpenRole:
    return OpenRole(role.scope.account, role.name, _seconds(role), way)


def _seconds(role: Resource) -> int:
    return int(str(role.properties["MaxSessionDuration"]))
