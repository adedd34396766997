"""Metric filters, log groups, alarms and mute rules answer as those of AWS do."""

from datetime import timedelta

import pytest

from tests.sandbox.services import aws_client
from tests.sandbox.support import SECURITY, Clients, refused

METRIC = {"metricName": "m", "metricNamespace": "n", "metricValue": "1"}
PATTERN = '{ $.eventName = "X" }'
ALARM = {
    "AlarmName": "a",
    "Namespace": "n",
    "MetricName": "m",
    "Statistic": "Sum",
    "Period": 60,
    "EvaluationPeriods": 1,
    "Threshold": 1,
    "ComparisonOperator": "GreaterThanOrEqualToThreshold",
}


def put(aws: Clients, name: str, pattern: str = PATTERN, group: str = "g") -> None:
    aws_client(aws, "logs").put_metric_filter(
        logGroupName=group, filterName=name, filterPattern=pattern, metricTransformations=[METRIC]
    )


def test_a_filter_replaces_the_one_of_its_name(aws: Clients) -> None:
    logs = aws_client(aws, "logs")
    logs.create_log_group(logGroupName="g", tags={"a": "b"})
    put(aws, "f", "{ $.a = 1 }")
    put(aws, "f")
    (held,) = logs.describe_metric_filters(logGroupName="g")["metricFilters"]
    assert (held["filterPattern"], held["metricTransformations"]) == (PATTERN, [METRIC])
    assert logs.describe_log_groups()["logGroups"][0]["metricFilterCount"] == 1
    logs.delete_metric_filter(logGroupName="g", filterName="f")
    with refused("ResourceNotFoundException"):
        logs.delete_metric_filter(logGroupName="g", filterName="f")


def test_filters_cloudwatch_logs_does_not_take(aws: Clients) -> None:
    logs = aws_client(aws, "logs")
    logs.create_log_group(logGroupName="g")
    with refused("InvalidParameterException", "Invalid metric filter pattern"):
        put(aws, "f", "{ $.a = }")
    with refused("ResourceNotFoundException"):
        put(aws, "f", group="absent")
    with refused("ResourceNotFoundException"):
        logs.describe_metric_filters(logGroupName="absent")
    for number in range(5):
        put(aws, f"regex-{number}", "{ $.a = %x% }")
    with refused("LimitExceededException"):
        put(aws, "regex-5", "{ $.a = %x% }")
    put(aws, "regex-4", "{ $.a = %y% }")
    put(aws, "plain")


def test_a_group_has_a_hundred_filters_in_pages(aws: Clients) -> None:
    logs = aws_client(aws, "logs")
    logs.create_log_group(logGroupName="g")
    for number in range(100):
        put(aws, f"f{number}")
    with refused("LimitExceededException"):
        put(aws, "one-more")
    put(aws, "f0")
    first = logs.describe_metric_filters(logGroupName="g")
    second = logs.describe_metric_filters(logGroupName="g", nextToken=first["nextToken"])
    assert (len(first["metricFilters"]), len(second["metricFilters"])) == (50, 50)
    assert "nextToken" not in second


def test_a_pattern_is_tested_against_messages(aws: Clients) -> None:
    logs = aws_client(aws, "logs")
    messages = ['{"eventName": "X"}', '{"eventName": "Y"}', "none", "[]"]
    found = logs.test_metric_filter(filterPattern=PATTERN, logEventMessages=messages)["matches"]
    assert [(each["eventNumber"], each["eventMessage"]) for each in found] == [(1, messages[0])]
    with refused("InvalidParameterException"):
        logs.test_metric_filter(filterPattern=PATTERN, logEventMessages=[])


def test_groups_and_how_long_they_keep(aws: Clients) -> None:
    logs = aws_client(aws, "logs")
    logs.create_log_group(logGroupName="g")
    logs.put_retention_policy(logGroupName="g", retentionInDays=365)
    assert logs.describe_log_groups()["logGroups"][0]["retentionInDays"] == 365
    with refused("InvalidParameterException"):
        logs.put_retention_policy(logGroupName="g", retentionInDays=2)
    with refused("ResourceNotFoundException"):
        logs.put_log_group_deletion_protection(logGroupIdentifier="absent", deletionProtectionEnabled=True)
    arn = logs.describe_log_groups()["logGroups"][0]["logGroupArn"]
    logs.put_log_group_deletion_protection(logGroupIdentifier=arn, deletionProtectionEnabled=True)
    assert logs.describe_log_groups()["logGroups"][0]["deletionProtectionEnabled"]


def test_alarms_cloudwatch_does_not_take(aws: Clients) -> None:
    alarms = aws_client(aws, "cloudwatch")
    for more in ({"AlarmDescription": "x" * 1025}, {"AlarmName": "x" * 256}, {"AlarmActions": ["x"] * 6}):
        with refused("ValidationError"):
            alarms.put_metric_alarm(**{**ALARM, **more})
    with refused("ResourceNotFound"):
        alarms.delete_alarms(AlarmNames=["a"])


