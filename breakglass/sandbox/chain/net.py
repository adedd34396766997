"""The net: a trail's log group, the metric filters on it, and the metrics they make.

https://docs.aws.amazon.com/awscloudtrail/latest/userguide/send-cloudtrail-events-to-cloudwatch-logs.html
https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/MonitoringLogData.html
"""

import json
from datetime import datetime

from moto.cloudtrail.models import Trail
from moto.cloudwatch.models import MetricDatum, cloudwatch_backends
from moto.logs.models import LogEvent, LogGroup, LogStream, logs_backends

from breakglass.sandbox.chain.alarms import Points, dimensions
from breakglass.sandbox.chain.authority import CLOUDTRAIL, Source, may_by_role
from breakglass.sandbox.cloudtrail.event import Event
from breakglass.sandbox.gaps.metric_data import taken, utc
from breakglass.sandbox.gaps.metric_filters import filters, parsed
from breakglass.sandbox.judgement.ask import Ask
from breakglass.sandbox.judgement.decide import Moment
from breakglass.sandbox.judgement.held import Held
from breakglass.sandbox.judgement.place import Place

_NEEDED = ("logs:CreateLogStream", "logs:PutLogEvents")


class Net:
    """The log groups that trails deliver to, and the metric filters on them."""

    def __init__(self, held: Held, points: Points) -> None:
        self._held = held
        self._points = points

    def destination(self, trail: Trail, moment: Moment) -> LogGroup | None:
        """Return the log group of a trail if it is there, and the trail's role lets CloudTrail write."""
        arn = trail.cw_log_group_arn
        group = Place(self._held.partition, "", "").log_group(arn) if arn else None
        if group is None:
            return None
        source, stream = Source(CLOUDTRAIL, trail.arn), f"{group.arn}:log-stream:{self._stream_name(trail, '*')}"
        role = str(trail.cw_role_arn)
        may = all(may_by_role(self._held, role, source, Ask(action, stream), moment) for action in _NEEDED)
        return group if may else None

    def count(self, account: str, region: str) -> None:
        """Take the points of metrics that somebody put into a region of an account."""
        for each in taken(cloudwatch_backends[account][region]):
            metric = (account, region, each.namespace, each.name, dimensions(each.dimensions))
            self._points.add(metric, utc(each.timestamp), each.value)

    def deliver(self, trail: Trail, group: LogGroup, event: Event, now: datetime) -> None:
        """Write an event into a trail's log group, and count it where a metric filter matches."""
        name = self._stream_name(trail, f"{event['recipientAccountId']}")
        if name not in group.streams:
            group.streams[name] = LogStream(group, name)
        stream = group.streams[name]
        message, when = json.dumps(event), int(now.timestamp() * 1000)
        stream.events.append(LogEvent(when, {"timestamp": when, "message": message}))
        stream.last_ingestion_time = now.replace(tzinfo=None)
        stream.stored_bytes += len(message)
        self._count(group, event, now)

    def _count(self, group: LogGroup, event: Event, now: datetime) -> None:
        for each in filters(logs_backends[group.account_id][group.region], group.name):
            if parsed(each["filterPattern"]).matches(event):
                for made in each["metricTransformations"]:
                    self._point(group, made, now)

    def _point(self, group: LogGroup, made: dict[str, str], now: datetime) -> None:
        namespace, name, value = made["metricNamespace"], made["metricName"], float(made["metricValue"])
        self._points.add((group.account_id, group.region, namespace, name, ()), now, value)
        backend = cloudwatch_backends[group.account_id][group.region]
        backend.metric_data.append(MetricDatum(namespace, name, value, [], now.replace(tzinfo=None)))

    def _stream_name(self, trail: Trail, account: str) -> str:
        """Return the name of the stream in which an account's events are.

        https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudwatch-log-group-log-stream-naming-for-cloudtrail.html
        """
        start = f"{self._held.organization}_" if trail.is_org_trail else ""
        return f"{start}{account}_CloudTrail_{trail.region_name}"
