from datetime import UTC, datetime, timedelta

import pytest

from breakglass.documents import Json
from breakglass.facts import AlarmMuteRule, RingingAlarm
from breakglass.resources import ALARM, METRIC_FILTER
from tests.aws.alerting.support import SCOPE, arn, read, resource
from tests.aws.stubs import LONG_AGO, Recorder, StubbedEstate

GROUP, PATTERN = "organization-trail", '{ $.eventName = "SwitchRole" }'
METRIC = {"metricName": "BreakGlass-RoleSwitched", "metricNamespace": "BreakGlass", "metricValue": "1"}
TRANSFORMATION: dict[str, Json] = {
    "MetricName": "BreakGlass-RoleSwitched",
    "MetricNamespace": "BreakGlass",
    "MetricValue": "1",
}
ALARM_WANTED: dict[str, Json] = {
    "AlarmName": "BreakGlass-RoleSwitched",
    "AlarmDescription": "Who switched?",
    "Namespace": "BreakGlass",
    "MetricName": "BreakGlass-RoleSwitched",
    "Statistic": "Sum",
    "Period": 300,
    "EvaluationPeriods": 1,
    "DatapointsToAlarm": 1,
    "Threshold": 1,
    "ComparisonOperator": "GreaterThanOrEqualToThreshold",
    "TreatMissingData": "notBreaching",
    "ActionsEnabled": True,
    "AlarmActions": [arn("sns", "break-glass-alerts")],
}
ALARMS = {"AlarmNamePrefix": "BreakGlass-", "AlarmTypes": ["MetricAlarm"]}
MUTES = {"Statuses": ["ACTIVE", "SCHEDULED"]}


def told_filter(name: str, **changes: object) -> dict[str, object]:
    whole = {"filterName": name, "logGroupName": GROUP, "filterPattern": PATTERN, "metricTransformations": [METRIC]}
    return {**whole, "creationTime": 1, **changes}


def mute_rule(name: str) -> dict[str, object]:
    return {"AlarmMuteRuleArn": arn("cloudwatch", f"alarm-mute-rule:{name}"), "Status": "ACTIVE"}


def test_metric_filters_of_ours_are_read_from_every_log_group(estate: StubbedEstate, logs: Recorder) -> None:
    first = {"metricFilters": [told_filter("Others")], "nextToken": "2"}
    logs.expect("describe_metric_filters", {}, first)
    logs.expect("describe_metric_filters", {"nextToken": "2"}, {"metricFilters": [told_filter("BreakGlass-X")]})
    wanted = resource(
        METRIC_FILTER,
        FilterName="BreakGlass-X",
        LogGroupName=GROUP,
        FilterPattern=PATTERN,
        MetricTransformations=[TRANSFORMATION],
    )
    assert read(estate, METRIC_FILTER).resources == (wanted,)


def test_what_others_changed_of_a_filter_shows(estate: StubbedEstate, logs: Recorder) -> None:
    metric = {**METRIC, "defaultValue": 0.0, "dimensions": {"who": "$.x"}, "unit": "Count"}
    changes = {"applyOnTransformedLogs": True, "fieldSelectionCriteria": "@aws.account = 1"}
    told = told_filter("BreakGlass-X", metricTransformations=[metric], **changes)
    logs.expect("describe_metric_filters", {}, {"metricFilters": [told]})
    (found,) = read(estate, METRIC_FILTER).resources
    assert found.properties["ApplyOnTransformedLogs"] is True
    assert found.properties["FieldSelectionCriteria"] == "@aws.account = 1"
    added = {"DefaultValue": 0.0, "Dimensions": ({"Key": "who", "Value": "$.x"},), "Unit": "Count"}
    assert found.properties["MetricTransformations"] == ({**TRANSFORMATION, **added},)


def test_filters_that_may_not_be_seen_are_unread(estate: StubbedEstate, logs: Recorder) -> None:
    logs.refuse("describe_metric_filters", {}, "AccessDeniedException")
    (unread,) = read(estate, METRIC_FILTER).unread
    assert unread.types == {METRIC_FILTER}


def test_alarms_are_read_as_they_were_written(estate: StubbedEstate, cloudwatch: Recorder) -> None:
    state = {"StateValue": "OK", "StateUpdatedTimestamp": LONG_AGO, "AlarmArn": arn("cloudwatch", "alarm:x")}
    empty: dict[str, object] = {"OKActions": [], "InsufficientDataActions": [], "Dimensions": []}
    cloudwatch.expect("describe_alarms", ALARMS, {"MetricAlarms": [], "NextToken": "2"})
    told = {"MetricAlarms": [{**ALARM_WANTED, **state, **empty, "Threshold": 1.0}]}
    cloudwatch.expect("describe_alarms", {**ALARMS, "NextToken": "2"}, told)
    (found,) = read(estate, ALARM).resources
    assert found == resource(ALARM, **ALARM_WANTED)
    assert isinstance(found.properties["Threshold"], int)


