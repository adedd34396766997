"""Stacks that say what they do, where no terminal shows progress: a delivery may take an hour, and logs are read."""

from collections.abc import Callable, Collection, Sequence
from itertools import count

from breakglass.cloud import Stacks
from breakglass.estate.wording import counted
from breakglass.report.deliveries import delivery_label
from breakglass.resources import Scope
from breakglass.stacks import Adoption, Delivered, Delivery, StackSet, Standing
from breakglass.workers import Advance

_PARTS = 10
"""Lines at most between the first and the last of a delivery."""


class ToldStacks:
    """Stacks as they are given, each deed told as it begins, as it goes on, and as it ends; see `cloud.Stacks`."""

    def __init__(self, stacks: Stacks, tell: Callable[[str], None]) -> None:
        self._stacks = stacks
        self._tell = tell

    def look(self, delivery: Delivery) -> Standing:
        """Return what there is of it."""
        return self._stacks.look(delivery)

    def others(self, deliveries: Sequence[Delivery]) -> Sequence[StackSet]:
        """Return what there is besides."""
        return self._stacks.others(deliveries)

    def deliver(self, delivery: Delivery, places: Collection[Scope], *, advance: Advance) -> Sequence[Delivered]:
        """Deliver, and tell."""
        heard = self._begun(delivery, "delivering to", len(places), advance)
        return self._ended(delivery, "delivered to", self._stacks.deliver(delivery, places, advance=heard))

    def adopt(self, delivery: Delivery, adoptions: Sequence[Adoption], *, advance: Advance) -> Sequence[Delivered]:
        """Take over, and tell."""
        heard = self._begun(delivery, "taking over", len(adoptions), advance)
        return self._ended(delivery, "took over", self._stacks.adopt(delivery, adoptions, advance=heard))

    def withdraw(self, delivery: Delivery, places: Collection[Scope], *, advance: Advance) -> Sequence[Delivered]:
        """Withdraw, and tell."""
        heard = self._begun(delivery, "withdrawing from", len(places), advance)
        return self._ended(delivery, "withdrawn from", self._stacks.withdraw(delivery, places, advance=heard))

    def _begun(self, delivery: Delivery, deed: str, number: int, advance: Advance) -> Advance:
        label, done = delivery_label(delivery), count(1)
        self._tell(f"{label}: {deed} {counted(number, 'place')}")
        step = -(-number // _PARTS)

        def heard(account: str) -> None:
            advance(account)
            so_far = next(done)
            if so_far < number and so_far % step == 0:
                self._tell(f"{label}: {so_far} of {number}")

        return heard

    def _ended(self, delivery: Delivery, deed: str, rows: Sequence[Delivered]) -> Sequence[Delivered]:
        failed = sum(row.why is not None for row in rows)
        besides = f", {failed} failed" if failed else ""
        self._tell(f"{delivery_label(delivery)}: {deed} {counted(len(rows) - failed, 'place')}{besides}")
        return rows
