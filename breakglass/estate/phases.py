"""In what order a plan is carried out where stacks deliver a part of it.

First what is made directly where nothing is delivered; then the deliveries, one after the other; then what stacks
cannot make where they deliver, and updates that only take away; deletions last.
"""

from collections.abc import Collection, Iterable, Sequence
from enum import IntEnum
from typing import Final

from breakglass.estate.plan import Change, Verb
from breakglass.resources import KINDS, SERVICE_CONTROL_POLICY, SUBSCRIPTION, Key, Scope

_DIRECT: Final = frozenset({SERVICE_CONTROL_POLICY, SUBSCRIPTION})
DELIVERED: Final = frozenset(each.type for each in KINDS.values() if each.rendered) - _DIRECT
"""The types of resources that stacks make where they deliver.

Guardrails are made before them: they lie at the root of the organization, whose id only AWS knows. Subscriptions are
made after them: whoever knows a pager's address can post to it, and templates are kept where others read them.
"""


class Phase(IntEnum):
    """When a change is made."""

    DIRECT = 1
    DELIVERED = 2
    AFTERWARDS = 3
    DELETION = 4


def is_delivered(key: Key, scopes: Collection[Scope]) -> bool:
    """Tell whether something is made by the stacks that deliver in these scopes."""
    return key.scope in scopes and key.type in DELIVERED


def phase(change: Change, scopes: Collection[Scope]) -> Phase:
    """Return when a change is made while stacks deliver in these scopes."""
    if change.verb is Verb.DELETE:
        return Phase.DELETION
    if is_delivered(change.key, scopes):
        return Phase.DELIVERED
    if change.key.type != SERVICE_CONTROL_POLICY and (change.key.scope in scopes or change.narrows):
        return Phase.AFTERWARDS
    return Phase.DIRECT


def phased(changes: Iterable[Change], scopes: Sequence[Scope]) -> tuple[Change, ...]:
    """Return ordered changes in the order of the phases, what is delivered in the order of these scopes."""
    if not scopes:
        return tuple(changes)
    place = {scope: index for index, scope in enumerate(scopes)}

    def when(change: Change) -> tuple[Phase, int]:
        found = phase(change, place)
        return found, place[change.key.scope] if found is Phase.DELIVERED else 0

    return tuple(sorted(changes, key=when))
