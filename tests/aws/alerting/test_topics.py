import json

import pytest

from breakglass.errors import DeniedError
from breakglass.facts import TopicSubscription
from breakglass.resources import SUBSCRIPTION, TOPIC, TOPIC_POLICY
from tests.aws.alerting.support import PAIR, SCOPE, SYSTEM, TAGS, arn, read, resource
from tests.aws.stubs import DOCUMENT, Recorder, StubbedEstate

ARN = arn("sns", "break-glass-alerts")
OF_TOPIC = {"TopicArn": ARN}
QUEUE = arn("sqs", "pager", "333333333333")
MAIL = "oncall@acme.example"
TOPIC_WANTED = resource(
    TOPIC, TopicName="break-glass-alerts", DisplayName="Break glass", KmsMasterKeyId="alias/x", Tags=TAGS
)
POLICY_WANTED = resource(TOPIC_POLICY, Topics=[ARN], PolicyDocument=DOCUMENT)


def attributes(policy: object = DOCUMENT, **other: str) -> dict[str, object]:
    return {"Attributes": {"TopicArn": ARN, "Policy": json.dumps(policy), **other}}


def subscription(endpoint: str, protocol: str, name: str = "") -> dict[str, str]:
    whole = f"{ARN}:{name}" if name else "PendingConfirmation"
    return {"SubscriptionArn": whole, "Owner": "1", "Protocol": protocol, "Endpoint": endpoint, "TopicArn": ARN}


def wanted(endpoint: str, protocol: str) -> object:
    return resource(SUBSCRIPTION, TopicArn=ARN, Protocol=protocol, Endpoint=endpoint)


def test_a_topic_is_read_with_its_policy_and_tags(estate: StubbedEstate, sns: Recorder) -> None:
    sns.expect("get_topic_attributes", OF_TOPIC, attributes(DisplayName="Break glass", KmsMasterKeyId="alias/x"))
    sns.expect("list_tags_for_resource", {"ResourceArn": ARN}, {"Tags": [SYSTEM, PAIR]})
    reading = read(estate, TOPIC, TOPIC_POLICY)
    assert reading.resources == (POLICY_WANTED, TOPIC_WANTED)
    assert reading.unread == ()


def test_the_policy_every_topic_begins_with_is_none(estate: StubbedEstate, sns: Recorder) -> None:
    sns.expect("get_topic_attributes", OF_TOPIC, attributes({"Id": "__default_policy_ID", "Statement": []}))
    sns.expect("list_tags_for_resource", {"ResourceArn": ARN}, {"Tags": []})
    assert read(estate, TOPIC).resources == (resource(TOPIC, TopicName="break-glass-alerts"),)


def test_a_policy_that_is_no_document_is_read_as_it_is(estate: StubbedEstate, sns: Recorder) -> None:
    told = {"Attributes": {"Policy": "not JSON"}}
    sns.expect("get_topic_attributes", OF_TOPIC, told)
    sns.expect("list_tags_for_resource", {"ResourceArn": ARN}, {"Tags": []})
    assert read(estate, TOPIC).resources[0].properties["PolicyDocument"] == "not JSON"


def test_no_topic_is_absent_and_so_are_its_subscriptions(estate: StubbedEstate, sns: Recorder) -> None:
    sns.refuse("get_topic_attributes", OF_TOPIC, "NotFound", "Topic does not exist", 404)
    sns.refuse("list_subscriptions_by_topic", OF_TOPIC, "NotFound", "Topic does not exist", 404)
    reading = read(estate, TOPIC, SUBSCRIPTION)
    assert not reading.resources
    assert not reading.unread


def test_one_part_that_may_not_be_seen_leaves_the_others_read(estate: StubbedEstate, sns: Recorder) -> None:
    sns.expect("get_topic_attributes", OF_TOPIC, attributes())
    sns.refuse("list_tags_for_resource", {"ResourceArn": ARN}, "AuthorizationError", "You may not", 403)
    sns.refuse("list_subscriptions_by_topic", OF_TOPIC, "AuthorizationError", "You may not", 403)
    reading = read(estate, TOPIC, TOPIC_POLICY, SUBSCRIPTION)
    assert reading.resources == (POLICY_WANTED,)
    assert [each.types for each in reading.unread] == [{TOPIC}, {SUBSCRIPTION}]
    assert all(isinstance(each.why, DeniedError) for each in reading.unread)


