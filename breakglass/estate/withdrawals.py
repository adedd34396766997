"""Which stacks go: those in the way of a deletion, and those that no delivery has any more."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Final

from breakglass import naming
from breakglass.cloud import Stacks
from breakglass.errors import BreakglassError
from breakglass.resources import GLOBAL, Scope
from breakglass.stacks import Delivered, Delivery, StackSet, fates
from breakglass.workers import Advance, parallel

_ANY: Final = StackSet(f"{naming.STACK_PREFIX}*", "", (), (), is_global=True)
"""Stands for the StackSets that could not be listed."""


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """The stacks of a delivery that are to go, or why they are not known."""

    delivery: Delivery
    places: tuple[Scope, ...]
    """None where only the delivery itself is left."""
    why: BreakglassError | None = None

    @property
    def stands_for(self) -> tuple[Scope, ...]:
        """What is told of: its places, or else what has none by its name."""
        return self.places or stand_ins(self.delivery)


def stand_ins(delivery: Delivery) -> tuple[Scope, ...]:
    """Return what stands for the places of a delivery that has none: its units, or its name."""
    units = delivery.units if isinstance(delivery, StackSet) else ()
    return tuple(map(Scope, units or (delivery.name,)))


def withdrawals(
    stacks: Stacks, deliveries: Sequence[Delivery], accounts: Collection[str], *, whole: bool = False
) -> tuple[Withdrawal, ...]:
    """Look which stacks there are in these accounts, whether they are meant to be there or not.

    If the `whole` is to go, all there are, wherever; and every delivery that exists, also one without stacks.
    """
    found = [each for each in parallel(lambda each: _look(stacks, each), deliveries) if each is not None]
    found += leftovers(stacks, deliveries)
    if whole:
        return tuple(found)
    there = (replace(each, places=tuple(at for at in each.places if at.account in accounts)) for each in found)
    return tuple(each for each in there if each.places or (each.why is not None and each.delivery == _ANY))


def leftovers(stacks: Stacks, deliveries: Sequence[Delivery]) -> tuple[Withdrawal, ...]:
    """Look for the StackSets of this manifest that no delivery has any more."""
    try:
        found = stacks.others(deliveries)
    except BreakglassError as error:
        return (Withdrawal(_ANY, (), error),)
    looked = parallel(lambda each: _look(stacks, each), found)
    return tuple(each for each in looked if each is not None)


def withdrawn(stacks: Stacks, delivery: Delivery, places: Sequence[Scope], advance: Advance) -> Sequence[Delivered]:
    """Delete the stacks in these places, and return what became of each."""
    return fates(lambda: stacks.withdraw(delivery, places, advance=advance), places or stand_ins(delivery))


def stays(stacks: Stacks, going: Withdrawal, advance: Advance) -> dict[Scope, BreakglassError]:
    """Let stacks go; return where they stay, and why: what an account has but once may be theirs in any region."""
    if going.why is not None:
        told = [Delivered(scope, going.why) for scope in going.stands_for]
    else:
        told = list(withdrawn(stacks, going.delivery, going.places, advance))
    failed = [(row.scope, row.why) for row in told if row.why is not None]
    return {scope: why for at, why in failed for scope in (at, replace(at, region=GLOBAL))}


def _look(stacks: Stacks, delivery: Delivery) -> Withdrawal | None:
    """Return what there is of a delivery; nothing where there is nothing."""
    try:
        standing = stacks.look(delivery)
    except BreakglassError as error:
        return Withdrawal(delivery, delivery.scopes, error)
    if not (standing.exists or standing.instances):
        return None
    return Withdrawal(delivery, tuple(sorted(standing.instances)))
