"""The queue of events that could not be forwarded, and who may send to it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from breakglass import naming, resources
from breakglass.aws.absent import SQS, absent
from breakglass.aws.alerting import values
from breakglass.aws.found import Found
from breakglass.aws.sessions import Sessions
from breakglass.documents import Json
from breakglass.resources import Resource, Scope

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_sqs.literals import QueueAttributeFilterType, QueueAttributeNameType

SETTINGS: tuple[QueueAttributeNameType, ...] = ("MessageRetentionPeriod", "SqsManagedSseEnabled", "KmsMasterKeyId")
"""What is compared; a queue is encrypted by SQS itself or with a key, never both.

https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html
"""


def read(sessions: Sessions, found: Found) -> None:
    """Add the queue and its policy."""
    scope = found.survey.scope
    sqs = sessions.client("sqs", scope.account, scope.region)
    with found.part("the queue", resources.QUEUE, resources.QUEUE_POLICY), absent(*SQS):
        url = sqs.get_queue_url(QueueName=naming.UNDELIVERED)["QueueUrl"]
        names: list[QueueAttributeFilterType] = [*SETTINGS, "Policy"]
        attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names).get("Attributes", {})
        if policy := attributes.get("Policy"):
            properties: dict[str, Json] = {"Queues": [naming.UNDELIVERED], "PolicyDocument": values.document(policy)}
            found.resources.append(Resource(resources.QUEUE_POLICY, scope, properties))
        with found.part("the tags of the queue", resources.QUEUE), absent(*SQS):
            found.resources.append(_queue(scope, attributes, _tags(sqs, url)))


def _queue(scope: Scope, attributes: Mapping[QueueAttributeNameType, str], tags: Mapping[str, str]) -> Resource:
    properties: dict[str, Json] = {
        "QueueName": naming.UNDELIVERED,
        "MessageRetentionPeriod": int(attributes["MessageRetentionPeriod"]),
        "SqsManagedSseEnabled": attributes.get("SqsManagedSseEnabled") == "true",
        "KmsMasterKeyId": attributes.get("KmsMasterKeyId") or None,
        "Tags": resources.tags(tags),
    }
    return Resource(resources.QUEUE, scope, properties)


def _tags(sqs: SQSClient, url: str) -> Mapping[str, str]:
    return sqs.list_queue_tags(QueueUrl=url).get("Tags", {})
