"""Waiting for what was made a moment ago to be known everywhere in AWS."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from botocore.exceptions import ClientError

from breakglass.cloud import Clock

Answer = TypeVar("Answer")

SETTLING = (1.0, 2.0, 4.0, 8.0, 15.0)
"""Seconds between attempts: half a minute in all.

https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html#troubleshoot_general_eventual-consistency
"""

UNKNOWN_PRINCIPAL = "nvalid principal"
"""What IAM, KMS and S3 say of a policy that names a role they do not know yet; one begins with a capital."""


def settled(clock: Clock, call: Callable[[], Answer], *signs: str) -> Answer:
    """Call until AWS does not refuse with one of these codes or phrases, or the waits are used up."""
    for seconds in SETTLING:
        try:
            return call()
        except ClientError as error:
            if not any(sign in str(error) for sign in signs):
                raise
        clock.sleep(seconds)
    return call()


def awaited(clock: Clock, look: Callable[[], Answer | None]) -> Answer | None:
    """Look until there is something, or the waits are used up."""
    for seconds in SETTLING:
        found = look()
        if found is not None:
            return found
        clock.sleep(seconds)
    return look()
