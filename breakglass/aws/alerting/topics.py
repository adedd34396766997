"""The topic people are told through: what it is, who may publish, and who is told.

Every topic has a policy from its first moment, SNS's own for the owner's account; a topic with that one has none of
anybody's. https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from breakglass import naming, resources
from breakglass.aws import values
from breakglass.aws.absent import SNS, absent
from breakglass.aws.found import Found
from breakglass.aws.sessions import Sessions
from breakglass.documents import Json
from breakglass.facts import TopicSubscription
from breakglass.resources import Resource, Scope

if TYPE_CHECKING:
    from mypy_boto3_sns import SNSClient
    from mypy_boto3_sns.type_defs import SubscriptionTypeDef

_DEFAULT_POLICY = "__default_policy_ID"
_DELETED = "Deleted"
"""What stands for the ARN of a subscription that was ended and is still listed for a while."""


def read(sessions: Sessions, found: Found) -> None:
    """Add the topic with its policy, and its subscriptions."""
    survey = found.survey
    sns = sessions.client("sns", survey.scope.account, survey.scope.region)
    arn = topic_arn(survey.scope)
    if survey.types & {resources.TOPIC, resources.TOPIC_POLICY}:
        _topic(found, sns, arn)
    if resources.SUBSCRIPTION in survey.types:
        _subscriptions(found, sns, arn)


def topic_arn(scope: Scope) -> str:
    """Return the ARN of the topic in an account and region."""
    return Resource(resources.TOPIC, scope, {"TopicName": naming.ALERTS}).arn


def subscriptions(sns: SNSClient, arn: str) -> list[SubscriptionTypeDef]:
    """Return the subscriptions of a topic, none where there is no topic."""
    with absent(*SNS):
        pages = sns.get_paginator("list_subscriptions_by_topic").paginate(TopicArn=arn)
        every = [each for page in pages for each in page["Subscriptions"]]
        return [each for each in every if each["SubscriptionArn"] != _DELETED]
    return []


def is_confirmed(subscription: SubscriptionTypeDef) -> bool:
    """Tell whether a subscription has an ARN: one that waits to be confirmed has none.

    https://docs.aws.amazon.com/sns/latest/api/API_ListSubscriptionsByTopic.html
    """
    return subscription["SubscriptionArn"].startswith("arn:")


def _topic(found: Found, sns: SNSClient, arn: str) -> None:
    scope = found.survey.scope
    with found.part("the topic", resources.TOPIC, resources.TOPIC_POLICY), absent(*SNS):
        attributes = sns.get_topic_attributes(TopicArn=arn)["Attributes"]
        policy = values.document(attributes["Policy"])
        if not isinstance(policy, Mapping) or policy.get("Id") != _DEFAULT_POLICY:
            properties: dict[str, Json] = {"Topics": [arn], "PolicyDocument": policy}
            found.resources.append(Resource(resources.TOPIC_POLICY, scope, properties))
        with found.part("the tags of the topic", resources.TOPIC), absent(*SNS):
            listed = sns.list_tags_for_resource(ResourceArn=arn)["Tags"]
            tags = values.tags((each["Key"], each["Value"]) for each in listed)
            found.resources.append(_resource(scope, attributes, tags))


def _resource(scope: Scope, attributes: Mapping[str, str], tags: Mapping[str, str]) -> Resource:
    properties: dict[str, Json] = {
        "TopicName": naming.ALERTS,
        "DisplayName": attributes.get("DisplayName", ""),
        "KmsMasterKeyId": attributes.get("KmsMasterKeyId") or None,
        "Tags": resources.tags(tags),
    }
    return Resource(resources.TOPIC, scope, properties)


def _subscriptions(found: Found, sns: SNSClient, arn: str) -> None:
    scope = found.survey.scope
    with found.part("the subscriptions of the topic", resources.SUBSCRIPTION):
        for each in subscriptions(sns, arn):
            names = {name: each[name] for name in ("TopicArn", "Protocol", "Endpoint")}
            found.resources.append(Resource(resources.SUBSCRIPTION, scope, names))
            if found.survey.chain:
                with found.part(f"the subscription of {naming.shown(each['Endpoint'])}"), absent(*SNS):
                    found.facts.append(_fact(sns, scope, each))


def _fact(sns: SNSClient, scope: Scope, subscription: SubscriptionTypeDef) -> TopicSubscription:
    names = (subscription["TopicArn"], subscription["Protocol"], subscription["Endpoint"])
    if not is_confirmed(subscription):
        return TopicSubscription(scope, *names, confirmed=False)
    attributes = sns.get_subscription_attributes(SubscriptionArn=subscription["SubscriptionArn"])["Attributes"]
    return TopicSubscription(
        scope,
        *names,
        confirmed=attributes.get("PendingConfirmation") != "true",
        confirmation_was_authenticated=attributes.get("ConfirmationWasAuthenticated") == "true",
        filter_policy=attributes.get("FilterPolicy", ""),
    )
