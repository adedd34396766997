"""Who sees every call that somebody known makes, and lets it take its course as an event of CloudTrail."""

from collections.abc import Iterable

from breakglass.sandbox.answers import Answer
from breakglass.sandbox.clock import SandboxClock
from breakglass.sandbox.cloudtrail import calls
from breakglass.sandbox.cloudtrail.event import Event
from breakglass.sandbox.emulator import Emulator
from breakglass.sandbox.record import Record, is_write
from breakglass.sandbox.request import Request
from breakglass.sandbox.sessions import Session


class Witness:
    """What is seen ends in `events`, in the order in which it happened, both copies of what has two."""

    def __init__(self, emulator: Emulator, clock: SandboxClock, events: Record[Event]) -> None:
        self._emulator = emulator
        self.clock = clock
        self._events = events

    def see(self, request: Request, session: Session, answer: Answer, *, through: str = "") -> None:
        """See a call and its answer; `through` is the service that makes it for somebody."""
        region, now = self._emulator.region(request), self.clock.now()
        call = calls.Call(request, session, answer, region, now, through=through)
        self.tell(calls.events(call), wrote=not answer.error and is_write(request.action))

    def tell(self, events: Iterable[Event], *, wrote: bool = False) -> None:
        """Let events take their course."""
        told = tuple(events)
        for each in told:
            self._events.add(each)
        self._emulator.take(told, self.clock.now(), wrote=wrote)
