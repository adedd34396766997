"""Every use reaches people on both channels; with any one link of a channel cut, the other still tells."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeAlias

import pytest

from breakglass.errors import DeniedError
from breakglass.sandbox.server import Sandbox
from breakglass.sandbox.sessions import Session
from tests.sandbox.alerted import (
    BUS,
    FILTERS,
    GROUP,
    HOME,
    NET,
    PAGES,
    ROLE,
    SECOND,
    STATE,
    TOPIC,
    TRAIL_ACCOUNT,
    USER,
    USES,
    Alerted,
    arn,
    policy,
    service,
)
from tests.sandbox.support import MANAGEMENT, PROD, SECURITY, Keys, refused, role_arn

TARGET = role_arn(PROD, ROLE)


@pytest.fixture(scope="module")
def organization(running: Sandbox) -> Alerted:
    """One for all tests of this module: setting it up takes longer than any of them."""
    made = Alerted(running)
    made.set_up()
    return made


@pytest.fixture
def alerted(organization: Alerted) -> Alerted:
    """The organization at rest: nothing in its queues, and no alarm in ALARM."""
    organization.sandbox.clock.advance(400)
    organization.caught(), organization.pages()
    return organization


@pytest.fixture
def ana(alerted: Alerted) -> Session:
    return alerted.sandbox.sign_in(SECURITY, USER, mfa=True)


def keys(session: Session) -> Keys:
    return Keys(session.access_key, session.secret, session.token)


def use(alerted: Alerted, session: Session) -> None:
    alerted.clients.assume(keys(session), TARGET, USER)


def test_a_permitted_assumption_is_told_on_both_channels(alerted: Alerted, ana: Session) -> None:
    use(alerted, ana)
    assert alerted.caught() == ["RoleAssumed"]
    assert alerted.pages() == [f"AssumeRole by {USER}"]


def test_a_denied_assumption(alerted: Alerted, ana: Session) -> None:
    with refused("AccessDenied"):
        alerted.clients.assume(keys(ana), role_arn(SECURITY, ROLE), USER)
    assert alerted.caught() == ["AssumptionDenied"]
    assert alerted.pages() == [f"AssumeRole by {USER}"]


def test_a_switch_in_the_console(alerted: Alerted) -> None:
    session = alerted.sandbox.console_sign_in(SECURITY, USER, mfa=True)
    switched = alerted.sandbox.switch_role(session, TARGET)
    assert alerted.caught() == ["RoleAssumed", "RoleSwitched", "SignIn"]
    assert alerted.pages() == [f"AssumeRole by {USER}", f"ConsoleLogin by {USER}"]
    assert alerted.clients.sts(keys(switched)).get_caller_identity()["Arn"].endswith(f"{ROLE}/{USER}")


def test_a_switch_that_is_denied(alerted: Alerted, ana: Session) -> None:
    with pytest.raises(DeniedError, match="not authorized to perform: sts:AssumeRole"):
        alerted.sandbox.switch_role(ana, role_arn(SECURITY, ROLE))
    assert alerted.caught() == ["AssumptionDenied"]
    assert alerted.pages() == [f"AssumeRole by {USER}"]


def test_an_access_key_is_told_from_the_region_of_iam(alerted: Alerted) -> None:
    made = alerted.clients.member(SECURITY).create_access_key(UserName=USER)["AccessKey"]["AccessKeyId"]
    assert alerted.caught() == ["CredentialCreated"]
    assert alerted.pages() == ["CreateAccessKey by"]
    alerted.clients.member(SECURITY).delete_access_key(UserName=USER, AccessKeyId=made)
    assert alerted.caught() == []
    assert alerted.pages() == ["DeleteAccessKey by"]


def test_a_disabled_alarm(alerted: Alerted) -> None:
    alarms = alerted.aws("cloudwatch", TRAIL_ACCOUNT, HOME)
    alarms.disable_alarm_actions(AlarmNames=["BreakGlass-RoleAssumed"])
    alarms.enable_alarm_actions(AlarmNames=["BreakGlass-RoleAssumed"])
    assert alerted.caught() == ["AlertingTampered"]
    assert alerted.pages() == ["DisableAlarmActions by"]


def test_ordinary_work_tells_nobody(alerted: Alerted) -> None:
    iam = alerted.clients.member(PROD)
    iam.create_user(UserName="someone")
    iam.delete_user(UserName="someone")
    assert (alerted.caught(), alerted.pages()) == ([], [])


def test_a_second_use_while_the_alarm_lasts_is_paged_and_silent_on_the_net(alerted: Alerted, ana: Session) -> None:
    use(alerted, ana)
    use(alerted, ana)
    assert alerted.caught() == ["RoleAssumed"]
    assert len(alerted.pages()) == 2
    alerted.sandbox.clock.advance(301)
    states = alerted.aws("cloudwatch", TRAIL_ACCOUNT, HOME).describe_alarms(StateValue="ALARM")
    assert states["MetricAlarms"] == []
    use(alerted, ana)
    assert alerted.caught() == ["RoleAssumed"]


def test_an_alarm_names_itself_and_its_metric(alerted: Alerted, ana: Session) -> None:
    use(alerted, ana)
    told = json.loads(alerted.net()[0])
    assert (told["AlarmName"], told["NewStateValue"], told["OldStateValue"]) == (
        "BreakGlass-RoleAssumed",
        "ALARM",
        "OK",
    )
    now = alerted.sandbox.clock.now()
    metric = {"Namespace": "BreakGlass", "MetricName": "BreakGlass-RoleAssumed"}
    data = alerted.aws("cloudwatch", TRAIL_ACCOUNT, HOME).get_metric_data(
        StartTime=now.timestamp() - 300,
        EndTime=now.timestamp() + 1,
        MetricDataQueries=[{"Id": "uses", "MetricStat": {"Metric": metric, "Period": 300, "Stat": "Sum"}}],
    )
    assert sum(data["MetricDataResults"][0]["Values"]) == 2.0  # the caller's copy and that of the role's account


def test_the_log_group_holds_what_happened(alerted: Alerted, ana: Session) -> None:
    use(alerted, ana)
    logs = alerted.aws("logs", TRAIL_ACCOUNT, HOME)
    start = int((alerted.sandbox.clock.now().timestamp() - 60) * 1000)
    wanted = FILTERS["RoleAssumed"]
    first = logs.filter_log_events(logGroupName=GROUP, filterPattern=wanted, startTime=start, limit=1)
    second = logs.filter_log_events(
        logGroupName=GROUP, filterPattern=wanted, startTime=start, nextToken=first["nextToken"]
    )
    pages = [*first["events"], *second["events"]]
    found = [json.loads(each["message"]) for each in pages]
    assert [each["recipientAccountId"] for each in found] == [SECURITY, PROD]
    assert [each["logStreamName"] for each in pages] == [
        f"o-acme12345_{account}_CloudTrail_{HOME}" for account in (SECURITY, PROD)
    ]
    assert not logs.filter_log_events(logGroupName=GROUP, filterPattern=wanted, endTime=1000)["events"]
    assert len(logs.describe_log_streams(logGroupName=GROUP)["logStreams"]) >= 2


Cut: TypeAlias = Callable[[Alerted], Iterator[None]]
"""Cuts a link before it yields, and mends it after."""


@contextmanager
def without(cut: Cut, alerted: Alerted) -> Iterator[None]:
    steps = cut(alerted)
    next(steps)
    try:
        yield
    finally:
        next(steps, None)


def topic_policy(account: str, region: str) -> Cut:
    def cut(alerted: Alerted) -> Iterator[None]:
        sns, topic = alerted.aws("sns", account, region), arn("sns", TOPIC, account, region)
        nobody = service("backup.amazonaws.com", "sns:Publish", topic)
        sns.set_topic_attributes(TopicArn=topic, AttributeName="Policy", AttributeValue=policy(nobody))
        yield
        whole = alerted.topic_policy(account, region)
        sns.set_topic_attributes(TopicArn=topic, AttributeName="Policy", AttributeValue=whole)

    return cut


def key_policy(account: str, region: str, *principals: str) -> Cut:
    def cut(alerted: Alerted) -> Iterator[None]:
        kms = alerted.aws("kms", account, region)
        key = kms.describe_key(KeyId=f"alias/{TOPIC}")["KeyMetadata"]["KeyId"]
        owner = {"Principal": {"AWS": f"arn:aws:iam::{account}:root"}, "Action": "kms:*", "Resource": "*"}
        some = [service(each, "kms:Decrypt", "*") for each in principals]
        kms.put_key_policy(KeyId=key, PolicyName="default", Policy=policy(owner, *some))
        yield
        kms.put_key_policy(KeyId=key, PolicyName="default", Policy=alerted.key_policy(account))

    return cut


def key_condition(alerted: Alerted) -> Iterator[None]:
    """EventBridge names no source to KMS: a condition on it, however true, keeps it out."""
    kms = alerted.aws("kms", SECURITY, SECOND)
    key = kms.describe_key(KeyId=f"alias/{TOPIC}")["KeyMetadata"]["KeyId"]
    owner = {"Principal": {"AWS": f"arn:aws:iam::{SECURITY}:root"}, "Action": "kms:*", "Resource": "*"}
    ours = service("events.amazonaws.com", "kms:*", "*", StringEquals={"aws:SourceAccount": SECURITY})
    kms.put_key_policy(KeyId=key, PolicyName="default", Policy=policy(owner, ours))
    yield
    kms.put_key_policy(KeyId=key, PolicyName="default", Policy=alerted.key_policy(SECURITY))


def disabled_key(alerted: Alerted) -> Iterator[None]:
    kms = alerted.aws("kms", TRAIL_ACCOUNT, HOME)
    key = kms.describe_key(KeyId=f"alias/{TOPIC}")["KeyMetadata"]["Arn"]
    kms.disable_key(KeyId=key)
    yield
    kms.enable_key(KeyId=key)


def no_key(alerted: Alerted) -> Iterator[None]:
    kms = alerted.aws("kms", TRAIL_ACCOUNT, HOME)
    key = kms.describe_key(KeyId=f"alias/{TOPIC}")["KeyMetadata"]["KeyId"]
    kms.delete_alias(AliasName=f"alias/{TOPIC}")
    yield
    kms.create_alias(AliasName=f"alias/{TOPIC}", TargetKeyId=key)


def queue_policy(account: str, region: str, name: str) -> Cut:
    def cut(alerted: Alerted) -> Iterator[None]:
        sqs = alerted.aws("sqs", account, region)
        url = sqs.get_queue_url(QueueName=name)["QueueUrl"]
        before = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["Policy"])["Attributes"]
        sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": ""})
        yield
        sqs.set_queue_attributes(QueueUrl=url, Attributes=before)

    return cut


def unsubscribed(account: str, region: str, name: str) -> Cut:
    def cut(alerted: Alerted) -> Iterator[None]:
        sns, topic = alerted.aws("sns", account, region), arn("sns", TOPIC, account, region)
        for each in sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]:
            if each["Endpoint"].endswith(f":{name}"):
                sns.unsubscribe(SubscriptionArn=each["SubscriptionArn"])
        yield
        sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn("sqs", name, account, region))

    return cut


def alarm_actions(alerted: Alerted) -> Iterator[None]:
    alarms = alerted.aws("cloudwatch", TRAIL_ACCOUNT, HOME)
    alarms.disable_alarm_actions(AlarmNames=["BreakGlass-RoleAssumed"])
    yield
    alarms.enable_alarm_actions(AlarmNames=["BreakGlass-RoleAssumed"])


def muted(alerted: Alerted) -> Iterator[None]:
    alarms = alerted.aws("cloudwatch", TRAIL_ACCOUNT, HOME)
    alarms.put_alarm_mute_rule(
        Name="quiet",
        Rule={"Schedule": {"Expression": "cron(0 0 * * *)", "Duration": "P1D"}},
        MuteTargets={"AlarmNames": ["BreakGlass-RoleAssumed"]},
    )
    yield
    alarms.delete_alarm_mute_rule(AlarmMuteRuleName="quiet")


def no_filter(alerted: Alerted) -> Iterator[None]:
    logs, name = alerted.aws("logs", TRAIL_ACCOUNT, HOME), "BreakGlass-RoleAssumed"
    logs.delete_metric_filter(logGroupName=GROUP, filterName=name)
    yield
    metric = {"metricName": name, "metricNamespace": "BreakGlass", "metricValue": "1"}
    logs.put_metric_filter(
        logGroupName=GROUP, filterName=name, filterPattern=FILTERS["RoleAssumed"], metricTransformations=[metric]
    )


def delivery_role(alerted: Alerted) -> Iterator[None]:
    iam = alerted.clients.member(TRAIL_ACCOUNT)
    found = iam.get_role_policy(RoleName="OrganizationTrailToLogs", PolicyName="logs")["PolicyDocument"]
    iam.delete_role_policy(RoleName="OrganizationTrailToLogs", PolicyName="logs")
    yield
    iam.put_role_policy(RoleName="OrganizationTrailToLogs", PolicyName="logs", PolicyDocument=json.dumps(found))


def rule(state: str, *, bus: str = "default", region: str = HOME, name: str = "BreakGlass-Use") -> Cut:
    def cut(alerted: Alerted) -> Iterator[None]:
        events = alerted.aws("events", SECURITY, region)
        before = events.describe_rule(Name=name, EventBusName=bus)["EventPattern"]
        events.put_rule(Name=name, EventBusName=bus, EventPattern=before, State=state)
        yield
        events.put_rule(Name=name, EventBusName=bus, EventPattern=before, State=STATE)

    return cut


def bus_policy(alerted: Alerted) -> Iterator[None]:
    """The bus lies in the same account: only a Deny closes it to the rules there."""
    events = alerted.aws("events", SECURITY, SECOND)
    bus = arn("events", f"event-bus/{BUS}", SECURITY, SECOND)
    deny = {"Effect": "Deny", "Principal": "*", "Action": "events:PutEvents", "Resource": bus}
    events.put_permission(EventBusName=BUS, Policy=json.dumps({"Version": "2012-10-17", "Statement": [deny]}))
    yield
    events.put_permission(EventBusName=BUS, Policy=alerted.bus_policy(bus))


def role_trust(alerted: Alerted) -> Iterator[None]:
    iam = alerted.clients.member(SECURITY)
    for who in ("scheduler.amazonaws.com", "events.amazonaws.com"):
        trust = policy({"Principal": {"Service": who}, "Action": "sts:AssumeRole"})
        iam.update_assume_role_policy(RoleName="BreakGlassEvents", PolicyDocument=trust)
        if who.startswith("scheduler"):
            yield


def role_rights(alerted: Alerted) -> Iterator[None]:
    """The policy of a bus in the role's own account is enough without rights of the role, but not against a Deny."""
    iam = alerted.clients.member(SECURITY)
    deny = {"Effect": "Deny", "Action": "events:PutEvents", "Resource": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [deny]})
    iam.put_role_policy(RoleName="BreakGlassEvents", PolicyName="deny", PolicyDocument=document)
    yield
    iam.delete_role_policy(RoleName="BreakGlassEvents", PolicyName="deny")


