"""The metric filters and alarms of ours, and the rules that mute these alarms."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, cast

from breakglass import naming, resources
from breakglass.aws import values
from breakglass.aws.absent import CLOUDWATCH, absent
from breakglass.aws.found import Found
from breakglass.aws.sessions import Sessions
from breakglass.documents import Json
from breakglass.facts import AlarmMuteRule, RingingAlarm
from breakglass.resources import Resource, Scope

if TYPE_CHECKING:
    from mypy_boto3_cloudwatch import CloudWatchClient
    from mypy_boto3_cloudwatch.type_defs import MetricAlarmTypeDef
    from mypy_boto3_logs.type_defs import MetricFilterTypeDef, MetricTransformationOutputTypeDef

_ALARM_SETTINGS = (
    "ActionsEnabled",
    "AlarmActions",
    "AlarmDescription",
    "AlarmName",
    "ComparisonOperator",
    "DatapointsToAlarm",
    "Dimensions",
    "EvaluateLowSampleCountPercentile",
    "EvaluationPeriods",
    "ExtendedStatistic",
    "InsufficientDataActions",
    "MetricName",
    "Metrics",
    "Namespace",
    "OKActions",
    "Period",
    "Statistic",
    "Threshold",
    "ThresholdMetricId",
    "TreatMissingData",
    "Unit",
)
"""What PutMetricAlarm sets, of what DescribeAlarms tells.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricAlarm.html
"""


def read_filters(sessions: Sessions, found: Found) -> None:
    """Add the metric filters with names of ours, of every log group: AWS knows a prefix only within one."""
    scope = found.survey.scope
    logs = sessions.client("logs", scope.account, scope.region)
    with found.part("the metric filters", resources.METRIC_FILTER):
        pages = logs.get_paginator("describe_metric_filters").paginate()
        every = [each for page in pages for each in page["metricFilters"]]
        found.resources += [_filter(scope, each) for each in every if naming.is_alerting(each["filterName"])]


def read_alarms(sessions: Sessions, found: Found) -> None:
    """Add the alarms with names of ours, and the rules that mute them."""
    scope = found.survey.scope
    cloudwatch = sessions.client("cloudwatch", scope.account, scope.region)
    with found.part("the alarms", resources.ALARM):
        listing = cloudwatch.get_paginator("describe_alarms")
        pages = listing.paginate(AlarmNamePrefix=naming.ALERT_PREFIX, AlarmTypes=["MetricAlarm"])
        listed = [each for page in pages for each in page["MetricAlarms"]]
        found.resources += [_alarm(scope, each) for each in listed]
        if found.survey.chain:
            found.facts += [_ringing(scope, each) for each in listed if each["StateValue"] == "ALARM"]
    if found.survey.chain:
        with found.part("the rules that mute alarms"):
            found.facts += _mute_rules(cloudwatch, scope)


def _ringing(scope: Scope, told: MetricAlarmTypeDef) -> RingingAlarm:
    since = told.get("StateTransitionedTimestamp", told["StateUpdatedTimestamp"])
    return RingingAlarm(scope, told["AlarmName"], int((datetime.now(UTC) - since).total_seconds()) // 60)


def _filter(scope: Scope, told: MetricFilterTypeDef) -> Resource:
    properties: dict[str, Json] = {
        "FilterName": told["filterName"],
        "LogGroupName": told["logGroupName"],
        "FilterPattern": told["filterPattern"],
        "MetricTransformations": [_transformation(each) for each in told["metricTransformations"]],
        "ApplyOnTransformedLogs": told.get("applyOnTransformedLogs") or None,
        "FieldSelectionCriteria": told.get("fieldSelectionCriteria") or None,
    }
    return Resource(resources.METRIC_FILTER, scope, properties)


def _transformation(told: MetricTransformationOutputTypeDef) -> dict[str, Json]:
    unit = told.get("unit", "None")
    properties: dict[str, Json] = {
        "MetricName": told["metricName"],
        "MetricNamespace": told["metricNamespace"],
        "MetricValue": told["metricValue"],
        "DefaultValue": told.get("defaultValue"),
        "Dimensions": [{"Key": key, "Value": value} for key, value in told.get("dimensions", {}).items()],
        "Unit": unit if unit != "None" else None,
    }
    return values.given(properties)


def _alarm(scope: Scope, told: MetricAlarmTypeDef) -> Resource:
    every = cast("Mapping[str, Json]", told)
    properties = values.given({name: every.get(name) for name in _ALARM_SETTINGS})
    threshold = told.get("Threshold")
    if threshold is not None and threshold == int(threshold):
        properties["Threshold"] = int(threshold)
    return Resource(resources.ALARM, scope, properties)


def _mute_rules(cloudwatch: CloudWatchClient, scope: Scope) -> Iterator[AlarmMuteRule]:
    pages = cloudwatch.get_paginator("list_alarm_mute_rules").paginate(Statuses=["ACTIVE", "SCHEDULED"])
    arns = [each["AlarmMuteRuleArn"] for page in pages for each in page["AlarmMuteRuleSummaries"]]
    for name in (arn.rpartition(":")[2] for arn in arns):
        with absent(*CLOUDWATCH):
            rule = cloudwatch.get_alarm_mute_rule(AlarmMuteRuleName=name)
            muted = rule.get("MuteTargets", {"AlarmNames": []})["AlarmNames"]
            ours = tuple(each for each in muted if naming.is_alerting(each))
            if ours:
                yield AlarmMuteRule(scope, name, rule["Status"], ours)
