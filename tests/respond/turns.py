"""Two callers of one world, let go by turns: each point at which one may overtake the other, once."""

from collections.abc import Callable
from threading import Condition, Thread, local
from typing import Generic, TypeVar

Result = TypeVar("Result")

_PATIENCE = 20
"""Seconds until a turn that never comes fails the test."""


class Turns(Generic[Result]):
    """The first goes until it has made so many calls, then the second, then the first to its end, then the second."""

    def __init__(self, first: int, second: int) -> None:
        self._plan = [(0, first), (1, second), (0, None), (1, None)]
        self._made = 0
        self._done: set[int] = set()
        self._changed = Condition()
        self._me = local()

    def gate(self) -> None:
        """Wait for the turn of whoever calls, and take a call of it."""
        me = getattr(self._me, "number", None)
        if me is None:  # the test itself looks
            return
        with self._changed:
            assert self._changed.wait_for(lambda: self._turn() == me, _PATIENCE)
            self._made += 1

    def run(self, *callers: Callable[[], Result]) -> tuple[Result, ...]:
        """Run both to their ends, and return what they return."""
        results: dict[int, Result] = {}
        threads = [Thread(target=self._go, args=(number, each, results)) for number, each in enumerate(callers)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(_PATIENCE)
        return tuple(results[number] for number in range(len(callers)))

    def _go(self, number: int, caller: Callable[[], Result], results: dict[int, Result]) -> None:
        self._me.number = number
        try:
            results[number] = caller()
        finally:
            with self._changed:
                self._done.add(number)
                self._changed.notify_all()

    def _turn(self) -> int | None:
        """Return whose turn it is, passing over turns that are used up or of who is done."""
        while self._plan:
            number, calls = self._plan[0]
            if number not in self._done and (calls is None or self._made < calls):
                return number
            self._plan.pop(0)
            self._made = 0
            self._changed.notify_all()
        return None
