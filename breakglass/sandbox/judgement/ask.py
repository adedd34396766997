"""One question to the policy engine: may this be done to that."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count, takewhile
from typing import TypeAlias

from breakglass.iam.nouns import Values

Keys: TypeAlias = dict[str, Values]
"""Condition keys with their values."""


class CannotJudgeError(Exception):
    """Whether AWS would allow it cannot be told here; the message says why."""


@dataclass(frozen=True, slots=True)
class Ask:
    """One action on one resource: an operation may ask several, and all must be allowed.

    `account` is where the resource lies, if its ARN does not say; `policy` is the resource's own, the trust policy of
    a role to assume, empty where there is none.
    """

    action: str
    resource: str
    keys: Keys = field(default_factory=dict)
    policy: str = ""
    account: str = ""


def listed(parameters: Mapping[str, str], name: str) -> Iterator[Mapping[str, str]]:
    """Yield the structures of a list, as the query protocol writes them: `Tags.member.1.Key`, and so on without gaps.

    A list of plain texts yields them under the empty name.
    """
    found: dict[str, dict[str, str]] = {}
    for parameter, value in parameters.items():
        if parameter.startswith(f"{name}.member."):
            number, _, part = parameter.removeprefix(f"{name}.member.").partition(".")
            found.setdefault(number, {})[part] = value
    yield from takewhile(bool, (found.get(str(number), {}) for number in count(1)))


def request_tags(parameters: Mapping[str, str]) -> Keys:
    """Return what a request says of tags, those it sets and those it takes away, however the service writes them."""
    tags = {_key(each): _value(each) for name in _LISTS for each in listed(parameters, name)}
    tags |= {
        name[len(start) :]: value for start in _MAPS for name, value in parameters.items() if name.startswith(start)
    }
    names = (*tags, *(each.get("", "") for each in listed(parameters, "TagKeys")))
    keys: Keys = {f"aws:RequestTag/{name}": (value,) for name, value in tags.items()}
    return {**keys, "aws:TagKeys": names} if names else keys


_LISTS = ("Tags", "TagsList")
_MAPS = ("tags.",)


def _key(tag: Mapping[str, str]) -> str:
    return tag.get("Key") or tag.get("TagKey", "")


def _value(tag: Mapping[str, str]) -> str:
    return tag.get("Value") or tag.get("TagValue", "")
