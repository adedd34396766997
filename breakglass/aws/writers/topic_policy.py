"""The policy of a topic: written whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

from breakglass.aws.absent import SNS
from breakglass.aws.writers import difference
from breakglass.aws.writers.settling import settled
from breakglass.cloud import Clock
from breakglass.resources import Resource

if TYPE_CHECKING:
    from mypy_boto3_sns import SNSClient


def create(sns: SNSClient, resource: Resource, clock: Clock) -> None:
    """Write the policy, as soon as the topic and the principals it names are known."""
    (topic,), policy = difference.listed(resource, "Topics"), difference.document(resource, "PolicyDocument")
    settled(
        clock,
        lambda: sns.set_topic_attributes(TopicArn=topic, AttributeName="Policy", AttributeValue=policy),
        "PrincipalNotFound",
        *(f"({code})" for code in SNS),
    )


def update(sns: SNSClient, _before: Resource, after: Resource, clock: Clock) -> None:
    """Write the policy."""
    create(sns, after, clock)


def delete(_sns: SNSClient, _resource: Resource, _clock: Clock) -> None:
    """Leave it: it goes with its topic, and SNS has no call that takes the policy from one.

    https://docs.aws.amazon.com/sns/latest/api/API_SetTopicAttributes.html
    """
