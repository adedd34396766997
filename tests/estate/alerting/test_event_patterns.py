"""What the rules of the fast channel let through, on every shape of record there is."""

import json
from collections.abc import Mapping
from typing import Final

import pytest

from breakglass.documents import Json, text
from breakglass.estate.alerting import event_patterns
from breakglass.estate.desired import desired
from breakglass.manifest.model import Manifest
from breakglass.resources import RULE
from breakglass.trail.catalogue import catalogue
from breakglass.trail.event_pattern import EventPattern, parse
from breakglass.trail.matcher import matcher
from breakglass.trail.pattern import parse as filter_pattern
from tests.conftest import manifest
from tests.estate.alerting.support import GLOBAL, HOME, MANAGEMENT, SECOND, SECURITY, TRAIL, all_of, document_of
from tests.trail.events import ANA, PROD, Record, admin, call, denied, plain_user, session, sign_in, user
from tests.trail.shapes import ALERTING, FEDERATED, ORDINARY, SHAPES

LOG_GROUP: Final = "organization-trail"
ALERTS: Final = catalogue(LOG_GROUP)
FIRES: Final = matcher({name: filter_pattern(alert.pattern) for name, alert in ALERTS.items()})
KINDS: Final = {
    "AwsConsoleSignIn": "AWS Console Sign In via CloudTrail",
    "AwsServiceEvent": "AWS Service Event via CloudTrail",
}
"""CloudTrail's type of an event -> EventBridge's.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-cloudtrail.html
"""


def rules(acme: Manifest, account: str, region: str) -> dict[str, EventPattern]:
    found = all_of(acme, RULE, account, region)
    return {each.name: parsed(each.properties["EventPattern"]) for each in found}


def parsed(pattern: Json) -> EventPattern:
    """The document as AWS gets it: nothing but JSON."""
    assert isinstance(pattern, Mapping)
    return parse(json.loads(text(pattern)))


ACME: Final = manifest()
HERE: Final = {region: rules(ACME, SECURITY, region) for region in (HOME, GLOBAL, SECOND)}
PAGE: Final = parsed(event_patterns.page())


def event(record: Record) -> Record:
    """A record as EventBridge hands it on."""
    kind = KINDS.get(record.get("eventType", ""), "AWS API Call via CloudTrail")
    source = f"aws.{record['eventSource'].partition('.')[0]}"
    return {"detail-type": kind, "source": source, "account": SECURITY, "region": record["awsRegion"], "detail": record}


def noticed(record: Record) -> list[str]:
    """The rules of the security account that forward a record, in the region where it is logged."""
    forwarding = HERE[record["awsRegion"]].items()
    return [name for name, each in forwarding if each.matches(event(record)) and name != "BreakGlass-Page"]


def paged(record: Record) -> bool:
    return bool(noticed(record)) and PAGE.matches(event(record))


def pages(record: Record) -> bool:
    """Whether any alert of the catalogue for this record is one that pages."""
    return any(ALERTS[name].pages for name in FIRES(record))


ELSEWHERE: Final = {
    "CreatePolicy of the organization": "the management account alone calls Organizations",
    "UpdatePolicy of the organization": "the management account alone calls Organizations",
    "PutMetricFilter": "the log group is not the trail's",
    "DeleteMetricFilter": "the log group is not the trail's",
}
SEEN: Final = {
    name: shape.record
    for name, shape in SHAPES.items()
    if shape.record["recipientAccountId"] == SECURITY and name not in ELSEWHERE
}
"""The records of the security account."""

TOO_OFTEN: Final = {
    "sign-in with SAML": "whoever has a name like ours is told of, where in doubt",
    "GetUser, version 1.05": "does not say whether it reads",
    "PutAlarmMuteRule for others": "a mute rule that names no alarm of ours may still come to mute one",
    "PutAlarmMuteRule for no alarm": "likewise",
    "a user of ours assumes another role": "no role but ours should let a user of ours in",
    "DisableAWSServiceAccess of another": "by its name: security accounts do not call this",
}
"""Told without an alert of the catalogue, and why."""


