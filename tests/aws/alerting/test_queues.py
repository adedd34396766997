import json

import pytest

from breakglass.facts import UndeliveredEvents
from breakglass.resources import QUEUE, QUEUE_POLICY
from tests.aws.alerting.support import OWNER, SCOPE, SYSTEM, TAGS, read, resource
from tests.aws.stubs import DOCUMENT, OTHER_DOCUMENT, Recorder, StubbedEstate

NAME, CANARY = "break-glass-undelivered", "break-glass-canary"
SETTINGS = ["MessageRetentionPeriod", "SqsManagedSseEnabled", "KmsMasterKeyId", "Policy", "ApproximateNumberOfMessages"]
MISSING = ["AWS.SimpleQueueService.NonExistentQueue", "QueueDoesNotExist"]


def url(name: str = NAME) -> str:
    return f"https://sqs.us-west-2.amazonaws.com/111111111111/{name}"


def tell(sqs: Recorder, name: str = NAME, **attributes: str) -> None:
    sqs.expect("get_queue_url", {"QueueName": name}, {"QueueUrl": url(name)})
    asked = {"QueueUrl": url(name), "AttributeNames": SETTINGS}
    sqs.expect("get_queue_attributes", asked, {"Attributes": attributes})


def tell_tags(sqs: Recorder, name: str = NAME, **answer: object) -> None:
    sqs.expect("list_queue_tags", {"QueueUrl": url(name)}, answer)


def no_canary(sqs: Recorder) -> None:
    """Most regions have the one queue alone."""
    sqs.refuse("get_queue_url", {"QueueName": CANARY}, MISSING[0])


def test_both_queues_are_read_with_policy_and_tags(estate: StubbedEstate, sqs: Recorder) -> None:
    tell(sqs, MessageRetentionPeriod="1209600", SqsManagedSseEnabled="true", Policy=json.dumps(DOCUMENT))
    tell_tags(sqs, Tags={OWNER: "acme", SYSTEM["Key"]: SYSTEM["Value"]})
    tell(sqs, CANARY, MessageRetentionPeriod="3600", SqsManagedSseEnabled="true", Policy=json.dumps(OTHER_DOCUMENT))
    tell_tags(sqs, CANARY, Tags={OWNER: "acme"})
    assert read(estate, QUEUE, QUEUE_POLICY).resources == (
        resource(QUEUE_POLICY, Queues=[NAME], PolicyDocument=DOCUMENT),
        resource(QUEUE, QueueName=NAME, MessageRetentionPeriod=1209600, SqsManagedSseEnabled=True, Tags=TAGS),
        resource(QUEUE_POLICY, Queues=[CANARY], PolicyDocument=OTHER_DOCUMENT),
        resource(QUEUE, QueueName=CANARY, MessageRetentionPeriod=3600, SqsManagedSseEnabled=True, Tags=TAGS),
    )


def test_a_queue_nobody_may_send_to_has_no_policy_and_a_key_is_told(estate: StubbedEstate, sqs: Recorder) -> None:
    tell(sqs, MessageRetentionPeriod="60", SqsManagedSseEnabled="false", KmsMasterKeyId="alias/x")
    tell_tags(sqs)
    no_canary(sqs)
    (queue,) = read(estate, QUEUE).resources
    assert queue.properties["KmsMasterKeyId"] == "alias/x"
    assert queue.properties["SqsManagedSseEnabled"] is False
    assert queue.tags == {}


@pytest.mark.parametrize(("number", "chain", "told"), [("3", True, 3), ("0", True, None), ("3", False, None)])
def test_what_could_not_be_forwarded_is_a_fact_of_the_chain(
    estate: StubbedEstate, sqs: Recorder, number: str, told: int | None, *, chain: bool
) -> None:
    tell(sqs, MessageRetentionPeriod="60", ApproximateNumberOfMessages=number)
    tell_tags(sqs)
    tell(sqs, CANARY, MessageRetentionPeriod="60", ApproximateNumberOfMessages="9")
    tell_tags(sqs, CANARY)
    found = read(estate, QUEUE, chain=chain).facts
    assert found == ((UndeliveredEvents(SCOPE, told),) if told else ())


@pytest.mark.parametrize("code", MISSING)
def test_no_queue_is_absent(estate: StubbedEstate, sqs: Recorder, code: str) -> None:
    sqs.refuse("get_queue_url", {"QueueName": NAME}, code)
    sqs.refuse("get_queue_url", {"QueueName": CANARY}, code)
    reading = read(estate, QUEUE)
    assert not reading.resources
    assert not reading.unread


@pytest.mark.parametrize("code", MISSING)
def test_a_queue_that_goes_while_it_is_read_is_absent(estate: StubbedEstate, sqs: Recorder, code: str) -> None:
    tell(sqs, MessageRetentionPeriod="60")
    sqs.refuse("list_queue_tags", {"QueueUrl": url()}, code)
    no_canary(sqs)
    reading = read(estate, QUEUE)
    assert not reading.resources
    assert not reading.unread


def test_tags_that_may_not_be_seen_leave_the_policy_read(estate: StubbedEstate, sqs: Recorder) -> None:
    tell(sqs, MessageRetentionPeriod="60", Policy=json.dumps(DOCUMENT))
    sqs.refuse("list_queue_tags", {"QueueUrl": url()}, "AccessDenied")
    no_canary(sqs)
    reading = read(estate, QUEUE, QUEUE_POLICY)
    assert [each.type for each in reading.resources] == [QUEUE_POLICY]
    assert [each.types for each in reading.unread] == [{QUEUE}]


def test_a_queue_that_may_not_be_seen_is_unread_and_the_other_is_read(estate: StubbedEstate, sqs: Recorder) -> None:
    sqs.refuse("get_queue_url", {"QueueName": NAME}, "AccessDenied")
    tell(sqs, CANARY, MessageRetentionPeriod="3600")
    tell_tags(sqs, CANARY)
    reading = read(estate, QUEUE)
    (unread,) = reading.unread
    assert NAME in unread.what
    assert unread.types == {QUEUE, QUEUE_POLICY}
    assert [each.name for each in reading.resources] == [CANARY]
