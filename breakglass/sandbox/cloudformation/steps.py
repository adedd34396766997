"""What CloudFormation asks of a service to make, change or delete a resource."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from breakglass.documents import Json
from breakglass.sandbox.cloudformation.place import Place


@dataclass(frozen=True, slots=True)
class Step:
    """One call: `service` is the name it is signed for."""

    service: str
    action: str
    parameters: Mapping[str, Json]


def listed(value: Json) -> Sequence[Json]:
    """Return the values of a list, none for what is absent."""
    return value if isinstance(value, list) else ()


def document(value: Json) -> str:
    """Return a policy document as the API takes it."""
    return json.dumps(value)


def given(properties: Mapping[str, Json], *names: str) -> Mapping[str, Json]:
    """Return those of the properties that are there."""
    return {name: properties[name] for name in names if name in properties}


def mapping(value: Json) -> Mapping[str, Json]:
    """Return a value that is a mapping; an empty one in place of anything else."""
    return value if isinstance(value, Mapping) else {}


def tags(properties: Mapping[str, Json], place: Place) -> dict[str, str]:
    """Return a resource's tags: its own, its stack's, and those CloudFormation sets.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-resource-tags.html
    """
    own = {str(each["Key"]): str(each["Value"]) for each in map(mapping, listed(properties.get("Tags")))}
    system = {"aws:cloudformation:stack-id": place.stack_id, "aws:cloudformation:stack-name": place.stack}
    return {**dict(place.tags), **own, **system}


def pairs(named: Mapping[str, str]) -> list[Json]:
    """Return tags as most services take them."""
    return [{"Key": key, "Value": value} for key, value in named.items()]


def different(before: Mapping[str, Json], after: Mapping[str, Json]) -> frozenset[str]:
    """Return the names of the properties that are not the same."""
    return frozenset(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))


def gone(before: Json, after: Json) -> Iterator[Json]:
    """Yield what a list has no more."""
    return (each for each in listed(before) if each not in listed(after))
