"""Every operation that listens to what is noticed, or asks what AWS makes of a policy: a part of `aws/operations.py`.

Actions and resources are those of
https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssecuritytokenservice.html
https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsqs.html
https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatch.html
https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatchlogs.html
https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsiamaccessanalyzer.html
"""

from breakglass import naming, posture
from breakglass.aws.rows import CANARY, EVERYWHERE, LOG, PATTERNS, POSTURE, PROBE, rows
from breakglass.operations import Operation
from breakglass.resources import ALARM, BUCKET, METRIC_FILTER, TOPIC

_VERIFICATION = (f"arn:${{Partition}}:iam::${{Account}}:role{naming.PATH}{naming.VERIFICATION}",)
_QUEUES = (f"arn:${{Partition}}:sqs:*:${{Account}}:{naming.CANARY_QUEUE}",)
_ALARMS = (f"arn:${{Partition}}:cloudwatch:*:${{Account}}:alarm:{naming.ALERT_PREFIX}*",)
_LOG_GROUPS = ("arn:${Partition}:logs:*:${Account}:log-group:*",)
_ANALYZER, _JUDGE = (posture.ANALYZER,), "accessanalyzer"

WATCHING: tuple[Operation, ...] = (
    # The verification role is in the account that keeps the evidence, a canary's queue beside every topic.
    *rows("AssumeRole", _VERIFICATION, (BUCKET,), CANARY | PROBE, service="sts"),
    *rows("GetQueueUrl ReceiveMessage", _QUEUES, (TOPIC,), CANARY, service="sqs"),
    *rows("DescribeAlarms", _ALARMS, (ALARM,), CANARY, service="cloudwatch"),
    *rows("FilterLogEvents", _LOG_GROUPS, (METRIC_FILTER,), LOG, service="logs"),
    *rows("TestMetricFilter", EVERYWHERE, (METRIC_FILTER,), PATTERNS, service="logs"),
    *rows("CheckAccessNotGranted CheckNoNewAccess ValidatePolicy", EVERYWHERE, _ANALYZER, POSTURE, service=_JUDGE),
)