OF_THE_NET: dict[str, Cut] = {
    "topic policy": topic_policy(TRAIL_ACCOUNT, HOME),
    "key policy": key_policy(TRAIL_ACCOUNT, HOME),
    "key policy lets decrypt and not encrypt": key_policy(TRAIL_ACCOUNT, HOME, "cloudwatch.amazonaws.com"),
    "key is disabled": disabled_key,
    "key is not there": no_key,
    "queue policy": queue_policy(TRAIL_ACCOUNT, HOME, NET),
    "no subscription": unsubscribed(TRAIL_ACCOUNT, HOME, NET),
    "alarm actions": alarm_actions,
    "mute rule": muted,
    "filter": no_filter,
    "delivery role": delivery_role,
}
OF_THE_FAST_CHANNEL: dict[str, Cut] = {
    "topic policy": topic_policy(SECURITY, SECOND),
    "key policy": key_policy(SECURITY, SECOND),
    "key policy names a source": key_condition,
    "queue policy": queue_policy(SECURITY, SECOND, PAGES),
    "no subscription": unsubscribed(SECURITY, SECOND, PAGES),
    "rule disabled": rule("DISABLED"),
    "rule without read-only events": rule("ENABLED"),
    "page rule disabled": rule("DISABLED", bus=BUS, region=SECOND, name="BreakGlass-Page"),
    "page rule without read-only events": rule("ENABLED", bus=BUS, region=SECOND, name="BreakGlass-Page"),
    "bus policy": bus_policy,
    "role is trusted to another service": role_trust,
    "role may not put events": role_rights,
}


