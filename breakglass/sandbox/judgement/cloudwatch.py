"""What the operations of CloudWatch ask; who mutes an alarm must be allowed to, on the alarm as well as on the rule.

https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatch.html
https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutAlarmMuteRule.html
"""

from collections.abc import Iterator

from breakglass.sandbox.judgement.ask import Ask, CannotJudgeError, Keys, listed, request_tags
from breakglass.sandbox.judgement.held import Held
from breakglass.sandbox.judgement.place import Place
from breakglass.sandbox.request import Request
from breakglass.sandbox.sessions import Session

_DATA = frozenset({"GetMetricData", "PutMetricData"})
_PUT = frozenset({"PutMetricData"})
_ALARM = frozenset({"PutMetricAlarm", "SetAlarmState"})
_ALARMS = frozenset({"DeleteAlarms", "DescribeAlarms", "DisableAlarmActions", "EnableAlarmActions"})
_MUTE_RULES = frozenset({"DeleteAlarmMuteRule", "GetAlarmMuteRule", "ListAlarmMuteRules"})
_TAGGED = frozenset({"ListTagsForResource", "TagResource", "UntagResource"})


def asks(held: Held, session: Session, request: Request) -> Iterator[Ask]:
    """Yield what a call of CloudWatch asks; raises CannotJudgeError."""
    place, keys = Place(held.partition, session.account, request.region), request_tags(request.parameters)
    for resource in _resources(place, request):
        yield Ask(request.operation, resource, {**keys, **_actions(request), **_namespace(request)})
        if request.action == "PutMetricAlarm" and "aws:TagKeys" in keys:
            yield Ask("cloudwatch:TagResource", resource, keys)


def _resources(place: Place, request: Request) -> Iterator[str]:
    action, parameters = request.action, request.parameters
    if action in _DATA:
        yield "*"
    elif action in _ALARM:
        yield place.arn("cloudwatch", f"alarm:{parameters.get('AlarmName', '')}")
    elif action in _ALARMS:
        yield from _named(place, request, "AlarmNames") or (place.arn("cloudwatch", "alarm:*"),)
    elif action in _MUTE_RULES:
        yield place.arn("cloudwatch", f"alarm-mute-rule:{parameters.get('AlarmMuteRuleName', '*')}")
    elif action == "PutAlarmMuteRule":
        yield place.arn("cloudwatch", f"alarm-mute-rule:{parameters.get('Name', '')}")
        yield from _named(place, request, "MuteTargets.AlarmNames")
    elif action in _TAGGED:
        yield parameters.get("ResourceARN", "")
    else:
        raise CannotJudgeError(f"{request.operation} is not modelled")


def _named(place: Place, request: Request, parameter: str) -> tuple[str, ...]:
    names = (each.get("", "") for each in listed(request.parameters, parameter))
    return tuple(place.arn("cloudwatch", f"alarm:{name}") for name in names)


def _namespace(request: Request) -> Keys:
    """Return where data is put.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/iam-cw-condition-keys-namespace.html
    """
    return {"cloudwatch:namespace": (request.parameters.get("Namespace", ""),)} if request.action in _PUT else {}


def _actions(request: Request) -> Keys:
    """Return what an alarm that is put would do.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/iam-cw-condition-keys-alarm-actions.html
    """
    actions = tuple(each.get("", "") for each in listed(request.parameters, "AlarmActions"))
    return {"cloudwatch:AlarmActions": actions} if request.action == "PutMetricAlarm" and actions else {}
