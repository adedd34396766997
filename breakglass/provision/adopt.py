"""Let stacks take over what exists as it should be: nothing is replaced, and from then on only stacks write there.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacksets-import.html
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from breakglass.cloud import Stacks
from breakglass.estate.intents import Intent
from breakglass.estate.takeovers import Adopted, Takeover
from breakglass.estate.withdrawals import Withdrawal, withdrawn
from breakglass.resources import GLOBAL, Scope
from breakglass.stacks import Delivered, fates
from breakglass.workers import Advance, ignore


def adopt(
    stacks: Stacks,
    takeovers: Sequence[Takeover],
    intents: Sequence[Intent],
    leftovers: Sequence[Withdrawal] = (),
    *,
    advance: Advance = ignore,
) -> Adopted:
    """Let the stacks take over; an account that went from one delivery to another is first released by the former.

    The former may be one of the `leftovers`, which no account has any more.
    """
    rows: list[Delivered] = []
    try:
        failed = _release(stacks, takeovers, intents, leftovers)
        rows += failed
        stuck = {each.scope for each in failed}
        for each in takeovers:
            rows += _taken_over(stacks, each, stuck, advance)
    except KeyboardInterrupt:
        return Adopted(tuple(rows), interrupted=True)
    return Adopted(tuple(rows))


def _release(
    stacks: Stacks, takeovers: Iterable[Takeover], intents: Iterable[Intent], leftovers: Iterable[Withdrawal]
) -> Sequence[Delivered]:
    coming = {adoption.scope for each in takeovers for adoption in each.adoptions}
    failed: list[Delivered] = []
    for intent in intents:
        former = coming & intent.standing.instances.keys()
        failed += withdrawn(stacks, intent.delivery, sorted(former), ignore) if former else ()
    for each in leftovers:
        held = {at: scope for scope in coming for at in each.places if _holds(at, scope)}
        rows = withdrawn(stacks, each.delivery, sorted(held), ignore) if held else ()
        failed += [replace(row, scope=held.get(row.scope, row.scope)) for row in rows]
    return [each for each in failed if each.why is not None]


def _holds(place: Scope, scope: Scope) -> bool:
    """Tell whether a stack in one place may have what is in the other: of IAM it may be in any region."""
    return place.account == scope.account and scope.region in (place.region, GLOBAL)


def _taken_over(stacks: Stacks, takeover: Takeover, stuck: Collection[Scope], advance: Advance) -> Sequence[Delivered]:
    chosen = [each for each in takeover.adoptions if each.scope not in stuck]
    if not chosen:
        return ()
    return fates(lambda: stacks.adopt(takeover.delivery, chosen, advance=advance), [each.scope for each in chosen])