@pytest.mark.parametrize("link", OF_THE_NET)
def test_with_a_link_of_the_net_cut_the_fast_channel_tells(alerted: Alerted, ana: Session, link: str) -> None:
    with without(OF_THE_NET[link], alerted):
        assert "RoleAssumed" not in alerted.caught()
        alerted.pages()
        use(alerted, ana)
        assert alerted.caught() == []
        assert alerted.pages() == [f"AssumeRole by {USER}"]


@pytest.mark.parametrize("link", OF_THE_FAST_CHANNEL)
def test_with_a_link_of_the_fast_channel_cut_the_net_tells(alerted: Alerted, ana: Session, link: str) -> None:
    with without(OF_THE_FAST_CHANNEL[link], alerted):
        use(alerted, ana)
        assert alerted.caught() == ["RoleAssumed"]
        assert alerted.pages() == []


def test_from_another_account_role_and_bus_must_both_allow(alerted: Alerted) -> None:
    """The rules of the trail account forward to the bus of the security account."""
    iam, alarms = alerted.clients.member(TRAIL_ACCOUNT), alerted.aws("cloudwatch", TRAIL_ACCOUNT, HOME)
    events, bus = alerted.aws("events", SECURITY, SECOND), arn("events", f"event-bus/{BUS}", SECURITY, SECOND)
    alarms.disable_alarm_actions(AlarmNames=["BreakGlass-SignIn"])
    assert alerted.pages() == ["DisableAlarmActions by"]
    events.remove_permission(EventBusName=BUS, RemoveAllPermissions=True)
    alarms.disable_alarm_actions(AlarmNames=["BreakGlass-SignIn"])
    assert alerted.pages() == []
    events.put_permission(EventBusName=BUS, Policy=alerted.bus_policy(bus))
    held = iam.get_role_policy(RoleName="BreakGlassEvents", PolicyName="forward")["PolicyDocument"]
    iam.delete_role_policy(RoleName="BreakGlassEvents", PolicyName="forward")
    alarms.disable_alarm_actions(AlarmNames=["BreakGlass-SignIn"])
    assert alerted.pages() == []
    iam.put_role_policy(RoleName="BreakGlassEvents", PolicyName="forward", PolicyDocument=json.dumps(held))
    alarms.enable_alarm_actions(AlarmNames=["BreakGlass-SignIn"])


