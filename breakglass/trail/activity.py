"""Who used which role, where and when: records of CloudTrail put together to one row for each use.

One use leaves several records on an organization trail: one in each of the two accounts, which share an id, and for a
switch in the console a third, which alone has the person's address.
https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from breakglass import naming
from breakglass.trail.compiled import Event
from breakglass.trail.terms import either
from breakglass.trail.uses import ASSUMPTION_DENIED, ROLE_ASSUMED, ROLE_SWITCHED

PATTERN: Final = either(ROLE_ASSUMED.pattern, ASSUMPTION_DENIED.pattern, ROLE_SWITCHED.pattern)
"""The filter pattern of every record that belongs to a use or an attempt."""

_CANARY: Final = frozenset(naming.role_name(each) for each in (naming.CANARY, naming.CANARY_DENIED))
_INTERNAL: Final = "AWS Internal"
_ROLE_ARN: Final = re.compile(r"arn:[\w-]+:iam::(\d{12}):role/([\w+=,.@/-]+)", re.ASCII)
_SESSION_ARN: Final = re.compile(r"arn:[\w-]+:sts::(\d{12}):assumed-role/([^/]+)/(.+)")
_TOGETHER: Final = timedelta(minutes=1)
"""How far apart the records of one switch may be."""
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


def uses(events: Iterable[Event]) -> tuple[Use, ...]:
    """Return the uses among records that `PATTERN` matches, in the order of their time."""
    copies: dict[str, list[Event]] = {}
    switches: list[Use] = []
    for number, event in enumerate(events):
        if _text(event, "eventName") == "SwitchRole":
            switches.append(_switch(event))
            continue
        shared = _text(event, "sharedEventID") or _text(event, "eventID") or str(number)
        copies.setdefault(shared, []).append(event)
    assumptions = [_assumption(sorted(each, key=_is_anonymous)) for each in copies.values()]
    return tuple(sorted(_joined(assumptions, switches), key=lambda use: use.time))


def _assumption(copies: Sequence[Event]) -> Use:
    """Return the use that all copies of one record tell of, the caller's own first."""
    account, role, session = next(filter(None, map(_role, copies)), ("", "", ""))
    addresses = [_text(each, "sourceIPAddress") for each in copies]
    return Use(
        _first(copies, "eventTime"),
        next(filter(None, map(_person, copies)), ""),
        session,
        role,
        account,
        _first(copies, "awsRegion"),
        _INTERNAL in addresses,
        next((each for each in addresses if each not in ("", _INTERNAL)), ""),
        _first(copies, "errorCode"),
        _first(copies, "eventID"),
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


def _joined(assumptions: Sequence[Use], switches: Iterable[Use]) -> list[Use]:
    """Return the uses with each switch joined to the assumption it made, which lacks the person's address."""
    found = list(assumptions)
    for switch in switches:
        place = next((index for index, use in enumerate(found) if _is_of(use, switch)), None)
        if place is None:
            found.append(switch)
        else:
            person = found[place].person if found[place].person.startswith("arn:") else switch.person
            found[place] = replace(found[place], address=switch.address, person=person)
    return found


def _is_of(use: Use, switch: Use) -> bool:
    """Tell whether a use is the assumption that a switch made, and none has told its address yet."""
    place = (use.role, use.account, use.session)
    if not use.console or use.address or place != (switch.role, switch.account, switch.session):
        return False
    try:
        apart = datetime.fromisoformat(use.time) - datetime.fromisoformat(switch.time)
    except (ValueError, TypeError):
        return False
    return abs(apart) <= _TOGETHER


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


def _person(event: Event) -> str:
    return next(filter(None, (_text(event, "userIdentity", key) for key in ("arn", "userName", "principalId"))), "")


def _is_anonymous(event: Event) -> bool:
    """Tell whether a copy says no more of the caller than the account it came from."""
    return not _text(event, "userIdentity", "arn")


def _first(copies: Iterable[Event], *path: str) -> str:
    return next(filter(None, (_text(each, *path) for each in copies)), "")


def _text(event: Event, *path: str) -> str:
    """Return the text at the end of a path, cut to what a name can be; empty where there is none."""
    node: object = event
    for step in path:
        node = node.get(step) if isinstance(node, Mapping) else None
    return node[:_LONGEST] if isinstance(node, str) else ""
