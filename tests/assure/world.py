"""Both channels in memory, link by link, on a clock that only counts: what is cut lets nothing through."""

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from breakglass.documents import Document
from breakglass.errors import BreakglassError, DeniedError, RejectedError
from breakglass.facts import AlarmState
from breakglass.resources import Scope
from breakglass.trail.catalogue import catalogue
from breakglass.trail.pattern import parse
from tests.trail.events import SECURITY, TRAIL, assumed, denied, foreign, session

START = datetime(2026, 11, 20, 3, 2, tzinfo=UTC)
FAST = Scope(SECURITY, "us-west-2")
NET = Scope(TRAIL, "eu-west-1")
VERIFICATION = "BreakGlassVerification"


@dataclass
class World:
    """The canary, the log and the clock; `late` says after how many seconds each link lets through what came."""

    cut: frozenset[str] = frozenset()
    late: dict[str, float] = field(default_factory=lambda: {"bus": 15, "trail": 130, "filter": 190, "topic": 195})
    permits: bool = False
    """Whether the role that nobody may assume can be assumed."""
    errors: dict[str, BreakglassError] = field(default_factory=dict)
    passing: bool = False
    """Whether errors are over after a minute."""
    ringing_until: float = 0
    noise: list[str] = field(default_factory=list)
    seconds: float = 0
    asked: list[tuple[str, str, str]] = field(default_factory=list)
    records: list[tuple[float, str, dict[str, Any]]] = field(default_factory=list)

    def sleep(self, seconds: float) -> None:
        assert seconds > 0
        self.seconds += seconds

    def now(self) -> datetime:
        return START + timedelta(seconds=self.seconds)

    def assume(self, region: str, role: str, session_name: str) -> DeniedError | None:
        self._fail("assume", region)
        self.asked.append((region, role, session_name))
        caller = session(VERIFICATION, session_name, TRAIL, "/break-glass/")
        if (role.endswith("/BREAK-GLASS-CANARY") and "assume" not in self.cut) or self.permits:
            made = assumed(foreign(TRAIL), role, recipientAccountId=SECURITY, awsRegion=region)
            made["requestParameters"] |= {"roleSessionName": session_name}
            self.records.append((self.seconds, session_name, made))
            return None
        told = f"User: {caller['arn']} is not authorized to perform: sts:AssumeRole on resource: {role}"
        self.records.append((self.seconds, session_name, denied("sts", "AssumeRole", caller, told)))
        return DeniedError(told, advice="see the trust of the canary's role")

    def find(self, pattern: str, since: datetime) -> Iterator[Document]:
        self._fail("find")
        assert since < START + timedelta(seconds=min((at for at, _, _ in self.records), default=0))
        matches = parse(pattern).matches
        yield from (record for _, record in self._through("trail") if matches(record))

    def alarm(self, name: str) -> AlarmState:
        self._fail("alarm")
        if self.seconds < self.ringing_until:
            return AlarmState("ALARM", START - timedelta(minutes=1))
        matches = parse(catalogue()[name.removeprefix("BreakGlass-")].pattern).matches
        if any(matches(record) for _, record in self._through("trail", "filter")):
            return AlarmState("ALARM", self.now())
        return AlarmState("OK", START - timedelta(days=1))

    def heard(self, scope: Scope) -> Collection[str]:
        self._fail("heard", scope.account)
        if scope == FAST:
            found = [f"role: x as {name}" for name, record in self._through("bus") if "errorCode" not in record]
            return [*self.noise, *found]
        assert scope == NET
        alarms = {name for name in ("RoleAssumed", "AssumptionDenied") if self._rung(name)}
        return [*self.noise, *(rung(f"BreakGlass-{name}") for name in alarms)]

    def _rung(self, alert: str) -> bool:
        matches = parse(catalogue()[alert].pattern).matches
        return any(matches(record) for _, record in self._through("trail", "filter", "topic"))

    def _through(self, *links: str) -> list[tuple[str, dict[str, Any]]]:
        if self.cut & set(links):
            return []
        late = max(self.late[link] for link in links)
        return [(name, record) for at, name, record in self.records if self.seconds >= at + late]

    def _fail(self, *keys: str) -> None:
        for key in ("".join(keys[:1]), ":".join(keys)):
            if key in self.errors and not (self.passing and self.seconds > 60):
                raise self.errors[key]


def rung(alarm: str, state: str = "ALARM", at: str = "2026-11-20T03:05:10.123+0000") -> str:
    """A message as CloudWatch writes it."""
    return json.dumps({"AlarmName": alarm, "NewStateValue": state, "StateChangeTime": at, "OldStateValue": "OK"})


GONE = RejectedError("there is none", advice="mend what AWS says")
