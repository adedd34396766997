"""Every link of either channel, and how it is cut: by plain boto3, as somebody with the rights to provision."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from breakglass.documents import Json
from tests.stories.alerted import AUDIT, FAST, HOME, NET, SECOND, TOPICS, WHERE, Alerted
from tests.stories.conftest import MANAGEMENT, SECURITY

Deed: TypeAlias = Callable[[Alerted], object]
STATE = "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"
GROUP = "organization-trail"
ORGANIZATION_TRAIL = f"arn:aws:cloudtrail:{HOME}:{MANAGEMENT}:trail/organization-trail"
BUS = f"arn:aws:events:{SECOND}:{SECURITY}:event-bus/break-glass"
EVENTS_ROLE = f"arn:aws:iam::{SECURITY}:role/break-glass/BreakGlassEvents"
FILTER = "BreakGlass-RoleAssumed"
ALARM = f"arn:aws:cloudwatch:{HOME}:{AUDIT}:alarm:{FILTER}"
METRIC_FILTER = f"metric filter {FILTER} in {HOME} of {AUDIT}"
USE_RULE = f"arn:aws:events:{HOME}:{SECURITY}:rule/BreakGlass-Use"
PAGE_RULE = f"arn:aws:events:{SECOND}:{SECURITY}:rule/break-glass/BreakGlass-Page"
OWN_TRAIL = f"arn:aws:cloudtrail:{SECOND}:{SECURITY}:trail/break-glass"


@dataclass(frozen=True)
class Cut:
    """One link, cut."""

    name: str
    deed: Deed
    told: tuple[tuple[str, str], ...]
    """What verify says: codes and subjects."""
    breaks: tuple[str, str] | None = None
    """The channel that is dead, and the stage at which the canary says so; None where a use is still told on both."""
    mend: Deed | None = None
    """How it is mended where that is not for `apply`."""


def our_key(channel: str) -> str:
    account, region = WHERE[channel]
    return f"key break-glass-alerts in {region} of {account}"


def of_topic(channel: str) -> str:
    account, region = WHERE[channel]
    return f"policy of the topic {TOPICS[channel]} in {region} of {account}"


def subscribed(channel: str, endpoint: str) -> str:
    account, region = WHERE[channel]
    return f"subscription {endpoint} in {region} of {account}"


def broken(subject: str) -> tuple[tuple[str, str], ...]:
    return (("ALERT_BROKEN", subject),)


def policy(*statements: Mapping[str, Json]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def deny(action: str, resource: str) -> Mapping[str, Json]:
    return {"Effect": "Deny", "Principal": "*", "Action": action, "Resource": resource}


def topic_policy(channel: str) -> Deed:
    def cut(alerted: Alerted) -> None:
        topic = TOPICS[channel]
        nobody = policy(deny("sns:Publish", topic))
        alerted.of(channel, "sns").set_topic_attributes(TopicArn=topic, AttributeName="Policy", AttributeValue=nobody)

    return cut


def added_to_topic_policy(channel: str) -> Deed:
    """Leave what is there, and add a Deny."""

    def cut(alerted: Alerted) -> None:
        topic, sns = TOPICS[channel], alerted.of(channel, "sns")
        before = json.loads(sns.get_topic_attributes(TopicArn=topic)["Attributes"]["Policy"])
        more = policy(*before["Statement"], deny("sns:Publish", topic))
        sns.set_topic_attributes(TopicArn=topic, AttributeName="Policy", AttributeValue=more)

    return cut


def key_policy(channel: str) -> Deed:
    def cut(alerted: Alerted) -> None:
        kms, (account, _) = alerted.of(channel, "kms"), WHERE[channel]
        owner: Mapping[str, Json] = {
            "Effect": "Allow",
            "Principal": {"AWS": f"arn:aws:iam::{account}:root"},
            "Action": "kms:*",
            "Resource": "*",
        }
        key = kms.describe_key(KeyId="alias/break-glass-alerts")["KeyMetadata"]["KeyId"]
        kms.put_key_policy(KeyId=key, PolicyName="default", Policy=policy(owner))

    return cut


def key_disabled(channel: str) -> Deed:
    def cut(alerted: Alerted) -> None:
        kms = alerted.of(channel, "kms")
        kms.disable_key(KeyId=kms.describe_key(KeyId="alias/break-glass-alerts")["KeyMetadata"]["KeyId"])

    return cut


def ended(channel: str, queue: str) -> Deed:
    """End a queue's subscription."""

    def cut(alerted: Alerted) -> None:
        sns = alerted.of(channel, "sns")
        for each in sns.list_subscriptions_by_topic(TopicArn=TOPICS[channel])["Subscriptions"]:
            if each["Endpoint"].endswith(f":{queue}"):
                sns.unsubscribe(SubscriptionArn=each["SubscriptionArn"])

    return cut


