"""moto takes any filter pattern, any number of filters, and keeps the old one beside the new. Seen in 5.2.5.

https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutMetricFilter.html
https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html
"""

import json
from functools import lru_cache
from typing import TypedDict, cast

from moto.core.exceptions import JsonRESTError
from moto.logs.exceptions import ResourceNotFoundException
from moto.logs.models import LogsBackend
from moto.logs.responses import LogsResponse

from breakglass.errors import BreakglassError
from breakglass.trail import pattern

_MOST = 100
"""Filters of a log group."""
_REGEX = "%"
_WITH_REGEX = 5
"""Filters of a log group that use regular expressions."""
_PAGE = 50
_MESSAGES = 50
_CACHED = 512


class Filter(TypedDict):
    """A metric filter, as moto keeps it."""

    filterName: str
    filterPattern: str
    metricTransformations: list[dict[str, str]]


def filters(backend: LogsBackend, group: str) -> list[Filter]:
    """Return the filters of a log group."""
    return cast("list[Filter]", backend.filters.get_matching_filters(log_group_name=group))


def parsed(text: str) -> pattern.Pattern:
    """Return a pattern; raises what CloudWatch Logs answers to one that is none."""
    try:
        return _parsed(text)
    except BreakglassError as error:
        raise JsonRESTError("InvalidParameterException", f"Invalid metric filter pattern: {error}") from error


@lru_cache(maxsize=_CACHED)
def _parsed(text: str) -> pattern.Pattern:
    return pattern.parse(text)


class MetricFilters(LogsResponse):
    """The operations on metric filters."""

    def put_metric_filter(self) -> str:
        """Make a filter, in place of one with the same name."""
        group, name = str(self._get_param("logGroupName")), str(self._get_param("filterName"))
        text, backend = str(self._get_param("filterPattern")), self.logs_backend
        if group not in backend.groups:
            raise ResourceNotFoundException("The specified log group does not exist.")
        parsed(text)
        others = [each for each in filters(backend, group) if each["filterName"] != name]
        patterns = [text, *(each["filterPattern"] for each in others)]
        if len(others) >= _MOST or sum(_REGEX in each for each in patterns) > max(_WITH_REGEX, _REGEX not in text):
            raise JsonRESTError("LimitExceededException", "Resource limit exceeded.")
        backend.filters.delete_filter(name, group)
        return str(super().put_metric_filter())

    def delete_metric_filter(self) -> str:
        """Delete a filter that is there."""
        held = {each["filterName"] for each in filters(self.logs_backend, str(self._get_param("logGroupName")))}
        if self._get_param("filterName") not in held:
            raise ResourceNotFoundException("The specified metric filter does not exist.")
        return str(super().delete_metric_filter())

    def describe_metric_filters(self) -> str:
        """Show a page of filters, in the order of their names; tokens count filters."""
        group = self._get_param("logGroupName")
        if group is not None and group not in self.logs_backend.groups:
            raise ResourceNotFoundException("The specified log group does not exist.")
        found = json.loads(super().describe_metric_filters())["metricFilters"]
        start, size = int(self._get_param("nextToken") or 0), int(self._get_param("limit") or _PAGE)
        page: dict[str, object] = {"metricFilters": found[start : start + size]}
        if start + size < len(found):
            page["nextToken"] = str(start + size)
        return json.dumps(page)

    def test_metric_filter(self) -> str:
        """Tell which of some messages a pattern matches, counted from 1."""
        wanted, messages = parsed(str(self._get_param("filterPattern"))), self._get_param("logEventMessages") or []
        if not 1 <= len(messages) <= _MESSAGES:
            raise JsonRESTError("InvalidParameterException", f"Between 1 and {_MESSAGES} messages are tested at once.")
        found = [
            {"eventNumber": number, "eventMessage": message, "extractedValues": {}}
            for number, message in enumerate(messages, start=1)
            if matches(wanted, message)
        ]
        return json.dumps({"matches": found})


def matches(wanted: pattern.Pattern, message: str) -> bool:
    """Tell whether a message is an event that a pattern matches."""
    try:
        event = json.loads(message)
    except (ValueError, RecursionError):
        return False
    return isinstance(event, dict) and wanted.matches(event)
