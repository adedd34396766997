"""What is to be done about each delivery: looked up before anything is done, so that it can be shown."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from breakglass.cloud import Stacks
from breakglass.errors import BreakglassError
from breakglass.estate.phases import DELIVERED
from breakglass.estate.plan import Plan
from breakglass.resources import Scope
from breakglass.stacks import Delivery, StackSet, Standing
from breakglass.workers import parallel


@dataclass(frozen=True, slots=True)
class Intent:
    """What is to be done about one delivery."""

    delivery: Delivery
    standing: Standing = field(default_factory=lambda: Standing(exists=False))
    places: tuple[Scope, ...] = ()
    """Where it is to be delivered: everywhere if it is not as it should be, else where it is missing or lags."""
    unadopted: tuple[Scope, ...] = ()
    """Where what it would make is there already, and belongs to no stack of it."""
    why: BreakglassError | None = None
    """Why it is not known what there is of it: nothing is done then."""

    @property
    def is_due(self) -> bool:
        """Whether there is anything to do; for units without accounts it is made as well, as accounts may join them."""
        behind = not (self.standing.exists and self.standing.is_current)
        waits = isinstance(self.delivery, StackSet) and bool(self.delivery.units) and not self.delivery.accounts
        return self.why is None and (bool(self.places) or (waits and behind))

    @property
    def creates(self) -> bool:
        """Whether it has to be made."""
        return self.is_due and not self.standing.exists

    @property
    def updates(self) -> bool:
        """Whether it exists and has to change."""
        return self.is_due and self.standing.exists and not self.standing.is_current

    @property
    def missing(self) -> tuple[Scope, ...]:
        """The places that get a stack."""
        return tuple(scope for scope in self.places if scope not in self.standing.instances)

    @property
    def lagging(self) -> tuple[Scope, ...]:
        """The places whose stack is brought up to date."""
        behind = frozenset(self.standing.lagging(self.delivery))
        return tuple(scope for scope in self.places if scope in behind)


def intents(stacks: Stacks, deliveries: Sequence[Delivery], plan: Plan) -> tuple[Intent, ...]:
    """Look at every delivery, and return what is to be done about it.

    Nothing is begun in a place that is stopped or could not be read: whatever is there might be somebody else's.
    """
    shut = plan.stopped_scopes | unknown(plan)
    wanted = plan.after
    present = frozenset(key.scope for key in plan.before if key.type in DELIVERED and key in wanted)

    def look(delivery: Delivery) -> Intent:
        try:
            return _intent(delivery, stacks.look(delivery), shut, present)
        except BreakglassError as error:
            return Intent(delivery, why=error)

    return tuple(parallel(look, deliveries))


def unknown(plan: Plan) -> frozenset[Scope]:
    """Return the places of which a part could not be read."""
    return frozenset(each.scope for each in plan.unread if each.types)


def _intent(delivery: Delivery, standing: Standing, shut: Collection[Scope], present: Collection[Scope]) -> Intent:
    missing = frozenset(standing.missing(delivery))
    unadopted = tuple(each for each in delivery.scopes if each in missing and each in present and each not in shut)
    closed = {*shut, *unadopted}
    places = [scope for scope in delivery.scopes if scope not in closed]
    if standing.exists and standing.is_current:
        behind = missing | frozenset(standing.lagging(delivery))
        places = [scope for scope in places if scope in behind]
    return Intent(delivery, standing, tuple(places), unadopted)
