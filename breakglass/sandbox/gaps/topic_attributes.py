"""moto takes any policy and any attribute for a topic, and delivers past every policy. Seen in 5.2.5.

https://docs.aws.amazon.com/sns/latest/api/API_SetTopicAttributes.html
"""

from uuid import uuid4

from moto.core.responses import ActionResult
from moto.sns.exceptions import SNSInvalidParameter
from moto.sns.models import Topic
from moto.sns.responses import SNSResponse

from breakglass.sandbox.gaps.resource_documents import problem

_KNOWN = frozenset({"DeliveryPolicy", "DisplayName", "KmsMasterKeyId", "Policy", "SignatureVersion", "TracingConfig"})
_DISPLAY_NAME, _SUBJECT, _MESSAGE = 100, 100, 262_144
_OUTBOX = "outbox"


def outbox(topic: Topic) -> list[tuple[str, str]]:
    """Return subject and message of what waits to be delivered; the list is the topic's own."""
    waiting: list[tuple[str, str]] = vars(topic).setdefault(_OUTBOX, [])
    return waiting


class TopicAttributes(SNSResponse):
    """The operations that set attributes, and Publish, which leaves the delivery to the sandbox."""

    def create_topic(self) -> ActionResult:
        """Make a topic; one that is there with other attributes stays as it is."""
        for name, value in self._get_attributes().items():
            _check(name, str(value))
        return super().create_topic()

    def set_topic_attributes(self) -> ActionResult:
        """Set one attribute."""
        _check(str(self._get_param("AttributeName")), str(self._get_param("AttributeValue", "")))
        return super().set_topic_attributes()

    def publish(self) -> ActionResult:
        """Put a message into the topic's outbox."""
        topic = self.backend.get_topic(self._get_param("TopicArn"))
        subject, message = str(self._get_param("Subject", "")), str(self._get_param("Message", ""))
        if len(subject) > _SUBJECT or not message or len(message.encode()) > _MESSAGE:
            raise SNSInvalidParameter("Invalid parameter: Subject or Message")
        outbox(topic).append((subject, message))
        return ActionResult({"MessageId": str(uuid4())})


def _check(name: str, value: str) -> None:
    if name not in _KNOWN:
        raise SNSInvalidParameter("Invalid parameter: AttributeName")
    if name == "Policy" and (why := problem(value)):
        raise SNSInvalidParameter(f"Invalid parameter: Policy Error: {why}")
    if name == "DisplayName" and len(value) > _DISPLAY_NAME:
        raise SNSInvalidParameter("Invalid parameter: DisplayName")
