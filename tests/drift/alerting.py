"""What is done to both channels of alerting, link by link."""

import json
from typing import Any

from breakglass import naming
from breakglass.naming import OWNER_TAG
from tests.drift.deviation import AUDIT, Deed, Deviation, Hands, Told, critical, high, low, medium
from tests.stories.conftest import MANAGEMENT, SECURITY

HOME, SECOND = "eu-west-1", "us-west-2"
NAME = "BreakGlass-RoleAssumed"
GROUP = "organization-trail"
OF_ALARMS = f"arn:aws:sns:{HOME}:{AUDIT}:break-glass-alerts"
OF_EVENTS = f"arn:aws:sns:{SECOND}:{SECURITY}:break-glass-alerts"
GROUP_ARN = f"arn:aws:logs:{HOME}:{AUDIT}:log-group:{GROUP}"
ALARM_ARN = f"arn:aws:cloudwatch:{HOME}:{AUDIT}:alarm:{NAME}"
FILTER = f"metric filter {NAME} in {HOME} of {AUDIT}"
OUR_KEY = f"key {naming.ALERTS} in {HOME} of {AUDIT}"
BUCKET = naming.trail_bucket(SECURITY, SECOND)
MAIL = "oncall@acme.example"
STRANGER = "mallory@elsewhere.example"
CLOSED = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Principal": {"AWS": AUDIT}, "Action": "sns:GetTopicAttributes", "Resource": OF_ALARMS}
        ],
    }
)
"""A policy of the topic by which no service publishes."""


def logs(hands: Hands) -> Any:  # noqa: ANN401 - a client, as all of these
    return hands.away("logs", AUDIT, HOME)


def alarms(hands: Hands) -> Any:  # noqa: ANN401
    return hands.away("cloudwatch", AUDIT, HOME)


def net(hands: Hands) -> Any:  # noqa: ANN401
    """SNS of the net."""
    return hands.away("sns", AUDIT, HOME)


def rules(hands: Hands, region: str = HOME) -> Any:  # noqa: ANN401
    return hands.away("events", SECURITY, region)


def own_trail(hands: Hands) -> Any:  # noqa: ANN401
    return hands.away("cloudtrail", SECURITY, SECOND)


def organization_trail(hands: Hands) -> Any:  # noqa: ANN401
    return hands.away("cloudtrail", MANAGEMENT, HOME)


def evidence(hands: Hands) -> Any:  # noqa: ANN401
    return hands.away("s3", AUDIT, SECOND)


def blunt_the_filter(hands: Hands) -> None:
    metric = {"metricName": NAME, "metricNamespace": "BreakGlass", "metricValue": "1"}
    logs(hands).put_metric_filter(
        logGroupName=GROUP,
        filterName=NAME,
        filterPattern='{ $.eventName = "Nothing" }',
        metricTransformations=[metric],
    )


def alter_the_alarm(**changes: object) -> Deed:
    def deed(hands: Hands) -> None:
        (found,) = alarms(hands).describe_alarms(AlarmNames=[NAME])["MetricAlarms"]
        kept: tuple[str, ...] = (
            "AlarmName",
            "AlarmDescription",
            "ActionsEnabled",
            "AlarmActions",
            "MetricName",
            "Namespace",
            "Statistic",
        )
        kept += ("Period", "EvaluationPeriods", "DatapointsToAlarm", "Threshold", "ComparisonOperator")
        whole = {name: found[name] for name in (*kept, "TreatMissingData")}
        alarms(hands).put_metric_alarm(**{**whole, **changes})

    return deed


def mute(hands: Hands) -> None:
    schedule = {"Schedule": {"Expression": "at(2026-01-01T00:00)", "Duration": "PT1H"}}
    alarms(hands).put_alarm_mute_rule(Name="quiet", Rule=schedule, MuteTargets={"AlarmNames": [NAME]})


def set_topic(name: str, value: str) -> Deed:
    return lambda hands: net(hands).set_topic_attributes(TopicArn=OF_ALARMS, AttributeName=name, AttributeValue=value)


def subscription(hands: Hands, endpoint: str = MAIL) -> str:
    listed = net(hands).list_subscriptions_by_topic(TopicArn=OF_ALARMS)["Subscriptions"]
    return str(next(each["SubscriptionArn"] for each in listed if each["Endpoint"] == endpoint))


def end_the_subscription(hands: Hands) -> None:
    net(hands).unsubscribe(SubscriptionArn=subscription(hands))


def filter_the_subscription(hands: Hands) -> None:
    end_the_subscription(hands)
    only = {"FilterPolicy": json.dumps({"a": ["b"]})}
    net(hands).subscribe(TopicArn=OF_ALARMS, Protocol="email", Endpoint=MAIL, Attributes=only)