def test_an_alarm_s_life(aws: Clients) -> None:
    alarms = aws_client(aws, "cloudwatch")
    alarms.put_metric_alarm(**ALARM, Tags=[{"Key": "a", "Value": "b"}])
    (alarm,) = alarms.describe_alarms(AlarmNamePrefix="a")["MetricAlarms"]
    alarms.tag_resource(ResourceARN=alarm["AlarmArn"], Tags=[{"Key": "c", "Value": "d"}])
    alarms.untag_resource(ResourceARN=alarm["AlarmArn"], TagKeys=["a"])
    assert alarms.list_tags_for_resource(ResourceARN=alarm["AlarmArn"])["Tags"] == [{"Key": "c", "Value": "d"}]
    alarms.disable_alarm_actions(AlarmNames=["a"])
    assert not alarms.describe_alarms()["MetricAlarms"][0]["ActionsEnabled"]
    alarms.delete_alarms(AlarmNames=["a"])
    assert not alarms.describe_alarms()["MetricAlarms"]


@pytest.mark.parametrize(
    ("more", "state"),
    [
        ({}, "INSUFFICIENT_DATA"),
        ({"TreatMissingData": "missing"}, "INSUFFICIENT_DATA"),
        ({"TreatMissingData": "notBreaching"}, "OK"),
        ({"TreatMissingData": "ignore"}, "INSUFFICIENT_DATA"),
        ({"TreatMissingData": "breaching"}, "ALARM"),
        ({"TreatMissingData": "breaching", "Statistic": "Average"}, "INSUFFICIENT_DATA"),
    ],
)
def test_what_an_alarm_makes_of_missing_data(aws: Clients, more: dict[str, str], state: str) -> None:
    alarms = aws_client(aws, "cloudwatch")
    alarms.put_metric_alarm(**{**ALARM, **more})
    assert alarms.describe_alarms()["MetricAlarms"][0]["StateValue"] == state


@pytest.mark.parametrize(
    ("comparison", "threshold", "state"),
    [
        ("GreaterThanOrEqualToThreshold", 2, "ALARM"),
        ("GreaterThanThreshold", 2, "OK"),
        ("LessThanThreshold", 2, "OK"),
        ("LessThanOrEqualToThreshold", 2, "ALARM"),
    ],
)
def test_an_alarm_compares_the_sum(aws: Clients, comparison: str, threshold: int, state: str) -> None:
    """The two calls that make users are the points, in the log group of the organization's trail."""
    account = "333333333333"
    logs, alarms = aws_client(aws, "logs", account), aws_client(aws, "cloudwatch", account)
    logs.put_metric_filter(
        logGroupName="organization-trail",
        filterName="f",
        filterPattern='{ $.eventName = "CreateUser" }',
        metricTransformations=[METRIC],
    )
    more = {"Threshold": threshold, "ComparisonOperator": comparison, "TreatMissingData": "notBreaching"}
    alarms.put_metric_alarm(**{**ALARM, **more})
    iam = aws.member(SECURITY)
    iam.create_user(UserName="a")
    iam.create_user(UserName="b")
    assert alarms.describe_alarms()["MetricAlarms"][0]["StateValue"] == state


def test_a_mute_rule_s_life(aws: Clients) -> None:
    alarms, clock = aws_client(aws, "cloudwatch"), aws.sandbox.clock
    now = clock.now()
    rule = {"Schedule": {"Expression": "cron(0 0 * * *)", "Duration": "PT1H"}}
    alarms.put_alarm_mute_rule(
        Name="mute",
        Rule=rule,
        MuteTargets={"AlarmNames": ["a"]},
        StartDate=now + timedelta(hours=1),
        ExpireDate=now + timedelta(hours=2),
    )
    alarms.put_alarm_mute_rule(Name="aimless", Rule=rule)
    (listed,) = alarms.list_alarm_mute_rules(AlarmName="a")["AlarmMuteRuleSummaries"]
    assert (listed["Status"], listed["AlarmMuteRuleArn"].rpartition(":")[2]) == ("SCHEDULED", "mute")
    clock.advance(3700)
    assert aws_client(aws, "cloudwatch").get_alarm_mute_rule(AlarmMuteRuleName="mute")["Status"] == "ACTIVE"
    clock.advance(3700)
    alarms = aws_client(aws, "cloudwatch")
    found = alarms.get_alarm_mute_rule(AlarmMuteRuleName="mute")
    assert (found["Status"], found["Rule"], found["MuteTargets"]) == ("EXPIRED", rule, {"AlarmNames": ["a"]})
    assert len(alarms.list_alarm_mute_rules(Statuses=["ACTIVE"])["AlarmMuteRuleSummaries"]) == 1
    alarms.delete_alarm_mute_rule(AlarmMuteRuleName="mute")
    with refused("ResourceNotFoundException"):
        alarms.get_alarm_mute_rule(AlarmMuteRuleName="mute")
    with refused("ValidationError"):
        alarms.put_alarm_mute_rule(Name="m", Rule=rule, MuteTargets={"AlarmNames": [f"a{n}" for n in range(101)]})
