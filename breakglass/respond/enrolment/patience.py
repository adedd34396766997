"""Looking again until what was written is read: IAM answers with what was true a moment ago.

https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html#troubleshoot_general_eventual-consistency
"""

from collections.abc import Callable
from typing import Final

from breakglass.cloud import Clock
from breakglass.facts import Enrolment

LOOKS: Final = (0.0, 1.0, 2.0, 4.0, 8.0, 15.0)
"""Seconds to wait before each look."""


def awaited(
    clock: Clock, look: Callable[[], Enrolment], expected: Callable[[Enrolment], bool]
) -> tuple[Enrolment, bool]:
    """Return what was read last, and whether it is what is expected."""
    found = look()
    for seconds in LOOKS[1:]:
        if expected(found):
            return found, True
        clock.sleep(seconds)
        found = look()
    return found, expected(found)
