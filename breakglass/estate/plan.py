"""The changes that turn what is into what should be: a true diff, in an order that never closes a door.

First everything is created and updated, what is pointed at before what points; only then is anything deleted, in
the opposite order. plan(s, s) is empty, and neither the order of the manifest nor that of the accounts matters.
"""

import hashlib
import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property
from typing import Final

from breakglass.documents import Json
from breakglass.estate import guardrails
from breakglass.estate.alerting import places
from breakglass.estate.broadening import broadens
from breakglass.estate.difference import Difference, differences
from breakglass.estate.observation import Observation
from breakglass.facts import MemberAccount, Unread
from breakglass.resources import (
    KINDS,
    PASSWORD_POLICY,
    SERVICE_CONTROL_POLICY,
    USER,
    Key,
    Resource,
    Scope,
    State,
    items,
    needs,
)
from breakglass.stacks import Delivery, StackSet

_RANK = {type_: rank for rank, type_ in enumerate(KINDS)}
"""Only for ties: the order follows from what points at what."""


WITHDRAW: Final = "withdraw"


class Verb(StrEnum):
    """What a change does to its resource."""

    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"


@dataclass(frozen=True)
class Change:
    """One resource from what it is to what it should be."""

    before: Resource | None
    after: Resource | None

    @property
    def resource(self) -> Resource:
        """The resource as it will be, or as it was if it goes."""
        resource = self.after or self.before
        if resource is None:
            raise ValueError("a change is of something")
        return resource

    @property
    def key(self) -> Key:
        """The identity of the resource."""
        return self.resource.key

    @property
    def verb(self) -> Verb:
        """What is done."""
        if self.before is None:
            return Verb.CREATE
        return Verb.DELETE if self.after is None else Verb.UPDATE

    @cached_property
    def differences(self) -> tuple[Difference, ...]:
        """Where an updated resource differs; nothing for one created or deleted."""
        if self.before is None or self.after is None:
            return ()
        return tuple(differences(self.before.properties, self.after.properties))

    @cached_property
    def narrows(self) -> bool:
        """Whether it only takes away what somebody may do; of guardrails, nobody is meant to have what they deny."""
        before, after = self.before, self.after
        if before is None or after is None or self.key.type == SERVICE_CONTROL_POLICY:
            return False
        return bool(broadens(after, before)) and not broadens(before, after)

    @property
    def ends_grant(self) -> bool:
        """Whether it takes somebody in reserve out of every team: the others are in one at least."""
        if self.key.type != USER or self.before is None or self.after is None or "Groups" not in self.changed:
            return False
        return not items(self.after.properties["Groups"])

    @property
    def changed(self) -> frozenset[str]:
        """The names of the properties that differ."""
        before = self.before.properties if self.before else {}
        after = self.after.properties if self.after else {}
        return frozenset(name for name in {*before, *after} if before.get(name) != after.get(name))


@dataclass(frozen=True)
class Refusal:
    """Why a plan will not be carried out: the rule, what it concerns, and what to do."""

    rule: str
    subject: str
    why: str
    advice: str
    key: Key | None = None
    """The resource, where one change alone is meant."""


@dataclass(frozen=True, slots=True)
class Due:
    """What stacks are to do of one delivery: all that a digest is of."""

    action: str
    """`create`, `update`, `extend` or WITHDRAW."""
    delivery: Delivery
    places: tuple[Scope, ...]
    settings: str = ""
    """How StackSets deliver, in whatever words."""


@dataclass(frozen=True)
class Plan:
    """What is, the changes to it in order, what could not be looked at, and what stands against it."""

    before: State
    changes: tuple[Change, ...]
    unread: tuple[Unread, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    left_alone: tuple[Change, ...] = ()
    """What would have to change too, and is left as it is because its rule is allowed."""
    stopped: tuple[Refusal, ...] = ()
    """Why nothing is changed in a place in which stacks deliver; the rest of the plan is carried out."""
    new_accounts: tuple[str, ...] = ()
    """The accounts of organizational units that have nothing of ours yet."""
    inactive: tuple[MemberAccount, ...] = ()
    """The accounts of organizational units that are left alone: suspended, closed, or not yet active."""
    deliveries: tuple[Due, ...] = ()
    """What stacks are to do, those that go first."""

    @property
    def after(self) -> State:
        """What will be once every change is made."""
        gone = {change.key for change in self.changes if change.after is None}
        made = {change.key: change.after for change in self.changes if change.after is not None}
        return {key: each for key, each in {**self.before, **made}.items() if key not in gone}

    @property
    def stopped_scopes(self) -> frozenset[Scope]:
        """The places in which nothing is changed."""
        return frozenset(each.key.scope for each in self.stopped if each.key is not None)

    @cached_property
    def digest(self) -> str:
        """A fingerprint that no other plan shares: 32 hexadecimal digits."""
        content: list[Json] = [[_plain(change.before), _plain(change.after)] for change in self.changes]
        content += [_due(each) for each in self.deliveries]
        return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:32]