@pytest.mark.parametrize("name", [name for name, record in SEEN.items() if pages(record)])
def test_every_alert_that_pages_passes_a_rule_of_the_region_and_the_one_that_pages(name: str) -> None:
    assert noticed(SEEN[name])
    assert PAGE.matches(event(SEEN[name]))


def test_nothing_else_pages() -> None:
    told = {name for name, record in SEEN.items() if paged(record) and not pages(record)}
    assert told == TOO_OFTEN.keys()


@pytest.mark.parametrize("name", ORDINARY)
def test_ordinary_events_are_not_even_forwarded(name: str) -> None:
    assert noticed(ORDINARY[name].record) == []


@pytest.mark.parametrize("name", [name for name, shape in SHAPES.items() if "RootUsed" in shape.fires.split()])
def test_root_of_the_security_account_is_told_of_unless_it_only_reads(name: str) -> None:
    record = SHAPES[name].record
    there = {**record, "recipientAccountId": SECURITY, "userIdentity": moved(record["userIdentity"])}
    assert noticed(there) == ["BreakGlass-Use"]
    assert paged(there) == (record["readOnly"] is not True)


def moved(identity: Record) -> Record:
    return {
        name: value.replace(PROD, SECURITY) if isinstance(value, str) else value for name, value in identity.items()
    }


READS: Final = [
    denied("ce", "GetCostAndUsage", user(), "no"),
    denied("ec2", "DescribeInstances", user(), "no"),
    denied("iam", "ListRoles", user(), "no"),
    call("iam", "GetAccountSummary", user(), {}),
    denied("health", "DescribeEventAggregates", user(), "no"),
]


@pytest.mark.parametrize("record", READS, ids=lambda each: str(each["eventName"]))
def test_what_the_console_reads_for_a_user_of_ours_is_forwarded_and_pages_nobody(record: Record) -> None:
    assert noticed(record) == ["BreakGlass-Use"]
    assert not PAGE.matches(event(record))


def test_asking_for_mfa_pages_nobody() -> None:
    record = sign_in("CheckMfa", plain_user(), {"CheckMfa": "Success"})
    assert noticed(record)
    assert not PAGE.matches(event(record))


def test_whatever_a_user_of_ours_tries_to_change_pages() -> None:
    assert paged(denied("ec2", "RunInstances", user(), "no"))
    assert paged(denied("iam", "CreateUser", user(), "no"))


def test_a_session_of_another_user_or_of_root_in_another_account_is_not_noticed() -> None:
    assert noticed(call("s3", "DeleteBucket", user("ben", "/"), {"bucketName": "x"})) == []
    assert noticed(denied("s3", "DeleteBucket", admin(), "no")) == []


@pytest.mark.parametrize("name", ["CreateUser", "UpdateUser", "AddUserToGroup, a stranger", "UpdateAssumeRolePolicy"])
def test_changes_of_the_namespace_are_noticed_where_iam_logs_and_there_alone(name: str) -> None:
    record = SEEN[name]
    assert noticed(record) == ["BreakGlass-NamespaceChanged"]
    assert noticed({**record, "awsRegion": HOME}) == []


@pytest.mark.parametrize("verb", ["Update", "Delete"])
def test_a_change_of_the_password_policy_pages(verb: str) -> None:
    assert paged(call("iam", f"{verb}AccountPasswordPolicy", admin(), {}))


def test_names_of_iam_count_in_any_case() -> None:
    for name in (ANA.upper(), ANA.title()):
        assert paged(call("iam", "CreateAccessKey", admin(), {"userName": name}))
    assert not noticed(call("iam", "CreateAccessKey", admin(), {"userName": "ana-break-glas"}))


