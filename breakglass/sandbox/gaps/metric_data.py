"""moto dates data by the clock of the machine, and keeps what CloudWatch would refuse. Seen in 5.2.5.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricData.html
https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricDatum.html
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from moto.cloudwatch.exceptions import ValidationError
from moto.cloudwatch.models import CloudWatchBackend, MetricDatum
from moto.cloudwatch.responses import CloudWatchResponse
from moto.core.responses import ActionResult, EmptyResult

from breakglass.sandbox.gaps.asked import time_of

_OLDEST, _NEWEST = timedelta(days=14), timedelta(hours=2)
_TAKEN = "taken"


def utc(moment: datetime) -> datetime:
    """Return a time as moto keeps it with the time zone it is in."""
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def taken(backend: CloudWatchBackend) -> Iterator[MetricDatum]:
    """Yield the data that was put and has not been taken yet."""
    for each in backend.metric_data:
        if isinstance(each, MetricDatum) and vars(each).get(_TAKEN) is False:
            vars(each)[_TAKEN] = True
            yield each


class MetricData(CloudWatchResponse):
    """The operation that puts data: single values, at the sandbox's time unless they bring one."""

    def put_metric_data(self) -> ActionResult:
        """Keep data."""
        now, data = time_of(self.headers), self._get_param("MetricData", [])
        for each in data:
            if "Value" not in each:
                raise ValidationError("This sandbox models single values only")
            when = utc(each.setdefault("Timestamp", now.replace(tzinfo=None)))
            if not now - _OLDEST <= when <= now + _NEWEST:
                raise ValidationError("The value for parameter Timestamp is too old or too far in the future")
        before = len(self.cloudwatch_backend.metric_data)
        self.cloudwatch_backend.put_metric_data(self._get_param("Namespace"), data)
        for kept in self.cloudwatch_backend.metric_data[before:]:
            vars(kept)[_TAKEN] = False
        return EmptyResult()