def test_what_cannot_be_forwarded_waits_in_the_dead_letter_queue(alerted: Alerted, ana: Session) -> None:
    with without(role_rights, alerted):
        use(alerted, ana)
    buried = [json.loads(each) for each in alerted.received(SECURITY, HOME, "undelivered")]
    assert "AssumeRole" in [each["detail"]["eventName"] for each in buried]


def test_with_the_organization_trail_stopped_an_own_trail_keeps_the_fast_channel(
    alerted: Alerted, ana: Session
) -> None:
    """Without any trail EventBridge gets nothing of CloudTrail."""
    trails, bucket = alerted.aws("cloudtrail", MANAGEMENT, HOME), f"organization-trail-{TRAIL_ACCOUNT}"
    trails.stop_logging(Name="organization-trail")
    use(alerted, ana)
    assert (alerted.caught(), alerted.pages()) == ([], [])
    own = alerted.aws("cloudtrail", SECURITY, SECOND)
    own.create_trail(Name="break-glass", S3BucketName=bucket, IsMultiRegionTrail=True)
    own.start_logging(Name="break-glass")
    use(alerted, ana)
    assert (alerted.caught(), alerted.pages()) == ([], [f"AssumeRole by {USER}"])
    own.put_event_selectors(
        TrailName="break-glass", EventSelectors=[{"ReadWriteType": "WriteOnly", "IncludeManagementEvents": True}]
    )
    use(alerted, ana)
    assert alerted.pages() == []
    own.delete_trail(Name="break-glass")
    trails.start_logging(Name="organization-trail")
    use(alerted, ana)
    assert (alerted.caught(), len(alerted.pages())) == (["RoleAssumed"], 1)