@pytest.mark.parametrize("name", [name for name, shape in ALERTING.items() if "AlertingTampered" in shape.fires])
@pytest.mark.parametrize(
    ("account", "region"), [(TRAIL, HOME), (MANAGEMENT, HOME), (SECURITY, HOME), (SECURITY, SECOND)]
)
def test_whoever_works_on_alerting_is_noticed_wherever_there_is_any(account: str, region: str, name: str) -> None:
    record = {**ALERTING[name].record, "awsRegion": region}
    for field in {"logGroupName", "logGroupIdentifier"} & record["requestParameters"].keys():
        record["requestParameters"] = {**record["requestParameters"], field: LOG_GROUP}
    tamper = rules(ACME, account, region)["BreakGlass-AlertingTampered"]
    assert tamper.matches(event(record))
    assert PAGE.matches(event(record))


MORE_TAMPERING: Final[list[tuple[str, str, Record]]] = [
    ("logs", "PutMetricFilter", {"logGroupName": LOG_GROUP, "filterName": "Others"}),
    ("logs", "PutLogGroupDeletionProtection", {"logGroupIdentifier": LOG_GROUP}),
    ("logs", "DeleteLogGroup", {"logGroupIdentifier": f"arn:aws:logs:{HOME}:{TRAIL}:log-group:{LOG_GROUP}:*"}),
    ("logs", "PutDataProtectionPolicy", {"logGroupIdentifier": LOG_GROUP}),
    ("logs", "PutTransformer", {"logGroupIdentifier": LOG_GROUP}),
    ("logs", "AssociateKmsKey", {"resourceIdentifier": f"arn:aws:logs:{HOME}:{TRAIL}:log-group:{LOG_GROUP}"}),
    ("logs", "PutAccountPolicy", {"policyName": "mask", "policyType": "DATA_PROTECTION_POLICY"}),
    ("monitoring", "DeleteAlarmMuteRule", {"alarmMuteRuleName": "quiet"}),
    ("sns", "AddPermission", {"topicArn": f"arn:aws:sns:{HOME}:{TRAIL}:break-glass-alerts"}),
    ("sns", "Subscribe", {"topicArn": f"arn:aws:sns:{HOME}:{TRAIL}:break-glass-alerts", "protocol": "email"}),
    ("events", "PutTargets", {"rule": "BreakGlass-Use"}),
    ("events", "PutPermission", {"eventBusName": "break-glass"}),
    ("kms", "PutKeyPolicy", {"keyId": "1234abcd"}),
    ("kms", "ScheduleKeyDeletion", {"keyId": "1234abcd"}),
    ("kms", "UpdateAlias", {"aliasName": "alias/break-glass-alerts"}),
    ("sqs", "SetQueueAttributes", {"queueUrl": f"https://sqs.{HOME}.amazonaws.com/{TRAIL}/break-glass-undelivered"}),
]


@pytest.mark.parametrize(("service", "name", "parameters"), MORE_TAMPERING)
def test_what_has_no_name_of_ours_counts_as_well(service: str, name: str, parameters: Record) -> None:
    assert paged(call(service, name, admin(), parameters))


HARMLESS: Final[list[tuple[str, str, Record]]] = [
    ("logs", "DeleteLogGroup", {"logGroupName": "/aws/lambda/x"}),
    ("logs", "CreateLogStream", {"logGroupName": LOG_GROUP}),
    ("monitoring", "DeleteAlarms", {"alarmNames": ["Cpu"]}),
    ("logs", "AssociateKmsKey", {"logGroupName": "/aws/lambda/x"}),
    ("s3", "PutObject", {"bucketName": f"break-glass-trail-{SECURITY}-{SECOND}", "key": "x"}),
    ("s3", "PutBucketPolicy", {"bucketName": "reports"}),
    ("sns", "PutDataProtectionPolicy", {"resourceArn": f"arn:aws:sns:{HOME}:{TRAIL}:news"}),
    ("sns", "DeleteTopic", {"topicArn": f"arn:aws:sns:{HOME}:{TRAIL}:news"}),
    ("sns", "Unsubscribe", {"subscriptionArn": f"arn:aws:sns:{HOME}:{TRAIL}:news:0e6ab6ab"}),
    ("events", "PutRule", {"name": "Backups"}),
    ("sqs", "DeleteQueue", {"queueUrl": f"https://sqs.{HOME}.amazonaws.com/{TRAIL}/jobs"}),
    ("cloudtrail", "StartLogging", {"name": "x"}),
]


