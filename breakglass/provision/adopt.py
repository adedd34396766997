"""Let stacks take over what exists as it should be: nothing is replaced, and from then on only stacks write there.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacksets-import.html
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import yaml

from breakglass.cloud import Stacks
from breakglass.documents import Json
from breakglass.errors import BreakglassError
from breakglass.estate.phases import DELIVERED
from breakglass.estate.plan import Plan
from breakglass.estate.template import by_logical_id
from breakglass.provision.intents import Intent, unknown
from breakglass.resources import Scope
from breakglass.stacks import Adoption, Delivered, Delivery
from breakglass.workers import Advance, ignore


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


def adopt(
    stacks: Stacks, takeovers: Sequence[Takeover], intents: Sequence[Intent], *, advance: Advance = ignore
) -> Adopted:
    """Let the stacks take over; an account that went from one delivery to another is first released by the former."""
    rows: list[Delivered] = []
    try:
        failed = _release(stacks, takeovers, intents)
        rows += failed
        stuck = {each.scope for each in failed}
        for each in takeovers:
            rows += _taken_over(stacks, each, stuck, advance)
    except KeyboardInterrupt:
        return Adopted(tuple(rows), interrupted=True)
    return Adopted(tuple(rows))


def _release(stacks: Stacks, takeovers: Iterable[Takeover], intents: Iterable[Intent]) -> Sequence[Delivered]:
    coming = {adoption.scope for each in takeovers for adoption in each.adoptions}
    failed: list[Delivered] = []
    for intent in intents:
        former = coming & intent.standing.instances.keys()
        failed += withdrawn(stacks, intent.delivery, sorted(former), ignore) if former else ()
    return [each for each in failed if each.why is not None]


def withdrawn(stacks: Stacks, delivery: Delivery, places: Sequence[Scope], advance: Advance) -> Sequence[Delivered]:
    """Delete the stacks in these places, and return what became of each."""
    try:
        return stacks.withdraw(delivery, places, advance=advance)
    except BreakglassError as error:
        return [Delivered(scope, error) for scope in places]


def _taken_over(stacks: Stacks, takeover: Takeover, stuck: set[Scope], advance: Advance) -> Sequence[Delivered]:
    chosen = [each for each in takeover.adoptions if each.scope not in stuck]
    try:
        return stacks.adopt(takeover.delivery, chosen, advance=advance) if chosen else ()
    except BreakglassError as error:
        return [Delivered(each.scope, error) for each in chosen]