def deviations(observation: Observation, desired: State) -> Plan:
    """Return all that differs, in order. What could not be read is left out: unknown is not absent."""
    known = observation.knows
    before = {key: resource for key, resource in observation.state.items() if known(key)}
    after = {key: _tightened(resource, before) for key, resource in desired.items() if known(key)}
    return Plan(before, order(_changes(before, after)), observation.unread)


def plan(observation: Observation, desired: State) -> Plan:
    """Return what must change, in order, as far as it may while something is unknown.

    Nothing is deleted in an account of which a part is unknown: that part may still need it; and no guardrail while any
    account is, as it may have what the guardrail protects.
    """
    found = deviations(observation, desired)
    partly = {each.scope for each in observation.unread if each.types}
    safe = tuple(change for change in found.changes if not _is_premature(change, partly))
    return replace(found, changes=safe)


def _is_premature(change: Change, unknown: Collection[Scope]) -> bool:
    if change.verb is not Verb.DELETE:
        return False
    return bool(unknown) if change.key.type == SERVICE_CONTROL_POLICY else change.key.scope in unknown


def order(changes: Iterable[Change]) -> tuple[Change, ...]:
    """Return creations and updates, each after what it needs; then updates that only take away; then deletions.

    What one policy loses another may have gained: nobody is to be without it in between. Deletions go the other way.
    """
    by_key = {change.key: change for change in changes}
    needed = dependencies(by_key.values())
    done: dict[Key, None] = {}
    begun: set[Key] = set()

    def visit(key: Key) -> None:
        if key not in begun:  # begun and not done: a circle, which only foreign hands can draw
            begun.add(key)
            for other in sorted(needed[key]):
                visit(other)
            done[key] = None

    for key in sorted(by_key, key=lambda key: (_RANK[key.type], key)):
        visit(key)
    ordered = [by_key[key] for key in done]
    kept = [change for change in ordered if change.after is not None]
    narrowing = {change.key for change in kept if change.narrows}
    last = sorted(kept, key=lambda change: change.key in narrowing)
    return (*last, *(change for change in reversed(ordered) if change.after is None))


def dependencies(changes: Iterable[Change]) -> Mapping[Key, frozenset[Key]]:
    """Return for each change the others it waits for: those its resource points at, and the guardrail it lies behind.

    What only changes waits for no guardrail: a repair is made whatever becomes of that; least of all a guardrail's own.
    """
    by_key = {change.key: change for change in changes}
    arns = {change.resource.arn: key for key, change in by_key.items() if change.resource.arn}
    lasting = [key for key, change in by_key.items() if change.verb is not Verb.UPDATE]
    mended = [key for key in by_key.keys() - set(lasting) if key.type == SERVICE_CONTROL_POLICY]
    behind = guardrails.precedence(lasting, mended)
    writable = places.precedence(frozenset(by_key))
    return {
        key: (needs(change.resource, arns) & by_key.keys())
        | behind.get(key, frozenset())
        | writable.get(key, frozenset())
        for key, change in by_key.items()
    }


def _changes(before: State, after: State) -> Iterator[Change]:
    for key in {*before, *after}:
        if before.get(key) == after.get(key) or (key not in after and KINDS[key.type].kept):
            continue
        yield Change(before.get(key), after.get(key))


def _tightened(resource: Resource, before: State) -> Resource:
    """Never loosen what an account already demands: the password policy is everybody's there."""
    existing = before.get(resource.key)
    if resource.type != PASSWORD_POLICY or existing is None:
        return resource
    stricter = {
        name: _stricter(value, existing.properties.get(name))
        for name, value in resource.properties.items()
        if name != "HardExpiry"
    }
    return Resource(resource.type, resource.scope, {**resource.properties, **stricter})


def _stricter(wanted: Json, existing: Json) -> Json:
    return max(wanted, existing) if isinstance(wanted, int) and isinstance(existing, int) else wanted


def _due(due: Due) -> list[Json]:
    delivery = due.delivery
    where = [[scope.account, scope.region] for scope in due.places]
    units, regions = (delivery.units, delivery.regions) if isinstance(delivery, StackSet) else ((), (delivery.region,))
    template = hashlib.sha256(delivery.template.encode()).hexdigest()
    return [due.action, delivery.name, where, template, list(units), list(regions), due.settings]


def _plain(resource: Resource | None) -> Json:
    if resource is None:
        return None
    scope = resource.scope
    return [resource.type, scope.account, scope.region, scope.partition, resource.properties]
