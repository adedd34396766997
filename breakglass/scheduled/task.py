"""What the function is asked to do: docs/reference/schedule.md says it to those who ask."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from breakglass.errors import UsageError

_RUN = r"[A-Za-z0-9-]{1,64}"
_ACCOUNT = r"[0-9]{12}"


class Kind(StrEnum):
    """How much of the organization is verified."""

    EVERYTHING = "everything"
    SHARED = "shared"
    """What all accounts share: the first step of a map."""
    ACCOUNT = "account"
    """One of the others."""
    FINISH = "finish"
    """Nothing: everything was."""


@dataclass(frozen=True, slots=True)
class Task:
    """One invocation."""

    kind: Kind
    run: str
    """What evidence and log call the run: the same in all steps of a map."""
    account: str = ""
    enrolled: frozenset[str] = frozenset()
    """The names of the users who can sign in, as the first step of the map found them."""

    @property
    def place(self) -> str:
        """What tells the evidence of one step of a map from that of another; nothing where there are no steps."""
        return {Kind.SHARED: "shared", Kind.ACCOUNT: self.account}.get(self.kind, "")


def task(event: object, request: str) -> Task:
    """Return what an event asks for; one that names no task asks for everything, as a schedule's does.

    `request` is the id of the invocation. Raises UsageError for an event that asks for nothing there is.
    """
    if not isinstance(event, Mapping):
        raise _refused("it is no object")
    if "task" not in event:
        return Task(Kind.EVERYTHING, _text(request, "the request id", _RUN))
    kind = event["task"]
    if kind == "shared":
        return Task(Kind.SHARED, _text(event.get("run", request), "`run`", _RUN))
    if kind == "account":
        run, account = _text(event.get("run"), "`run`", _RUN), _text(event.get("account"), "`account`", _ACCOUNT)
        return Task(Kind.ACCOUNT, run, account, _names(event.get("enrolled")))
    if kind == "finish":
        return Task(Kind.FINISH, _text(event.get("run"), "`run`", _RUN))
    raise _refused(f"`task` is none of shared, account, finish: {str(kind)[:40]}")


def _text(value: object, what: str, pattern: str) -> str:
    if not isinstance(value, str) or not re.fullmatch(pattern, value):
        raise _refused(f"{what} is not as it should be")
    return value


def _names(value: object) -> frozenset[str]:
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise _refused("`enrolled` is no list of user names")
    return frozenset(value)


def _refused(why: str) -> UsageError:
    return UsageError(
        f"the event asks for nothing there is: {why}", subject="event", advice="see docs/reference/schedule.md"
    )
