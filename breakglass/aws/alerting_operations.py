"""Every operation the alerting is made, read and taken down with: a part of the table in `aws/operations.py`.

KMS draws the ids of keys, so a key is known by its tag; the log group of the organization's trail has a name of its
owner's choice. Actions, resources and condition keys are those of
https://docs.aws.amazon.com/service-authorization/latest/reference/list_awskeymanagementservice.html
https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsns.html
https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsqs.html
https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoneventbridge.html
https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatchlogs.html
https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatch.html
https://docs.aws.amazon.com/service-authorization/latest/reference/list_awscloudtrail.html
https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html
https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsaccountmanagement.html
"""

from breakglass import naming
from breakglass.aws.rows import CHAIN, CHANGE, EVERYWHERE, MAKE, READ, REMOVE, rows
from breakglass.operations import Operation
from breakglass.resources import (
    ALARM,
    ALIAS,
    BUCKET,
    BUCKET_POLICY,
    DELETION_PROTECTION,
    EVENT_BUS,
    KEY,
    METRIC_FILTER,
    QUEUE,
    QUEUE_POLICY,
    RULE,
    SUBSCRIPTION,
    TOPIC,
    TOPIC_POLICY,
    TRAIL,
)


def _arn(service: str, resource: str) -> str:
    return f"arn:${{Partition}}:{service}:*:${{Account}}:{resource}"


_KEYS = (_arn("kms", "key/*"),)
_ALIASES = (_arn("kms", naming.ALERTS_KEY), *_KEYS)
"""An alias is authorized on its key as well."""
_TOPICS = (_arn("sns", naming.ALERTS),)
_QUEUES = (_arn("sqs", naming.UNDELIVERED), _arn("sqs", naming.CANARY_QUEUE))
_BUSES = (_arn("events", f"event-bus/{naming.EVENT_BUS}"),)
_RULES = (_arn("events", f"rule/{naming.ALERT_PREFIX}*"), _arn("events", f"rule/{naming.EVENT_BUS}/*"))
_ROLES = (f"arn:${{Partition}}:iam::${{Account}}:role{naming.PATH}{naming.EVENTS_ROLE}",)
_LOG_GROUPS = (_arn("logs", "log-group:*"),)
_ALARMS = (_arn("cloudwatch", f"alarm:{naming.ALERT_PREFIX}*"),)
_EVERY_ALARM = (_arn("cloudwatch", "alarm:*"),)
_MUTE_RULES = (_arn("cloudwatch", "alarm-mute-rule:*"),)
_TRAILS = (_arn("cloudtrail", f"trail/{naming.TRAIL}"),)
_EVERY_TRAIL = ("arn:${Partition}:cloudtrail:*:*:trail/*",)
"""The organization's trail belongs to another account."""
_ACCOUNT = ("arn:${Partition}:account::${Account}:account",)
_BUCKETS = (f"arn:${{Partition}}:s3:::{naming.trail_bucket('${Security}', '*')}",)

_TAGGED = {"Null": {f"aws:ResourceTag/{naming.OWNER_TAG}": "false"}}
_TAGGING = {"Null": {f"aws:RequestTag/{naming.OWNER_TAG}": "false"}}
_PASSED = {"StringEquals": {"iam:PassedToService": naming.EVENTS_SERVICE}}

