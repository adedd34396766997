"""The two channels as resources: the fast one, which pages each event, and the net, which catches what that one lost.

The fast channel: rules in every region of the security account, and where alerting is worked on, forward to one bus,
and that to one topic. The net: metric filters and alarms on the organization trail's log group.
"""

from collections.abc import Iterator

from breakglass import naming, resources
from breakglass.documents import Json
from breakglass.estate.alerting import documents, event_patterns, places
from breakglass.estate.alerting.places import Place, arn, bus
from breakglass.estate.alerting.queues import queue
from breakglass.estate.alerting.topics import topic, topic_arn
from breakglass.resources import Resource
from breakglass.trail.alert import Alert, alarm_description
from breakglass.trail.catalogue import catalogue

EVERYTHING = "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"
"""The state of a rule that sees calls that only read as well: AssumeRole is one.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-cloudtrail.html
"""

_FORTNIGHT = 14 * 24 * 3600
PERIOD = 300
"""Seconds an alarm looks back."""


def alerting(place: Place) -> Iterator[Resource]:
    """Yield all of alerting that is in one region of an account."""
    parts = place.parts
    if places.TAMPER in parts or places.USE in parts:
        yield from queue(place, naming.UNDELIVERED, _FORTNIGHT, documents.undelivered(place))
        yield from _rules(place)
    if places.GATHERING in parts:
        yield from _gathering(place)
    if places.NET in parts:
        yield from topic(place, documents.CLOUDWATCH, documents.topic_of_alarms(place))
        log_group = place.manifest.trail.log_group
        protection: dict[str, Json] = {"LogGroupName": log_group, "DeletionProtectionEnabled": True}
        yield Resource(resources.DELETION_PROTECTION, place.scope, protection)
        for alert in catalogue(log_group).values():
            yield _filter(place, alert)
            yield _alarm(place, alert)
    if places.EVIDENCE in parts:
        yield from _evidence(place)


def _rules(place: Place) -> Iterator[Resource]:
    manifest, parts = place.manifest, place.parts
    if places.USE in parts:
        pattern = event_patterns.use(manifest.security_account)
        yield _rule(place, naming.USE_RULE, "Emergency access is used, or tried.", pattern)
    if places.CHANGE in parts:
        yield _rule(place, naming.CHANGE_RULE, "The namespace is changed.", event_patterns.change())
    if places.TAMPER in parts:
        pattern = event_patterns.tamper(manifest.trail.log_group)
        yield _rule(place, naming.TAMPER_RULE, "Somebody works on alerting.", pattern)


def _rule(place: Place, name: str, description: str, pattern: Json) -> Resource:
    role = naming.iam_arn(place.scope.partition, place.scope.account, f"role{naming.PATH}{naming.EVENTS_ROLE}")
    target: dict[str, Json] = {
        "Id": "bus",
        "Arn": bus(place),
        "RoleArn": role,
        "DeadLetterConfig": _dead_letters(place),
    }
    properties: dict[str, Json] = {
        "Name": name,
        "Description": description,
        "EventPattern": pattern,
        "State": EVERYTHING,
        "Targets": [target],
    }
    return Resource(resources.RULE, place.scope, properties)


def _gathering(place: Place) -> Iterator[Resource]:
    yield from topic(place, documents.EVENTS, documents.topic_of_events(place))
    gathered: dict[str, Json] = {
        "Name": naming.EVENT_BUS,
        "Description": "Every use of emergency access, from all regions.",
        "Policy": documents.gathering_bus(place),
        "Tags": place.owner,
    }
    yield Resource(resources.EVENT_BUS, place.scope, gathered)
    target: dict[str, Json] = {
        "Id": "topic",
        "Arn": topic_arn(place),
        "DeadLetterConfig": _dead_letters(place),
        "InputTransformer": event_patterns.MESSAGE,
    }
    page: dict[str, Json] = {
        "Name": naming.PAGE_RULE,
        "EventBusName": naming.EVENT_BUS,
        "Description": "People are told, one message an event.",
        "EventPattern": event_patterns.page(),
        "State": EVERYTHING,
        "Targets": [target],
    }
    yield Resource(resources.RULE, place.scope, page)
    yield _trail(place)


def _trail(place: Place) -> Resource:
    """Return the security account's own trail: without one that logs, EventBridge hears of no call."""
    manifest = place.manifest
    properties: dict[str, Json] = {
        "TrailName": naming.TRAIL,
        "S3BucketName": naming.trail_bucket(manifest.security_account, manifest.alerts.second_region),
        "IsMultiRegionTrail": True,
        "IncludeGlobalServiceEvents": True,
        "EnableLogFileValidation": True,
        "IsLogging": True,
        "Tags": place.owner,
    }
    return Resource(resources.TRAIL, place.scope, properties)


def _evidence(place: Place) -> Iterator[Resource]:
    manifest = place.manifest
    name = naming.trail_bucket(manifest.security_account, manifest.alerts.second_region)
    closed = ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets")
    encryption: dict[str, Json] = {"ServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}
    bucket: dict[str, Json] = {
        "BucketName": name,
        "BucketEncryption": {"ServerSideEncryptionConfiguration": [encryption]},
        "OwnershipControls": {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]},
        "PublicAccessBlockConfiguration": dict.fromkeys(closed, True),
        "VersioningConfiguration": {"Status": "Enabled"},
        "Tags": place.owner,
    }
    yield Resource(resources.BUCKET, place.scope, bucket)
    policy: dict[str, Json] = {"Bucket": name, "PolicyDocument": documents.evidence(place)}
    yield Resource(resources.BUCKET_POLICY, place.scope, policy)


def _filter(place: Place, alert: Alert) -> Resource:
    name = naming.alert_name(alert.name)
    transformation: dict[str, Json] = {
        "MetricName": name,
        "MetricNamespace": naming.METRIC_NAMESPACE,
        "MetricValue": "1",
    }
    properties: dict[str, Json] = {
        "FilterName": name,
        "LogGroupName": place.manifest.trail.log_group,
        "FilterPattern": alert.pattern,
        "MetricTransformations": [transformation],
    }
    return Resource(resources.METRIC_FILTER, place.scope, properties)


def _alarm(place: Place, alert: Alert) -> Resource:
    """Return an alarm that tells when the first event comes; it is silent about the next until it is over.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-actions.html
    """
    name = naming.alert_name(alert.name)
    properties: dict[str, Json] = {
        "AlarmName": name,
        "AlarmDescription": alarm_description(alert),
        "Namespace": naming.METRIC_NAMESPACE,
        "MetricName": name,
        "Statistic": "Maximum",  # whoever may put data cannot count a use away, as from a sum
        "Period": PERIOD,
        "EvaluationPeriods": 1,
        "DatapointsToAlarm": 1,
        "Threshold": 1,
        "ComparisonOperator": "GreaterThanOrEqualToThreshold",
        "TreatMissingData": "notBreaching",
        "ActionsEnabled": True,
        "AlarmActions": [topic_arn(place)] if alert.pages else [],
    }
    return Resource(resources.ALARM, place.scope, properties)


def _dead_letters(place: Place) -> Json:
    return {"Arn": arn(place.scope, "sqs", naming.UNDELIVERED)}
