"""Event buses, and the rules on them."""

import pytest

from breakglass.documents import Json
from breakglass.errors import RejectedError
from breakglass.resources import EVENT_BUS, RULE, Resource
from tests.aws.alerting.support import OWNER, PAIR, TAGS, arn, resource
from tests.aws.stubs import DOCUMENT, Recorder, Sent, StubbedEstate

BUS = arn("events", "event-bus/break-glass")
NAME = {"Name": "break-glass"}
STATE = "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"
PATTERN: dict[str, Json] = {"source": ["aws.sts"]}
TARGET: dict[str, Json] = {"Id": "bus", "Arn": BUS, "RoleArn": "arn:aws:iam::111111111111:role/break-glass/X"}
OLD: dict[str, Json] = {"Id": "old", "Arn": BUS}
OF_RULE = {"Rule": "BreakGlass-Use", "EventBusName": "default"}
NOTHING_FAILED: dict[str, object] = {"FailedEntryCount": 0, "FailedEntries": []}
PUT = {
    "Name": "BreakGlass-Use",
    "EventBusName": "default",
    "Description": "Every use.",
    "EventPattern": Sent(PATTERN),
    "State": STATE,
}
PUT_NAME = {"Name": "BreakGlass-Use", "EventBusName": "default"}
BUSY, UNKNOWN = "ConcurrentModificationException", "Provided role 'X' cannot be assumed by principal 'events'."


def bus(**changes: Json) -> Resource:
    whole: dict[str, Json] = {"Name": "break-glass", "Description": "Every use.", "Policy": DOCUMENT, "Tags": TAGS}
    return resource(EVENT_BUS, **{**whole, **changes})


def rule(**changes: Json) -> Resource:
    whole: dict[str, Json] = {
        "Name": "BreakGlass-Use",
        "Description": "Every use.",
        "EventPattern": PATTERN,
        "State": STATE,
        "Targets": [TARGET],
    }
    return resource(RULE, **{**whole, **changes})


def test_a_bus_is_made_and_then_opened(estate: StubbedEstate, events: Recorder) -> None:
    created = {**NAME, "Description": "Every use.", "Tags": [PAIR]}
    events.expect("create_event_bus", created, {"EventBusArn": BUS})
    opened = {"EventBusName": "break-glass", "Policy": Sent(DOCUMENT)}
    events.refuse("put_permission", opened, "ValidationException", "Invalid principal in policy")
    events.expect("put_permission", opened)
    estate.create(bus())
    assert estate.clock.slept == [1]


def test_what_differs_of_a_bus_is_set_and_a_key_nobody_wants_goes(estate: StubbedEstate, events: Recorder) -> None:
    events.expect("update_event_bus", {**NAME, "Description": "Every use."})
    events.expect("tag_resource", {"ResourceARN": BUS, "Tags": [{"Key": OWNER, "Value": "acme"}]})
    events.expect("untag_resource", {"ResourceARN": BUS, "TagKeys": ["x"]})
    estate.update(bus(KmsKeyIdentifier="alias/x", Tags=[{"Key": "x", "Value": "y"}]), bus())


def test_a_bus_nobody_may_send_to_has_no_policy(estate: StubbedEstate, events: Recorder) -> None:
    events.expect("remove_permission", {"EventBusName": "break-glass", "RemoveAllPermissions": True})
    estate.update(bus(), bus(Policy=None))


def test_a_bus_is_deleted(estate: StubbedEstate, events: Recorder) -> None:
    events.expect("delete_event_bus", NAME)
    estate.delete(bus())


def test_a_rule_is_made_with_its_targets(estate: StubbedEstate, events: Recorder) -> None:
    events.expect("put_rule", PUT)
    events.expect("put_targets", {**OF_RULE, "Targets": [TARGET]}, NOTHING_FAILED)
    estate.create(rule())


def test_a_role_made_a_moment_ago_is_waited_for_and_so_is_another_change(
    estate: StubbedEstate, events: Recorder
) -> None:
    events.refuse("put_rule", PUT, BUSY)
    events.expect("put_rule", PUT)
    events.refuse("put_targets", {**OF_RULE, "Targets": [TARGET]}, "ValidationException", UNKNOWN)
    events.expect("put_targets", {**OF_RULE, "Targets": [TARGET]}, NOTHING_FAILED)
    estate.create(rule())
    assert estate.clock.slept == [1, 1]


def test_a_half_made_rule_is_completed_by_an_update(estate: StubbedEstate, events: Recorder) -> None:
    events.expect("put_targets", {**OF_RULE, "Targets": [TARGET]}, NOTHING_FAILED)
    estate.update(rule(Targets=[]), rule())


@pytest.mark.parametrize("failed", [0, 1])
def test_a_target_aws_did_not_take_is_no_success(estate: StubbedEstate, events: Recorder, failed: int) -> None:
    entry = {"TargetId": "bus", "ErrorCode": "Internal", "ErrorMessage": "words of AWS"}
    answer = {"FailedEntryCount": failed, "FailedEntries": [entry] * failed}
    events.expect("put_targets", {**OF_RULE, "Targets": [TARGET]}, answer)
    if failed:
        with pytest.raises(RejectedError, match="words of AWS") as raised:
            estate.update(rule(Targets=[]), rule())
        assert raised.value.subject == arn("events", "rule/BreakGlass-Use")
    else:
        estate.update(rule(Targets=[]), rule())


def test_a_rule_that_was_switched_off_is_written_whole(estate: StubbedEstate, events: Recorder) -> None:
    events.expect("put_rule", PUT)
    estate.update(rule(State="DISABLED"), rule())


def test_a_new_target_is_there_before_an_old_one_goes(estate: StubbedEstate, events: Recorder) -> None:
    events.expect("put_targets", {**OF_RULE, "Targets": [TARGET]}, NOTHING_FAILED)
    events.expect("remove_targets", {**OF_RULE, "Ids": ["old"]}, NOTHING_FAILED)
    estate.update(rule(Targets=[OLD, {**TARGET, "RoleArn": "other"}]), rule())


def test_a_rule_is_deleted_after_its_targets(estate: StubbedEstate, events: Recorder) -> None:
    events.expect("list_targets_by_rule", OF_RULE, {"Targets": [TARGET, OLD]})
    events.expect("remove_targets", {**OF_RULE, "Ids": ["bus", "old"]}, NOTHING_FAILED)
    events.expect("delete_rule", PUT_NAME)
    estate.delete(rule())


def test_a_rule_without_targets_is_deleted_and_one_that_is_gone_too(estate: StubbedEstate, events: Recorder) -> None:
    events.expect("list_targets_by_rule", OF_RULE)
    events.expect("delete_rule", PUT_NAME)
    events.refuse("list_targets_by_rule", OF_RULE, "ResourceNotFoundException")
    estate.delete(rule())
    estate.delete(rule())
