"""Who may publish, forward, encrypt and write: the one that is meant, and nobody beside it.

Each row of a table is what is meant with one thing wrong; each must be denied.
"""

import pytest

from breakglass.documents import Document
from breakglass.estate.alerting import documents
from breakglass.estate.desired import desired
from breakglass.manifest.model import Manifest
from breakglass.resources import (
    BUCKET_POLICY,
    EVENT_BUS,
    KEY,
    MANAGED_POLICY,
    QUEUE_POLICY,
    ROLE,
    TOPIC_POLICY,
    Key,
    Scope,
    items,
)
from tests.estate.alerting.support import (
    HOME,
    MANAGEMENT,
    ORGANIZATION,
    PROD,
    SECOND,
    SECURITY,
    TRAIL,
    all_of,
    arn,
    document_of,
    lets,
    only,
)

CLOUDWATCH, EVENTS, SNS = "cloudwatch.amazonaws.com", "events.amazonaws.com", "sns.amazonaws.com"
CLOUDTRAIL = "cloudtrail.amazonaws.com"
OF_ALARMS, OF_EVENTS = arn("sns", "break-glass-alerts", TRAIL, HOME), arn("sns", "break-glass-alerts")
ALARM = arn("cloudwatch", "alarm:BreakGlass-RoleAssumed", TRAIL, HOME)
PAGE = arn("events", "rule/break-glass/BreakGlass-Page")


def queue_policy(acme: Manifest, queue: str, account: str = SECURITY, region: str = SECOND) -> Document:
    (found,) = [each for each in all_of(acme, QUEUE_POLICY, account, region) if each.name == queue]
    return document_of(found)


# the topic of the net


def test_an_alarm_of_ours_publishes(acme: Manifest) -> None:
    topic = document_of(only(acme, TOPIC_POLICY, TRAIL, HOME))
    assert lets(topic, CLOUDWATCH, "sns:Publish", OF_ALARMS, aws_SourceArn=ALARM, aws_SourceAccount=TRAIL)


@pytest.mark.parametrize(
    ("who", "action", "source", "account"),
    [
        (CLOUDWATCH, "sns:Publish", ALARM.replace(TRAIL, PROD), PROD),
        (CLOUDWATCH, "sns:Publish", ALARM.replace(TRAIL, PROD), TRAIL),
        (CLOUDWATCH, "sns:Publish", ALARM, PROD),
        (CLOUDWATCH, "sns:Publish", ALARM.replace(HOME, SECOND), TRAIL),
        (CLOUDWATCH, "sns:Publish", ALARM.replace("BreakGlass-", "Cpu-"), TRAIL),
        (CLOUDWATCH, "sns:Subscribe", ALARM, TRAIL),
        (EVENTS, "sns:Publish", ALARM, TRAIL),
        (EVENTS, "sns:Publish", arn("events", "rule/BreakGlass-Use", TRAIL, HOME), TRAIL),
        (f"arn:aws:iam::{PROD}:role/Ops", "sns:Publish", ALARM, TRAIL),
    ],
)
def test_nobody_else_publishes_as_an_alarm(acme: Manifest, who: str, action: str, source: str, account: str) -> None:
    topic = document_of(only(acme, TOPIC_POLICY, TRAIL, HOME))
    assert not lets(topic, who, action, OF_ALARMS, aws_SourceArn=source, aws_SourceAccount=account)


def test_cloudwatch_that_does_not_say_for_whom_does_not_publish(acme: Manifest) -> None:
    topic = document_of(only(acme, TOPIC_POLICY, TRAIL, HOME))
    assert not lets(topic, CLOUDWATCH, "sns:Publish", OF_ALARMS)
    assert not lets(topic, CLOUDWATCH, "sns:Publish", OF_ALARMS, aws_SourceArn=ALARM)
    assert not lets(topic, CLOUDWATCH, "sns:Publish", OF_ALARMS, aws_SourceAccount=TRAIL)


def test_the_topic_policy_is_of_its_own_topic_alone(acme: Manifest) -> None:
    topic = document_of(only(acme, TOPIC_POLICY, TRAIL, HOME))
    other = OF_ALARMS.replace("break-glass-alerts", "break-glass-others")
    assert not lets(topic, CLOUDWATCH, "sns:Publish", other, aws_SourceArn=ALARM, aws_SourceAccount=TRAIL)


# the topic of the fast channel


def test_the_rule_that_pages_publishes(acme: Manifest) -> None:
    topic = document_of(only(acme, TOPIC_POLICY))
    assert lets(topic, EVENTS, "sns:Publish", OF_EVENTS, aws_SourceArn=PAGE)


