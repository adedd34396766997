"""Which events of many fire which alerts."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from breakglass.trail.alert import Alert
from breakglass.trail.events import Event
from breakglass.trail.fields import text
from breakglass.trail.matcher import matcher
from breakglass.trail.pattern import parse
from breakglass.trail.values import Problem

MOST_PROBLEMS: Final = 20
"""Problems that are kept to be told; the others are counted."""

_SHOWN: Final = 160
_OBJECTS: Final = ("roleArn", "userName", "roleName", "policyArn", "groupName", "alarmName", "name", "targetPrincipal")


@dataclass(frozen=True, slots=True)
class Fired:
    """An event that fires something, in short: `time` as CloudTrail writes it, in UTC; empty is what is not said."""

    event: str | None
    time: str
    account: str
    who: str
    what: str
    alerts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Scan:
    """What became of all events."""

    events: int
    fired: tuple[Fired, ...]
    problems: tuple[Problem, ...]
    """The first of them."""
    unreadable: int
    """How many there were."""


def scan(found: Iterable[Event | Problem], alerts: Mapping[str, Alert]) -> Scan:
    """Return which events fire which alerts, in the order in which they come; only these are kept."""
    match = matcher({name: parse(alert.pattern) for name, alert in alerts.items()})
    events = unreadable = 0
    fired: list[Fired] = []
    problems: list[Problem] = []
    for each in found:
        if isinstance(each, Problem):
            unreadable += 1
            problems += [each][: MOST_PROBLEMS - len(problems)]
            continue
        events += 1
        if names := match(each):
            fired.append(_fired(each, names))
    return Scan(events, tuple(fired), tuple(problems), unreadable)


def _fired(event: Event, names: tuple[str, ...]) -> Fired:
    keys = ("arn", "userName", "principalId", "invokedBy")
    who = next(filter(None, (_text(event, "userIdentity", key) for key in keys)), "")
    objects = filter(None, (_text(event, "requestParameters", key) for key in _OBJECTS))
    event_id = event.get("eventID")
    return Fired(
        event_id if isinstance(event_id, str) else None,
        _text(event, "eventTime"),
        _text(event, "recipientAccountId"),
        who,
        " ".join((_text(event, "eventName"), *objects))[:_SHOWN],
        names,
    )


def _text(event: Event, *path: str) -> str:
    return text(event, *path)[:_SHOWN]
