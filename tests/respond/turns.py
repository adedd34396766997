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
        self._plan: list[tuple[int, int | None]] = [(0, first), (1, second), (0, None), (1, None)]
        self._done: set[int] = set()
        self._changed = Condition()
        self._me = local()

    def gate(self) -> None:
        """Wait for the turn of whoever calls, and take a call of it; whoever has none left lets the other go."""
        me = getattr(self._me, "number", None)
        if me is None:  # the test itself looks
            return
        with self._changed:
            while True:
                assert self._changed.wait_for(lambda: self._whose() == me, _PATIENCE)
                if self._plan[0][1] != 0:
                    break
                self._pass_on()
            number, left = self._plan[0]
            self._plan[0] = (number, None if left is None else left - 1)

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
                self._skip()

    def _whose(self) -> int | None:
        return self._plan[0][0] if self._plan else None

    def _pass_on(self) -> None:
        self._plan.pop(0)
        self._skip()

    def _skip(self) -> None:
        """Pass over the turns of who is done."""
        while self._plan and self._plan[0][0] in self._done:
            self._plan.pop(0)
        self._changed.notify_all()
