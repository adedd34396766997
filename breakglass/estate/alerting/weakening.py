"""Whether a plan takes anything away that an alert passes through."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from breakglass import resources
from breakglass.estate.plan import Change, Verb
from breakglass.resources import Resource, items

_KEPT: Final = frozenset(
    {
        resources.ALARM,
        resources.EVENT_BUS,
        resources.METRIC_FILTER,
        resources.RULE,
        resources.SUBSCRIPTION,
        resources.TOPIC,
        resources.TRAIL,
    }
)


def weakenings(changes: Iterable[Change]) -> Iterator[tuple[Change, str]]:
    """Yield every change after which fewer events or fewer people are reached, and why, in words."""
    for change in changes:
        if change.key.type in _KEPT and change.verb is not Verb.CREATE:
            why = "is deleted" if change.verb is Verb.DELETE else _loses(change)
            if why:
                yield change, why


def _loses(change: Change) -> str:
    before, after = change.before, change.after
    if before is None or after is None:
        return ""
    for name, what in (("AlarmActions", "a receiver"), ("Targets", "a target")):
        if _pointed(before, name) - _pointed(after, name):
            return f"loses {what}"
    return ""


def _pointed(resource: Resource, name: str) -> frozenset[str]:
    members = items(resource.properties.get(name, ()))
    return frozenset(str(each.get("Arn", "")) if isinstance(each, Mapping) else str(each) for each in members)
