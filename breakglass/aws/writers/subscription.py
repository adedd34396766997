"""Subscriptions: whoever is to be told is asked first, and AWS forgets after 48 hours whom nobody confirmed.

https://aws.amazon.com/about-aws/whats-new/2023/05/amazon-sns-automatic-deletion-unconfirmed-subscriptions/
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from breakglass.aws.absent import SNS, absent
from breakglass.aws.alerting import topics
from breakglass.aws.writers import difference
from breakglass.aws.writers.settling import settled
from breakglass.cloud import Clock
from breakglass.resources import Resource

if TYPE_CHECKING:
    from mypy_boto3_sns import SNSClient


def create(sns: SNSClient, resource: Resource, clock: Clock) -> None:
    """Subscribe the endpoint, as soon as the topic is known; one that is subscribed already stays so.

    https://docs.aws.amazon.com/sns/latest/api/API_Subscribe.html
    """
    topic, protocol = difference.text(resource, "TopicArn"), difference.text(resource, "Protocol")
    settled(
        clock,
        lambda: sns.subscribe(TopicArn=topic, Protocol=protocol, Endpoint=resource.name, ReturnSubscriptionArn=True),
        *(f"({code})" for code in SNS),
    )


def update(_sns: SNSClient, _before: Resource, _after: Resource, _clock: Clock) -> None:
    """Change nothing: all there is to a subscription is fixed when it is made."""


def delete(sns: SNSClient, resource: Resource, _clock: Clock) -> None:
    """End the subscription; one that waits to be confirmed cannot be ended, and ends by itself."""
    wanted = (difference.text(resource, "Protocol"), resource.name)
    for each in topics.subscriptions(sns, difference.text(resource, "TopicArn")):
        if (each["Protocol"], each["Endpoint"]) == wanted and topics.is_confirmed(each):
            with absent(*SNS):
                sns.unsubscribe(SubscriptionArn=each["SubscriptionArn"])