def unconfirmed(channel: str) -> Deed:
    """End the pager's subscription, and ask the pager anew: it has yet to confirm."""

    def cut(alerted: Alerted) -> None:
        ended(channel, "pager")(alerted)
        alerted.apply()

    return cut


def alarm(**changed: Json) -> Deed:
    """Change an alarm."""

    def cut(alerted: Alerted) -> None:
        cloudwatch = alerted.of(NET, "cloudwatch")
        (before,) = cloudwatch.describe_alarms(AlarmNames=[FILTER])["MetricAlarms"]
        names = (
            "AlarmName AlarmDescription Namespace MetricName Statistic Period EvaluationPeriods DatapointsToAlarm"
            " Threshold ComparisonOperator TreatMissingData ActionsEnabled AlarmActions"
        )
        cloudwatch.put_metric_alarm(**{name: before[name] for name in names.split()} | changed)

    return cut


def disabled_actions(alerted: Alerted) -> None:
    alerted.of(NET, "cloudwatch").disable_alarm_actions(AlarmNames=[FILTER])


def renamed_alarm(alerted: Alerted) -> None:
    alarm(AlarmName="RoleAssumed")(alerted)
    alerted.of(NET, "cloudwatch").delete_alarms(AlarmNames=[FILTER])


def muted(alerted: Alerted) -> None:
    alerted.of(NET, "cloudwatch").put_alarm_mute_rule(
        Name="quiet",
        Rule={"Schedule": {"Expression": "cron(* * * * *)", "Duration": "P1D"}},
        MuteTargets={"AlarmNames": [FILTER]},
    )


def unmuted(alerted: Alerted) -> None:
    alerted.of(NET, "cloudwatch").delete_alarm_mute_rule(AlarmMuteRuleName="quiet")


def no_filter(alerted: Alerted) -> None:
    alerted.of(NET, "logs").delete_metric_filter(logGroupName=GROUP, filterName=FILTER)


def metric_filter(pattern: str = "", **changed: str) -> Deed:
    """Change a metric filter: its pattern, or what it counts."""

    def cut(alerted: Alerted) -> None:
        logs = alerted.of(NET, "logs")
        (before,) = logs.describe_metric_filters(logGroupName=GROUP, filterNamePrefix=FILTER)["metricFilters"]
        metric = {"metricName": FILTER, "metricNamespace": "BreakGlass", "metricValue": "1", **changed}
        logs.put_metric_filter(
            logGroupName=GROUP,
            filterName=FILTER,
            filterPattern=pattern or before["filterPattern"],
            metricTransformations=[metric],
        )

    return cut


def delivery_role(alerted: Alerted) -> None:
    """Forbid the role what it is for: the status of the trail tells."""
    alerted.touch(MANAGEMENT, HOME)
    alerted.aws("iam", AUDIT).put_role_policy(
        RoleName="OrganizationTrailToLogs", PolicyName="deny", PolicyDocument=_nothing("logs:*")
    )


def delivery_role_mended(alerted: Alerted) -> None:
    alerted.aws("iam", AUDIT).delete_role_policy(RoleName="OrganizationTrailToLogs", PolicyName="deny")


def organization_trail(*, logs: bool) -> Deed:
    def cut(alerted: Alerted) -> None:
        trails = alerted.aws("cloudtrail", MANAGEMENT, HOME)
        (trails.start_logging if logs else trails.stop_logging)(Name="organization-trail")

    return cut


