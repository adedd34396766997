"""Policies that others have made and that bear on responders, as they were read: nobody desires them here."""

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from breakglass.documents import Json
from breakglass.resources import Scope

ControlPolicyType: TypeAlias = Literal["SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY"]

CONTROL_POLICY_TYPES: Final[tuple[ControlPolicyType, ...]] = ("SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY")
"""What bounds rights in accounts, in the words of AWS Organizations."""


@dataclass(frozen=True, slots=True)
class ControlPolicy:
    """A policy of the organization upon what principals, or resources, of its accounts may take part in."""

    scope: Scope
    id: str
    """Such as `p-FullAWSAccess`."""
    name: str
    type: ControlPolicyType
    content: Json
    """The document; its text where that is no JSON."""
    targets: tuple[str, ...]
    """The ids of the root, the units and the accounts it is attached to."""


@dataclass(frozen=True, slots=True)
class OrganizationTree:
    """Where the accounts of the organization hang."""

    scope: Scope
    parents: tuple[tuple[str, str], ...]
    """The id of each unit and account, and that of what it is in: a unit, or the root."""


@dataclass(frozen=True, slots=True)
class ResourcePolicy:
    """The own policy of a key or a bucket."""

    scope: Scope
    arn: str
    document: Json
    """None where that policy itself keeps away who reads it."""


LockOuts: TypeAlias = ControlPolicy | OrganizationTree | ResourcePolicy
