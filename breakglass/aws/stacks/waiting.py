"""Waiting for what CloudFormation does by itself, however long it takes, and whatever happens to us meanwhile."""

from collections.abc import Callable, Iterator
from typing import TypeVar

from breakglass.aws.stacks.causes import AGAIN
from breakglass.cloud import Clock
from breakglass.errors import UnavailableError

Found = TypeVar("Found")

FIRST, LONGEST, GROWTH = 5.0, 30.0, 1.5
"""Seconds between two looks: few calls, since all StackSets of an account share a rate."""
PATIENCE = 12 * 3600.0
"""Seconds in all: thousands of accounts take hours."""
MISSED = 5
"""Looks in a row that may fail because AWS throttles or cannot be reached."""


def awaited(clock: Clock, look: Callable[[], Found | None], what: str) -> Found:
    """Look until there is something.

    Raises UnavailableError where there is nothing for too long, or AWS does not answer; KeyboardInterrupt says that
    what was begun goes on.
    """
    missed = 0
    try:
        for seconds in _pauses():
            try:
                found = look()
                missed = 0
            except UnavailableError as error:
                missed += 1
                if missed > MISSED:
                    raise _goes_on(error.message, what, error.subject) from error
                found = None
            if found is not None:
                return found
            clock.sleep(seconds)
    except KeyboardInterrupt as interrupt:
        raise KeyboardInterrupt(f"{what} goes on in CloudFormation: {AGAIN}") from interrupt
    raise _goes_on(f"{what} is not over after {PATIENCE / 3600:.0f} hours", what, "")


def _goes_on(message: str, what: str, subject: str) -> UnavailableError:
    return UnavailableError(message, subject=subject or what, advice=f"{what} goes on in CloudFormation: {AGAIN}")


def _pauses() -> Iterator[float]:
    waited, seconds = 0.0, FIRST
    while waited < PATIENCE:
        yield seconds
        waited += seconds
        seconds = min(seconds * GROWTH, LONGEST)