@pytest.mark.parametrize(("service", "name", "parameters"), HARMLESS)
def test_work_on_what_carries_no_alert_is_not_noticed(service: str, name: str, parameters: Record) -> None:
    assert noticed(call(service, name, admin(), parameters)) == []


def test_no_pattern_of_the_example_is_too_long_and_aws_would_take_each() -> None:
    found = [each for each in desired(ACME).values() if each.type == RULE]
    assert {each.name for each in found} == {
        *("BreakGlass-Use", "BreakGlass-NamespaceChanged", "BreakGlass-AlertingTampered", "BreakGlass-Page"),
    }
    for each in found:
        assert len(text(document_of(each, "EventPattern"))) <= 2048
        parsed(document_of(each, "EventPattern"))


@pytest.mark.parametrize("log_group", ["trail", "/aws/audit/" + "x" * 501])
def test_a_log_group_of_whatever_name_leaves_room(log_group: str) -> None:
    tamper = parsed(event_patterns.tamper(log_group))
    assert tamper.matches(event(call("logs", "PutDataProtectionPolicy", admin(), {"logGroupIdentifier": log_group})))


def test_what_a_session_of_ours_does_in_the_security_account_pages_unless_it_only_reads() -> None:
    ours = session(account=SECURITY)
    assert paged(call("ec2", "RunInstances", ours, {}))
    assert noticed(call("ec2", "DescribeInstances", ours, {})) == ["BreakGlass-Use"]
    assert not paged(call("ec2", "DescribeInstances", ours, {}))
    assert paged(call("kms", "DisableKey", ours | {"arn": None, "invokedBy": "backup.amazonaws.com"}, {}))


@pytest.mark.parametrize(
    ("name", "parameters", "alerts"),
    [
        ("AddUserToGroup", {"groupName": "break-glass-incident", "userName": "kim-break-glass"}, {"PolicyChanged"}),
        (
            "RemoveUserFromGroup",
            {"groupName": "break-glass-incident", "userName": "kim-break-glass"},
            {"PolicyChanged"},
        ),
        ("DeleteLoginProfile", {"userName": "kim-break-glass"}, set()),
    ],
)
def test_whatever_the_role_that_moves_people_does_pages(name: str, parameters: Record, alerts: set[str]) -> None:
    moved = call("iam", name, session("BREAK-GLASS-GRANT-ACCESS", account=SECURITY), parameters)
    assert noticed(moved) == ["BreakGlass-Use", "BreakGlass-NamespaceChanged"]
    assert paged(moved)
    assert pages(moved)
    assert {"UserChanged", *alerts} <= set(FIRES(moved))


def test_a_message_says_which_team() -> None:
    moved = event(call("iam", "AddUserToGroup", admin(), {"groupName": "break-glass-incident", "userName": ANA}))
    taken = event_patterns.MESSAGE["InputPathsMap"]
    assert isinstance(taken, Mapping)
    assert leads(moved, str(taken["team"]))


def test_what_a_federated_session_of_a_user_of_ours_changes_pages() -> None:
    assert paged(call("ec2", "RunInstances", FEDERATED, {}))


def test_what_a_message_takes_from_an_event_is_there() -> None:
    taken = event_patterns.MESSAGE["InputPathsMap"]
    assert isinstance(taken, Mapping)
    template = str(event_patterns.MESSAGE["InputTemplate"])
    assert all(f"<{name}>" in template for name in taken)
    uses = event(SEEN["API, the caller's account"])
    there = {name for name, path in taken.items() if leads(uses, str(path))}
    assert there == {"account", "event", "id", "ip", "region", "role", "session", "time", "user", "who"}


def leads(value: object, path: str) -> bool:
    for name in path.removeprefix("$.").split("."):
        value = value.get(name) if isinstance(value, dict) else None
    return value is not None
