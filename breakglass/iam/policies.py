"""The policies that bear on a request, and what of them is about an action and binds its principal."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from breakglass.documents import Document
from breakglass.iam.policy import Matcher, Policy, policy

Levels: TypeAlias = Sequence[Sequence[Document]]

IDENTITY: Final = "identity_policies"
RESOURCE: Final = "resource_policy"
BOUNDARY: Final = "permissions_boundary"
SESSION: Final = "session_policies"
SCP: Final = "service_control_policies"
RCP: Final = "resource_control_policies"


_KEPT: Final = 2048

Row: TypeAlias = tuple[str, Matcher, bool]
"""A policy's place, one of its statements, and whether that names principals."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What there is to ask about one action: every Deny, and the Allows of each kind of policy that must allow."""

    denies: tuple[Row, ...]
    identity: tuple[Row, ...]
    resource: tuple[Row, ...]
    boundary: tuple[Row, ...]
    session: tuple[Row, ...]
    service_control: tuple[tuple[Row, ...], ...]


@dataclass(frozen=True, slots=True)
class Policies:
    """The policies that bear on a request; what is not there does not bear on it.

    `identity` holds those of the principal and of its groups. SCPs and RCPs are given by level, the root first, and
    only where they bind: no SCP binds the management account, no RCP a service that does not support them; an RCP
    level without its RCPFullAWSAccess is as good as with it.
    https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html
    https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html
    """

    identity: tuple[Policy, ...] = ()
    resource: Policy | None = None
    boundary: Policy | None = None
    session: tuple[Policy, ...] = ()
    service_control: tuple[tuple[Policy, ...], ...] = ()
    resource_control: tuple[tuple[Policy, ...], ...] = ()
    _plans: dict[tuple[str, bool, bool], Plan] = field(default_factory=dict, compare=False, repr=False)

    def about(self, action: str, *, service_control: bool, resource_control: bool) -> Plan:
        """Return the statements that may be about an action in lower case, of the policies that bind."""
        key = (action, service_control, resource_control)
        plan = self._plans.get(key)
        if plan is None:
            if len(self._plans) >= _KEPT:
                self._plans.clear()
            plan = self._plans[key] = self._plan(*key)
        return plan

    def _plan(self, action: str, service_control: bool, resource_control: bool) -> Plan:  # noqa: FBT001 - a key
        identity = _placed(IDENTITY, self.identity)
        boundary = [(BOUNDARY, self.boundary)] if self.boundary is not None else []
        session = _placed(SESSION, self.session)
        levels = [_placed(f"{SCP}[{number}]", each) for number, each in enumerate(self.service_control)]
        guards = [_placed(f"{RCP}[{number}]", each) for number, each in enumerate(self.resource_control)]
        resource = [(RESOURCE, self.resource)] if self.resource is not None else []
        if not service_control:
            levels = []
        named = [*resource, *(each for level in guards for each in level if resource_control)]
        unnamed = [*identity, *boundary, *session, *(each for level in levels for each in level)]
        return Plan(
            denies=(*_denies(unnamed, action, principal=False), *_denies(named, action, principal=True)),
            identity=_allows(identity, action, principal=False),
            resource=_allows(resource, action, principal=True),
            boundary=_allows(boundary, action, principal=False),
            session=_allows(session, action, principal=False),
            service_control=tuple(_allows(level, action, principal=False) for level in levels),
        )


def read(
    *,
    identity: Iterable[Document] = (),
    resource: Document | None = None,
    boundary: Document | None = None,
    session: Iterable[Document] = (),
    service_control: Levels = (),
    resource_control: Levels = (),
) -> Policies:
    """Read documents; equal ones are read once. Raises UsageError for what is no document."""
    return Policies(
        tuple([policy(each) for each in identity]),
        None if resource is None else policy(resource),
        None if boundary is None else policy(boundary),
        tuple([policy(each) for each in session]),
        tuple([tuple([policy(each) for each in level]) for level in service_control]),
        tuple([tuple([policy(each) for each in level]) for level in resource_control]),
    )


_Placed: TypeAlias = Sequence[tuple[str, Policy]]


def _placed(name: str, row: Iterable[Policy]) -> _Placed:
    return [(f"{name}[{index}]", each) for index, each in enumerate(row)]


def _denies(placed: _Placed, action: str, *, principal: bool) -> tuple[Row, ...]:
    return tuple(
        (place, each, principal) for place, held in placed for each in held.about(action, principal=principal).denies
    )


def _allows(placed: _Placed, action: str, *, principal: bool) -> tuple[Row, ...]:
    return tuple(
        (place, each, principal) for place, held in placed for each in held.about(action, principal=principal).allows
    )
