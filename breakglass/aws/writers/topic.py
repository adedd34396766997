"""Topics: made in one call, and named by an ARN that can be foretold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from breakglass.aws.writers import difference
from breakglass.cloud import Clock
from breakglass.resources import Resource

if TYPE_CHECKING:
    from mypy_boto3_sns import SNSClient

_ATTRIBUTES = ("DisplayName", "KmsMasterKeyId")


def create(sns: SNSClient, resource: Resource, _clock: Clock) -> None:
    """Make the topic, encrypted from its first message on."""
    attributes = {name: text for name in _ATTRIBUTES if (text := difference.text(resource, name))}
    sns.create_topic(Name=resource.name, Attributes=attributes, Tags=difference.tag_list(resource.tags))


def update(sns: SNSClient, before: Resource, after: Resource, _clock: Clock) -> None:
    """Set what differs; an attribute nobody wants is set to nothing."""
    for name in _ATTRIBUTES:
        value = difference.text(after, name)
        if value != difference.text(before, name):
            sns.set_topic_attributes(TopicArn=after.arn, AttributeName=name, AttributeValue=value)
    if added := difference.tags_set(before, after):
        sns.tag_resource(ResourceArn=after.arn, Tags=added)
    if dropped := difference.tags_dropped(before, after):
        sns.untag_resource(ResourceArn=after.arn, TagKeys=dropped)


def delete(sns: SNSClient, resource: Resource, _clock: Clock) -> None:
    """Delete the topic with its subscriptions; AWS takes one that is gone for deleted.

    https://docs.aws.amazon.com/sns/latest/api/API_DeleteTopic.html
    """
    sns.delete_topic(TopicArn=resource.arn)
