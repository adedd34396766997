"""Who used which role, where and when: records of CloudTrail put together to one row for each use.

One use leaves several records on an organization trail: one in each of the two accounts, which share an id, and for a
switch in the console a third, which alone has the person's address.
https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html
"""

import re
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from math import inf
from operator import attrgetter
from typing import Final, TypeAlias

from breakglass import naming
from breakglass.trail.compiled import Event
from breakglass.trail.fields import text
from breakglass.trail.pattern import parse
from breakglass.trail.terms import either
from breakglass.trail.uses import DENIED, PROBE_DENIED, ROLE_ASSUMED, ROLE_SWITCHED

PATTERN: Final = either(ROLE_ASSUMED.pattern, DENIED, ROLE_SWITCHED.pattern)
"""The filter pattern of every record that belongs to a use or an attempt, denied probes among them."""

_is_probe = parse(PROBE_DENIED.pattern).matches

_CANARY: Final = frozenset(naming.role_name(each) for each in (naming.CANARY, naming.CANARY_DENIED))
_INTERNAL: Final = "AWS Internal"
_ROLE_ARN: Final = re.compile(r"arn:[\w-]+:iam::(\d{12}):role/([\w+=,.@/-]+)", re.ASCII)
_SESSION_ARN: Final = re.compile(r"arn:[\w-]+:sts::(\d{12}):assumed-role/([^/]+)/(.+)")
_TOGETHER: Final = 60
"""Seconds: how far apart the records of one switch may be."""
_LONGEST: Final = 2048


@dataclass(frozen=True, slots=True)
class Use:
    """A use of a role of ours, or an attempt; empty is what no record says."""

    time: str
    """In UTC, as CloudTrail writes it."""
    person: str
    """The ARN of the user or principal, or else its name or id."""
    session: str
    role: str
    account: str
    """Of the role."""
    region: str
    console: bool
    address: str
    error: str
    """Why it was denied, as the code of an error; empty where it was permitted."""
    event: str

    @property
    def canary(self) -> bool:
        """Whether it was a test: nobody can do anything with the role."""
        return self.role in _CANARY


_Waiting: TypeAlias = deque[tuple[float, int]]
_place = attrgetter("role", "account", "session")


def uses(events: Iterable[Event]) -> tuple[Use, ...]:
    """Return the uses among records that `PATTERN` matches, in the order of their time; no probe that was denied."""
    assumptions: dict[str | int, Use] = {}
    switches: list[Use] = []
    for number, event in enumerate(each for each in events if not _is_probe(each)):
        if _text(event, "eventName") == "SwitchRole":
            switches.append(_switch(event))
            continue
        shared = _text(event, "sharedEventID") or _text(event, "eventID") or number
        use, known = _assumption(event), assumptions.get(shared)
        assumptions[shared] = _merged(known, use) if known else use
    return tuple(sorted(_joined(assumptions.values(), switches), key=lambda use: use.time))


def _assumption(event: Event) -> Use:
    """Return what one copy of a record tells."""
    account, role, session = _role(event) or ("", "", "")
    address = _text(event, "sourceIPAddress")
    return Use(
        _text(event, "eventTime"),
        next(filter(None, (_text(event, "userIdentity", key) for key in ("arn", "userName", "principalId"))), ""),
        session,
        role,
        account,
        _text(event, "awsRegion"),
        console=address == _INTERNAL,
        address="" if address == _INTERNAL else address,
        error=_text(event, "errorCode"),
        event=_text(event, "eventID"),
    )


def _merged(one: Use, other: Use) -> Use:
    """Return the use that two copies of one record tell of: what the caller's own says, and else the other."""
    first, second = (other, one) if _is_named(other) and not _is_named(one) else (one, other)
    role = first if first.account else second
    return Use(
        first.time or second.time,
        first.person or second.person,
        role.session,
        role.role,
        role.account,
        first.region or second.region,
        first.console or second.console,
        first.address or second.address,
        first.error or second.error,
        first.event or second.event,
    )


def _switch(event: Event) -> Use:
    account, role, session = _of_session(_text(event, "userIdentity", "arn")) or ("", "", "")
    return Use(
        _text(event, "eventTime"),
        _text(event, "additionalEventData", "SwitchFrom"),
        session,
        role,
        account,
        _text(event, "awsRegion"),
        console=True,
        address=_text(event, "sourceIPAddress"),
        error=_text(event, "errorCode"),
        event=_text(event, "eventID"),
    )


def _joined(assumptions: Iterable[Use], switches: Iterable[Use]) -> list[Use]:
    """Return the uses with each switch joined to the assumption it made, which lacks the person's address.

    In the order of time each takes the first that is left: as many as can be are joined, and none is looked at twice.
    """
    found = list(assumptions)
    waiting = _waiting(found)
    for switch in sorted(switches, key=_seconds):
        made = _made(waiting.get(_place(switch)), _seconds(switch))
        if made is None:
            found.append(switch)
        else:
            person = found[made].person if _is_named(found[made]) else switch.person
            found[made] = replace(found[made], address=switch.address, person=person)
    return found


def _waiting(found: Iterable[Use]) -> Mapping[tuple[str, str, str], _Waiting]:
    """Return which assumptions of each session were made in the console, and have no address yet, as they came."""
    times = ((_seconds(use), index, use) for index, use in enumerate(found) if use.console and not use.address)
    waiting: dict[tuple[str, str, str], _Waiting] = {}
    for time, index, use in sorted(times, key=lambda each: each[:2]):
        if time > -inf:
            waiting.setdefault(_place(use), deque()).append((time, index))
    return waiting


def _made(waiting: _Waiting | None, time: float) -> int | None:
    """Return which assumption a switch made, and leave out those that no later one can have made."""
    while waiting and waiting[0][0] < time - _TOGETHER:
        waiting.popleft()
    return waiting.popleft()[1] if waiting and waiting[0][0] <= time + _TOGETHER else None


def _seconds(use: Use) -> float:
    """Return a time that can be compared; before all others what is none."""
    try:
        time = datetime.fromisoformat(use.time)
    except ValueError:
        return -inf
    return time.timestamp() if time.tzinfo else -inf


def _is_named(use: Use) -> bool:
    """Tell whether more is known of the caller than the account it came from."""
    return use.person.startswith("arn:")


def _role(event: Event) -> tuple[str, str, str] | None:
    """Return the account, the name and the session: of the role assumed, or of the one a denial speaks of.

    The answer names the role as IAM spells it; a denied call has null for what was asked.
    """
    answered = _of_session(_text(event, "responseElements", "assumedRoleUser", "arn"))
    if answered:
        return answered
    asked = _text(event, "requestParameters", "roleArn")
    session = _text(event, "requestParameters", "roleSessionName")
    found = _ROLE_ARN.findall(asked) or _ROLE_ARN.findall(_text(event, "errorMessage"))
    if found:
        account, name = found[-1]
        return account, name.rpartition("/")[2], session
    return None


def _of_session(arn: str) -> tuple[str, str, str] | None:
    found = _SESSION_ARN.fullmatch(arn)
    return (found[1], found[2], found[3]) if found else None


def _text(event: Event, *path: str) -> str:
    """Return the text at the end of a path, cut to what a name can be."""
    return text(event, *path)[:_LONGEST]
