"""moto forgets a queue's policy when another attribute is set, takes any, and writes truth its own way.

It also waits for messages while nobody else can send any. Seen in 5.2.5.
https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html
"""

from moto.core.responses import ActionResult
from moto.sqs.exceptions import InvalidAttributeValue
from moto.sqs.responses import SQSResponse

from breakglass.sandbox.gaps.resource_documents import problem

_RETENTION = (60, 1_209_600)
"""Seconds."""


class QueueAttributes(SQSResponse):
    """The operations on attributes of queues, and receiving at once."""

    def create_queue(self) -> ActionResult:
        """Make a queue."""
        _check(self._get_param("Attributes", {}))
        return super().create_queue()

    def set_queue_attributes(self) -> ActionResult:
        """Set some attributes and leave the others as they are."""
        attributes = self._get_param("Attributes", {})
        _check(attributes)
        queue = self.sqs_backend.get_queue(self._get_queue_name())
        policy = queue.policy
        result = super().set_queue_attributes()
        if "Policy" not in attributes:
            queue.policy = policy
        return result

    def get_queue_attributes(self) -> ActionResult:
        """Show attributes: truth in lower case, and no policy where it is empty."""
        result = super().get_queue_attributes().result
        attributes: dict[str, str] = result["Attributes"] if isinstance(result, dict) else {}
        shown = {name: _written(value) for name, value in attributes.items() if value}
        return ActionResult({"Attributes": shown} if shown else {})

    def receive_message(self) -> ActionResult:
        """Return what is there without waiting: what is sent, is sent while something else is answered."""
        self.params["WaitTimeSeconds"] = 0
        return super().receive_message()


def _written(value: str) -> str:
    return value.lower() if value in ("True", "False") else value


def _check(attributes: dict[str, str]) -> None:
    if attributes.get("Policy") and problem(attributes["Policy"]):
        raise InvalidAttributeValue("Policy")
    retention = attributes.get("MessageRetentionPeriod", str(_RETENTION[0]))
    if not retention.isdecimal() or not _RETENTION[0] <= int(retention) <= _RETENTION[1]:
        raise InvalidAttributeValue("MessageRetentionPeriod")