def selected(kind: str) -> Deed:
    """Let the organization trail record management events of a kind: All, ReadOnly, WriteOnly."""

    def cut(alerted: Alerted) -> None:
        alerted.aws("cloudtrail", MANAGEMENT, HOME).put_event_selectors(
            TrailName="organization-trail", EventSelectors=[{"ReadWriteType": kind, "IncludeManagementEvents": True}]
        )

    return cut


def own_trail(alerted: Alerted) -> None:
    alerted.of(FAST, "cloudtrail").stop_logging(Name="break-glass")


def own_selectors(alerted: Alerted) -> None:
    alerted.of(FAST, "cloudtrail").put_event_selectors(
        TrailName="break-glass", EventSelectors=[{"ReadWriteType": "WriteOnly", "IncludeManagementEvents": True}]
    )


def use_rule(state: str = STATE, pattern: str = "") -> Deed:
    """Change the rule that notices a use, where people call STS."""

    def cut(alerted: Alerted) -> None:
        events = alerted.aws("events", SECURITY, HOME)
        before = events.describe_rule(Name="BreakGlass-Use")
        events.put_rule(Name="BreakGlass-Use", EventPattern=pattern or before["EventPattern"], State=state)

    return cut


def page_rule(state: str) -> Deed:
    def cut(alerted: Alerted) -> None:
        events, named = alerted.of(FAST, "events"), {"Name": "BreakGlass-Page", "EventBusName": "break-glass"}
        events.put_rule(**named, EventPattern=events.describe_rule(**named)["EventPattern"], State=state)

    return cut


def no_page_target(alerted: Alerted) -> None:
    alerted.of(FAST, "events").remove_targets(Rule="BreakGlass-Page", EventBusName="break-glass", Ids=["topic"])


def page_rule_elsewhere(alerted: Alerted) -> None:
    """Move the rule to the default bus: a name and a topic as before, and no event."""
    events = alerted.of(FAST, "events")
    before = events.describe_rule(Name="BreakGlass-Page", EventBusName="break-glass")
    targets = events.list_targets_by_rule(Rule="BreakGlass-Page", EventBusName="break-glass")["Targets"]
    events.put_rule(Name="BreakGlass-Page", EventPattern=before["EventPattern"], State=STATE)
    events.put_targets(Rule="BreakGlass-Page", Targets=targets)
    events.remove_targets(Rule="BreakGlass-Page", EventBusName="break-glass", Ids=["topic"])
    events.delete_rule(Name="BreakGlass-Page", EventBusName="break-glass")


def page_rule_back(alerted: Alerted) -> None:
    events = alerted.of(FAST, "events")
    events.remove_targets(Rule="BreakGlass-Page", Ids=["topic"])
    events.delete_rule(Name="BreakGlass-Page")
    alerted.apply()


def other_target(alerted: Alerted) -> None:
    """Send uses to a bus that is not there, under the id the target has."""
    events = alerted.aws("events", SECURITY, HOME)
    (target,) = events.list_targets_by_rule(Rule="BreakGlass-Use")["Targets"]
    events.put_targets(Rule="BreakGlass-Use", Targets=[{**target, "Arn": f"{BUS}-2"}])


def bus_policy(alerted: Alerted) -> None:
    """The bus is in the account of most rules: only a Deny closes it to these."""
    alerted.of(FAST, "events").put_permission(EventBusName="break-glass", Policy=policy(deny("events:PutEvents", BUS)))


def no_bus_policy(alerted: Alerted) -> None:
    alerted.of(FAST, "events").remove_permission(EventBusName="break-glass", RemoveAllPermissions=True)


def events_role(alerted: Alerted) -> None:
    alerted.aws("iam", SECURITY).put_role_policy(
        RoleName="BreakGlassEvents", PolicyName="deny", PolicyDocument=_nothing("events:PutEvents")
    )


def events_role_without_policy(alerted: Alerted) -> None:
    iam = alerted.aws("iam", SECURITY)
    for each in iam.list_attached_role_policies(RoleName="BreakGlassEvents")["AttachedPolicies"]:
        iam.detach_role_policy(RoleName="BreakGlassEvents", PolicyArn=each["PolicyArn"])


