"""The queue of events that could not be forwarded, and the canary's, and who may send to them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from breakglass import naming, resources
from breakglass.aws import values
from breakglass.aws.absent import SQS, absent
from breakglass.aws.found import Found
from breakglass.aws.sessions import Sessions
from breakglass.documents import Json
from breakglass.facts import UndeliveredEvents
from breakglass.resources import Resource, Scope

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_sqs.literals import QueueAttributeFilterType, QueueAttributeNameType

_NAMES = (naming.UNDELIVERED, naming.CANARY_QUEUE)

_NUMBER: Final[QueueAttributeNameType] = "ApproximateNumberOfMessages"
SETTINGS: tuple[QueueAttributeNameType, ...] = ("MessageRetentionPeriod", "SqsManagedSseEnabled", "KmsMasterKeyId")
"""What is compared; a queue is encrypted by SQS itself or with a key, never both.

https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html
"""


def read(sessions: Sessions, found: Found) -> None:
    """Add the queues and their policies."""
    scope = found.survey.scope
    sqs = sessions.client("sqs", scope.account, scope.region)
    for name in _NAMES:
        with found.part(f"the queue {name}", resources.QUEUE, resources.QUEUE_POLICY), absent(*SQS):
            _read(sqs, found, name)


def _read(sqs: SQSClient, found: Found, name: str) -> None:
    scope = found.survey.scope
    url = sqs.get_queue_url(QueueName=name)["QueueUrl"]
    names: list[QueueAttributeFilterType] = [*SETTINGS, "Policy", _NUMBER]
    attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names).get("Attributes", {})
    number = int(attributes.get(_NUMBER, "0"))
    if found.survey.chain and number and name == naming.UNDELIVERED:
        found.facts.append(UndeliveredEvents(scope, number))
    if policy := attributes.get("Policy"):
        properties: dict[str, Json] = {"Queues": [name], "PolicyDocument": values.document(policy)}
        found.resources.append(Resource(resources.QUEUE_POLICY, scope, properties))
    with found.part(f"the tags of the queue {name}", resources.QUEUE), absent(*SQS):
        found.resources.append(_queue(scope, name, attributes, _tags(sqs, url)))


def _queue(
    scope: Scope, name: str, attributes: Mapping[QueueAttributeNameType, str], tags: Mapping[str, str]
) -> Resource:
    properties: dict[str, Json] = {
        "QueueName": name,
        "MessageRetentionPeriod": int(attributes["MessageRetentionPeriod"]),
        "SqsManagedSseEnabled": attributes.get("SqsManagedSseEnabled") == "true",
        "KmsMasterKeyId": attributes.get("KmsMasterKeyId") or None,
        "Tags": resources.tags(tags),
    }
    return Resource(resources.QUEUE, scope, properties)


def _tags(sqs: SQSClient, url: str) -> Mapping[str, str]:
    return values.tags(sqs.list_queue_tags(QueueUrl=url).get("Tags", {}).items())