def test_an_alarm_that_is_set_tells_too(alerted: Alerted) -> None:
    alarms = alerted.aws("cloudwatch", TRAIL_ACCOUNT, HOME)
    alarms.set_alarm_state(AlarmName="BreakGlass-SignIn", StateValue="ALARM", StateReason="a test")
    assert alerted.caught() == ["SignIn"]


def test_an_alarm_that_is_put_again_keeps_its_state(alerted: Alerted, ana: Session) -> None:
    alarms = alerted.aws("cloudwatch", TRAIL_ACCOUNT, HOME)
    use(alerted, ana)
    alarms.put_metric_alarm(
        AlarmName="BreakGlass-RoleAssumed",
        Namespace="BreakGlass",
        MetricName="BreakGlass-RoleAssumed",
        Statistic="Sum",
        Period=300,
        EvaluationPeriods=1,
        Threshold=1,
        ComparisonOperator="GreaterThanOrEqualToThreshold",
        TreatMissingData="notBreaching",
        AlarmActions=[arn("sns", TOPIC, TRAIL_ACCOUNT, HOME)],
    )
    assert alerted.caught() == ["RoleAssumed"]
    assert alarms.describe_alarms(AlarmNames=["BreakGlass-RoleAssumed"])["MetricAlarms"][0]["StateValue"] == "ALARM"


