"""What the operations of EventBridge ask; who gives a target a role must be allowed to pass it.

https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoneventbridge.html
"""

from collections.abc import Iterator, Mapping

from breakglass.iam.nouns import UNKNOWN
from breakglass.sandbox.judgement.ask import Ask, CannotJudgeError, Keys, listed, request_tags
from breakglass.sandbox.judgement.held import Held
from breakglass.sandbox.judgement.place import Place
from breakglass.sandbox.request import Request
from breakglass.sandbox.sessions import Session

_OF_RULES = {
    "Name": "DeleteRule DescribeRule DisableRule EnableRule PutRule",
    "Rule": "ListTargetsByRule PutTargets RemoveTargets",
}
_OF_BUSES = {
    "Name": "CreateEventBus DeleteEventBus DescribeEventBus UpdateEventBus",
}
_RULE = {action: parameter for parameter, row in _OF_RULES.items() for action in row.split()}
_BUS = {action: parameter for parameter, row in _OF_BUSES.items() for action in row.split()}
_RESOURCE = frozenset({"ListTagsForResource", "TagResource", "UntagResource"})
_NOTHING = frozenset({"ListEventBuses", "ListRules", "PutPermission", "RemovePermission"})
_OF_PATTERN = ("events:detail-type", "events:source", "events:detail.service", "events:detail.userIdentity.principalId")


def asks(held: Held, session: Session, request: Request) -> Iterator[Ask]:
    """Yield what a call of EventBridge asks; raises CannotJudgeError."""
    place, parameters = Place(held.partition, session.account, request.region), request.parameters
    keys = {**request_tags(parameters), **_keys(request)}
    resource = _resource(place, request)
    yield Ask(request.operation, resource, keys)
    if request.action in ("CreateEventBus", "PutRule") and "aws:TagKeys" in keys:
        yield Ask("events:TagResource", resource, keys)
    for role in _roles(request):
        yield Ask("iam:PassRole", role, {"iam:PassedToService": ("events.amazonaws.com",)})


def rule(place: Place, bus: str, name: str) -> str:
    """Return the ARN of a rule on a bus, which may be given by its ARN."""
    bus = bus.rpartition("/")[2]
    return place.arn("events", f"rule/{name}" if bus in ("", "default") else f"rule/{bus}/{name}")


def _resource(place: Place, request: Request) -> str:
    action, parameters = request.action, request.parameters
    if action in _RULE:
        return rule(place, parameters.get("EventBusName", ""), parameters.get(_RULE[action], ""))
    if action in _BUS:
        return place.arn("events", f"event-bus/{parameters.get(_BUS[action], 'default').rpartition('/')[2]}")
    if action in _RESOURCE:
        return parameters.get("ResourceARN", "")
    if action in _NOTHING:
        return "*"
    raise CannotJudgeError(f"{request.operation} is not modelled")


def _keys(request: Request) -> Keys:
    keys: Keys = dict.fromkeys(_OF_PATTERN, UNKNOWN) if request.action == "PutRule" else {}
    if request.action == "PutTargets":
        keys["events:TargetArn"] = tuple(each.get("Arn", "") for each in listed(request.parameters, "Targets"))
    return keys


def _roles(request: Request) -> Iterator[str]:
    targets: Iterator[Mapping[str, str]] = listed(request.parameters, "Targets")
    if request.action == "PutTargets":
        yield from dict.fromkeys(each["RoleArn"] for each in targets if "RoleArn" in each)
    elif request.action == "PutRule" and "RoleArn" in request.parameters:
        yield request.parameters["RoleArn"]
