"""Work over many accounts at once."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import TypeAlias, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")

WORKERS = 16
"""Accounts worked on at once: the work waits for the network."""

READERS = 32
"""Accounts read at once where nothing is written: no account waits for another."""

Advance: TypeAlias = Callable[[str], None]
"""Called with the name of each unit of work when it is done."""


def ignore(_unit: str) -> None:
    """Show no progress."""


def parallel(
    function: Callable[[Item], Result], work: Iterable[Item], *, workers: int = WORKERS, stop: Event | None = None
) -> list[Result]:
    """Return the results in the order of the work.

    On an error or an interrupt, `stop` is set, what has not begun is dropped and what has begun is waited for.
    """
    with ThreadPoolExecutor(workers) as pool:
        futures = [pool.submit(function, item) for item in work]
        try:
            return [future.result() for future in futures]
        except BaseException:
            if stop is not None:
                stop.set()
            pool.shutdown(wait=False, cancel_futures=True)
            raise
