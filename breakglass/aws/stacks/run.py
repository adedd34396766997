"""A StackSet at work: one operation after the other, and what came of them in every place."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

from breakglass.aws.stacks.desk import Desk, asked, by_account
from breakglass.aws.stacks.failed import failed
from breakglass.aws.stacks.operation import begun, followed
from breakglass.aws.stacks.places import INOPERABLE, Placed, Targets, placed, targets, where
from breakglass.errors import BreakglassError
from breakglass.resources import Scope
from breakglass.stacks import Delivered, StackSet
from breakglass.workers import Advance

if TYPE_CHECKING:
    from mypy_boto3_cloudformation.type_defs import StackSetTypeDef


class Run:
    """One StackSet at work: what was found, and what came of it by place."""

    def __init__(self, desk: Desk, delivery: StackSet, places: Collection[Scope], advance: Advance) -> None:
        self.desk = desk
        self.delivery = delivery
        self.places = sorted(set(places))
        self.found: Mapping[Scope, Placed] = {}
        self.targeted: frozenset[str] = frozenset()
        """The units the StackSet was ever deployed to, and not released from."""
        self.has_worked = False
        """Whether any operation was begun."""
        self.why: dict[Scope, str] = {}
        """What operations said of places; empty where they did what they were to do."""
        self._advance = advance
        self._asked = frozenset(places)

    def know(self, told: StackSetTypeDef) -> None:
        """Find the instances, and the units that are targets."""
        self.targeted = frozenset(told.get("OrganizationalUnitIds", ()))
        self.look()

    def look(self) -> None:
        """Find the instances."""
        with asked(self.desk.account, self.delivery.name):
            self.found = placed(self.desk, self.delivery)

    def skip(self) -> None:
        """Tell of the places that have it already."""
        for each in self.places:
            if each in self.found and self.found[each].instance.is_current:
                self._advance(each.account)

    @property
    def missing(self) -> Sequence[Scope]:
        """The places asked for that have no instance."""
        return [each for each in self.places if each not in self.found]

    @property
    def chosen(self) -> Sequence[Scope]:
        """The places asked for that have an instance, and one that operations take."""
        return self.working([each for each in self.places if each in self.found])

    @property
    def is_whole(self) -> bool:
        """Whether every instance that operations take is among the places asked for."""
        return frozenset(self.working(self.found)) <= frozenset(self.places)

    def working(self, places: Collection[Scope]) -> list[Scope]:
        """Return those that operations take: an inoperable instance can only be deleted by hand."""
        return [each for each in places if self.found[each].instance.status != INOPERABLE]

    def rows(self) -> Sequence[Delivered]:
        """Return what became of every place, as the instances are now if anything was done."""
        if self.has_worked:
            self.look()
        return [Delivered(each, None if self._is_there(each) else self.error(each)) for each in self.places]

    def error(self, place: Scope) -> BreakglassError:
        """Return why a place is not as it is to be."""
        return failed(self.desk, self.delivery, place, self.found, self.why.get(place, ""))

    def in_groups(self, places: Collection[Scope], begin: Callable[[Sequence[str], Targets], str]) -> None:
        """Begin one operation for all accounts that have the same regions, and wait for it before the next."""
        for regions, accounts in self.groups(places).items():
            self.follow(partial(begin, regions, self.targets(accounts)))

    def groups(self, places: Collection[Scope]) -> Mapping[tuple[str, ...], tuple[str, ...]]:
        """Return regions -> the accounts that are meant in just those."""
        return by_account(where(self.delivery, each) for each in places)

    def targets(self, accounts: Collection[str]) -> Targets:
        """Return how an operation is told of accounts: within the units their instances were deployed through.

        Those that have none are found in the units of the delivery; only one without units goes by the root.
        """
        chosen = frozenset(accounts)
        there = {each.unit for scope, each in self.found.items() if scope.account in chosen and each.unit}
        return targets(self.desk, accounts, there or self.delivery.units)

    def follow(self, begin: Callable[[], str]) -> None:
        """Begin an operation, wait for its end, and keep what it says of each place."""
        operation = begun(self.desk, self.delivery, begin)
        self.has_worked = True
        self.why.update(followed(self.desk, self.delivery, operation, self._heard))

    def _is_there(self, place: Scope) -> bool:
        return not self.why.get(place) and place in self.found and self.found[place].instance.is_current

    def _heard(self, place: Scope) -> None:
        if place in self._asked:
            self._advance(place.account)
