"""How a resource, a value and a difference are called in front of people."""

import json

from breakglass.documents import Json
from breakglass.estate.difference import Difference
from breakglass.resources import GROUP, MANAGED_POLICY, PASSWORD_POLICY, ROLE, USER, Resource

_KINDS = {
    GROUP: "group",
    MANAGED_POLICY: "policy",
    PASSWORD_POLICY: "password policy",
    ROLE: "role",
    USER: "user",
}
_LONGEST = 100


def describe(resource: Resource) -> str:
    """Return what people call a resource: its kind and its name."""
    return f"{_KINDS[resource.type]} {resource.name}".rstrip()


def describe_value(value: Json) -> str:
    """Return a value on one line of printable characters, cut where it would not fit."""
    if value is None:
        return "nothing"
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    shown = "".join(character if character.isprintable() else "?" for character in text)
    return shown if len(shown) <= _LONGEST else f"{shown[:_LONGEST]}…"


def describe_drift(difference: Difference) -> str:
    """Return a difference between what is and what should be as a sentence."""
    return f"{difference.path} is {describe_value(difference.before)}, not {describe_value(difference.after)}"


def describe_difference(difference: Difference) -> str:
    """Return a difference as one line: where, from what, to what."""
    return f"{difference.path}: {describe_value(difference.before)} → {describe_value(difference.after)}"
