"""What the operations of CloudTrail ask; who gives a trail a role must be allowed to pass it.

https://docs.aws.amazon.com/service-authorization/latest/reference/list_awscloudtrail.html
"""

from collections.abc import Iterator

from breakglass.sandbox.judgement.ask import Ask, CannotJudgeError, listed, request_tags
from breakglass.sandbox.judgement.held import Held
from breakglass.sandbox.judgement.place import Place
from breakglass.sandbox.request import Request
from breakglass.sandbox.sessions import Session

_ROWS = {
    "Name": "CreateTrail DeleteTrail GetTrail GetTrailStatus StartLogging StopLogging UpdateTrail",
    "TrailName": "GetEventSelectors PutEventSelectors",
    "ResourceId": "AddTags RemoveTags",
}
_TRAIL = {action: parameter for parameter, row in _ROWS.items() for action in row.split()}


def asks(held: Held, session: Session, request: Request) -> Iterator[Ask]:
    """Yield what a call of CloudTrail asks; raises CannotJudgeError."""
    place, parameters = Place(held.partition, session.account, request.region), request.parameters
    keys = request_tags(parameters)
    if request.action == "DescribeTrails":
        yield Ask(request.operation, "*", keys, account=session.account)
    elif request.action == "ListTags":
        for each in listed(parameters, "ResourceIdList"):
            yield Ask(request.operation, each.get("", ""), keys, account=session.account)
    elif request.action in _TRAIL:
        named = parameters.get(_TRAIL[request.action], "")
        resource = named if named.startswith("arn:") else place.arn("cloudtrail", f"trail/{named}")
        yield Ask(request.operation, resource, keys, account=session.account)
        if request.action == "CreateTrail" and "aws:TagKeys" in keys:
            yield Ask("cloudtrail:AddTags", resource, keys)
        if parameters.get("CloudWatchLogsRoleArn"):
            service: tuple[str, ...] = ("cloudtrail.amazonaws.com",)
            yield Ask("iam:PassRole", parameters["CloudWatchLogsRoleArn"], {"iam:PassedToService": service})
    else:
        raise CannotJudgeError(f"{request.operation} is not modelled")
