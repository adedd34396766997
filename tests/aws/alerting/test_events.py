import json

from breakglass.documents import Json
from breakglass.resources import EVENT_BUS, RULE
from tests.aws.alerting.support import PAIR, SYSTEM, TAGS, arn, read, resource
from tests.aws.stubs import DOCUMENT, Recorder, StubbedEstate

BUS = arn("events", "event-bus/break-glass")
PATTERN: Json = {"source": ["aws.sts"], "detail": {"eventName": [{"prefix": "AssumeRole"}]}}
TARGET: dict[str, Json] = {
    "Id": "bus",
    "Arn": BUS,
    "RoleArn": "arn:aws:iam::111111111111:role/break-glass/BreakGlassEvents",
    "DeadLetterConfig": {"Arn": arn("sqs", "break-glass-undelivered")},
}
PAGE: dict[str, Json] = {
    "Id": "page",
    "Arn": arn("sns", "break-glass-alerts"),
    "InputTransformer": {"InputPathsMap": {"who": "$.detail.userIdentity.arn"}, "InputTemplate": '"<who>"'},
}
ON_DEFAULT = {"EventBusName": "default", "NamePrefix": "BreakGlass-"}
ON_OURS = {"EventBusName": "break-glass"}


def rule(name: str, bus: str, **changes: object) -> dict[str, object]:
    whole = {"Name": name, "EventPattern": json.dumps(PATTERN), "State": "ENABLED", "EventBusName": bus}
    return {**whole, **changes}


def test_a_bus_is_read_with_its_policy_and_tags(estate: StubbedEstate, events: Recorder) -> None:
    told = {"Name": "break-glass", "Arn": BUS, "Description": "Every use.", "Policy": json.dumps(DOCUMENT)}
    events.expect("describe_event_bus", {"Name": "break-glass"}, told)
    events.expect("list_tags_for_resource", {"ResourceARN": BUS}, {"Tags": [SYSTEM, PAIR]})
    wanted = resource(EVENT_BUS, Name="break-glass", Description="Every use.", Policy=DOCUMENT, Tags=TAGS)
    assert read(estate, EVENT_BUS).resources == (wanted,)


def test_a_bus_nobody_may_send_to_has_no_policy_and_a_key_is_told(estate: StubbedEstate, events: Recorder) -> None:
    told = {"Name": "break-glass", "Arn": BUS, "KmsKeyIdentifier": "alias/x"}
    events.expect("describe_event_bus", {"Name": "break-glass"}, told)
    events.expect("list_tags_for_resource", {"ResourceARN": BUS}, {"Tags": []})
    assert read(estate, EVENT_BUS).resources == (resource(EVENT_BUS, Name="break-glass", KmsKeyIdentifier="alias/x"),)


def test_no_bus_is_absent_and_so_are_its_rules(estate: StubbedEstate, events: Recorder) -> None:
    events.refuse("describe_event_bus", {"Name": "break-glass"}, "ResourceNotFoundException")
    events.expect("list_rules", ON_DEFAULT, {"Rules": []})
    events.refuse("list_rules", ON_OURS, "ResourceNotFoundException")
    reading = read(estate, EVENT_BUS, RULE)
    assert not reading.resources
    assert not reading.unread


def test_rules_of_ours_and_rules_on_our_bus_are_read_with_their_targets(
    estate: StubbedEstate, events: Recorder
) -> None:
    state = "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"
    use = rule("BreakGlass-Use", "default", State=state, Description="Every use.")
    events.expect("list_rules", ON_DEFAULT, {"Rules": [], "NextToken": "2"})
    events.expect("list_rules", {**ON_DEFAULT, "NextToken": "2"}, {"Rules": [use]})
    other: dict[str, Json] = {"Id": "a", "Arn": arn("sqs", "other"), "RetryPolicy": {"MaximumRetryAttempts": 0}}
    asked = {"Rule": "BreakGlass-Use", "EventBusName": "default"}
    events.expect("list_targets_by_rule", asked, {"Targets": [TARGET], "NextToken": "2"})
    events.expect("list_targets_by_rule", {**asked, "NextToken": "2"}, {"Targets": [other]})
    foreign = rule("Copy", "break-glass", EventPattern="not JSON")
    clock = {"Name": "Tick", "ScheduleExpression": "rate(1 day)", "State": "ENABLED"}
    events.expect("list_rules", ON_OURS, {"Rules": [rule("BreakGlass-Page", "break-glass"), foreign, clock]})
    for name, answer in (("BreakGlass-Page", {"Targets": [PAGE]}), ("Copy", {}), ("Tick", {})):
        asked = {"Rule": name, "EventBusName": "break-glass"}
        events.expect("list_targets_by_rule", asked, answer)
    found = read(estate, RULE).resources
    assert found == (
        resource(
            RULE,
            Name="BreakGlass-Use",
            Description="Every use.",
            EventPattern=PATTERN,
            State=state,
            Targets=[other, TARGET],
        ),
        resource(RULE, Name="BreakGlass-Page", EventBusName="break-glass", EventPattern=PATTERN, Targets=[PAGE]),
        resource(RULE, Name="Copy", EventBusName="break-glass", EventPattern="not JSON"),
        resource(RULE, Name="Tick", EventBusName="break-glass", ScheduleExpression="rate(1 day)"),
    )


def test_a_bus_that_may_not_be_seen_leaves_the_rules_read(estate: StubbedEstate, events: Recorder) -> None:
    events.refuse("describe_event_bus", {"Name": "break-glass"}, "AccessDeniedException")
    events.expect("list_rules", ON_DEFAULT, {"Rules": [rule("BreakGlass-Use", "default")]})
    events.expect("list_targets_by_rule", {"Rule": "BreakGlass-Use", "EventBusName": "default"})
    events.expect("list_rules", ON_OURS, {"Rules": []})
    reading = read(estate, EVENT_BUS, RULE)
    assert [each.name for each in reading.resources] == ["BreakGlass-Use"]
    assert [each.types for each in reading.unread] == [{EVENT_BUS}]


def test_targets_that_may_not_be_seen_leave_the_rules_unread(estate: StubbedEstate, events: Recorder) -> None:
    events.expect("list_rules", ON_DEFAULT, {"Rules": [rule("BreakGlass-Use", "default")]})
    asked = {"Rule": "BreakGlass-Use", "EventBusName": "default"}
    events.refuse("list_targets_by_rule", asked, "AccessDeniedException")
    reading = read(estate, RULE)
    assert reading.resources == ()
    assert [each.types for each in reading.unread] == [{RULE}]
