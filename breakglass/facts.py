"""What is read and never desired: credentials, foreign users, idle versions, and what could not be read."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from breakglass.errors import BreakglassError
from breakglass.resources import Resource, Scope

CredentialType: TypeAlias = Literal[
    "access key", "service-specific credential", "SSH public key", "signing certificate"
]


@dataclass(frozen=True, slots=True)
class Credential:
    """A long-lived credential of an emergency user. None of them is ever meant to exist."""

    scope: Scope
    user: str
    type: CredentialType
    identifier: str
    active: bool


@dataclass(frozen=True, slots=True)
class ForeignUser:
    """A user of the security account outside the namespace, and the groups it is in."""

    scope: Scope
    name: str
    groups: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class IdleVersion:
    """A version of a managed policy that is not in effect: one call away from being so."""

    policy: Resource
    """The policy as it would be with this version in effect."""
    version: str
    """What IAM calls it, such as `v2`."""

    @property
    def scope(self) -> Scope:
        """The account it is in."""
        return self.policy.scope


Fact: TypeAlias = Credential | ForeignUser | IdleVersion


@dataclass(frozen=True, slots=True)
class Unread:
    """Something in scope that could not be read, and why: never taken for absent."""

    scope: Scope
    what: str
    why: BreakglassError
    types: frozenset[str] = frozenset()
    """The types of resources that are not known because of it."""


@dataclass(frozen=True, slots=True)
class Survey:
    """What to read in one account: these types, and the credentials of the users in the namespace."""

    scope: Scope
    types: frozenset[str]
    credentials: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """What one survey found in the namespace: everything there, whoever made it."""

    survey: Survey
    resources: tuple[Resource, ...] = ()
    facts: tuple[Fact, ...] = ()
    unread: tuple[Unread, ...] = ()
