import json

import pytest

from breakglass.resources import QUEUE, QUEUE_POLICY
from tests.aws.alerting.support import OWNER, TAGS, read, resource
from tests.aws.stubs import DOCUMENT, Recorder, StubbedEstate

NAME = "break-glass-undelivered"
URL = f"https://sqs.us-west-2.amazonaws.com/111111111111/{NAME}"
ASKED = {
    "QueueUrl": URL,
    "AttributeNames": ["MessageRetentionPeriod", "SqsManagedSseEnabled", "KmsMasterKeyId", "Policy"],
}
MISSING = ["AWS.SimpleQueueService.NonExistentQueue", "QueueDoesNotExist"]


def tell(sqs: Recorder, **attributes: str) -> None:
    sqs.expect("get_queue_url", {"QueueName": NAME}, {"QueueUrl": URL})
    sqs.expect("get_queue_attributes", ASKED, {"Attributes": attributes})


def test_a_queue_is_read_with_its_policy_and_tags(estate: StubbedEstate, sqs: Recorder) -> None:
    tell(sqs, MessageRetentionPeriod="1209600", SqsManagedSseEnabled="true", Policy=json.dumps(DOCUMENT))
    sqs.expect("list_queue_tags", {"QueueUrl": URL}, {"Tags": {OWNER: "acme"}})
    policy = resource(QUEUE_POLICY, Queues=[NAME], PolicyDocument=DOCUMENT)
    queue = resource(QUEUE, QueueName=NAME, MessageRetentionPeriod=1209600, SqsManagedSseEnabled=True, Tags=TAGS)
    assert read(estate, QUEUE, QUEUE_POLICY).resources == (policy, queue)


def test_a_queue_nobody_may_send_to_has_no_policy_and_a_key_is_told(estate: StubbedEstate, sqs: Recorder) -> None:
    tell(sqs, MessageRetentionPeriod="60", SqsManagedSseEnabled="false", KmsMasterKeyId="alias/x")
    sqs.expect("list_queue_tags", {"QueueUrl": URL})
    (queue,) = read(estate, QUEUE).resources
    assert queue.properties["KmsMasterKeyId"] == "alias/x"
    assert queue.properties["SqsManagedSseEnabled"] is False
    assert queue.tags == {}


@pytest.mark.parametrize("code", MISSING)
def test_no_queue_is_absent(estate: StubbedEstate, sqs: Recorder, code: str) -> None:
    sqs.refuse("get_queue_url", {"QueueName": NAME}, code)
    reading = read(estate, QUEUE)
    assert not reading.resources
    assert not reading.unread


@pytest.mark.parametrize("code", MISSING)
def test_a_queue_that_goes_while_it_is_read_is_absent(estate: StubbedEstate, sqs: Recorder, code: str) -> None:
    tell(sqs, MessageRetentionPeriod="60")
    sqs.refuse("list_queue_tags", {"QueueUrl": URL}, code)
    reading = read(estate, QUEUE)
    assert not reading.resources
    assert not reading.unread


def test_tags_that_may_not_be_seen_leave_the_policy_read(estate: StubbedEstate, sqs: Recorder) -> None:
    tell(sqs, MessageRetentionPeriod="60", Policy=json.dumps(DOCUMENT))
    sqs.refuse("list_queue_tags", {"QueueUrl": URL}, "AccessDenied")
    reading = read(estate, QUEUE, QUEUE_POLICY)
    assert [each.type for each in reading.resources] == [QUEUE_POLICY]
    assert [each.types for each in reading.unread] == [{QUEUE}]


def test_a_queue_that_may_not_be_seen_is_unread(estate: StubbedEstate, sqs: Recorder) -> None:
    sqs.refuse("get_queue_url", {"QueueName": NAME}, "AccessDenied")
    (unread,) = read(estate, QUEUE).unread
    assert unread.types == {QUEUE, QUEUE_POLICY}
