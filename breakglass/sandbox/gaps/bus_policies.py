"""moto merges a bus's policy statement by statement, and cannot change a bus. Seen in 5.2.5.

AWS puts a whole policy in place of what was there, and gives up no bus that has rules.
https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutPermission.html
https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_UpdateEventBus.html
"""

import json
from typing import Any, TypeAlias

from moto.events.models import EventBus
from moto.events.responses import EventsHandler

from breakglass.sandbox.gaps.resource_documents import problem

_ATTRIBUTE = "document"
_SETTINGS = {
    "DeadLetterConfig": "dead_letter_config",
    "Description": "description",
    "KmsKeyIdentifier": "kms_key_identifier",
}
_Answer: TypeAlias = tuple[str, dict[str, Any]]


def policy(bus: EventBus) -> str:
    """Return the policy of a bus, empty where it has none."""
    return str(vars(bus).get(_ATTRIBUTE) or bus.policy or "")


class BusPolicies(EventsHandler):
    """The operations on buses and their policies."""

    def put_permission(self) -> str | _Answer:  # type: ignore[override]  # an answer is either
        """Set the whole policy, or add a statement."""
        document = self._get_param("Policy")
        if document is None:
            return str(super().put_permission())
        bus = self.events_backend.describe_event_bus(self._get_param("EventBusName"))
        why = problem(str(document))
        if why:
            return self.error("ValidationException", f"The policy is not valid: {why}.")
        vars(bus)[_ATTRIBUTE] = json.dumps(json.loads(document))
        return ""

    def remove_permission(self) -> str | _Answer:  # type: ignore[override]  # an answer is either
        """Take the whole policy away, or one statement."""
        bus = self.events_backend.describe_event_bus(self._get_param("EventBusName"))
        if _ATTRIBUTE not in vars(bus):
            return str(super().remove_permission())
        held = json.loads(vars(bus).pop(_ATTRIBUTE))
        if self._get_param("RemoveAllPermissions"):
            return ""
        listed = held["Statement"] if isinstance(held["Statement"], list) else [held["Statement"]]
        left = [each for each in listed if each.get("Sid") != self._get_param("StatementId")]
        if left:
            vars(bus)[_ATTRIBUTE] = json.dumps({**held, "Statement": left})
        if len(left) == len(listed):
            return self.error("ResourceNotFoundException", "Statement with the provided id does not exist.")
        return ""

    def describe_event_bus(self) -> _Answer:
        """Show a bus with its policy as it was put."""
        body, headers = super().describe_event_bus()
        bus = self.events_backend.describe_event_bus(self._get_param("Name"))
        shown = {**json.loads(body), **({"Policy": policy(bus)} if policy(bus) else {})}
        return json.dumps(shown), headers

    def update_event_bus(self) -> _Answer:
        """Change what is given of a bus."""
        bus = self.events_backend.describe_event_bus(self._get_param("Name"))
        given = {name: self._get_param(name) for name in _SETTINGS}
        for name, value in given.items():
            if value is not None:
                setattr(bus, _SETTINGS[name], value)
        told = {name: value for name, value in given.items() if value is not None}
        return json.dumps({"Arn": bus.arn, "Name": bus.name, **told}), self.response_headers

    def delete_event_bus(self) -> _Answer:
        """Delete a bus that has no rules."""
        name = str(self._get_param("Name"))
        bus = self.events_backend.event_buses.get(name)
        if bus is not None and bus.rules:
            return self.error("ValidationException", f"EventBus {name} can't be deleted since it has rules.")
        body, headers = super().delete_event_bus()
        return body, headers
