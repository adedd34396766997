"""What a target gets of an event: all of it, or what its input transformer makes of it.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html
"""

import json
import re
from collections.abc import Mapping

_VARIABLE = re.compile(r"<([A-Za-z0-9_.-]+)>")
_STEP = re.compile(r"[^.\[\]]+")


def rendered(target: Mapping[str, object], event: Mapping[str, object], rule: str) -> str:
    """Return the text that a target of a rule, given by its ARN, gets of an event."""
    transformer = target.get("InputTransformer")
    if not isinstance(transformer, Mapping):
        return json.dumps(event)
    paths = transformer.get("InputPathsMap") or {}
    known = {name: at(event, path) for name, path in paths.items()}
    known |= {
        "aws.events.rule-arn": rule,
        "aws.events.rule-name": rule.rpartition("/")[2],
        "aws.events.event.ingestion-time": event["time"],
        "aws.events.event.json": event,
    }
    template = str(transformer.get("InputTemplate", ""))
    return _VARIABLE.sub(lambda found: _written(found, template, known), template)


def at(event: Mapping[str, object], path: str) -> object:
    """Return what lies at a path such as `$.detail.resources[0].ARN`; None where nothing does."""
    node: object = event
    for step in _STEP.findall(path.removeprefix("$")):
        if isinstance(node, Mapping):
            node = node.get(step)
        elif isinstance(node, list) and step.isdecimal() and int(step) < len(node):
            node = node[int(step)]
        else:
            return None
    return node


def _written(found: re.Match[str], template: str, known: Mapping[str, object]) -> str:
    """Return a variable's value: within quotes only its text, outside of them as JSON; nothing for an absent one."""
    if found[1] not in known:
        return found[0]
    value = known[found[1]]
    quoted = template[: found.start()].replace('\\"', "").count('"') % 2 == 1
    if value is None:
        return "" if quoted else '""'
    if not quoted:
        return json.dumps(value)
    return json.dumps(value)[1:-1] if isinstance(value, str) else json.dumps(value).replace('"', '\\"')
