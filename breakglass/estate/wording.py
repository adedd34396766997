"""How a resource, a value and a difference are called in front of people."""

import json

from breakglass import naming, resources
from breakglass.documents import Json
from breakglass.estate.difference import Difference
from breakglass.legible import legible
from breakglass.resources import Resource

_KINDS = {
    resources.ALARM: "alarm",
    resources.ALIAS: "key alias",
    resources.BUCKET: "bucket",
    resources.BUCKET_POLICY: "policy of the bucket",
    resources.DELETION_PROTECTION: "deletion protection of the log group",
    resources.EVENT_BUS: "event bus",
    resources.GROUP: "group",
    resources.KEY: "key",
    resources.MANAGED_POLICY: "policy",
    resources.METRIC_FILTER: "metric filter",
    resources.PASSWORD_POLICY: "password policy",
    resources.QUEUE: "queue",
    resources.QUEUE_POLICY: "policy of the queue",
    resources.ROLE: "role",
    resources.RULE: "rule",
    resources.SERVICE_CONTROL_POLICY: "service control policy",
    resources.SUBSCRIPTION: "subscription",
    resources.TOPIC: "topic",
    resources.TOPIC_POLICY: "policy of the topic",
    resources.TRAIL: "trail",
    resources.USER: "user",
}


GRANT = (
    "whoever is in reserve is in a team: it may be a grant that still stands,"
    " or the manifest has just put them in reserve"
)


def describe(resource: Resource) -> str:
    """Return what people call a resource: its kind and its name."""
    return f"{_KINDS[resource.type]} {resource.shown}".rstrip()


def counted(number: int, one: str, many: str = "") -> str:
    """Return a number of things, such as `1 change` or `2 people`; the plural is the singular and an s if not given."""
    return f"{number} {one if number == 1 else many or f'{one}s'}"


def describe_value(value: Json) -> str:
    """Return a value on one line of printable characters, all of it: what is granted must be read whole."""
    if value is None:
        return "nothing"
    if value == "":
        return "empty"
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return legible(text.replace(naming.ORGANIZATION_ROOT, "the organization root"))


def describe_drift(difference: Difference) -> str:
    """Return a difference between what is and what should be as a sentence."""
    if difference.member and difference.before is None:
        return f"{difference.path} lacks {describe_value(difference.after)}"
    if difference.member:
        return f"{difference.path} has {describe_value(difference.before)} besides"
    return f"{difference.path} is {describe_value(difference.before)}, not {describe_value(difference.after)}"


def describe_difference(difference: Difference) -> str:
    """Return a difference as one line: where, and what is gained, lost, or becomes what."""
    if difference.before is None:
        return f"{difference.path}: + {describe_value(difference.after)}"
    if difference.after is None:
        return f"{difference.path}: - {describe_value(difference.before)}"
    return f"{difference.path}: {describe_value(difference.before)} → {describe_value(difference.after)}"
