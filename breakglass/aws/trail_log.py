"""The organization trail's log group: its records, and CloudWatch Logs' own idea of a filter pattern."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from datetime import datetime

from breakglass.aws.failures import translated, understood
from breakglass.aws.sessions import Sessions
from breakglass.documents import Document
from breakglass.manifest.model import Trail


class AwsTrailLog:
    """The log group a manifest names, with the sessions given; see `cloud.EventLog` and `cloud.FilterTest`."""

    def __init__(self, sessions: Sessions, trail: Trail) -> None:
        self._sessions = sessions
        self._trail = trail

    def find(self, pattern: str, since: datetime) -> Iterator[Document]:
        """Yield the records since a time that a filter pattern matches, oldest first.

        A page may be empty and not the last.
        https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_FilterLogEvents.html
        """
        trail = self._trail
        advice = (
            f"allow logs:FilterLogEvents, and see that `trail.log_group` in the manifest is right: {trail.log_group}"
        )
        logs = self._sessions.client("logs", trail.account, trail.region)
        with translated(trail.account, trail.log_group, if_denied=advice), understood(trail.account):
            pages = logs.get_paginator("filter_log_events").paginate(
                logGroupName=trail.log_group, filterPattern=pattern, startTime=int(since.timestamp() * 1000)
            )
            for page in pages:
                yield from (json.loads(each["message"]) for each in page["events"])

    def matched(self, pattern: str, messages: Collection[str]) -> frozenset[str]:
        """Return which of at most 50 messages a pattern matches.

        https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_TestMetricFilter.html
        """
        trail = self._trail
        logs = self._sessions.client("logs", trail.account, trail.region)
        with translated(trail.account, "the filter patterns"), understood(trail.account):
            answer = logs.test_metric_filter(filterPattern=pattern, logEventMessages=list(messages))
            return frozenset(each["eventMessage"] for each in answer["matches"])