@pytest.mark.parametrize(
    ("who", "source"),
    [
        (EVENTS, PAGE.replace("BreakGlass-Page", "BreakGlass-Use")),
        (EVENTS, PAGE.replace("rule/break-glass/", "rule/")),
        (EVENTS, PAGE.replace("rule/break-glass/", "rule/other/")),
        (EVENTS, PAGE.replace(SECURITY, PROD)),
        (EVENTS, PAGE.replace(SECOND, HOME)),
        (EVENTS, PAGE + "x"),
        (EVENTS, ""),
        (CLOUDWATCH, PAGE),
        (CLOUDWATCH, arn("cloudwatch", "alarm:BreakGlass-RoleAssumed")),
        (f"arn:aws:iam::{PROD}:role/Ops", PAGE),
    ],
)
def test_no_other_rule_publishes(acme: Manifest, who: str, source: str) -> None:
    topic = document_of(only(acme, TOPIC_POLICY))
    assert not lets(topic, who, "sns:Publish", OF_EVENTS, **({"aws_SourceArn": source} if source else {}))


# the keys


@pytest.mark.parametrize("action", ["kms:Decrypt", "kms:GenerateDataKey", "kms:GenerateDataKeyWithoutPlaintext"])
def test_each_service_uses_its_key_to_publish(acme: Manifest, action: str) -> None:
    net, fast = (document_of(only(acme, KEY, *where), "KeyPolicy") for where in ((TRAIL, HOME), (SECURITY, SECOND)))
    assert lets(net, CLOUDWATCH, action, arn("kms", "key/k", TRAIL, HOME), aws_SourceAccount=TRAIL)
    assert lets(fast, EVENTS, action, arn("kms", "key/k"))  # it says nothing of itself


@pytest.mark.parametrize(
    ("where", "who", "action", "context"),
    [
        ((TRAIL, HOME), CLOUDWATCH, "kms:Decrypt", {"aws_SourceAccount": PROD}),
        ((TRAIL, HOME), CLOUDWATCH, "kms:Decrypt", {}),
        ((TRAIL, HOME), EVENTS, "kms:Decrypt", {"aws_SourceAccount": TRAIL}),
        ((TRAIL, HOME), CLOUDWATCH, "kms:Encrypt", {"aws_SourceAccount": TRAIL}),
        ((TRAIL, HOME), CLOUDWATCH, "kms:PutKeyPolicy", {"aws_SourceAccount": TRAIL}),
        ((SECURITY, SECOND), CLOUDWATCH, "kms:Decrypt", {"aws_SourceAccount": SECURITY}),
        ((SECURITY, SECOND), EVENTS, "kms:CreateGrant", {}),
        ((SECURITY, SECOND), SNS, "kms:Decrypt", {}),
        ((SECURITY, SECOND), f"arn:aws:iam::{PROD}:role/Ops", "kms:Decrypt", {}),
    ],
)
def test_nobody_else_uses_a_key(
    acme: Manifest, where: tuple[str, str], who: str, action: str, context: dict[str, str]
) -> None:
    assert not lets(document_of(only(acme, KEY, *where), "KeyPolicy"), who, action, arn("kms", "key/k"), **context)


def test_a_key_is_left_to_its_account_so_that_it_can_never_be_lost(acme: Manifest) -> None:
    for account, region in ((TRAIL, HOME), (SECURITY, SECOND)):
        key = document_of(only(acme, KEY, account, region), "KeyPolicy")
        assert lets(key, f"arn:aws:iam::{account}:root", "kms:PutKeyPolicy", arn("kms", "key/k", account, region))


# the bus


BUS = arn("events", "event-bus/break-glass")


def events_role(account: str) -> str:
    return f"arn:aws:iam::{account}:role/break-glass/BreakGlassEvents"


def puts(acme: Manifest, role: str, **context: str) -> bool:
    """Tell whether the bus lets a session of a role put events; what the role itself may is not asked."""
    account, name = role.split(":")[4], role.rpartition("/")[2]
    keys = {"aws_PrincipalArn": role, "aws_PrincipalOrgID": ORGANIZATION, **context}
    known = {key: value for key, value in keys.items() if value}
    session = f"arn:aws:sts::{account}:assumed-role/{name}/s"
    return lets(document_of(only(acme, EVENT_BUS), "Policy"), session, "events:PutEvents", BUS, **known)


@pytest.mark.parametrize("account", [SECURITY, TRAIL, MANAGEMENT])
def test_the_roles_that_forward_put_events_on_the_bus(acme: Manifest, account: str) -> None:
    assert puts(acme, events_role(account))