def set_key_policy(hands: Hands) -> None:
    kms = hands.away("kms", AUDIT, HOME)
    key = kms.describe_key(KeyId=naming.ALERTS_KEY)["KeyMetadata"]["KeyId"]
    whole = json.loads(kms.get_key_policy(KeyId=key, PolicyName="default")["Policy"])
    whole["Statement"] = [each for each in whole["Statement"] if each["Sid"] == "Account"]
    kms.put_key_policy(KeyId=key, PolicyName="default", Policy=json.dumps(whole))


def disable_the_key(hands: Hands) -> None:
    kms = hands.away("kms", AUDIT, HOME)
    kms.disable_key(KeyId=kms.describe_key(KeyId=naming.ALERTS_KEY)["KeyMetadata"]["KeyId"])


def delete_the_rule(hands: Hands) -> None:
    rules(hands).remove_targets(Rule=naming.USE_RULE, Ids=["bus"])
    rules(hands).delete_rule(Name=naming.USE_RULE)


def turn_the_rule(hands: Hands) -> None:
    """Let it forward to the default bus of its own account."""
    (target,) = rules(hands).list_targets_by_rule(Rule=naming.USE_RULE)["Targets"]
    elsewhere = f"arn:aws:events:{SECOND}:{SECURITY}:event-bus/default"
    rules(hands).put_targets(Rule=naming.USE_RULE, Targets=[{**target, "Arn": elsewhere}])


def plant_a_rule(hands: Hands) -> None:
    rules(hands).put_rule(Name="BreakGlass-Mine", EventPattern=json.dumps({"source": ["aws.ec2"]}))


def empty_the_filter(hands: Hands) -> None:
    rules(hands).put_rule(Name=naming.USE_RULE, EventPattern=json.dumps({"source": ["aws.nothing"]}), State="ENABLED")


def delete_the_queue(hands: Hands) -> None:
    sqs = hands.away("sqs", SECURITY, HOME)
    sqs.delete_queue(QueueUrl=sqs.get_queue_url(QueueName=naming.UNDELIVERED)["QueueUrl"])


def record_writes_alone(hands: Hands) -> None:
    selector = {"ReadWriteType": "WriteOnly", "IncludeManagementEvents": True}
    own_trail(hands).put_event_selectors(TrailName=naming.TRAIL, EventSelectors=[selector])


def trail_of_organization(hands: Hands) -> str:
    listed = organization_trail(hands).describe_trails(includeShadowTrails=False)["trailList"]
    return str(next(each["TrailARN"] for each in listed if each["IsOrganizationTrail"]))


def open_the_bucket(hands: Hands) -> None:
    closed = ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets")
    evidence(hands).put_public_access_block(
        Bucket=BUCKET, PublicAccessBlockConfiguration={**dict.fromkeys(closed, True), "BlockPublicPolicy": False}
    )


def subscribed(endpoint: str) -> str:
    return f"subscription {endpoint} in {HOME} of {AUDIT}"


def rule(name: str) -> str:
    return f"arn:aws:events:{HOME}:{SECURITY}:rule/{name}"


def broken(subject: str) -> tuple[Told, ...]:
    return (critical("ALERT_BROKEN", subject),)


def _row(name: str, deed: Deed, told: tuple[Told, ...], **more: Any) -> Deviation:  # noqa: ANN401
    return Deviation(f"alert-{name}", deed, told, outside=True, **more)