def test_what_others_changed_of_an_alarm_shows(estate: StubbedEstate, cloudwatch: Recorder) -> None:
    changes = {"Threshold": 1.5, "ActionsEnabled": False, "Dimensions": [{"Name": "a", "Value": "b"}]}
    cloudwatch.expect("describe_alarms", ALARMS, {"MetricAlarms": [{**ALARM_WANTED, **changes}]})
    (found,) = read(estate, ALARM).resources
    assert found.properties["Threshold"] == 1.5
    assert found.properties["ActionsEnabled"] is False
    assert found.properties["Dimensions"] == ({"Name": "a", "Value": "b"},)


def test_an_alarm_without_a_threshold_of_its_own_is_read(estate: StubbedEstate, cloudwatch: Recorder) -> None:
    told = {"AlarmName": "BreakGlass-X", "ThresholdMetricId": "band"}
    cloudwatch.expect("describe_alarms", ALARMS, {"MetricAlarms": [told]})
    (found,) = read(estate, ALARM).resources
    assert "Threshold" not in found.properties


def test_rules_that_mute_alarms_of_ours_are_facts(estate: StubbedEstate, cloudwatch: Recorder) -> None:
    cloudwatch.expect("describe_alarms", ALARMS, {"MetricAlarms": []})
    first = {"AlarmMuteRuleSummaries": [mute_rule("quiet"), mute_rule("gone")], "NextToken": "2"}
    cloudwatch.expect("list_alarm_mute_rules", MUTES, first)
    rest = {"AlarmMuteRuleSummaries": [mute_rule("others"), mute_rule("nobodys")]}
    cloudwatch.expect("list_alarm_mute_rules", {**MUTES, "NextToken": "2"}, rest)
    names = {"AlarmNames": ["Others", "BreakGlass-SignIn"]}
    cloudwatch.expect("get_alarm_mute_rule", {"AlarmMuteRuleName": "quiet"}, {"Status": "ACTIVE", "MuteTargets": names})
    cloudwatch.refuse("get_alarm_mute_rule", {"AlarmMuteRuleName": "gone"}, "ResourceNotFoundException")
    told = {"Status": "SCHEDULED", "MuteTargets": {"AlarmNames": ["Others"]}}
    cloudwatch.expect("get_alarm_mute_rule", {"AlarmMuteRuleName": "others"}, told)
    cloudwatch.expect("get_alarm_mute_rule", {"AlarmMuteRuleName": "nobodys"}, {"Status": "SCHEDULED"})
    reading = read(estate, ALARM, chain=True)
    assert reading.facts == (AlarmMuteRule(SCOPE, "quiet", "ACTIVE", ("BreakGlass-SignIn",)),)
    assert reading.unread == ()


@pytest.mark.parametrize(
    ("state", "chain", "rings"), [("ALARM", True, True), ("OK", True, False), ("ALARM", False, False)]
)
def test_an_alarm_that_rings_is_a_fact_of_the_chain(
    estate: StubbedEstate, cloudwatch: Recorder, state: str, *, chain: bool, rings: bool
) -> None:
    since = datetime.now(UTC) - timedelta(minutes=20, seconds=30)
    alarm = {
        **ALARM_WANTED,
        "StateValue": state,
        "StateTransitionedTimestamp": since,
        "StateUpdatedTimestamp": LONG_AGO,
    }
    cloudwatch.expect("describe_alarms", ALARMS, {"MetricAlarms": [alarm]})
    if chain:
        cloudwatch.expect("list_alarm_mute_rules", MUTES, {"AlarmMuteRuleSummaries": []})
    found = read(estate, ALARM, chain=chain).facts
    assert found == ((RingingAlarm(SCOPE, "BreakGlass-RoleSwitched", 20),) if rings else ())


def test_alarms_and_what_mutes_them_are_unread_each_by_itself(estate: StubbedEstate, cloudwatch: Recorder) -> None:
    cloudwatch.refuse("describe_alarms", ALARMS, "AccessDenied")
    cloudwatch.refuse("list_alarm_mute_rules", MUTES, "AccessDenied")
    unread = read(estate, ALARM, chain=True).unread
    assert [each.types for each in unread] == [{ALARM}, frozenset()]
