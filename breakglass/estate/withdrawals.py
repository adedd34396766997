"""Which stacks go before what they made is deleted."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from breakglass.cloud import Stacks
from breakglass.errors import BreakglassError
from breakglass.resources import Scope
from breakglass.stacks import Delivery
from breakglass.workers import parallel


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """The stacks of a delivery that are to go, or why they are not known."""

    delivery: Delivery
    places: tuple[Scope, ...]
    why: BreakglassError | None = None


def withdrawals(stacks: Stacks, deliveries: Sequence[Delivery], accounts: Collection[str]) -> tuple[Withdrawal, ...]:
    """Look which stacks there are in these accounts, whether they are meant to be there or not."""

    def look(delivery: Delivery) -> Withdrawal:
        try:
            found = stacks.look(delivery).instances
        except BreakglassError as error:
            return Withdrawal(delivery, tuple(each for each in delivery.scopes if each.account in accounts), error)
        return Withdrawal(delivery, tuple(sorted(each for each in found if each.account in accounts)))

    return tuple(each for each in parallel(look, deliveries) if each.places)