ALERTING: tuple[Deviation, ...] = (
    _row(
        "filter-deleted",
        lambda hands: logs(hands).delete_metric_filter(logGroupName=GROUP, filterName=NAME),
        broken(FILTER),
    ),
    _row("filter-blunted", blunt_the_filter, broken(FILTER)),
    _row("alarm-deleted", lambda hands: alarms(hands).delete_alarms(AlarmNames=[NAME]), broken(ALARM_ARN)),
    _row("alarm-disabled", lambda hands: alarms(hands).disable_alarm_actions(AlarmNames=[NAME]), broken(ALARM_ARN)),
    _row("alarm-without-action", alter_the_alarm(AlarmActions=[]), broken(ALARM_ARN)),
    _row("alarm-deafened", alter_the_alarm(Threshold=1000), broken(ALARM_ARN)),
    _row(
        "alarm-tells-others",
        alter_the_alarm(AlarmActions=[OF_ALARMS, OF_ALARMS.replace("break-glass", "other")]),
        broken(ALARM_ARN),
        refused=("weakens-alert",),
    ),
    _row("alarm-described-otherwise", alter_the_alarm(AlarmDescription="Ignore."), (low("DRIFT", ALARM_ARN),)),
    _row(
        "alarm-muted",
        mute,
        (critical("ALERT_MUTED", f"mute rule quiet in {HOME} of {AUDIT}"),),
        fate="left",
        remedy=lambda hands: alarms(hands).delete_alarm_mute_rule(AlarmMuteRuleName="quiet"),
    ),
    _row(
        "topic-policy-closed",
        set_topic("Policy", CLOSED),
        broken(f"policy of the topic {OF_ALARMS} in {HOME} of {AUDIT}"),
    ),
    _row("topic-without-key", set_topic("KmsMasterKeyId", ""), broken(OF_ALARMS)),
    _row(
        "topic-untagged",
        lambda hands: net(hands).untag_resource(ResourceArn=OF_ALARMS, TagKeys=[OWNER_TAG]),
        (high("STRAY", OF_ALARMS),),
        refused=("not-ours",),
        fate="left",
        remedy=lambda hands: net(hands).tag_resource(ResourceArn=OF_ALARMS, Tags=[{"Key": OWNER_TAG, "Value": "acme"}]),
    ),
    _row("key-policy-closed", set_key_policy, broken(OUR_KEY)),
    _row("key-disabled", disable_the_key, broken(OUR_KEY)),
    _row(
        "subscription-ended",
        end_the_subscription,
        broken(subscribed(MAIL)),
    ),
    _row(
        "subscription-filtered",
        filter_the_subscription,
        (high("RECEIVER_SILENT", subscribed(MAIL)),),
        fate="left",
        remedy=end_the_subscription,
    ),
    _row(
        "subscription-of-a-stranger",
        lambda hands: net(hands).subscribe(TopicArn=OF_ALARMS, Protocol="email", Endpoint=STRANGER),
        (medium("DRIFT", subscribed(STRANGER)),),
        refused=("weakens-alert",),
    ),
    _row("rule-disabled", lambda hands: rules(hands).disable_rule(Name=naming.USE_RULE), broken(rule(naming.USE_RULE))),
    _row("rule-deleted", delete_the_rule, broken(rule(naming.USE_RULE))),
    _row("rule-turned", turn_the_rule, broken(rule(naming.USE_RULE)), refused=("weakens-alert",)),
    _row("rule-emptied", empty_the_filter, broken(rule(naming.USE_RULE))),
    _row(
        "rule-planted",
        plant_a_rule,
        (high("DRIFT", rule("BreakGlass-Mine")),),
        refused=("weakens-alert",),
    ),
    _row(
        "bus-policy-gone",
        lambda hands: rules(hands, SECOND).remove_permission(EventBusName=naming.EVENT_BUS, RemoveAllPermissions=True),
        broken(f"arn:aws:events:{SECOND}:{SECURITY}:event-bus/{naming.EVENT_BUS}"),
    ),
    _row(
        "queue-deleted",
        delete_the_queue,
        (
            *broken(f"policy of the queue {naming.UNDELIVERED} in {HOME} of {SECURITY}"),
            high("DRIFT", f"arn:aws:sqs:{HOME}:{SECURITY}:{naming.UNDELIVERED}"),
        ),
    ),
    _row(
        "own-trail-stopped",
        lambda hands: own_trail(hands).stop_logging(Name=naming.TRAIL),
        broken(f"arn:aws:cloudtrail:{SECOND}:{SECURITY}:trail/{naming.TRAIL}"),
    ),
    _row(
        "own-trail-narrowed",
        record_writes_alone,
        broken(f"arn:aws:cloudtrail:{SECOND}:{SECURITY}:trail/{naming.TRAIL}"),
    ),
    _row(
        "own-trail-deleted",
        lambda hands: own_trail(hands).delete_trail(Name=naming.TRAIL),
        broken(f"arn:aws:cloudtrail:{SECOND}:{SECURITY}:trail/{naming.TRAIL}"),
    ),
    _row(
        "bucket-policy-gone",
        lambda hands: evidence(hands).delete_bucket_policy(Bucket=BUCKET),
        broken(f"policy of the bucket {BUCKET} in {SECOND} of {AUDIT}"),
    ),
    _row("bucket-opened", open_the_bucket, (high("DRIFT", f"arn:aws:s3:::{BUCKET}"),)),
    _row(
        "log-group-unprotected",
        lambda hands: logs(hands).put_log_group_deletion_protection(
            logGroupIdentifier=GROUP, deletionProtectionEnabled=False
        ),
        (high("DRIFT", f"deletion protection of the log group {GROUP} in {HOME} of {AUDIT}"),),
    ),
    _row(
        "log-group-forgetful",
        lambda hands: logs(hands).put_retention_policy(logGroupName=GROUP, retentionInDays=1),
        (medium("LOG_GROUP", GROUP_ARN),),
        fate="left",
        remedy=lambda hands: logs(hands).put_retention_policy(logGroupName=GROUP, retentionInDays=365),
    ),
    _row(
        "organization-trail-stopped",
        lambda hands: organization_trail(hands).stop_logging(Name=trail_of_organization(hands)),
        (critical("TRAIL_BROKEN", f"arn:aws:cloudtrail:{HOME}:{MANAGEMENT}:trail/organization-trail"),),
        fate="left",
        remedy=lambda hands: organization_trail(hands).start_logging(Name=trail_of_organization(hands)),
    ),
)
