"""The policy of a queue: one of its attributes, written whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

from breakglass.aws.absent import SQS, absent
from breakglass.aws.writers import difference
from breakglass.aws.writers.settling import settled
from breakglass.cloud import Clock
from breakglass.resources import Resource

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient


def create(sqs: SQSClient, resource: Resource, clock: Clock) -> None:
    """Write the policy; a queue can be used one second after it was made.

    https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_CreateQueue.html
    """
    policy = difference.document(resource, "PolicyDocument")
    settled(clock, lambda: _put(sqs, resource, policy), *SQS)


def update(sqs: SQSClient, _before: Resource, after: Resource, clock: Clock) -> None:
    """Write the policy."""
    create(sqs, after, clock)


def delete(sqs: SQSClient, resource: Resource, _clock: Clock) -> None:
    """Take the policy from the queue: then its own account alone may send to it."""
    with absent(*SQS):
        _put(sqs, resource, "")


def _put(sqs: SQSClient, resource: Resource, policy: str) -> None:
    (queue,) = difference.listed(resource, "Queues")
    url = sqs.get_queue_url(QueueName=queue)["QueueUrl"]
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})
