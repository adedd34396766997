"""Topics, subscriptions and queues answer as those of AWS do."""

import json

import pytest

from tests.sandbox.alerted import arn, policy, service
from tests.sandbox.services import aws_client
from tests.sandbox.support import OUTSIDE, PROD, REGION, SECURITY, Clients, refused

TOPIC = arn("sns", "t", SECURITY, REGION)
NO_POLICIES = ["x", "[]", "{}", '{"Statement": []}', '{"Statement": [1]}', '{"Statement": {"Effect": "Allow"}}']
NO_POLICIES += ['{"Statement": {"Effect": "Allow", "Principal": "*"}}']


def test_a_topic_s_life(aws: Clients) -> None:
    sns = aws_client(aws, "sns")
    made = sns.create_topic(Name="t", Attributes={"DisplayName": "T"}, Tags=[{"Key": "a", "Value": "b"}])
    assert made["TopicArn"] == TOPIC
    sns.tag_resource(ResourceArn=TOPIC, Tags=[{"Key": "c", "Value": "d"}])
    sns.untag_resource(ResourceArn=TOPIC, TagKeys=["a"])
    assert sns.list_tags_for_resource(ResourceArn=TOPIC)["Tags"] == [{"Key": "c", "Value": "d"}]
    assert sns.list_topics()["Topics"] == [{"TopicArn": TOPIC}]
    assert not aws_client(aws, "sns", region="us-west-2").list_topics()["Topics"]
    assert sns.get_topic_attributes(TopicArn=TOPIC)["Attributes"]["DisplayName"] == "T"
    sns.delete_topic(TopicArn=TOPIC)
    with refused("NotFound"):
        sns.get_topic_attributes(TopicArn=TOPIC)


@pytest.mark.parametrize("document", NO_POLICIES)
def test_a_policy_that_is_none_is_refused(aws: Clients, document: str) -> None:
    sns, sqs, kms = (aws_client(aws, name) for name in ("sns", "sqs", "kms"))
    sns.create_topic(Name="t")
    with refused("InvalidParameter"):
        sns.set_topic_attributes(TopicArn=TOPIC, AttributeName="Policy", AttributeValue=document)
    with refused("InvalidAttributeValue"):
        sqs.create_queue(QueueName="q", Attributes={"Policy": document})
    with refused("MalformedPolicyDocumentException"):
        kms.create_key(Policy=document)
    with refused("ValidationException"):
        aws_client(aws, "events").put_permission(EventBusName="default", Policy=document)
    with refused("MalformedPolicy"):
        aws_client(aws, "s3", "333333333333").put_bucket_policy(
            Bucket="organization-trail-333333333333", Policy=document
        )


@pytest.mark.parametrize(("name", "value"), [("Nonsense", "x"), ("DisplayName", "x" * 101)])
def test_attributes_sns_does_not_take(aws: Clients, name: str, value: str) -> None:
    sns = aws_client(aws, "sns")
    sns.create_topic(Name="t")
    with refused("InvalidParameter"):
        sns.set_topic_attributes(TopicArn=TOPIC, AttributeName=name, AttributeValue=value)
    with refused("InvalidParameter"):
        sns.create_topic(Name="u", Attributes={name: value})


@pytest.mark.parametrize(
    ("protocol", "endpoint"), [("email", "nobody"), ("https", "http://x"), ("sqs", "q"), ("smoke", "signal")]
)
def test_endpoints_that_are_none(aws: Clients, protocol: str, endpoint: str) -> None:
    sns = aws_client(aws, "sns")
    sns.create_topic(Name="t")
    with refused("InvalidParameter"):
        sns.subscribe(TopicArn=TOPIC, Protocol=protocol, Endpoint=endpoint)


