"""The canary: a role without rights is assumed, and what follows is awaited on both channels, stage by stage.

A use must be told of by the fast channel and by the net. A denied attempt is logged in the caller's account alone,
which is outside the fast channel: it proves the net. No stage waits for one of the other channel.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from breakglass.assure.awaiting import Patience, Step, broken, follow
from breakglass.assure.notices import tells_of_alarm
from breakglass.assure.trial import Trial
from breakglass.cloud import Canary, EventLog, Timer
from breakglass.errors import BreakglassError, UnavailableError
from breakglass.facts import AlarmState
from breakglass.resources import Scope
from breakglass.trail.delivery import Channel, Delivery, Outcome, Point, Stage
from breakglass.trail.terms import OUR_ROLE, STS, equal, pattern
from breakglass.workers import Advance, ignore

_SKEW: Final = timedelta(minutes=5)
"""How far this machine's clock may be off: what is off by more cannot sign a call.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-signing-elements.html
"""

_ALARM: Final = Point(Channel.NET, "alarm")
_TOLD: Final = Point(Channel.NET, "message")


@dataclass(frozen=True, slots=True)
class Watch:
    """What the canary works with."""

    canary: Canary
    log: EventLog
    clock: Timer


def prove(watch: Watch, trial: Trial, *, advance: Advance = ignore) -> Delivery:
    """Assume the role, or try to, and follow what comes of it. Nothing is raised for what AWS answers."""
    before = _quiet(watch, trial)
    patience = Patience(watch.clock, watch.clock.now(), trial.timeout)
    first = [_assumption(watch, trial, region, patience) for region in trial.sessions]
    for each in first:
        advance(each.point.stage)
    reached = [each.point for each in first if each.outcome is Outcome.OK]
    alarm = tuple(_alarm(watch, trial, before))
    rest = follow((*_steps(watch, trial, patience), *alarm), reached, patience, advance)
    last = () if alarm else _unprovable(trial, before)
    return Delivery(trial.denied, tuple(trial.sessions.values()), (*first, *rest, *last))


def _quiet(watch: Watch, trial: Trial) -> AlarmState | BreakglassError:
    """Return the alarm's state, or why it is not known: waited for, while it is in ALARM and silent about the next."""
    patience = Patience(watch.clock, watch.clock.now(), trial.timeout)
    found = _state(watch, trial)
    while _may_pass(found) and patience.pause():
        found = _state(watch, trial)
    return found


def _state(watch: Watch, trial: Trial) -> AlarmState | BreakglassError:
    try:
        return watch.canary.alarm(trial.alarm)
    except BreakglassError as why:
        return why


def _may_pass(found: AlarmState | BreakglassError) -> bool:
    return found.is_ringing if isinstance(found, AlarmState) else isinstance(found, UnavailableError)


def _assumption(watch: Watch, trial: Trial, region: str, patience: Patience) -> Stage:
    point = Point(Channel.BOTH, "assumption", region)
    try:
        denial = watch.canary.assume(region, trial.role, trial.sessions[region])
    except BreakglassError as why:
        return broken(point, why)
    if denial and not trial.denied:
        return broken(point, denial)
    if trial.denied and not denial:
        advice = "`breakglass verify` names what is other than the manifest in the rights of the verification role"
        return Stage(point, Outcome.BROKEN, None, f"{trial.role} was assumed: nobody may", advice)
    return Stage(point, Outcome.OK, patience.seconds)


def _steps(watch: Watch, trial: Trial, patience: Patience) -> Iterator[Step]:
    """Yield what each assumption must lead to by itself."""
    manifest = trial.manifest
    ears = manifest.scope(manifest.security_account, manifest.alerts.second_region)
    since = patience.since - _SKEW
    for region, session in trial.sessions.items():
        assumed = Point(Channel.BOTH, "assumption", region)
        message, event = Point(Channel.FAST, "message", region), Point(Channel.NET, "event", region)
        wanted = _record(session, denied=trial.denied)
        if not trial.denied:
            yield Step(message, (assumed,), partial(_is_told, watch, ears, session), trial.advice(message))
        yield Step(event, (assumed,), partial(_is_logged, watch, wanted, since), trial.advice(event))


def _alarm(watch: Watch, trial: Trial, before: AlarmState | BreakglassError) -> Iterator[Step]:
    """Yield what all assumptions together lead to: an alarm tells once, when it changes; nothing where it cannot."""
    if isinstance(before, BreakglassError) or before.is_ringing:
        return
    manifest = trial.manifest
    ears = manifest.scope(manifest.trail.account, manifest.trail.region)
    events = [Point(Channel.NET, "event", region) for region in trial.sessions]
    rung = partial(_is_told_of, watch, ears, trial.alarm, before.since)
    yield Step(_ALARM, events, lambda: watch.canary.alarm(trial.alarm).is_ringing, trial.advice(_ALARM))
    yield Step(_TOLD, (_ALARM,), rung, trial.advice(_TOLD))


def _is_told(watch: Watch, ears: Scope, session: str) -> bool:
    return any(session in each for each in watch.canary.heard(ears))


def _is_told_of(watch: Watch, ears: Scope, alarm: str, since: datetime) -> bool:
    return any(tells_of_alarm(each, alarm, since) for each in watch.canary.heard(ears))


def _is_logged(watch: Watch, wanted: str, since: datetime) -> bool:
    return next(watch.log.find(wanted, since), None) is not None


def _record(session: str, *, denied: bool) -> str:
    """Return the pattern of the record to come; of a denied call, who tried it alone is told."""
    call = equal("eventName", "AssumeRole")
    if denied:
        return pattern(STS, call, equal("errorCode", "*"), equal("userIdentity.arn", f"*/{session}"))
    asked = equal("requestParameters.roleSessionName", session)
    return pattern(STS, call, "$.errorCode NOT EXISTS", asked, equal("requestParameters.roleArn", OUR_ROLE))


def _unprovable(trial: Trial, before: AlarmState | BreakglassError) -> tuple[Stage, Stage]:
    """Return the stages of an alarm that would not tell."""
    missed = Stage(_TOLD, Outcome.NOT_REACHED)
    if isinstance(before, BreakglassError):
        return broken(_ALARM, before), missed
    detail = f"{trial.alarm} has been in ALARM since {before.since:%Y-%m-%d %H:%M:%S} UTC: it tells of no further use"
    advice = "see with `breakglass activity` what set it off, and run the canary again when it is over"
    return Stage(_ALARM, Outcome.SILENT, None, detail, advice), missed
