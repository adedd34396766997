"""What stacks can take over of what exists: all that is as it should be, and belongs to no stack yet."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import yaml

from breakglass.documents import Json
from breakglass.errors import BreakglassError
from breakglass.estate.intents import Intent, unknown
from breakglass.estate.phases import DELIVERED
from breakglass.estate.plan import Plan
from breakglass.estate.template import by_logical_id
from breakglass.resources import Scope
from breakglass.stacks import Adoption, Delivered, Delivery


@dataclass(frozen=True, slots=True)
class Takeover:
    """What one delivery can take over, and where it cannot as yet."""

    delivery: Delivery
    adoptions: tuple[Adoption, ...]
    differing: tuple[Scope, ...] = ()
    """Where what is there is not as it should be, or only a part of it is there."""
    why: BreakglassError | None = None
    """Why it is not known what there is of it."""


@dataclass(frozen=True, slots=True)
class Adopted:
    """What became of it, place by place."""

    rows: tuple[Delivered, ...]
    interrupted: bool = False


def takeovers(intents: Iterable[Intent], plan: Plan) -> tuple[Takeover, ...]:
    """Return what each delivery is to take over: all of it, in every place in which nothing is to be made or changed.

    What is there besides and is to be deleted is in nobody's way.
    """
    wanting = {each.key.scope for each in plan.changes if each.after is not None and each.key.type in DELIVERED}
    return tuple(_takeover(intent, plan, wanting | unknown(plan)) for intent in intents)


def _takeover(intent: Intent, plan: Plan, wanting: set[Scope]) -> Takeover:
    ready = [scope for scope in intent.unadopted if scope not in wanting]
    differing = tuple(scope for scope in intent.unadopted if scope in wanting)
    return Takeover(intent.delivery, tuple(_adoptions(intent.delivery, ready, plan)), differing, intent.why)


def _adoptions(delivery: Delivery, ready: Sequence[Scope], plan: Plan) -> Iterator[Adoption]:
    template: Mapping[str, Json] = yaml.safe_load(delivery.template) if ready else {}
    for scope in ready:
        named = by_logical_id(template, scope)
        yield Adoption(scope, {name: plan.before[each.key] for name, each in named.items()})