def test_a_subscription_is_pending_until_it_is_confirmed_and_asked_for_once(aws: Clients) -> None:
    sns, mail = aws_client(aws, "sns"), aws.sandbox.mail
    sns.create_topic(Name="t")
    sns.subscribe(TopicArn=TOPIC, Protocol="email", Endpoint="a@b.example")
    sns.list_topics()
    assert len(mail) == 1
    sns.subscribe(TopicArn=TOPIC, Protocol="email", Endpoint="a@b.example")
    assert len(mail) == 2
    (shown,) = sns.list_subscriptions_by_topic(TopicArn=TOPIC)["Subscriptions"]
    assert (shown["SubscriptionArn"], shown["Endpoint"]) == ("PendingConfirmation", "a@b.example")
    assert aws.sandbox.confirm_subscriptions("a@b.example") == 1
    (shown,) = sns.list_subscriptions_by_topic(TopicArn=TOPIC)["Subscriptions"]
    assert shown["SubscriptionArn"].startswith(TOPIC)
    again = sns.subscribe(TopicArn=TOPIC, Protocol="email", Endpoint="a@b.example")
    assert again["SubscriptionArn"] == shown["SubscriptionArn"]
    assert len(mail) == 2


@pytest.mark.parametrize("message", ["", "x" * 262_145])
def test_messages_sns_does_not_take(aws: Clients, message: str) -> None:
    sns = aws_client(aws, "sns")
    sns.create_topic(Name="t")
    with refused("InvalidParameter"):
        sns.publish(TopicArn=TOPIC, Message=message)


def test_who_may_not_use_the_key_of_a_topic_publishes_nothing(aws: Clients) -> None:
    sns, kms = aws_client(aws, "sns"), aws_client(aws, "kms")
    owner = {"Principal": {"AWS": f"arn:aws:iam::{SECURITY}:root"}, "Action": "kms:*", "Resource": "*"}
    key = kms.create_key(Policy=policy(owner))["KeyMetadata"]["KeyId"]
    sns.create_topic(Name="t", Attributes={"KmsMasterKeyId": key})
    user = aws.user(SECURITY, "publisher", policy({"Action": "sns:*", "Resource": "*"}))
    with refused("AuthorizationError", "kms:GenerateDataKey"):
        aws_client(aws, "sns", keys=user).publish(TopicArn=TOPIC, Message="x")
    sns.publish(TopicArn=TOPIC, Message="x")


def test_a_topic_as_it_is_born_takes_alarms_of_its_account_and_no_events(aws: Clients) -> None:
    sns, sqs = aws_client(aws, "sns"), aws_client(aws, "sqs")
    sns.create_topic(Name="t")
    queue = arn("sqs", "q", SECURITY, REGION)
    allowed = service("sns.amazonaws.com", "sqs:SendMessage", queue)
    url = sqs.create_queue(QueueName="q", Attributes={"Policy": policy(allowed)})["QueueUrl"]
    sns.subscribe(TopicArn=TOPIC, Protocol="sqs", Endpoint=queue, Attributes={"RawMessageDelivery": "true"})
    alarms = aws_client(aws, "cloudwatch")
    alarms.put_metric_alarm(
        AlarmName="a",
        Namespace="n",
        MetricName="m",
        Statistic="Sum",
        Period=60,
        EvaluationPeriods=1,
        Threshold=1,
        ComparisonOperator="GreaterThanThreshold",
        AlarmActions=[TOPIC],
    )
    alarms.set_alarm_state(AlarmName="a", StateValue="ALARM", StateReason="a test")
    events = aws_client(aws, "events")
    events.put_rule(Name="r", EventPattern='{"source": ["aws.sns"]}', State="ENABLED")
    events.put_targets(Rule="r", Targets=[{"Id": "t", "Arn": TOPIC}])
    sns.tag_resource(ResourceArn=TOPIC, Tags=[{"Key": "c", "Value": "d"}])
    got = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10)["Messages"]
    assert [json.loads(each["Body"])["AlarmName"] for each in got] == ["a"]


