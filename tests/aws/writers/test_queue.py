"""The queue and its policy."""

import pytest

from breakglass.errors import RejectedError
from breakglass.resources import QUEUE, QUEUE_POLICY
from tests.aws.alerting.support import OWNER, TAGS, resource
from tests.aws.stubs import DOCUMENT, OTHER_DOCUMENT, Recorder, Sent, StubbedEstate

NAME = "break-glass-undelivered"
URL = f"https://sqs.us-west-2.amazonaws.com/111111111111/{NAME}"
WANTED = resource(QUEUE, QueueName=NAME, MessageRetentionPeriod=1209600, SqsManagedSseEnabled=True, Tags=TAGS)
ATTRIBUTES = {"MessageRetentionPeriod": "1209600", "SqsManagedSseEnabled": "true"}
CREATED = {"QueueName": NAME, "Attributes": ATTRIBUTES, "tags": {OWNER: "acme"}}
POLICY = resource(QUEUE_POLICY, Queues=[NAME], PolicyDocument=DOCUMENT)
MISSING = "AWS.SimpleQueueService.NonExistentQueue"


def known(sqs: Recorder) -> None:
    sqs.expect("get_queue_url", {"QueueName": NAME}, {"QueueUrl": URL})


def test_a_queue_is_made_in_one_call(estate: StubbedEstate, sqs: Recorder) -> None:
    sqs.expect("create_queue", CREATED, {"QueueUrl": URL})
    estate.create(WANTED)


@pytest.mark.parametrize("code", ["AWS.SimpleQueueService.QueueDeletedRecently", "QueueDeletedRecently"])
def test_a_name_that_was_deleted_a_moment_ago_comes_with_advice(
    estate: StubbedEstate, sqs: Recorder, code: str
) -> None:
    sqs.refuse("create_queue", CREATED, code, "You must wait 60 seconds")
    with pytest.raises(RejectedError, match="60 seconds") as raised:
        estate.create(WANTED)
    assert "wait a minute" in raised.value.advice


def test_what_differs_of_a_queue_is_set_and_a_key_nobody_wants_goes(estate: StubbedEstate, sqs: Recorder) -> None:
    before = resource(
        QUEUE,
        QueueName=NAME,
        MessageRetentionPeriod=60,
        SqsManagedSseEnabled=False,
        KmsMasterKeyId="alias/x",
        Tags=[{"Key": "x", "Value": "y"}],
    )
    known(sqs)
    sqs.expect("set_queue_attributes", {"QueueUrl": URL, "Attributes": {**ATTRIBUTES, "KmsMasterKeyId": ""}})
    sqs.expect("tag_queue", {"QueueUrl": URL, "Tags": {OWNER: "acme"}})
    sqs.expect("untag_queue", {"QueueUrl": URL, "TagKeys": ["x"]})
    estate.update(before, WANTED)


def test_a_switch_can_be_turned_off(estate: StubbedEstate, sqs: Recorder) -> None:
    known(sqs)
    sqs.expect("set_queue_attributes", {"QueueUrl": URL, "Attributes": {"SqsManagedSseEnabled": "false"}})
    estate.update(resource(QUEUE, QueueName=NAME), resource(QUEUE, QueueName=NAME, SqsManagedSseEnabled=False))


def test_tags_alone_can_differ(estate: StubbedEstate, sqs: Recorder) -> None:
    known(sqs)
    sqs.expect("tag_queue", {"QueueUrl": URL, "Tags": {OWNER: "acme"}})
    estate.update(resource(QUEUE, QueueName=NAME), resource(QUEUE, QueueName=NAME, Tags=TAGS))


def test_a_queue_is_deleted_and_one_that_is_gone_too(estate: StubbedEstate, sqs: Recorder) -> None:
    known(sqs)
    sqs.expect("delete_queue", {"QueueUrl": URL})
    sqs.refuse("get_queue_url", {"QueueName": NAME}, MISSING)
    estate.delete(WANTED)
    estate.delete(WANTED)


def test_a_policy_is_written_as_soon_as_the_queue_can_be_used(estate: StubbedEstate, sqs: Recorder) -> None:
    sqs.refuse("get_queue_url", {"QueueName": NAME}, MISSING)
    known(sqs)
    sqs.expect("set_queue_attributes", {"QueueUrl": URL, "Attributes": {"Policy": Sent(DOCUMENT)}})
    estate.create(POLICY)
    assert estate.clock.slept == [1]


def test_a_policy_is_written_whole(estate: StubbedEstate, sqs: Recorder) -> None:
    known(sqs)
    sqs.expect("set_queue_attributes", {"QueueUrl": URL, "Attributes": {"Policy": Sent(DOCUMENT)}})
    estate.update(resource(QUEUE_POLICY, Queues=[NAME], PolicyDocument=OTHER_DOCUMENT), POLICY)


def test_a_policy_is_taken_away_and_with_its_queue_it_is_gone(estate: StubbedEstate, sqs: Recorder) -> None:
    known(sqs)
    sqs.expect("set_queue_attributes", {"QueueUrl": URL, "Attributes": {"Policy": ""}})
    sqs.refuse("get_queue_url", {"QueueName": NAME}, MISSING)
    estate.delete(POLICY)
    estate.delete(POLICY)
