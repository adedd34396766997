"""Metric filters and alarms."""

import pytest

from breakglass.errors import RejectedError
from breakglass.resources import ALARM, METRIC_FILTER
from tests.aws.alerting.support import resource
from tests.aws.alerting.test_metrics import ALARM_WANTED, GROUP, METRIC, PATTERN, TRANSFORMATION
from tests.aws.stubs import Recorder, StubbedEstate

NAME = "BreakGlass-RoleSwitched"
FILTER = resource(
    METRIC_FILTER,
    FilterName=NAME,
    LogGroupName=GROUP,
    FilterPattern=PATTERN,
    MetricTransformations=[TRANSFORMATION],
)
WRITTEN = {"logGroupName": GROUP, "filterName": NAME, "filterPattern": PATTERN, "metricTransformations": [METRIC]}
OF_FILTER = {"logGroupName": GROUP, "filterName": NAME}
WATCH = resource(ALARM, **ALARM_WANTED)
PUT = dict(WATCH.properties)


def test_a_filter_is_written_whole_as_cloudwatch_logs_names_it(estate: StubbedEstate, logs: Recorder) -> None:
    logs.expect("put_metric_filter", WRITTEN)
    logs.expect("put_metric_filter", WRITTEN)
    estate.create(FILTER)
    estate.update(resource(METRIC_FILTER, **{**FILTER.properties, "FilterPattern": "x"}), FILTER)


def test_another_change_of_the_log_group_is_waited_for(estate: StubbedEstate, logs: Recorder) -> None:
    logs.refuse("put_metric_filter", WRITTEN, "OperationAbortedException")
    logs.expect("put_metric_filter", WRITTEN)
    estate.create(FILTER)
    assert estate.clock.slept == [1]


def test_a_log_group_that_is_not_there_comes_with_advice(estate: StubbedEstate, logs: Recorder) -> None:
    logs.refuse("put_metric_filter", WRITTEN, "ResourceNotFoundException", "The specified log group does not exist.")
    with pytest.raises(RejectedError, match="log group") as raised:
        estate.create(FILTER)
    assert "manifest" in raised.value.advice


def test_a_filter_is_deleted_and_one_that_is_gone_too(estate: StubbedEstate, logs: Recorder) -> None:
    logs.expect("delete_metric_filter", OF_FILTER)
    logs.refuse("delete_metric_filter", OF_FILTER, "ResourceNotFoundException")
    estate.delete(FILTER)
    estate.delete(FILTER)


def test_an_alarm_is_written_whole(estate: StubbedEstate, cloudwatch: Recorder) -> None:
    cloudwatch.expect("put_metric_alarm", PUT)
    cloudwatch.expect("put_metric_alarm", PUT)
    estate.create(WATCH)
    estate.update(resource(ALARM, **{**ALARM_WANTED, "ActionsEnabled": False}), WATCH)


def test_an_alarm_is_deleted_and_one_that_is_gone_too(estate: StubbedEstate, cloudwatch: Recorder) -> None:
    cloudwatch.expect("delete_alarms", {"AlarmNames": [NAME]})
    cloudwatch.refuse("delete_alarms", {"AlarmNames": [NAME]}, "ResourceNotFound", status=404)
    estate.delete(WATCH)
    estate.delete(WATCH)
