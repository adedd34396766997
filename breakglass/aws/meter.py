"""Metrics of verification in CloudWatch."""

from collections.abc import Sequence
from datetime import datetime

from breakglass import naming
from breakglass.aws.failures import translated, understood
from breakglass.aws.sessions import Sessions
from breakglass.cloud import Point

_BATCH = 1000
"""https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricData.html"""


class CloudWatchMeter:
    """CloudWatch in the caller's account and a region, with the caller's own credentials; see `cloud.Meter`."""

    def __init__(self, sessions: Sessions, region: str) -> None:
        self._sessions = sessions
        self._region = region

    def put(self, points: Sequence[Point], moment: datetime) -> None:
        """Tell what was counted at a time, in UTC."""
        account = self._sessions.identity().account
        cloudwatch = self._sessions.own("cloudwatch", self._region)
        advice = f"allow the verification role cloudwatch:PutMetricData in the namespace {naming.VERIFICATION_METRICS}"
        with translated(account, f"the metrics {naming.VERIFICATION_METRICS}", if_denied=advice), understood(account):
            for start in range(0, len(points), _BATCH):
                cloudwatch.put_metric_data(
                    Namespace=naming.VERIFICATION_METRICS,
                    MetricData=[
                        {
                            "MetricName": each.name,
                            "Dimensions": [{"Name": name, "Value": value} for name, value in each.dimensions.items()],
                            "Timestamp": moment,
                            "Value": each.value,
                            "Unit": "Count",
                        }
                        for each in points[start : start + _BATCH]
                    ],
                )
