"""Changes in lanes, one for each account and region: lanes side by side, each in order, and each change after others.

Nobody waits for more than what the next change needs. A lane that others wait for goes first, then the longest.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from heapq import heapify, heappop, heappush
from threading import Condition, Event

from breakglass.estate.plan import Change
from breakglass.resources import Key, Scope


class Lanes:
    """What is to be done, shared by many threads; `earlier` is what each change waits for, all of it in `changes`.

    A thread takes a lane, and makes of it what `head` returns until that is nothing: the lane is at its end, or waits
    and is handed out again when it need not any more.
    """

    def __init__(self, changes: Sequence[Change], earlier: Mapping[Key, frozenset[Key]]) -> None:
        self._earlier = earlier
        self._left: defaultdict[Scope, list[Change]] = defaultdict(list)
        for change in reversed(changes):
            self._left[change.key.scope].append(change)
        asked = Counter(key.scope for change in changes for key in earlier[change.key] if key.scope != change.key.scope)
        self._rank = {scope: (-asked[scope], -len(left)) for scope, left in self._left.items()}
        self._ready = [(self._rank[scope], scope) for scope in self._left]
        heapify(self._ready)
        self._waiting: defaultdict[Key, list[Scope]] = defaultdict(list)
        self._settled: set[Key] = set()
        self._taken = 0
        self._moved = Condition()

    def take(self, stop: Event) -> Scope | None:
        """Return a lane that can go on, once there is one; nothing when all is done, or is to stop."""
        with self._moved:
            while not self._ready and self._taken and not stop.is_set():
                self._moved.wait()
            if not self._ready or stop.is_set():
                return None
            self._taken += 1
            return heappop(self._ready)[1]

    def head(self, lane: Scope) -> Change | None:
        """Return the next change of a lane; nothing where there is none, or it must wait for another lane."""
        with self._moved:
            if not self._left[lane]:
                return None
            change = self._left[lane][-1]
            for key in self._earlier[change.key] - self._settled:
                self._waiting[key].append(lane)
                return None
            return change

    def pass_by(self, lane: Scope) -> None:
        """Go on to the next change of a lane, whatever has become of this one."""
        with self._moved:
            self._settle(self._left[lane].pop())

    def give_up(self, lane: Scope) -> None:
        """Do nothing more in a lane."""
        with self._moved:
            while self._left[lane]:
                self._settle(self._left[lane].pop())

    def leave(self) -> None:
        """Give a lane back that was taken."""
        with self._moved:
            self._taken -= 1
            self._moved.notify_all()

    def _settle(self, change: Change) -> None:
        self._settled.add(change.key)
        for lane in self._waiting.pop(change.key, ()):
            heappush(self._ready, (self._rank[lane], lane))
            self._moved.notify()