@pytest.mark.parametrize(
    "role",
    [
        events_role(PROD),
        events_role("777777777777"),
        events_role(TRAIL).replace("/break-glass/", "/"),
        events_role(TRAIL).replace("BreakGlassEvents", "BreakGlassEvents2"),
        f"arn:aws:iam::{SECURITY}:role/OrganizationAccountAccessRole",
        f"arn:aws:iam::{MANAGEMENT}:role/Admin",
    ],
)
def test_no_other_role_puts_events_on_the_bus(acme: Manifest, role: str) -> None:
    assert not puts(acme, role)


@pytest.mark.parametrize("organization", ["o-other12345", ""])
def test_the_role_of_an_account_that_left_the_organization_puts_no_events(acme: Manifest, organization: str) -> None:
    assert not puts(acme, events_role(TRAIL), aws_PrincipalOrgID=organization)


def test_the_bus_lets_events_in_and_nothing_else(acme: Manifest) -> None:
    bus = document_of(only(acme, EVENT_BUS), "Policy")
    session = f"arn:aws:sts::{TRAIL}:assumed-role/BreakGlassEvents/s"
    keys = {"aws_PrincipalArn": events_role(TRAIL), "aws_PrincipalOrgID": ORGANIZATION}
    for action in ("events:PutRule", "events:PutTargets", "events:DeleteEventBus"):
        assert not lets(bus, session, action, BUS, **keys)
    assert not lets(bus, session, "events:PutEvents", BUS.replace("break-glass", "default"), **keys)
    assert not lets(bus, EVENTS, "events:PutEvents", BUS)


@pytest.mark.parametrize("account", [SECURITY, TRAIL, MANAGEMENT])
def test_the_role_that_forwards_is_eventbridges_and_may_do_but_that(acme: Manifest, account: str) -> None:
    wanted = desired(acme)
    trust = document_of(wanted[Key(Scope(account), ROLE, "BreakGlassEvents")], "AssumeRolePolicyDocument")
    assert lets(trust, EVENTS, "sts:AssumeRole", events_role(account), aws_SourceAccount=account)
    assert not lets(trust, EVENTS, "sts:AssumeRole", events_role(account), aws_SourceAccount=PROD)
    assert not lets(trust, EVENTS, "sts:AssumeRole", events_role(account))
    assert not lets(trust, CLOUDWATCH, "sts:AssumeRole", events_role(account), aws_SourceAccount=account)
    (statement,) = items(document_of(wanted[Key(Scope(account), MANAGED_POLICY, "BreakGlassEvents")])["Statement"])
    assert statement == {"Effect": "Allow", "Action": "events:PutEvents", "Resource": BUS}


# the queues


UNDELIVERED, CANARY = arn("sqs", "break-glass-undelivered"), arn("sqs", "break-glass-canary")


@pytest.mark.parametrize(
    "rule", ["rule/BreakGlass-Use", "rule/BreakGlass-AlertingTampered", "rule/break-glass/BreakGlass-Page"]
)
def test_every_rule_of_ours_puts_what_it_cannot_deliver_into_the_queue_beside_it(acme: Manifest, rule: str) -> None:
    queue = queue_policy(acme, "break-glass-undelivered")
    assert lets(queue, EVENTS, "sqs:SendMessage", UNDELIVERED, aws_SourceArn=arn("events", rule))


@pytest.mark.parametrize(
    ("who", "action", "source"),
    [
        (EVENTS, "sqs:SendMessage", arn("events", "rule/Other")),
        (EVENTS, "sqs:SendMessage", arn("events", "rule/other/BreakGlass-Use")),
        (EVENTS, "sqs:SendMessage", arn("events", "rule/BreakGlass-Use", PROD)),
        (EVENTS, "sqs:SendMessage", arn("events", "rule/BreakGlass-Use", SECURITY, HOME)),
        (EVENTS, "sqs:SendMessage", ""),
        (EVENTS, "sqs:ReceiveMessage", arn("events", "rule/BreakGlass-Use")),
        (SNS, "sqs:SendMessage", arn("events", "rule/BreakGlass-Use")),
        (f"arn:aws:iam::{PROD}:role/Ops", "sqs:SendMessage", arn("events", "rule/BreakGlass-Use")),
    ],
)
def test_nobody_else_sends_to_the_queue_of_the_undelivered(acme: Manifest, who: str, action: str, source: str) -> None:
    queue = queue_policy(acme, "break-glass-undelivered")
    assert not lets(queue, who, action, UNDELIVERED, **({"aws_SourceArn": source} if source else {}))


