"""A StackSet at work: one operation after the other, and what came of them in every place."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

from breakglass.aws.stacks import causes, templates
from breakglass.aws.stacks.desk import Desk, asked, by_account
from breakglass.aws.stacks.failed import failed
from breakglass.aws.stacks.operation import begun, followed
from breakglass.aws.stacks.places import (
    INOPERABLE,
    Placed,
    Targets,
    mapped,
    placed,
    targets,
    where,
    whole,
)
from breakglass.aws.stacks.settings import automatic, preferences, settings
from breakglass.errors import BreakglassError, RejectedError
from breakglass.resources import Scope
from breakglass.stacks import Delivered, StackSet
from breakglass.workers import Advance

if TYPE_CHECKING:
    from mypy_boto3_cloudformation.type_defs import StackSetTypeDef


class Run:
    """One StackSet at work: what was found, and what came of it by place."""

    def __init__(self, desk: Desk, delivery: StackSet, places: Collection[Scope], advance: Advance) -> None:
        self.places = sorted(set(places))
        self.found: Mapping[Scope, Placed] = {}
        self._desk = desk
        self._delivery = delivery
        self._advance = advance
        self._why: dict[Scope, str] = {}
        self._asked = frozenset(places)
        self._stale = False
        self._targeted: frozenset[str] = frozenset()

    def know(self, told: StackSetTypeDef) -> None:
        """Find the instances, and which units the StackSet was ever deployed to."""
        self._targeted = frozenset(told.get("OrganizationalUnitIds", ()))
        self.look()

    def look(self) -> None:
        """Find the instances."""
        with asked(self._desk.account, self._delivery.name):
            self.found = placed(self._desk, self._delivery)

    def skip(self) -> None:
        """Tell of the places that have it already."""
        for each in self.places:
            if each in self.found and self.found[each].instance.is_current:
                self._advance(each.account)

    def update(self) -> None:
        """Give the StackSet what it is to have, and its instances in these places with it.

        All at once where all of them are meant, and then with its settings of automatic deployment, which AWS does not
        take together with a selection.
        https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_UpdateStackSet.html
        """
        working = frozenset(self._working(self.found))
        chosen = [each for each in self.places if each in working]
        template = templates.sent(self._desk, self._delivery.template, self._delivery.name)
        if working <= frozenset(chosen):
            self._update_all(template)
            return
        if not chosen:
            raise RejectedError(
                f"{self._delivery.name} is not up to date, and in none of the accounts that have it may it be touched",
                subject=self._delivery.name,
                advice="mend what is told of those accounts, then " + causes.AGAIN,
            )
        self._update_some(template, chosen)

    def _update_all(self, template: templates.Sent) -> None:
        desk = self._desk
        self._follow(
            lambda: desk.stack_sets.update_stack_set(
                StackSetName=self._delivery.name,
                OperationPreferences=preferences(desk),
                CallAs=desk.call_as,
                **template,
                **settings(desk),
                **automatic(desk, self._delivery),
            )["OperationId"]
        )

    def _update_some(self, template: templates.Sent, chosen: Sequence[Scope]) -> None:
        """Update these, which marks all others as outdated; those of other regions follow by themselves."""
        desk = self._desk
        (regions, accounts), *_ = self._groups(chosen).items()
        self._follow(
            lambda: desk.stack_sets.update_stack_set(
                StackSetName=self._delivery.name,
                Regions=list(regions),
                OperationPreferences=preferences(desk),
                CallAs=desk.call_as,
                **template,
                **settings(desk),
                **targets(desk, accounts, self._units(accounts)),
            )["OperationId"]
        )
        self.repeat([each for each in chosen if each not in self._why])

    def repeat(self, places: Collection[Scope]) -> None:
        """Have instances that are not current updated; what is inoperable is left to people."""
        desk, name = self._desk, self._delivery.name
        self._in_groups(
            self._working(places),
            self._units,
            lambda regions, chosen: desk.stack_sets.update_stack_instances(
                StackSetName=name,
                Regions=list(regions),
                OperationPreferences=preferences(desk),
                CallAs=desk.call_as,
                **chosen,
            )["OperationId"],
        )

    def deploy(self, places: Collection[Scope]) -> None:
        """Make the instances that are missing; units that were never targets become so, empty ones too."""
        desk, delivery = self._desk, self._delivery
        units = frozenset(delivery.units) - self._targeted
        if units and desk.is_service_managed:
            self._enter(units, {each.account for each in places})
            self.look()
        self._in_groups(
            [each for each in places if each not in self.found and each not in self._why],
            lambda _accounts: delivery.units,
            lambda regions, chosen: desk.stack_sets.create_stack_instances(
                StackSetName=delivery.name,
                Regions=list(regions),
                OperationPreferences=preferences(desk),
                CallAs=desk.call_as,
                **chosen,
            )["OperationId"],
        )

    def _enter(self, units: Collection[str], accounts: Collection[str]) -> None:
        """Deploy to units that are new, but for every account that is known and not among these."""
        desk = self._desk
        known = {*desk.manifest.account_ids, *self._delivery.accounts, *(each.account for each in self.found)}
        self._follow(
            lambda: desk.stack_sets.create_stack_instances(
                StackSetName=self._delivery.name,
                Regions=list(self._delivery.regions),
                OperationPreferences=preferences(desk),
                CallAs=desk.call_as,
                **whole(units, known - set(accounts)),
            )["OperationId"]
        )

    def take_in(self, stacks: Sequence[str], units: Collection[str]) -> None:
        """Make instances of stacks that exist, at most ten at a time."""
        desk = self._desk
        counted = mapped(desk, units)
        self._follow(
            lambda: desk.stack_sets.import_stacks_to_stack_set(
                StackSetName=self._delivery.name,
                StackIds=list(stacks),
                OperationPreferences=preferences(desk),
                CallAs=desk.call_as,
                **counted,
            )["OperationId"]
        )

    def delete(self, places: Collection[Scope]) -> None:
        """Delete instances with their stacks: the templates keep every resource."""
        desk, name = self._desk, self._delivery.name
        self._in_groups(
            self._working(places),
            self._units,
            lambda regions, chosen: desk.stack_sets.delete_stack_instances(
                StackSetName=name,
                Regions=list(regions),
                RetainStacks=False,
                OperationPreferences=preferences(desk),
                CallAs=desk.call_as,
                **chosen,
            )["OperationId"],
        )

    def rows(self) -> Sequence[Delivered]:
        """Return what became of every place, as the instances are now if anything was done."""
        if self._stale:
            self.look()
        return [Delivered(each, None if self._is_there(each) else self.error(each)) for each in self.places]

    def _is_there(self, place: Scope) -> bool:
        return not self._why.get(place) and place in self.found and self.found[place].instance.is_current

    def error(self, place: Scope) -> BreakglassError:
        """Return why a place is not as it is to be."""
        return failed(self._desk, self._delivery, place, self.found.get(place), self._why.get(place, ""))

    def _in_groups(
        self,
        places: Collection[Scope],
        units: Callable[[Collection[str]], Collection[str]],
        begin: Callable[[Sequence[str], Targets], str],
    ) -> None:
        """Begin one operation for all accounts that have the same regions, and wait for it before the next."""
        for regions, accounts in self._groups(places).items():
            chosen = targets(self._desk, accounts, units(accounts))
            self._follow(partial(begin, regions, chosen))

    def _follow(self, begin: Callable[[], str]) -> None:
        operation = begun(self._desk, self._delivery, begin)
        self._stale = True
        self._why.update(followed(self._desk, self._delivery, operation, self._heard))

    def _heard(self, place: Scope) -> None:
        if place in self._asked:
            self._advance(place.account)

    def _working(self, places: Collection[Scope]) -> list[Scope]:
        """Return those that operations take: an inoperable instance can only be deleted by hand."""
        return [each for each in places if self.found[each].instance.status != INOPERABLE]

    def _groups(self, places: Collection[Scope]) -> Mapping[tuple[str, ...], tuple[str, ...]]:
        return by_account(where(self._delivery, each) for each in places)

    def _units(self, accounts: Collection[str]) -> frozenset[str]:
        """Return the units the instances in these accounts were deployed through."""
        chosen = frozenset(accounts)
        return frozenset(each.unit for scope, each in self.found.items() if scope.account in chosen and each.unit)
