"""Alarms: from the points of a metric to a state, and from a change of state to a topic.

Of the statistics the sum and the maximum are modelled; an alarm on another keeps its state. A message is sent when the
state changes and never while it lasts, so that a second use within the period is silent here.
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-evaluation.html
"""

import json
import operator
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TypeAlias

from moto.cloudwatch.models import Alarm, CloudWatchBackend, Dimension, cloudwatch_backends

from breakglass.sandbox.chain.authority import CLOUDWATCH, Source
from breakglass.sandbox.chain.topics import Topics
from breakglass.sandbox.gaps.alarm_states import ALARM, OK, UNKNOWN, tell, told
from breakglass.sandbox.gaps.mute_rules import is_muted
from breakglass.sandbox.judgement.place import existing

Metric: TypeAlias = tuple[str, str, str, str, tuple[tuple[str, str], ...]]
"""Account, region, namespace, name, and the dimensions in order: other dimensions are another metric."""

_COMPARED: Mapping[str, Callable[[float, float], bool]] = {
    "GreaterThanOrEqualToThreshold": operator.ge,
    "GreaterThanThreshold": operator.gt,
    "LessThanOrEqualToThreshold": operator.le,
    "LessThanThreshold": operator.lt,
}
_STATISTICS: Mapping[str, Callable[[Sequence[float]], float]] = {"Maximum": max, "Sum": sum}
_KEPT = timedelta(days=7)
"""For how long points are kept: the longest an alarm looks back."""


def dimensions(named: Iterable[Dimension]) -> tuple[tuple[str, str], ...]:
    """Return dimensions in order."""
    return tuple(sorted((str(each.name), str(each.value)) for each in named))


class Points:
    """What was counted of every metric."""

    def __init__(self) -> None:
        self._held: dict[Metric, list[tuple[datetime, float]]] = {}

    def add(self, metric: Metric, now: datetime, value: float) -> None:
        """Count something, and forget what no alarm looks at any more."""
        recent = [each for each in self._held.get(metric, ()) if now - each[0] < _KEPT]
        self._held[metric] = [*recent, (now, value)]

    def of_periods(self, metric: Metric, now: datetime, period: timedelta, periods: int) -> Sequence[Sequence[float]]:
        """Return what was counted in each of the last periods, the latest first."""
        found: list[list[float]] = [[] for _ in range(periods)]
        for when, value in self._held.get(metric, ()):
            age = int((now - when) / period)
            if 0 <= age < periods:
                found[age].append(value)
        return found


class Alarms:
    """All alarms of the organization."""

    def __init__(self, points: Points, topics: Topics) -> None:
        self._points = points
        self._topics = topics

    def settle(self, now: datetime) -> None:
        """Bring every alarm to its state, and tell of the states that are new."""
        for backend in existing(cloudwatch_backends):
            for alarm in tuple(backend.alarms.values()):
                if alarm.state_value == told(alarm):  # else somebody has set it
                    self._evaluate(backend, alarm, now)
                if alarm.state_value != told(alarm):
                    self._act(backend, alarm, now)

    def _evaluate(self, backend: CloudWatchBackend, alarm: Alarm, now: datetime) -> None:
        if alarm.statistic not in _STATISTICS or alarm.comparison_operator not in _COMPARED:
            return
        statistic = _STATISTICS[alarm.statistic]
        named = dimensions(alarm.dimensions or ())
        metric = (backend.account_id, backend.region_name, alarm.namespace, alarm.metric_name, named)
        period = timedelta(seconds=int(alarm.period))
        counted = self._points.of_periods(metric, now, period, int(alarm.evaluation_periods))
        state = _state(alarm, [statistic(each) if each else None for each in counted])
        if state != alarm.state_value:
            alarm.update_state("Threshold Crossed" if state == ALARM else "Threshold not crossed", "{}", state)
            alarm.state_updated_timestamp = now.replace(tzinfo=None)

    def _act(self, backend: CloudWatchBackend, alarm: Alarm, now: datetime) -> None:
        before = told(alarm)
        tell(alarm)
        if not alarm.actions_enabled or is_muted(backend, alarm.name, now):
            return
        actions = {ALARM: alarm.alarm_actions, OK: alarm.ok_actions, UNKNOWN: alarm.insufficient_data_actions}
        subject = f'{alarm.state_value}: "{alarm.name}" in {backend.region_name}'[:100]
        message = json.dumps(_message(backend, alarm, before, now))
        for arn in actions[alarm.state_value]:
            self._topics.publish(arn, subject, message, Source(CLOUDWATCH, alarm.alarm_arn), now)


def _state(alarm: Alarm, sums: Sequence[float | None]) -> str:
    present = [each for each in sums if each is not None]
    if not present and alarm.treat_missing_data in (None, "missing"):
        return UNKNOWN
    if not present and alarm.treat_missing_data == "ignore":
        return str(alarm.state_value)
    wanted = int(alarm.datapoints_to_alarm or alarm.evaluation_periods)
    return ALARM if sum(_breaching(alarm, sums)) >= wanted else OK


def _breaching(alarm: Alarm, sums: Sequence[float | None]) -> Iterator[bool]:
    compare = _COMPARED[alarm.comparison_operator]
    for each in sums:
        yield alarm.treat_missing_data == "breaching" if each is None else compare(each, float(alarm.threshold))


def _message(backend: CloudWatchBackend, alarm: Alarm, before: str, now: datetime) -> dict[str, object]:
    """Return what CloudWatch says of a change of state.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html
    """
    return {
        "AlarmName": alarm.name,
        "AlarmDescription": alarm.description,
        "AWSAccountId": backend.account_id,
        "NewStateValue": alarm.state_value,
        "NewStateReason": alarm.state_reason,
        "StateChangeTime": now.strftime("%Y-%m-%dT%H:%M:%S.000+0000"),
        "Region": backend.region_name,
        "AlarmArn": alarm.alarm_arn,
        "OldStateValue": before,
        "Trigger": {
            "MetricName": alarm.metric_name,
            "Namespace": alarm.namespace,
            "Statistic": str(alarm.statistic).upper(),
            "Period": alarm.period,
            "Threshold": alarm.threshold,
        },
    }
