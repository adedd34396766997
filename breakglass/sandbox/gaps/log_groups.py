"""moto knows no deletion protection of log groups, leaves the filters of a deleted one, and finds every JSON message.

Seen in 5.2.5.
https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutLogGroupDeletionProtection.html
https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_FilterLogEvents.html
"""

import json
from collections.abc import Callable

from moto.core.exceptions import JsonRESTError
from moto.logs.exceptions import ResourceNotFoundException
from moto.logs.models import LogEvent, LogGroup
from moto.logs.responses import LogsResponse

from breakglass.sandbox.gaps.metric_filters import filters, matches, parsed
from breakglass.sandbox.judgement.place import group_name

_ATTRIBUTE = "protected"
_PAGE = 10_000
_RETENTIONS = frozenset(
    (1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653)
)
"""Days.

https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html
"""


class LogGroups(LogsResponse):
    """The operations on log groups and what is in them."""

    def _group(self) -> LogGroup:
        name = group_name(str(self._get_param("logGroupName") or self._get_param("logGroupIdentifier")))
        found = self.logs_backend.groups.get(name)
        if found is None:
            raise ResourceNotFoundException("The specified log group does not exist.")
        return found

    def put_log_group_deletion_protection(self) -> str:
        """Switch the protection on or off."""
        vars(self._group())[_ATTRIBUTE] = bool(self._get_param("deletionProtectionEnabled"))
        return ""

    def put_retention_policy(self) -> str:
        """Set for how many days messages are kept."""
        if self._get_param("retentionInDays") not in _RETENTIONS:
            raise JsonRESTError("InvalidParameterException", "retentionInDays is none of the periods there are.")
        return str(super().put_retention_policy())

    def delete_log_group(self) -> str:
        """Delete a group that is not protected, and its filters."""
        group = self._group()
        if vars(group).get(_ATTRIBUTE):
            raise JsonRESTError("ValidationException", "Log group is protected from deletion.")
        for each in filters(self.logs_backend, group.name):
            self.logs_backend.filters.delete_filter(each["filterName"], group.name)
        return str(super().delete_log_group())

    def describe_log_groups(self) -> str:
        """Show groups with their protection and the number of their filters."""
        result = json.loads(super().describe_log_groups())
        for each in result["logGroups"]:
            name = each["logGroupName"]
            each["metricFilterCount"] = len(filters(self.logs_backend, name))
            each["deletionProtectionEnabled"] = bool(vars(self.logs_backend.groups[name]).get(_ATTRIBUTE))
        return json.dumps(result)

    def filter_log_events(self) -> str:
        """Show a page of the messages that a pattern matches, in the order they came; tokens count messages."""
        wanted = self._wanted()
        streams = self._group().streams.values()
        found = sorted(
            ((each, stream.log_stream_name) for stream in streams for each in stream.events if wanted(each)),
            key=lambda pair: (pair[0].timestamp, pair[0].event_id),
        )
        start, size = int(self._get_param("nextToken") or 0), int(self._get_param("limit") or _PAGE)
        shown = [{**event.to_filter_dict(), "logStreamName": stream} for event, stream in found[start : start + size]]
        page: dict[str, object] = {"events": shown, "searchedLogStreams": []}
        if start + size < len(found):
            page["nextToken"] = str(start + size)
        return json.dumps(page)

    def _wanted(self) -> Callable[[LogEvent], bool]:
        pattern = parsed(str(self._get_param("filterPattern"))) if self._get_param("filterPattern") else None
        first, last = self._get_param("startTime"), self._get_param("endTime")

        def wanted(event: LogEvent) -> bool:
            inside = (first is None or event.timestamp >= first) and (last is None or event.timestamp <= last)
            return inside and (pattern is None or matches(pattern, event.message))

        return wanted
