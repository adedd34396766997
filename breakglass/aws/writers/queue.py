"""Queues: known by a URL that SQS is asked for; a name that was deleted is free again after 60 seconds.

https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_DeleteQueue.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from breakglass.aws.absent import SQS, absent
from breakglass.aws.alerting.queues import SETTINGS
from breakglass.aws.writers import difference
from breakglass.cloud import Clock
from breakglass.documents import Json
from breakglass.resources import Resource

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_sqs.literals import QueueAttributeNameType


def create(sqs: SQSClient, resource: Resource, _clock: Clock) -> None:
    """Make the queue with its attributes and tags in one call."""
    attributes = {name: _text(value) for name in SETTINGS if (value := resource.properties.get(name)) is not None}
    sqs.create_queue(QueueName=resource.name, Attributes=attributes, tags=resource.tags)


def update(sqs: SQSClient, before: Resource, after: Resource, _clock: Clock) -> None:
    """Set what differs; a key nobody wants is set to nothing."""
    url = sqs.get_queue_url(QueueName=after.name)["QueueUrl"]
    if attributes := _changed(before, after):
        sqs.set_queue_attributes(QueueUrl=url, Attributes=attributes)
    if added := difference.tags_set(before, after):
        sqs.tag_queue(QueueUrl=url, Tags={each["Key"]: each["Value"] for each in added})
    if dropped := difference.tags_dropped(before, after):
        sqs.untag_queue(QueueUrl=url, TagKeys=dropped)


def delete(sqs: SQSClient, resource: Resource, _clock: Clock) -> None:
    """Delete the queue, whatever is in it."""
    with absent(*SQS):
        sqs.delete_queue(QueueUrl=sqs.get_queue_url(QueueName=resource.name)["QueueUrl"])


def _changed(before: Resource, after: Resource) -> dict[QueueAttributeNameType, str]:
    pairs = ((name, before.properties.get(name), after.properties.get(name)) for name in SETTINGS)
    return {name: _text(new) for name, old, new in pairs if old != new}


def _text(value: Json) -> str:
    """Return a value as SQS takes it: text, whatever it is."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)
