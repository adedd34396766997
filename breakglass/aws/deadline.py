"""A deadline for a whole call: the timeouts of the SDK count from byte to byte, and for each address of a host anew."""

from collections.abc import Callable
from threading import Thread
from typing import TypeVar

from breakglass.aws import reasons
from breakglass.errors import UnavailableError

Answer = TypeVar("Answer")

SECONDS = 5.0
"""How long one region may take, from the name of its host to the last byte of its answer."""


def within_deadline(region: str, call: Callable[[], Answer], *, what: str = "") -> Answer:
    """Return what a call returns, or raise what it raises; `what` is called where that is not STS of a region.

    Raises UnavailableError where it takes longer: it is abandoned then, and ends with the process at the latest.
    """
    answers: list[Answer] = []
    failures: list[BaseException] = []

    def run() -> None:
        try:
            answers.append(call())
        except BaseException as error:  # noqa: BLE001 - raised again where it is waited for
            failures.append(error)

    thread = Thread(target=run, name=f"breakglass-{region}", daemon=True)
    thread.start()
    thread.join(SECONDS)
    if answers:
        return answers[0]
    if failures:
        raise failures[0]
    message = f"no whole answer{f' of {what}' if what else ''} within {SECONDS:.0f} seconds"
    raise UnavailableError(message, subject=region, advice=reasons.UNAVAILABLE_ADVICE)