ALERTING: tuple[Operation, ...] = (
    # The key and its alias. Where no key of ours has the alias, every key is asked what it is.
    *rows("ListKeys", EVERYWHERE, (KEY, ALIAS), READ, service="kms"),
    *rows("DescribeKey GetKeyPolicy GetKeyRotationStatus ListResourceTags", _KEYS, (KEY, ALIAS), READ, service="kms"),
    *rows("CreateKey", EVERYWHERE, (KEY,), MAKE, service="kms", condition=_TAGGING),
    *rows("TagResource", _KEYS, (KEY,), MAKE, service="kms", condition=_TAGGING),
    *rows(
        "CancelKeyDeletion DisableKeyRotation EnableKey EnableKeyRotation PutKeyPolicy UntagResource",
        _KEYS,
        (KEY,),
        MAKE,
        service="kms",
        condition=_TAGGED,
    ),
    *rows("ScheduleKeyDeletion", _KEYS, (KEY,), REMOVE, service="kms", condition=_TAGGED),
    *rows("CreateAlias UpdateAlias", _ALIASES, (ALIAS,), MAKE, service="kms"),
    *rows("DeleteAlias", _ALIASES, (ALIAS,), REMOVE, service="kms"),
    # The topic, who may publish, and who is told.
    *rows("GetTopicAttributes ListTagsForResource", _TOPICS, (TOPIC, TOPIC_POLICY), READ, service="sns"),
    *rows("ListSubscriptionsByTopic", _TOPICS, (SUBSCRIPTION,), READ, service="sns"),
    *rows("GetSubscriptionAttributes", _TOPICS, (SUBSCRIPTION,), CHAIN, service="sns"),
    *rows("CreateTopic", _TOPICS, (TOPIC,), MAKE, service="sns", also=("sns:TagResource",)),
    *rows("SetTopicAttributes", _TOPICS, (TOPIC, TOPIC_POLICY), MAKE, service="sns"),
    *rows("TagResource UntagResource", _TOPICS, (TOPIC,), MAKE, service="sns"),
    *rows("DeleteTopic", _TOPICS, (TOPIC,), REMOVE, service="sns"),
    *rows("Subscribe", _TOPICS, (SUBSCRIPTION,), MAKE, service="sns"),
    *rows("Unsubscribe", _TOPICS, (SUBSCRIPTION,), REMOVE, service="sns"),
    # The queue of what could not be delivered.
    *rows("GetQueueAttributes GetQueueUrl ListQueueTags", _QUEUES, (QUEUE, QUEUE_POLICY), READ, service="sqs"),
    *rows("CreateQueue", _QUEUES, (QUEUE,), MAKE, service="sqs", also=("sqs:TagQueue",)),
    *rows("SetQueueAttributes", _QUEUES, (QUEUE,), MAKE, service="sqs"),
    *rows("SetQueueAttributes", _QUEUES, (QUEUE_POLICY,), CHANGE, service="sqs"),
    *rows("TagQueue UntagQueue", _QUEUES, (QUEUE,), MAKE, service="sqs"),
    *rows("DeleteQueue", _QUEUES, (QUEUE,), REMOVE, service="sqs"),
    # The bus, and the rules on it and on the default bus.
    *rows("DescribeEventBus ListTagsForResource", _BUSES, (EVENT_BUS,), READ, service="events"),
    *rows("CreateEventBus", _BUSES, (EVENT_BUS,), MAKE, service="events", also=("events:TagResource",)),
    *rows("TagResource UntagResource UpdateEventBus", _BUSES, (EVENT_BUS,), MAKE, service="events"),
    *rows("PutPermission RemovePermission", EVERYWHERE, (EVENT_BUS,), MAKE, service="events"),
    *rows("DeleteEventBus", _BUSES, (EVENT_BUS,), REMOVE, service="events"),
    # There must be rules wherever the account can be used.
    *rows("ListRegions", _ACCOUNT, (EVENT_BUS,), CHAIN, service="account"),
    *rows("ListRules", EVERYWHERE, (RULE,), READ, service="events"),
    *rows("ListTargetsByRule", _RULES, (RULE,), READ, service="events"),
    *rows("PutRule PutTargets", _RULES, (RULE,), MAKE, service="events"),
    Operation("events", "PutTargets", MAKE, frozenset({RULE}), _ROLES, ("iam:PassRole",), _PASSED),
    *rows("RemoveTargets", _RULES, (RULE,), CHANGE, service="events"),
    *rows("DeleteRule", _RULES, (RULE,), REMOVE, service="events"),
    # The net.
    *rows("DescribeMetricFilters", _LOG_GROUPS, (METRIC_FILTER,), READ, service="logs"),
    *rows("PutLogGroupDeletionProtection", _LOG_GROUPS, (DELETION_PROTECTION,), MAKE, service="logs"),
    *rows("PutMetricFilter", _LOG_GROUPS, (METRIC_FILTER,), MAKE, service="logs"),
    *rows("DeleteMetricFilter", _LOG_GROUPS, (METRIC_FILTER,), REMOVE, service="logs"),
    *rows("DescribeAlarms", _EVERY_ALARM, (ALARM,), READ, service="cloudwatch"),
    *rows("PutMetricAlarm", _ALARMS, (ALARM,), MAKE, service="cloudwatch"),
    *rows("DeleteAlarms", _ALARMS, (ALARM,), REMOVE, service="cloudwatch"),
    *rows("GetAlarmMuteRule ListAlarmMuteRules", _MUTE_RULES, (ALARM,), CHAIN, service="cloudwatch"),
    # The security account's own trail and its bucket, and the trail of the organization.
    *rows("DescribeTrails", EVERYWHERE, (TRAIL,), READ, service="cloudtrail"),
    *rows("GetEventSelectors GetTrailStatus ListTags", _TRAILS, (TRAIL,), READ, service="cloudtrail"),
    *rows("DescribeTrails", EVERYWHERE, (RULE,), CHAIN, service="cloudtrail"),
    *rows("GetEventSelectors GetTrailStatus", _EVERY_TRAIL, (RULE,), CHAIN, service="cloudtrail"),
    *rows("DescribeLogGroups", EVERYWHERE, (DELETION_PROTECTION,), READ, service="logs"),
    *rows("CreateTrail", _TRAILS, (TRAIL,), MAKE, service="cloudtrail", also=("cloudtrail:AddTags",)),
    *rows(
        "AddTags PutEventSelectors RemoveTags StartLogging UpdateTrail", _TRAILS, (TRAIL,), MAKE, service="cloudtrail"
    ),
    *rows("DeleteTrail", _TRAILS, (TRAIL,), REMOVE, service="cloudtrail"),
    *rows("ListBuckets=ListAllMyBuckets", EVERYWHERE, (BUCKET, BUCKET_POLICY), READ, service="s3"),
    *rows(
        "GetBucketEncryption=GetEncryptionConfiguration GetBucketOwnershipControls GetBucketPolicy GetBucketTagging"
        " GetBucketVersioning GetPublicAccessBlock=GetBucketPublicAccessBlock",
        _BUCKETS,
        (BUCKET, BUCKET_POLICY),
        READ,
        service="s3",
    ),
    *rows(
        "PutBucketEncryption=PutEncryptionConfiguration PutBucketOwnershipControls PutBucketTagging"
        " PutBucketVersioning PutPublicAccessBlock=PutBucketPublicAccessBlock",
        _BUCKETS,
        (BUCKET,),
        MAKE,
        service="s3",
    ),
    *rows("CreateBucket", _BUCKETS, (BUCKET,), MAKE, service="s3", also=("s3:TagResource",)),
    *rows("PutBucketPolicy", _BUCKETS, (BUCKET_POLICY,), MAKE, service="s3"),
)
