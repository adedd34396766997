"""What CloudFormation is asked to deliver, and what became of it: stacks, StackSets, and the places they go to.

A place is the scope of the resources that are made there: what an account has but once is GLOBAL, wherever its stack
is.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from breakglass.errors import BreakglassError, in_part
from breakglass.resources import GLOBAL, Resource, Scope

CURRENT = "CURRENT"
"""The status of an instance that has the template of its StackSet, and of a stack that is complete."""


@dataclass(frozen=True, slots=True)
class Stack:
    """A stack of its own, made in the account it is for."""

    name: str
    template: str
    """As YAML."""
    scope: Scope
    region: str
    """Where the stack is; that of its scope, unless that is what an account has but once."""

    @property
    def scopes(self) -> tuple[Scope, ...]:
        """Where it makes something."""
        return (self.scope,)


@dataclass(frozen=True, slots=True)
class StackSet:
    """One template in the same regions of many accounts."""

    name: str
    template: str
    """As YAML."""
    accounts: tuple[str, ...]
    """All that are meant, those of `units` among them."""
    regions: tuple[str, ...]
    """Where the stacks are: exactly one where they make what an account has but once."""
    is_global: bool
    """Whether they make what an account has but once."""
    units: tuple[str, ...] = ()
    """The organizational units whose accounts, present and future, have it: it is deployed there automatically."""
    partition: str = "aws"

    @property
    def scopes(self) -> tuple[Scope, ...]:
        """Where it makes something, in all its accounts."""
        return tuple(self.scope(account, region) for account in self.accounts for region in self.regions)

    def scope(self, account: str, region: str) -> Scope:
        """Return the scope of what the stack in a region of an account makes."""
        return Scope(account, GLOBAL if self.is_global else region, self.partition)


Delivery: TypeAlias = Stack | StackSet


@dataclass(frozen=True, slots=True)
class Instance:
    """The stack in one place, as CloudFormation tells of it."""

    status: str
    """Of an instance `CURRENT`, `OUTDATED` or `INOPERABLE`; of a stack such as `ROLLBACK_COMPLETE`."""
    reason: str = ""
    """Why it is not current, in CloudFormation's words."""

    @property
    def is_current(self) -> bool:
        """Whether it has what it was last given."""
        return self.status == CURRENT


@dataclass(frozen=True, slots=True)
class Standing:
    """What there is of a delivery before anything is done."""

    exists: bool
    is_current: bool = False
    """Whether it has the template, and the settings, that it is to have."""
    instances: Mapping[Scope, Instance] = field(default_factory=dict)
    """By place, also places that are not meant any more."""

    def missing(self, delivery: Delivery) -> Iterator[Scope]:
        """Yield the places that are meant and have no stack."""
        return (scope for scope in delivery.scopes if scope not in self.instances)

    def lagging(self, delivery: Delivery) -> Iterator[Scope]:
        """Yield the places that are meant and whose stack is not current."""
        return (scope for scope in delivery.scopes if scope in self.instances and not self.instances[scope].is_current)


@dataclass(frozen=True, slots=True)
class Adoption:
    """What exists in one place and is to belong to the stack there, by what the template calls it."""

    scope: Scope
    resources: Mapping[str, Resource]
    """Logical id -> resource, as it was read."""


@dataclass(frozen=True, slots=True)
class Delivered:
    """What became of a delivery in one place."""

    scope: Scope
    why: BreakglassError | None = None
    """Why it is not there; None where it is, as far as CloudFormation knows."""


def fates(act: Callable[[], Sequence[Delivered]], scopes: Sequence[Scope]) -> Sequence[Delivered]:
    """Return what became of each place; where nothing at all could be done, that of each is why.

    What failed in one place of several is work done in part.
    """
    try:
        rows = act()
    except BreakglassError as error:
        return [Delivered(scope, error) for scope in scopes]
    return [replace(each, why=each.why and in_part(each.why)) for each in rows]