def test_the_topic_beside_it_tells_the_canarys_queue(acme: Manifest) -> None:
    assert lets(queue_policy(acme, "break-glass-canary"), SNS, "sqs:SendMessage", CANARY, aws_SourceArn=OF_EVENTS)
    there = queue_policy(acme, "break-glass-canary", TRAIL, HOME)
    assert lets(there, SNS, "sqs:SendMessage", arn("sqs", "break-glass-canary", TRAIL, HOME), aws_SourceArn=OF_ALARMS)


@pytest.mark.parametrize(
    ("who", "source"),
    [
        (SNS, OF_EVENTS.replace("alerts", "others")),
        (SNS, OF_EVENTS.replace(SECURITY, PROD)),
        (SNS, OF_ALARMS),
        (SNS, ""),
        (EVENTS, OF_EVENTS),
        (f"arn:aws:iam::{PROD}:role/Ops", OF_EVENTS),
    ],
)
def test_nobody_else_can_make_the_canary_believe_that_a_message_came(acme: Manifest, who: str, source: str) -> None:
    context = {"aws_SourceArn": source} if source else {}
    assert not lets(queue_policy(acme, "break-glass-canary"), who, "sqs:SendMessage", CANARY, **context)


# the bucket


BUCKET = f"arn:aws:s3:::break-glass-trail-{SECURITY}-{SECOND}"
OWN_TRAIL = arn("cloudtrail", "trail/break-glass")
OWNED = {"s3_x-amz-acl": "bucket-owner-full-control"}
SECURE = {"aws_SecureTransport": "true"}


def bucket(acme: Manifest) -> Document:
    return document_of(only(acme, BUCKET_POLICY, TRAIL, SECOND))


def test_the_one_trail_writes_its_log_files(acme: Manifest) -> None:
    file = f"{BUCKET}/AWSLogs/{SECURITY}/CloudTrail/us-west-2/x.json.gz"
    assert lets(bucket(acme), CLOUDTRAIL, "s3:PutObject", file, aws_SourceArn=OWN_TRAIL, **OWNED, **SECURE)
    assert lets(bucket(acme), CLOUDTRAIL, "s3:GetBucketAcl", BUCKET, aws_SourceArn=OWN_TRAIL, **SECURE)


@pytest.mark.parametrize(
    ("who", "action", "path", "source", "context"),
    [
        (CLOUDTRAIL, "s3:PutObject", SECURITY, OWN_TRAIL.replace(SECURITY, PROD), OWNED),
        (CLOUDTRAIL, "s3:PutObject", SECURITY, OWN_TRAIL + "-2", OWNED),
        (CLOUDTRAIL, "s3:PutObject", SECURITY, OWN_TRAIL.replace(SECOND, HOME), OWNED),
        (CLOUDTRAIL, "s3:PutObject", SECURITY, "", OWNED),
        (CLOUDTRAIL, "s3:PutObject", PROD, OWN_TRAIL, OWNED),
        (CLOUDTRAIL, "s3:PutObject", SECURITY, OWN_TRAIL, {}),
        (CLOUDTRAIL, "s3:PutObject", SECURITY, OWN_TRAIL, {"s3_x-amz-acl": "private"}),
        (CLOUDTRAIL, "s3:DeleteObject", SECURITY, OWN_TRAIL, OWNED),
        (CLOUDTRAIL, "s3:PutObject", SECURITY, OWN_TRAIL, OWNED | {"aws_SecureTransport": "false"}),
        ("config.amazonaws.com", "s3:PutObject", SECURITY, OWN_TRAIL, OWNED),
        (f"arn:aws:iam::{SECURITY}:role/Ops", "s3:PutObject", SECURITY, OWN_TRAIL, OWNED),
        (f"arn:aws:iam::{SECURITY}:role/Ops", "s3:GetObject", SECURITY, "", {}),
        (f"arn:aws:iam::{TRAIL}:role/Ops", "s3:GetObject", SECURITY, "", {"aws_SecureTransport": "false"}),
    ],
)
def test_nobody_else_writes_or_reads_the_log_files(
    acme: Manifest, who: str, action: str, path: str, source: str, context: dict[str, str]
) -> None:
    keys = {**SECURE, **context, **({"aws_SourceArn": source} if source else {})}
    assert not lets(bucket(acme), who, action, f"{BUCKET}/AWSLogs/{path}/CloudTrail/x.json.gz", TRAIL, **keys)


# the canary


def test_the_canary_may_do_nothing_whatever_else_is_attached() -> None:
    (statement,) = items(documents.canary_rights()["Statement"])
    assert statement == {"Sid": "Nothing", "Effect": "Deny", "Action": "*", "Resource": "*"}