def test_mail_goes_only_to_those_who_have_confirmed(alerted: Alerted, ana: Session) -> None:
    sns, topic = alerted.aws("sns", SECURITY, SECOND), arn("sns", TOPIC, SECURITY, SECOND)
    alerted.sandbox.mail.clear()
    answer = sns.subscribe(TopicArn=topic, Protocol="email", Endpoint="oncall@acme.example")
    assert answer["SubscriptionArn"] == "pending confirmation"
    use(alerted, ana)
    (asked,) = alerted.sandbox.mail
    assert (asked.address, "ConfirmSubscription" in asked.text) == ("oncall@acme.example", True)
    assert sns.get_topic_attributes(TopicArn=topic)["Attributes"]["SubscriptionsPending"] == "1"
    with refused("InvalidParameter"):
        sns.confirm_subscription(TopicArn=topic, Token="guessed")
    token = asked.text.rpartition("Token=")[2]
    confirmed = sns.confirm_subscription(TopicArn=topic, Token=token, AuthenticateOnUnsubscribe="true")
    use(alerted, ana)
    assert f"AssumeRole by {USER}" in tuple(alerted.sandbox.mail)[-1].text
    attributes = sns.get_subscription_attributes(SubscriptionArn=confirmed["SubscriptionArn"])["Attributes"]
    assert (attributes["PendingConfirmation"], attributes["ConfirmationWasAuthenticated"]) == ("false", "true")
    sns.unsubscribe(SubscriptionArn=confirmed["SubscriptionArn"])


def test_links_in_mail_confirm_without_authentication(alerted: Alerted) -> None:
    sns, topic = alerted.aws("sns", SECURITY, SECOND), arn("sns", TOPIC, SECURITY, SECOND)
    made = sns.subscribe(
        TopicArn=topic, Protocol="https", Endpoint="https://pager.example/x", ReturnSubscriptionArn=True
    )
    assert alerted.sandbox.confirm_subscriptions("https://pager.example/x") == 1
    assert alerted.sandbox.confirm_subscriptions("https://pager.example/x") == 0
    attributes = sns.get_subscription_attributes(SubscriptionArn=made["SubscriptionArn"])["Attributes"]
    assert (attributes["PendingConfirmation"], attributes["ConfirmationWasAuthenticated"]) == ("false", "false")
    sns.unsubscribe(SubscriptionArn=made["SubscriptionArn"])


def test_a_queue_of_another_account_is_confirmed_by_its_owner(alerted: Alerted, ana: Session) -> None:
    """The pager of the manifest lies in another account than the topic that gathers the fast channel."""
    sns, topic = alerted.aws("sns", SECURITY, SECOND), arn("sns", TOPIC, SECURITY, SECOND)
    pager = arn("sqs", "pager", TRAIL_ACCOUNT, SECOND)
    assert sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=pager)["SubscriptionArn"] == "pending confirmation"
    use(alerted, ana)
    sqs = alerted.aws("sqs", TRAIL_ACCOUNT, SECOND)
    url = sqs.get_queue_url(QueueName="pager")["QueueUrl"]
    (asked,) = sqs.receive_message(QueueUrl=url)["Messages"]
    read = json.loads(asked["Body"])
    assert read["Type"] == "SubscriptionConfirmation"
    sqs.delete_message(QueueUrl=url, ReceiptHandle=asked["ReceiptHandle"])
    owner = alerted.aws("sns", TRAIL_ACCOUNT, SECOND)
    confirmed = owner.confirm_subscription(TopicArn=topic, Token=read["Token"])
    use(alerted, ana)
    assert len(alerted.received(TRAIL_ACCOUNT, SECOND, "pager")) == 1
    sns.unsubscribe(SubscriptionArn=confirmed["SubscriptionArn"])