def _nothing(action: str) -> str:
    return policy({"Effect": "Deny", "Action": action, "Resource": "*"})


CUTS = (
    Cut("net: topic policy", topic_policy(NET), broken(of_topic(NET)), (NET, "message")),
    Cut("net: a Deny in the topic policy", added_to_topic_policy(NET), broken(of_topic(NET)), (NET, "message")),
    Cut("net: key policy", key_policy(NET), broken(our_key(NET)), (NET, "message")),
    Cut("net: alarm action", alarm(AlarmActions=[]), broken(ALARM), (NET, "message")),
    Cut("net: alarm actions disabled", disabled_actions, broken(ALARM), (NET, "message")),
    Cut("net: alarm threshold", alarm(Threshold=1000.0), broken(ALARM), (NET, "alarm")),
    Cut("net: alarm renamed", renamed_alarm, broken(ALARM), (NET, "alarm")),
    Cut(
        "net: mute rule", muted, (("ALERT_MUTED", f"mute rule quiet in {HOME} of {AUDIT}"),), (NET, "message"), unmuted
    ),
    Cut("net: filter missing", no_filter, broken(METRIC_FILTER), (NET, "alarm")),
    Cut("net: filter changed", metric_filter("{ $.eventName = AssumeRoleX }"), broken(METRIC_FILTER), (NET, "alarm")),
    Cut("net: filter counts nothing", metric_filter(metricValue="0"), broken(METRIC_FILTER), (NET, "alarm")),
    Cut(
        "net: organization trail stopped",
        organization_trail(logs=False),
        (("TRAIL_BROKEN", ORGANIZATION_TRAIL),),
        (NET, "event"),
        organization_trail(logs=True),
    ),
    Cut(
        "net: organization trail records writes",
        selected("WriteOnly"),
        (("TRAIL_BROKEN", ORGANIZATION_TRAIL),),
        (NET, "event"),
        selected("All"),
    ),
    Cut(
        "net: role of the organization trail",
        delivery_role,
        (("TRAIL_BROKEN", ORGANIZATION_TRAIL),),
        (NET, "event"),
        delivery_role_mended,
    ),
    Cut("fast: topic policy", topic_policy(FAST), broken(of_topic(FAST)), (FAST, "message")),
    Cut("fast: key policy", key_policy(FAST), broken(our_key(FAST)), (FAST, "message")),
    Cut("fast: key disabled", key_disabled(FAST), broken(our_key(FAST)), (FAST, "message")),
    Cut("fast: rule disabled", use_rule("DISABLED"), broken(USE_RULE), (FAST, "message")),
    Cut("fast: rule sees no reads", use_rule("ENABLED"), broken(USE_RULE), (FAST, "message")),
    Cut("fast: rule changed", use_rule(pattern='{"source": ["a"]}'), broken(USE_RULE), (FAST, "message")),
    Cut("fast: rule's target changed", other_target, broken(USE_RULE), (FAST, "message")),
    Cut("fast: page rule disabled", page_rule("DISABLED"), broken(PAGE_RULE), (FAST, "message")),
    Cut("fast: page rule's target gone", no_page_target, broken(PAGE_RULE), (FAST, "message")),
    Cut(
        "fast: page rule on another bus",
        page_rule_elsewhere,
        broken(PAGE_RULE),
        (FAST, "message"),
        page_rule_back,
    ),
    Cut("fast: bus policy", bus_policy, broken(BUS), (FAST, "message")),
    Cut("fast: events role", events_role, (("DRIFT", EVENTS_ROLE),), (FAST, "message")),
    # What follows is one of two that carry, so that a use is told on both channels as before.
    Cut("own trail stopped", own_trail, broken(OWN_TRAIL)),
    Cut("own trail records writes", own_selectors, broken(OWN_TRAIL)),
    Cut("bus without a policy", no_bus_policy, broken(BUS)),
    Cut("events role without its policy", events_role_without_policy, (("DRIFT", EVENTS_ROLE),)),
)
