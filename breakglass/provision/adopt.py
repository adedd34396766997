"""Let stacks take over what exists as it should be: nothing is replaced, and from then on only stacks write there.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacksets-import.html
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from breakglass.cloud import Stacks
from breakglass.errors import BreakglassError, in_part
from breakglass.estate.intents import Intent
from breakglass.estate.takeovers import Adopted, Takeover
from breakglass.resources import Scope
from breakglass.stacks import Delivered, Delivery
from breakglass.workers import Advance, ignore


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
        rows = stacks.withdraw(delivery, places, advance=advance)
    except BreakglassError as error:
        return [Delivered(scope, error) for scope in places]
    return _in_part(rows)


def _taken_over(stacks: Stacks, takeover: Takeover, stuck: Collection[Scope], advance: Advance) -> Sequence[Delivered]:
    chosen = [each for each in takeover.adoptions if each.scope not in stuck]
    try:
        rows = stacks.adopt(takeover.delivery, chosen, advance=advance) if chosen else ()
    except BreakglassError as error:
        return [Delivered(each.scope, error) for each in chosen]
    return _in_part(rows)


def _in_part(rows: Iterable[Delivered]) -> Sequence[Delivered]:
    return [replace(each, why=each.why and in_part(each.why)) for each in rows]
