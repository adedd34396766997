"""The topic, its policy and its subscriptions."""

import pytest

from breakglass.errors import DeniedError, RejectedError
from breakglass.resources import SUBSCRIPTION, TOPIC, TOPIC_POLICY
from tests.aws.alerting.support import OWNER, PAIR, TAGS, arn, resource
from tests.aws.stubs import DOCUMENT, OTHER_DOCUMENT, Recorder, Sent, StubbedEstate

NAME, ARN = "break-glass-alerts", arn("sns", "break-glass-alerts")
KEY = "alias/break-glass-alerts"
WANTED = resource(TOPIC, TopicName=NAME, DisplayName="Break glass", KmsMasterKeyId=KEY, Tags=TAGS)
POLICY = resource(TOPIC_POLICY, Topics=[ARN], PolicyDocument=DOCUMENT)
WRITTEN = {"TopicArn": ARN, "AttributeName": "Policy", "AttributeValue": Sent(DOCUMENT)}
MAIL = "oncall@acme.example"
RECEIVER = resource(SUBSCRIPTION, TopicArn=ARN, Protocol="email", Endpoint=MAIL)
SUBSCRIBED = {"TopicArn": ARN, "Protocol": "email", "Endpoint": MAIL, "ReturnSubscriptionArn": True}


def attribute(name: str, value: str) -> dict[str, object]:
    return {"TopicArn": ARN, "AttributeName": name, "AttributeValue": value}


def subscription(whole: str, protocol: str = "email", endpoint: str = MAIL) -> dict[str, str]:
    return {"SubscriptionArn": whole, "Protocol": protocol, "Endpoint": endpoint, "TopicArn": ARN}


def test_a_topic_is_made_in_one_call(estate: StubbedEstate, sns: Recorder) -> None:
    attributes = {"DisplayName": "Break glass", "KmsMasterKeyId": KEY}
    sns.expect("create_topic", {"Name": NAME, "Attributes": attributes, "Tags": [PAIR]}, {"TopicArn": ARN})
    estate.create(WANTED)


def test_what_differs_of_a_topic_is_set(estate: StubbedEstate, sns: Recorder) -> None:
    before = resource(TOPIC, TopicName=NAME, KmsMasterKeyId="alias/x", Tags=[{"Key": "x", "Value": "y"}])
    sns.expect("set_topic_attributes", attribute("DisplayName", "Break glass"))
    sns.expect("set_topic_attributes", attribute("KmsMasterKeyId", KEY))
    sns.expect("tag_resource", {"ResourceArn": ARN, "Tags": [{"Key": OWNER, "Value": "acme"}]})
    sns.expect("untag_resource", {"ResourceArn": ARN, "TagKeys": ["x"]})
    estate.update(before, WANTED)


def test_a_key_nobody_wants_is_set_to_nothing(estate: StubbedEstate, sns: Recorder) -> None:
    sns.expect("set_topic_attributes", attribute("KmsMasterKeyId", ""))
    estate.update(resource(TOPIC, TopicName=NAME, KmsMasterKeyId=KEY), resource(TOPIC, TopicName=NAME))


def test_a_topic_is_deleted(estate: StubbedEstate, sns: Recorder) -> None:
    sns.expect("delete_topic", {"TopicArn": ARN})
    estate.delete(WANTED)


def test_a_policy_is_written_as_soon_as_topic_and_principals_are_known(estate: StubbedEstate, sns: Recorder) -> None:
    sns.refuse("set_topic_attributes", WRITTEN, "NotFound", "Topic does not exist", 404)
    sns.refuse("set_topic_attributes", WRITTEN, "InvalidParameter", "Policy Error: PrincipalNotFound")
    sns.expect("set_topic_attributes", WRITTEN)
    estate.create(POLICY)
    assert estate.clock.slept == [1, 2]


def test_a_policy_is_written_whole(estate: StubbedEstate, sns: Recorder) -> None:
    sns.expect("set_topic_attributes", WRITTEN)
    estate.update(resource(TOPIC_POLICY, Topics=[ARN], PolicyDocument=OTHER_DOCUMENT), POLICY)


def test_a_policy_that_may_not_be_written_is_denied_at_once(estate: StubbedEstate, sns: Recorder) -> None:
    sns.refuse("set_topic_attributes", WRITTEN, "AuthorizationError", "You may not", 403)
    with pytest.raises(DeniedError, match="SetTopicAttributes"):
        estate.create(POLICY)
    assert estate.clock.slept == []


@pytest.mark.usefixtures("sns")
def test_a_policy_goes_with_its_topic(estate: StubbedEstate) -> None:
    estate.delete(POLICY)


def test_an_endpoint_is_subscribed_as_soon_as_the_topic_is_known(estate: StubbedEstate, sns: Recorder) -> None:
    sns.refuse("subscribe", SUBSCRIBED, "NotFound", "Topic does not exist", 404)
    sns.expect("subscribe", SUBSCRIBED, {"SubscriptionArn": f"{ARN}:1"})
    estate.create(RECEIVER)
    assert estate.clock.slept == [1]


def test_an_endpoint_aws_does_not_take_is_refused(estate: StubbedEstate, sns: Recorder) -> None:
    sns.refuse("subscribe", SUBSCRIBED, "InvalidParameter", "Invalid parameter: Email address")
    with pytest.raises(RejectedError, match="Email address") as raised:
        estate.create(RECEIVER)
    assert raised.value.subject == MAIL


@pytest.mark.usefixtures("sns")
def test_there_is_nothing_to_change_of_a_subscription(estate: StubbedEstate) -> None:
    estate.update(RECEIVER, RECEIVER)


def test_only_the_very_subscription_is_ended(estate: StubbedEstate, sns: Recorder) -> None:
    other = subscription(f"{ARN}:1", "email", "other@acme.example")
    as_json = subscription(f"{ARN}:2", "email-json")
    listed = {"Subscriptions": [other, as_json, subscription(f"{ARN}:3"), subscription(f"{ARN}:4")]}
    sns.expect("list_subscriptions_by_topic", {"TopicArn": ARN}, listed)
    sns.expect("unsubscribe", {"SubscriptionArn": f"{ARN}:3"})
    sns.refuse("unsubscribe", {"SubscriptionArn": f"{ARN}:4"}, "NotFound", status=404)
    estate.delete(RECEIVER)


def test_a_subscription_that_waits_to_be_confirmed_ends_by_itself(estate: StubbedEstate, sns: Recorder) -> None:
    listed = {"Subscriptions": [subscription("PendingConfirmation")]}
    sns.expect("list_subscriptions_by_topic", {"TopicArn": ARN}, listed)
    estate.delete(RECEIVER)


def test_a_subscription_of_a_topic_that_is_gone_is_gone(estate: StubbedEstate, sns: Recorder) -> None:
    sns.refuse("list_subscriptions_by_topic", {"TopicArn": ARN}, "NotFound", status=404)
    estate.delete(RECEIVER)