def test_a_topic_that_cannot_be_read_hides_its_policy_too(estate: StubbedEstate, sns: Recorder) -> None:
    sns.refuse("get_topic_attributes", OF_TOPIC, "AuthorizationError", "You may not", 403)
    (unread,) = read(estate, TOPIC_POLICY).unread
    assert unread.types == {TOPIC, TOPIC_POLICY}


def test_subscriptions_are_read_page_by_page_and_one_that_was_ended_is_none(
    estate: StubbedEstate, sns: Recorder
) -> None:
    first = {"Subscriptions": [subscription(MAIL, "email")], "NextToken": "2"}
    ended = {**subscription("old@acme.example", "email"), "SubscriptionArn": "Deleted"}
    sns.expect("list_subscriptions_by_topic", OF_TOPIC, first)
    rest = {"Subscriptions": [ended, subscription(QUEUE, "sqs", "1")]}
    sns.expect("list_subscriptions_by_topic", {**OF_TOPIC, "NextToken": "2"}, rest)
    reading = read(estate, SUBSCRIPTION)
    assert reading.resources == (wanted(MAIL, "email"), wanted(QUEUE, "sqs"))
    assert reading.facts == ()


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        (
            {"PendingConfirmation": "false", "ConfirmationWasAuthenticated": "true"},
            TopicSubscription(SCOPE, ARN, "sqs", QUEUE, confirmed=True, confirmation_was_authenticated=True),
        ),
        (
            {"PendingConfirmation": "false", "FilterPolicy": '{"a": ["b"]}'},
            TopicSubscription(SCOPE, ARN, "sqs", QUEUE, confirmed=True, filter_policy='{"a": ["b"]}'),
        ),
        ({"PendingConfirmation": "true"}, TopicSubscription(SCOPE, ARN, "sqs", QUEUE, confirmed=False)),
    ],
)
def test_whether_a_subscription_is_confirmed_is_a_fact(
    estate: StubbedEstate, sns: Recorder, told: dict[str, str], expected: TopicSubscription
) -> None:
    listed = {"Subscriptions": [subscription(MAIL, "email"), subscription(QUEUE, "sqs", "1")]}
    sns.expect("list_subscriptions_by_topic", OF_TOPIC, listed)
    sns.expect("get_subscription_attributes", {"SubscriptionArn": f"{ARN}:1"}, {"Attributes": told})
    pending = TopicSubscription(SCOPE, ARN, "email", MAIL, confirmed=False)
    assert read(estate, SUBSCRIPTION, chain=True).facts == (pending, expected)


def test_a_subscription_whose_state_is_not_told_is_unread_and_one_that_went_meanwhile_is_gone(
    estate: StubbedEstate, sns: Recorder
) -> None:
    listed = {"Subscriptions": [subscription(QUEUE, "sqs", "1"), subscription("https://acme.example", "https", "2")]}
    sns.expect("list_subscriptions_by_topic", OF_TOPIC, listed)
    sns.refuse("get_subscription_attributes", {"SubscriptionArn": f"{ARN}:1"}, "AuthorizationError")
    sns.refuse("get_subscription_attributes", {"SubscriptionArn": f"{ARN}:2"}, "NotFound")
    reading = read(estate, SUBSCRIPTION, chain=True)
    (unread,) = reading.unread
    assert QUEUE in unread.what
    assert unread.types == frozenset()
    assert len(reading.resources) == 2
    assert reading.facts == ()


def test_the_address_of_a_pager_whose_state_is_not_told_is_told_by_its_host(
    estate: StubbedEstate, sns: Recorder
) -> None:
    listed = {"Subscriptions": [subscription("https://acme.example/secret", "https", "1")]}
    sns.expect("list_subscriptions_by_topic", OF_TOPIC, listed)
    sns.refuse("get_subscription_attributes", {"SubscriptionArn": f"{ARN}:1"}, "AuthorizationError")
    (unread,) = read(estate, SUBSCRIPTION, chain=True).unread
    assert unread.what == "the subscription of https://acme.example/…"
