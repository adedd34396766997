"""What the operations of CloudWatch Logs ask: the ARN of a log group ends in an asterisk.

https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatchlogs.html
https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/iam-access-control-overview-cwl.html
"""

from collections.abc import Iterator

from breakglass.sandbox.judgement.ask import Ask, CannotJudgeError, request_tags
from breakglass.sandbox.judgement.held import Held
from breakglass.sandbox.judgement.place import Place, group_name
from breakglass.sandbox.request import Request
from breakglass.sandbox.sessions import Session

_ROWS = {
    "logGroupName": """
        CreateLogGroup DeleteLogGroup DeleteMetricFilter DescribeLogStreams DescribeMetricFilters FilterLogEvents
        PutMetricFilter PutRetentionPolicy
    """,
    "logGroupIdentifier": "PutLogGroupDeletionProtection",
}
_GROUP = {action: parameter for parameter, row in _ROWS.items() for action in row.split()}
_NOTHING = frozenset({"DescribeLogGroups", "TestMetricFilter"})


def asks(held: Held, session: Session, request: Request) -> Iterator[Ask]:
    """Yield what a call of CloudWatch Logs asks; raises CannotJudgeError."""
    place, keys = Place(held.partition, session.account, request.region), request_tags(request.parameters)
    if request.action in _NOTHING:
        yield Ask(request.operation, "*", keys)
    elif request.action in _GROUP:
        given = request.parameters.get(_GROUP[request.action]) or request.parameters.get("logGroupIdentifier", "")
        group = place.of(given).arn("logs", f"log-group:{group_name(given)}")
        yield Ask(request.operation, f"{group}:*", keys)
        if request.action == "CreateLogGroup" and "aws:TagKeys" in keys:
            yield Ask("logs:TagResource", group, keys)
    else:
        raise CannotJudgeError(f"{request.operation} is not modelled")
