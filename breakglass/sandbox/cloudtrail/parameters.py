"""The element requestParameters: what was asked, in CloudTrail's spelling, without what is secret.

https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
"""

import json
from collections.abc import Mapping

from breakglass.sandbox.cloudtrail.event import Event
from breakglass.sandbox.request import Request
from breakglass.sandbox.wire import wire

_SECRET = frozenset(
    {
        "authenticationCode1",
        "authenticationCode2",
        "newPassword",
        "oldPassword",
        "password",
        "privateKey",
        "token",
        "tokenCode",
    }
)
_RENAMED = {"bucket": "bucketName"}
_NOT_ASKED = frozenset({"Action", "Version"})
_NUMBERS = frozenset({"durationSeconds", "maxItems", "maxSessionDuration"})
_KEYED = frozenset({"attributes", "inputPathsMap", "tags"})
"""Maps, whose keys are the caller's own."""

_LISTS, _MAPS = "member", "entry"


def parameters(request: Request) -> Event | None:
    """Return what was asked, or nothing where there was nothing to say."""
    if wire(request.service).json:
        asked = json.loads(request.body or b"{}")
    else:
        asked = _nested({name: value for name, value in request.parameters.items() if name not in _NOT_ASKED})
    told = _spelled(asked)
    return told if isinstance(told, dict) and told else None


def _nested(flat: Mapping[str, str]) -> Event:
    """Return what the query protocol has flattened: `Tags.member.1.Key` is the key of the first tag."""
    tree: Event = {}
    for name, value in flat.items():
        *path, last = name.split(".")
        node = tree
        for part in path:
            inner = node.setdefault(part, {})
            node = inner if isinstance(inner, dict) else {}
        node[last] = value
    return tree


def _spelled(value: object, name: str = "") -> object:
    if isinstance(value, dict):
        return value if name in _KEYED and not {_LISTS, _MAPS} & value.keys() else _of_mapping(value)
    if isinstance(value, list):
        return [_spelled(each) for each in value]
    return int(str(value)) if name in _NUMBERS and str(value).isdecimal() else value


def _of_mapping(value: Event) -> object:
    listed, mapped = value.get(_LISTS), value.get(_MAPS)
    if isinstance(listed, dict) and len(value) == 1:
        return [_spelled(each) for each in listed.values()]
    if isinstance(mapped, dict) and len(value) == 1:
        return {str(each["key"]): each.get("value") for each in mapped.values()}
    spelled = {key[:1].lower() + key[1:]: each for key, each in value.items()}
    return {_RENAMED.get(key, key): _spelled(each, key) for key, each in spelled.items() if key not in _SECRET}
