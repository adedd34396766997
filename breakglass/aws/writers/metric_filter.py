"""Metric filters: written whole.

https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutMetricFilter.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, cast

from breakglass.aws.absent import LOGS, absent
from breakglass.aws.writers import difference
from breakglass.aws.writers.settling import settled
from breakglass.cloud import Clock
from breakglass.documents import Json
from breakglass.resources import Resource, items

if TYPE_CHECKING:
    from mypy_boto3_logs import CloudWatchLogsClient
    from mypy_boto3_logs.type_defs import MetricTransformationUnionTypeDef

_BUSY = "OperationAbortedException"
"""What CloudWatch Logs answers while another change of the same log group is under way."""


def create(logs: CloudWatchLogsClient, resource: Resource, clock: Clock) -> None:
    """Write the filter."""
    settled(
        clock,
        lambda: logs.put_metric_filter(
            logGroupName=difference.text(resource, "LogGroupName"),
            filterName=resource.name,
            filterPattern=difference.text(resource, "FilterPattern"),
            metricTransformations=_transformations(resource),
        ),
        _BUSY,
    )


def update(logs: CloudWatchLogsClient, _before: Resource, after: Resource, clock: Clock) -> None:
    """Write the filter."""
    create(logs, after, clock)


def delete(logs: CloudWatchLogsClient, resource: Resource, clock: Clock) -> None:
    """Delete the filter."""
    group = difference.text(resource, "LogGroupName")
    with absent(LOGS):
        settled(clock, lambda: logs.delete_metric_filter(logGroupName=group, filterName=resource.name), _BUSY)


def _transformations(resource: Resource) -> list[MetricTransformationUnionTypeDef]:
    listed = (each for each in items(resource.properties["MetricTransformations"]) if isinstance(each, Mapping))
    return [cast("MetricTransformationUnionTypeDef", _camel(each)) for each in listed]


def _camel(names: Mapping[str, Json]) -> Mapping[str, Json]:
    """Return what CloudFormation names as CloudWatch Logs names it."""
    return {name[0].lower() + name[1:]: value for name, value in names.items()}
