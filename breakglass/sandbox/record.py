"""What the sandbox was asked: every signed call that reached the door, answered or not."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from threading import Lock

_READS = ("Assume", "Describe", "Generate", "Get", "List", "Simulate")


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
        return not self.action.partition(":")[2].startswith(_READS)


class Calls:
    """All calls in the order they were answered; may be read while calls come in."""

    def __init__(self) -> None:
        self._calls: list[Call] = []
        self._lock = Lock()

    def add(self, call: Call) -> None:
        """Record one call."""
        with self._lock:
            self._calls.append(call)

    def clear(self) -> None:
        """Forget all calls."""
        with self._lock:
            self._calls.clear()

    def __iter__(self) -> Iterator[Call]:
        with self._lock:
            return iter(tuple(self._calls))

    def __len__(self) -> int:
        return len(self._calls)

    @property
    def writes(self) -> tuple[Call, ...]:
        """The calls that change something, also those that failed."""
        return tuple(call for call in self if call.write)
