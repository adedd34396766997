"""The deletion protection of a log group that others made: switched on, and never off.

https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutLogGroupDeletionProtection.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from breakglass.aws.writers.metric_filter import BUSY
from breakglass.aws.writers.settling import settled
from breakglass.cloud import Clock
from breakglass.resources import Resource

if TYPE_CHECKING:
    from mypy_boto3_logs import CloudWatchLogsClient


def create(logs: CloudWatchLogsClient, resource: Resource, clock: Clock) -> None:
    """Switch it on."""
    settled(
        clock,
        lambda: logs.put_log_group_deletion_protection(
            logGroupIdentifier=resource.name, deletionProtectionEnabled=True
        ),
        BUSY,
    )


def update(logs: CloudWatchLogsClient, _before: Resource, after: Resource, clock: Clock) -> None:
    """Switch it on."""
    create(logs, after, clock)


def delete(_logs: CloudWatchLogsClient, _resource: Resource, _clock: Clock) -> None:
    """Leave it on: the log group holds evidence."""
