"""What is to be done about each delivery: looked up before anything is done, so that it can be shown."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace

from breakglass.cloud import Stacks
from breakglass.errors import BreakglassError
from breakglass.estate.guards import without_guardrails
from breakglass.estate.phases import DELIVERED, phased
from breakglass.estate.plan import WITHDRAW, Due, Plan, order
from breakglass.estate.withdrawals import Withdrawal
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
    """Where what it would make is there already, and belongs to no stack of it: changes are made directly there."""
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

    @property
    def opens(self) -> bool:
        """Whether whatever account joins a unit gets roles because of it."""
        return self.is_due and isinstance(self.delivery, StackSet) and bool(self.delivery.units)

    @property
    def action(self) -> str:
        """What is done: create, update, extend or none; unknown where it is not known what there is of it."""
        if not self.is_due:
            return "none" if self.why is None else "unknown"
        if self.creates:
            return "create"
        return "update" if self.updates else "extend"


def delivering(
    plan: Plan,
    intents: Sequence[Intent],
    leftovers: Sequence[Withdrawal],
    delivered: Sequence[Scope],
    *,
    settings: str = "",
    allowed: Collection[str] = (),
) -> Plan:
    """Return a plan with all that stacks are to do, so that its digest tells, and with what stands against that.

    Where something of ours belongs to no stack as yet, it is changed directly, and so before stacks deliver.
    """
    due = [Due(each.action, each.delivery, each.places, settings) for each in intents if each.is_due]
    gone = [Due(WITHDRAW, each.delivery, each.places, settings) for each in leftovers if each.why is None]
    opening = any(each.opens for each in intents)
    refusals = without_guardrails(plan, allowed) if opening else ()
    changes = plan.changes
    alone = direct(intents)
    if alone:
        changes = phased(order(changes), [scope for scope in delivered if scope not in alone])
    return replace(plan, changes=changes, deliveries=(*gone, *due), refusals=(*plan.refusals, *refusals))


def direct(intents: Sequence[Intent]) -> frozenset[Scope]:
    """Return the places in which something is to be delivered, and is not in a stack as yet."""
    return frozenset(scope for each in intents for scope in each.unadopted)


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
