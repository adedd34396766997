"""moto takes any name, state and number of targets for a rule, and patterns EventBridge would not. Seen in 5.2.5.

https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutRule.html
https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html
"""

import json
import re
from typing import Any, TypeAlias

from moto.events.responses import EventsHandler

from breakglass.errors import BreakglassError
from breakglass.trail import event_pattern

_NAME = re.compile(r"[\w.-]{1,64}", re.ASCII)
_DESCRIPTION = 512
_STATES = (None, "DISABLED", "ENABLED", "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS")
_TARGETS = 5
_Answer: TypeAlias = tuple[str, dict[str, Any]]


class RuleSyntax(EventsHandler):
    """The operations that write rules and targets."""

    def put_rule(self) -> _Answer:
        """Make or replace a rule that has a name, a state and a pattern as EventBridge takes them."""
        name, description = str(self._get_param("Name")), str(self._get_param("Description") or "")
        if not _NAME.fullmatch(name) or len(description) > _DESCRIPTION or self._get_param("State") not in _STATES:
            return self.error("ValidationException", f"The name, description or state of rule {name} is not valid.")
        why = _problem(self._get_param("EventPattern"))
        if why:
            return self.error("InvalidEventPatternException", f"Event pattern is not valid. Reason: {why}")
        body, headers = super().put_rule()
        return body, headers

    def put_targets(self) -> _Answer:
        """Add targets, or replace those of the same id."""
        bus = self.events_backend.describe_event_bus(self._get_param("EventBusName") or "default")
        rule = bus.rules.get(str(self._get_param("Rule")))
        held = {each["Id"] for each in rule.targets} if rule else set()
        if len(held | {each["Id"] for each in self._get_param("Targets") or ()}) > _TARGETS:
            return self.error("LimitExceededException", "The requested resource exceeds the maximum number allowed.")
        body, headers = super().put_targets()
        return body, headers


def _problem(pattern: str | None) -> str:
    if pattern is None:
        return ""
    try:
        event_pattern.parse(json.loads(pattern))
    except (ValueError, BreakglassError) as error:
        return str(error)
    return ""