def test_a_queue_s_life(aws: Clients) -> None:
    sqs = aws_client(aws, "sqs")
    attributes = {"MessageRetentionPeriod": "1209600", "SqsManagedSseEnabled": "true"}
    url = sqs.create_queue(QueueName="q", Attributes=attributes, tags={"a": "b"})["QueueUrl"]
    assert url == f"https://sqs.{REGION}.amazonaws.com/{SECURITY}/q"
    assert sqs.get_queue_url(QueueName="q")["QueueUrl"] == url
    assert sqs.list_queues()["QueueUrls"] == [url]
    shown = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    assert {name: shown[name] for name in attributes} == attributes
    assert "Policy" not in shown
    sqs.tag_queue(QueueUrl=url, Tags={"c": "d"})
    sqs.untag_queue(QueueUrl=url, TagKeys=["a"])
    assert sqs.list_queue_tags(QueueUrl=url)["Tags"] == {"c": "d"}
    sqs.send_message(QueueUrl=url, MessageBody="x")
    sqs.purge_queue(QueueUrl=url)
    assert "Messages" not in sqs.receive_message(QueueUrl=url, WaitTimeSeconds=20)
    sqs.delete_queue(QueueUrl=url)
    with refused("AWS.SimpleQueueService.NonExistentQueue"):
        sqs.get_queue_url(QueueName="q")


def test_a_policy_stays_when_another_attribute_is_set(aws: Clients) -> None:
    sqs = aws_client(aws, "sqs")
    document = policy(service("sns.amazonaws.com", "sqs:SendMessage", "*"))
    url = sqs.create_queue(QueueName="q", Attributes={"Policy": document})["QueueUrl"]
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"DelaySeconds": "0"})
    assert sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["Policy"])["Attributes"]["Policy"] == document
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": ""})
    assert "Attributes" not in sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["Policy"])


@pytest.mark.parametrize("value", ["59", "1209601", "soon"])
def test_retention_sqs_does_not_take(aws: Clients, value: str) -> None:
    with refused("InvalidAttributeValue"):
        aws_client(aws, "sqs").create_queue(QueueName="q", Attributes={"MessageRetentionPeriod": value})


def test_another_account_gets_in_by_the_policy_of_a_queue(aws: Clients) -> None:
    sqs = aws_client(aws, "sqs")
    url = sqs.create_queue(QueueName="q")["QueueUrl"]
    with refused("AccessDenied"):
        aws_client(aws, "sqs", PROD).send_message(QueueUrl=url, MessageBody="x")
    named = {"Principal": {"AWS": PROD}, "Action": "sqs:SendMessage", "Resource": arn("sqs", "q", SECURITY, REGION)}
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy(named)})
    aws_client(aws, "sqs", PROD).send_message(QueueUrl=url, MessageBody="x")
    assert sqs.receive_message(QueueUrl=url)["Messages"][0]["Body"] == "x"


def test_what_is_no_queue_or_topic_is_not_judged(aws: Clients) -> None:
    with refused("AccessDenied", "no URL of a queue"):
        aws_client(aws, "sqs").receive_message(QueueUrl="q")
    with refused("AuthorizationError", "no ARN"):
        aws_client(aws, "sns").unsubscribe(SubscriptionArn="PendingConfirmation")


def test_the_pager_of_the_manifest_is_there(aws: Clients) -> None:
    """Its policy lets topics of the organization in, and nobody else."""
    sqs = aws_client(aws, "sqs", "333333333333", "us-west-2")
    (url,) = sqs.list_queues()["QueueUrls"]
    held = json.loads(sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["Policy"])["Attributes"]["Policy"])
    assert held["Statement"][0]["Condition"] == {"StringEquals": {"aws:SourceOrgID": "o-acme12345"}}


def test_a_topic_of_nobody_here(aws: Clients) -> None:
    with refused("AuthorizationError"):
        aws_client(aws, "sns").get_topic_attributes(TopicArn=arn("sns", "t", OUTSIDE, REGION))
