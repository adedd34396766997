"""What the sandbox was asked: every signed call that reached the door, answered or not."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from typing import Generic, TypeVar

_READS = ("Assume", "Check", "Describe", "Filter", "Generate", "Get", "Head", "List", "Simulate", "Test", "Validate")


def is_write(operation: str) -> bool:
    """Tell whether an operation, such as `CreateRole`, changes anything when it succeeds."""
    return not operation.startswith(_READS)


@dataclass(frozen=True, slots=True)
class Call:
    """One call: `account` is where it acts (that of the role, for AssumeRole), `principal` the ARN of the caller.

    `action` is written as in a policy (`iam:CreateRole`), `region` is the one that answers, `error` is the code that
    was answered, `dead` where the connection was dropped, empty where the call succeeded.
    """

    time: datetime
    account: str
    principal: str
    action: str
    region: str
    error: str = ""

    @property
    def write(self) -> bool:
        """Whether the operation changes anything when it succeeds."""
        return is_write(self.action.partition(":")[2])


@dataclass(frozen=True, slots=True)
class Mail:
    """What was sent to somebody outside: to an e-mail address, or to the URL of an endpoint."""

    address: str
    subject: str
    text: str


_Kept = TypeVar("_Kept")


class Record(Generic[_Kept]):
    """What happened, in order; may be read while more comes in."""

    def __init__(self) -> None:
        self._kept: list[_Kept] = []
        self._lock = Lock()

    def add(self, happened: _Kept) -> None:
        """Record one more."""
        with self._lock:
            self._kept.append(happened)

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._kept.clear()

    def __iter__(self) -> Iterator[_Kept]:
        with self._lock:
            return iter(tuple(self._kept))

    def __len__(self) -> int:
        return len(self._kept)


class Calls(Record[Call]):
    """All calls in the order they were answered."""

    @property
    def writes(self) -> tuple[Call, ...]:
        """The calls that change something, also those that failed."""
        return tuple(call for call in self if call.write)
