"""Faults planted for tests and drills: errors on chosen calls, and regions that do not answer at all."""

from collections.abc import Callable
from dataclasses import dataclass
from threading import Event, Lock

DEAD = "dead"
"""Instead of an error code: the connection is closed without an answer."""

HANGING = "hanging"
"""In the record of calls: the connection was taken, and nothing was said."""

_LOOK = 0.05
"""Seconds between two looks at whether whoever hangs has gone."""

ALWAYS = None
"""Instead of a number of times: until the fault is cleared."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What goes wrong, and when: `error` is a code such as `AccessDenied`, `Throttling`, `InternalFailure`, or DEAD.

    `account` is where the call acts (that of the role, for AssumeRole), `action` is written as in a policy; empty
    means any. It strikes `times` matching calls, then is gone.
    """

    error: str
    account: str = ""
    action: str = ""
    times: int | None = 1

    def strikes(self, account: str, action: str) -> bool:
        """Tell whether this fault is meant for a call."""
        return self.account in ("", account) and self.action in ("", action)


class Faults:
    """The faults that wait for their call; the first that matches strikes."""

    def __init__(self) -> None:
        self._waiting: list[tuple[Fault, int | None]] = []
        self._lock = Lock()
        self.dead_regions: set[str] = set()
        """Regions whose connections are dropped at once. IAM and Organizations live in one region each."""
        self.hanging_regions: set[str] = set()
        """Regions that take connections and say nothing."""
        self._stopping = Event()

    @property
    def silent_regions(self) -> set[str]:
        """Return the regions that do not answer, either way."""
        return self.dead_regions | self.hanging_regions

    def hang(self, region: str, gone: Callable[[], bool]) -> None:
        """Say nothing until the client is gone, the region answers again, or the sandbox stops."""
        while region in self.hanging_regions and not gone() and not self._stopping.wait(_LOOK):
            pass

    def start(self) -> None:
        """Let regions hang from now on."""
        self._stopping.clear()

    def stop(self) -> None:
        """Let go of everybody who hangs."""
        self._stopping.set()

    def plant(self, *faults: Fault) -> None:
        """Let these faults wait for their calls, after those that wait already."""
        with self._lock:
            self._waiting += [(fault, fault.times) for fault in faults]

    def strike(self, account: str, action: str) -> str:
        """Return the error a call meets, empty where it meets none, and count it."""
        with self._lock:
            for index, (fault, left) in enumerate(self._waiting):
                if fault.strikes(account, action):
                    self._spend(index, fault, left)
                    return fault.error
        return ""

    def clear(self) -> None:
        """Take all faults away and let all regions answer again."""
        with self._lock:
            self._waiting.clear()
        self.dead_regions.clear()
        self.hanging_regions.clear()

    def _spend(self, index: int, fault: Fault, left: int | None) -> None:
        if left == 1:
            del self._waiting[index]
        elif left is not None:
            self._waiting[index] = (fault, left - 1)
