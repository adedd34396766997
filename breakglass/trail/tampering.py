"""The alert about whatever the other alerts need in order to reach anybody."""

from typing import Final

from breakglass import naming
from breakglass.findings import Severity
from breakglass.trail.alert import Alert
from breakglass.trail.terms import equal, every, pattern, query, some

ANY_TRAIL: Final = "rail"
"""What names of log groups of trails have in common, where no manifest says which it is: `CloudTrail/…`, `…-trail`."""

_TELLING: Final = 48
"""Characters at the end of a log group's name that are put into a pattern: room is short, and fewer only match more."""


def alerting_tampered(log_group: str) -> Alert:
    """Return the alert about whatever the others need; `log_group` is the trail's, or a part of its name.

    Any trail counts, since a trail has no name of ours, and so does a mute rule that names no alarm.
    https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutAlarmMuteRule.html
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
    group = f"*{log_group[-_TELLING:]}*"
    return pattern(
        some(
            equal("eventName", "StopLogging", "DeleteTrail", "UpdateTrail", "PutEventSel*", "PutEventConf*"),
            every(equal("eventName", "DeleteLog*", "PutRetention*"), equal("requestParameters.logGroupName", group)),
            every(equal("eventName", "PutAlarmMuteRule"), "$.requestParameters.muteTargets NOT EXISTS"),
            every(some("$.readOnly IS FALSE", "$.readOnly NOT EXISTS"), _named()),
        )
    )


def _named() -> str:
    """Return the term that holds where a request names something by which alerts travel."""
    ours, channel = f"{naming.ALERT_PREFIX}*", f"{naming.CHANNEL_PREFIX}*"
    return some(
        equal("requestParameters.alarmName", ours),
        equal("requestParameters.alarmNames[*]", ours),
        equal("requestParameters.muteTargets.alarmNames[*]", ours),
        equal("requestParameters.filterName", ours),
        equal("requestParameters.topicArn", f"*:{channel}"),
        equal("requestParameters.subscriptionArn", f"*:{channel}"),
        equal("requestParameters.rule", ours),
        equal("requestParameters.name", ours),
        equal("requestParameters.name", channel),
        equal("requestParameters.eventBusName", channel),
    )
