"""Alarms: written whole; one that exists keeps its state.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from breakglass.aws.absent import CLOUDWATCH, absent
from breakglass.cloud import Clock
from breakglass.resources import Resource

if TYPE_CHECKING:
    from mypy_boto3_cloudwatch import CloudWatchClient
    from mypy_boto3_cloudwatch.type_defs import PutMetricAlarmInputTypeDef


def create(cloudwatch: CloudWatchClient, resource: Resource, _clock: Clock) -> None:
    """Write the alarm: AWS takes what is left out for its default."""
    cloudwatch.put_metric_alarm(**cast("PutMetricAlarmInputTypeDef", dict(resource.properties)))


def update(cloudwatch: CloudWatchClient, _before: Resource, after: Resource, clock: Clock) -> None:
    """Write the alarm."""
    create(cloudwatch, after, clock)


def delete(cloudwatch: CloudWatchClient, resource: Resource, _clock: Clock) -> None:
    """Delete the alarm."""
    with absent(*CLOUDWATCH):
        cloudwatch.delete_alarms(AlarmNames=[resource.name])
