"""The alert about whatever the other alerts need in order to reach anybody."""

from typing import Final

from breakglass import naming
from breakglass.findings import Severity
from breakglass.trail.alert import Alert
from breakglass.trail.terms import equal, every, pattern, query, some

_CALLS: Final = (
    "StopLogging",
    "DeleteTrail",
    "UpdateTrail",
    "PutEventSel*",
    "PutEventConf*",
    "DeregisterO*",
    "PutAccountPolicy",
    "EnableRegion",
)
"""Calls that count whatever they name: of trails, of policies that mask logs, and of regions that have no rule."""

ANY_TRAIL: Final = "rail"
"""What names of log groups of trails have in common, where no manifest says which it is: `CloudTrail/…`, `…-trail`."""

_TELLING: Final = 24


def telling(log_group: str) -> str:
    """Return the end of a log group's name, which is put into patterns: room is short, and fewer only match more.

    At most 24 characters of the 512 AWS takes.
    https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html
    """
    return log_group[-_TELLING:]


def alerting_tampered(log_group: str) -> Alert:
    """Return the alert about whatever the others need; `log_group` is the trail's, or a part of its name.

    Any trail counts, since a trail has no name of ours.
    """
    return Alert(
        "AlertingTampered",
        Severity.CRITICAL,
        _pattern(log_group),
        "An alarm, a mute rule, a filter, a rule, a topic, the trail or its log group was changed: uses may go unseen.",
        "`breakglass verify` says which link is broken. If no apply did it, mend it first, then look for what was done"
        " meanwhile in the trail's bucket.",
        "compromised-credentials",
        query(
            "eventSource in ['monitoring.amazonaws.com', 'logs.amazonaws.com', 'cloudtrail.amazonaws.com',"
            " 'sns.amazonaws.com', 'events.amazonaws.com'] and eventName not like /^(Get|List|Describe)/"
        ),
    )


def _pattern(log_group: str) -> str:
    group = f"*{telling(log_group)}*"
    named = some(equal("requestParameters.logGroupName", group), equal("requestParameters.logGroupIdentifier", group))
    whole = pattern(
        some(
            equal("eventName", *_CALLS),
            every(equal("eventName", "DeleteLog*", "Put*", "AssociateK*"), named),
            every(some("$.readOnly IS FALSE", "$.readOnly NOT EXISTS"), _named()),
        )
    )
    return whole.replace(" = ", "=").replace(" || ", "||")  # for room: AWS wants no spaces there


def _named() -> str:
    """Return the term that holds where a request names something by which alerts travel.

    AWS takes three wildcards among the selectors of a pattern: these are all. Alarms of scheduled verification count
    where they are deleted, disabled or muted; for those that are overwritten there is no room.
    """
    ours, channel = f"{naming.ALERT_PREFIX}*", f"{naming.CHANNEL_PREFIX}*"
    alarms = f"{naming.TOOLKIT_PREFIX}*"
    return some(
        equal("requestParameters.alarmNames[*]", alarms),
        equal("requestParameters.muteTargets.alarmNames[*]", alarms),
        equal("requestParameters.topicArn", f"*:{channel}"),
        equal("requestParameters.subscriptionArn", f"*:{channel}"),
        equal("requestParameters.name", channel),
        equal("requestParameters.eventBusName", channel),
        equal("requestParameters.resourceArn", f"*:{channel}"),
        equal("requestParameters.servicePrincipal", "cloudtrail*"),
        every(equal("requestParameters.bucketName", channel), equal("eventName", "*Bucket*")),
        equal("requestParameters.*", ours),
    )
