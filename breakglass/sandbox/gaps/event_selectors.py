"""moto knows no default event selector, and keeps both kinds side by side. Seen in 5.2.5.

https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_GetEventSelectors.html
https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_PutEventSelectors.html
"""

import json
from collections.abc import Mapping, Sequence

from moto.cloudtrail.models import Trail
from moto.cloudtrail.responses import CloudTrailResponse
from moto.core.exceptions import JsonRESTError

_DEFAULT: Mapping[str, object] = {
    "ReadWriteType": "All",
    "IncludeManagementEvents": True,
    "DataResources": [],
    "ExcludeManagementEventSources": [],
}
_PARTS = {"ReadOnly": True, "WriteOnly": False}


def basic(trail: Trail) -> tuple[Mapping[str, object], ...]:
    """Return the basic selectors of a trail; none where it has advanced ones."""
    return tuple(trail.event_selectors) or (() if trail.advanced_event_selectors else (_DEFAULT,))


def has_custom(trail: Trail) -> bool:
    """Tell whether a trail was given selectors other than the default one."""
    return basic(trail) != (_DEFAULT,)


def logs(trail: Trail, *, read_only: bool, source: str) -> bool:
    """Tell whether a trail logs a management event of a source such as `sts.amazonaws.com`."""
    if any(_takes(each, read_only=read_only, source=source) for each in basic(trail)):
        return True
    values = {"eventCategory": "Management", "readOnly": str(read_only).lower(), "eventSource": source}
    return any(_fits(each["FieldSelectors"], values) for each in trail.advanced_event_selectors)


def _takes(selector: Mapping[str, object], *, read_only: bool, source: str) -> bool:
    part = _PARTS.get(str(selector.get("ReadWriteType", "All")), read_only)
    excluded = selector.get("ExcludeManagementEventSources")
    outside = source not in (excluded if isinstance(excluded, Sequence) else ())
    return bool(selector.get("IncludeManagementEvents", True)) and part is read_only and outside


def _fits(fields: Sequence[Mapping[str, object]], values: Mapping[str, str]) -> bool:
    """Tell whether all fields fit; of the operators only the two of equality are modelled, others fit nothing."""
    return all(_equal(each, values.get(str(each["Field"]), "")) for each in fields)


def _equal(field: Mapping[str, object], value: str) -> bool:
    wanted, unwanted = field.get("Equals"), field.get("NotEquals")
    if isinstance(wanted, Sequence):
        return value in wanted
    return isinstance(unwanted, Sequence) and value not in unwanted


class EventSelectors(CloudTrailResponse):
    """The operations on event selectors of a trail of this region."""

    def get_event_selectors(self) -> str:
        """Show which events a trail logs."""
        return _shown(self._selected())

    def put_event_selectors(self) -> str:
        """Set which events a trail logs: by one kind of selectors or the other."""
        simple, advanced = self._get_param("EventSelectors"), self._get_param("AdvancedEventSelectors")
        if bool(simple) == bool(advanced):
            raise JsonRESTError("InvalidEventSelectorsException", "Give either event selectors or advanced ones.")
        trail = self._selected()
        trail.event_selectors, trail.advanced_event_selectors = simple or [], advanced or []
        return _shown(trail)

    def _selected(self) -> Trail:
        found: Trail = self.cloudtrail_backend.get_trail(str(self._get_param("TrailName")))
        return found


def _shown(trail: Trail) -> str:
    told: dict[str, object] = {"TrailARN": trail.arn}
    if trail.advanced_event_selectors:
        return json.dumps({**told, "AdvancedEventSelectors": trail.advanced_event_selectors})
    return json.dumps({**told, "EventSelectors": list(basic(trail))})