def test_whoever_may_publish_publishes(alerted: Alerted) -> None:
    topic = arn("sns", TOPIC, SECURITY, SECOND)
    alerted.aws("sns", SECURITY, SECOND).publish(TopicArn=topic, Subject="A test", Message="by hand")
    assert alerted.pages() == ["by hand"]


def test_targets_that_are_not_there_get_nothing_and_say_why(alerted: Alerted, ana: Session) -> None:
    queue = arn("sqs", "lost", SECURITY, HOME)
    sqs, events = alerted.aws("sqs", SECURITY, HOME), alerted.aws("events", SECURITY, HOME)
    allowed = service("events.amazonaws.com", "sqs:SendMessage", queue)
    url = sqs.create_queue(QueueName="lost", Attributes={"Policy": policy(allowed)})["QueueUrl"]
    events.put_rule(Name="lost", EventPattern=json.dumps(USES), State=STATE)
    bus = arn("events", f"event-bus/{BUS}", SECURITY, SECOND)
    absent = {
        "bus": {"Arn": f"{bus}-absent", "RoleArn": role_arn(SECURITY, "break-glass/BreakGlassEvents")},
        "role": {"Arn": bus, "RoleArn": role_arn(SECURITY, "absent")},
        "queue": {"Arn": arn("sqs", "absent", SECURITY, HOME)},
        "topic": {"Arn": arn("sns", "absent", SECURITY, HOME)},
    }
    grave = {"DeadLetterConfig": {"Arn": queue}}
    events.put_targets(Rule="lost", Targets=[{"Id": name, **each, **grave} for name, each in absent.items()])
    use(alerted, ana)
    got = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, MessageAttributeNames=["All"])["Messages"]
    told = [{name: value["StringValue"] for name, value in each["MessageAttributes"].items()} for each in got]
    assert sorted((each["TARGET_ARN"].rpartition(":")[2], each["ERROR_CODE"]) for each in told) == [
        ("absent", "NO_PERMISSIONS"),
        ("absent", "NO_PERMISSIONS"),
        ("event-bus/break-glass", "NO_PERMISSIONS"),
        ("event-bus/break-glass-absent", "INVALID_TARGET"),
    ]
    events.remove_targets(Rule="lost", Ids=list(absent))
    events.delete_rule(Name="lost")


def test_a_rule_reaches_a_queue_and_gives_all_of_the_event(alerted: Alerted, ana: Session) -> None:
    queue = arn("sqs", "direct", SECURITY, HOME)
    allowed = service("events.amazonaws.com", "sqs:SendMessage", queue)
    alerted.aws("sqs", SECURITY, HOME).create_queue(QueueName="direct", Attributes={"Policy": policy(allowed)})
    events = alerted.aws("events", SECURITY, HOME)
    events.put_rule(Name="direct", EventPattern=json.dumps(USES), State=STATE)
    function = f"arn:aws:lambda:{HOME}:{SECURITY}:function:page"
    graves = {"DeadLetterConfig": {"Arn": queue}}
    targets = [{"Id": "queue", "Arn": queue}, {"Id": "function", "Arn": function, **graves}]
    events.put_targets(Rule="direct", Targets=targets)
    use(alerted, ana)
    got = [json.loads(each) for each in alerted.received(SECURITY, HOME, "direct")]
    assert [each["detail-type"] for each in got] == ["AWS API Call via CloudTrail"] * 2
    assert {(each["source"], each["account"], each["region"]) for each in got} == {("aws.sts", SECURITY, HOME)}
    events.remove_targets(Rule="direct", Ids=["queue", "function"])
    events.delete_rule(Name="direct")


def test_without_its_log_group_the_net_is_gone(alerted: Alerted, ana: Session) -> None:
    """Nothing makes it whole again here: the last test of this module."""
    logs = alerted.aws("logs", TRAIL_ACCOUNT, HOME)
    logs.put_log_group_deletion_protection(logGroupIdentifier=GROUP, deletionProtectionEnabled=True)
    with refused("ValidationException"):
        logs.delete_log_group(logGroupName=GROUP)
    logs.put_log_group_deletion_protection(logGroupIdentifier=GROUP, deletionProtectionEnabled=False)
    logs.delete_log_group(logGroupName=GROUP)
    use(alerted, ana)
    assert (alerted.caught(), alerted.pages()) == ([], [f"AssumeRole by {USER}"])
    logs.create_log_group(logGroupName=GROUP)
    assert logs.describe_metric_filters(logGroupName=GROUP)["metricFilters"] == []
