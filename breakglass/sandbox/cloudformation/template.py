"""A template as a value: its resources in the order in which they are made, and its functions.

Modelled are Ref, Fn::GetAtt and Fn::Sub in their long form and the pseudo parameters; no parameters, no conditions.
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-anatomy.html
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from typing import TypeAlias

import yaml

from breakglass.documents import Json
from breakglass.sandbox.answers import ApiError

LARGEST = 51_200
"""Bytes of a template that comes in the request.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
"""
_SECTIONS = frozenset({"AWSTemplateFormatVersion", "Description", "Metadata", "Resources"})
_OF_RESOURCE = frozenset({"DeletionPolicy", "Metadata", "Properties", "Type", "UpdateReplacePolicy"})
_KEPT = frozenset({"Retain", "RetainExceptOnCreate"})
_NAMED = frozenset({"AWS::IAM::Group", "AWS::IAM::ManagedPolicy", "AWS::IAM::Role", "AWS::IAM::User"})
_FUNCTIONS = frozenset({"Ref", "Fn::GetAtt", "Fn::Sub"})
_SYMBOL = re.compile(r"\$\{([^}]*)\}")

Lookup: TypeAlias = Callable[[str], str]
"""What a name in a template stands for: `AWS::Region`, a logical id, or a logical id and an attribute, `Queue.Arn`."""


@dataclass(frozen=True, slots=True)
class Declared:
    """A resource of a template; `kept` where it outlives its stack, `left` where even a failed creation leaves it.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-attribute-deletionpolicy.html
    """

    logical_id: str
    type: str
    properties: Mapping[str, Json]
    kept: bool
    left: bool


@dataclass(frozen=True, slots=True)
class Template:
    """What a template declares, each resource after those it refers to."""

    body: str
    resources: tuple[Declared, ...] = ()
    description: str = ""

    @property
    def capability(self) -> str:
        """What must be acknowledged before it is deployed; empty where nothing must.

        https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateStack.html
        """
        return "CAPABILITY_NAMED_IAM" if any(each.type in _NAMED for each in self.resources) else ""


def read(body: str) -> Template:
    """Return a template; raises ApiError for one that AWS would not take, or that is not modelled."""
    if not 1 <= len(body.encode()) <= LARGEST:
        raise invalid(
            "1 validation error detected: Value at 'templateBody' failed to satisfy constraint: Member must have"
            f" length less than or equal to {LARGEST}"
        )
    whole = _loaded(body)
    strange = sorted(whole.keys() - _SECTIONS)
    if strange:
        raise invalid(f"Template sections are not modelled by the sandbox: {', '.join(strange)}")
    declared = whole.get("Resources")
    if not isinstance(declared, Mapping) or not declared:
        raise invalid("Template format error: At least one Resources member must be defined.")
    named = {name: _declared(name, each) for name, each in declared.items()}
    return Template(body, tuple(named[name] for name in _ordered(named)), str(whole.get("Description", "")))


def _loaded(body: str) -> Mapping[str, Json]:
    try:
        # Dates and the like become the texts they were.
        whole = json.loads(json.dumps(yaml.safe_load(body), default=str))
    except (yaml.YAMLError, RecursionError, TypeError) as error:
        raise invalid(
            "Template format error: YAML not well-formed, or in short forms, which are not modelled"
        ) from error
    if not isinstance(whole, dict):
        raise invalid("Template format error: unsupported structure.")
    return whole


def _declared(name: str, body: Json) -> Declared:
    properties = body.get("Properties", {}) if isinstance(body, Mapping) else None
    if not isinstance(body, Mapping) or not isinstance(properties, Mapping) or "Type" not in body:
        raise invalid(f"Template format error: [/Resources/{name}] resource definition is malformed")
    strange = sorted(body.keys() - _OF_RESOURCE)
    if strange:
        raise invalid(f"[/Resources/{name}] attributes are not modelled by the sandbox: {', '.join(strange)}")
    policy = body.get("DeletionPolicy")
    return Declared(name, str(body["Type"]), properties, policy in _KEPT, policy == "Retain")


def _ordered(named: Mapping[str, Declared]) -> tuple[str, ...]:
    graph = {name: sorted(_referred(each.properties)) for name, each in named.items()}
    missing = sorted({each for pointed in graph.values() for each in pointed} - named.keys())
    if missing:
        raise invalid(
            f"Template format error: Unresolved resource dependencies [{', '.join(missing)}] in the Resources block of"
            " the template"
        )
    try:
        return tuple(TopologicalSorter(graph).static_order())
    except CycleError as error:
        raise invalid(f"Circular dependency between resources: [{', '.join(sorted(set(error.args[1])))}]") from error


def _referred(value: Json) -> set[str]:
    """Return the logical ids that a value refers to."""
    found: set[str] = set()

    def note(name: str) -> str:
        found.update({name.partition(".")[0]} if not name.startswith("AWS::") else ())
        return ""

    resolved(value, note)
    return found


def resolved(value: Json, lookup: Lookup) -> Json:
    """Return a value with its functions carried out; raises ApiError for one that is not modelled."""
    if isinstance(value, Mapping):
        ((name, argument),) = value.items() if len(value) == 1 else (("", None),)
        if name in _FUNCTIONS:
            return _carried_out(name, argument, lookup)
        if name.startswith("Fn::"):
            raise invalid(f"{name} is not modelled by the sandbox")
        return {key: resolved(each, lookup) for key, each in value.items()}
    return [resolved(each, lookup) for each in value] if isinstance(value, list) else value


def _carried_out(name: str, argument: Json, lookup: Lookup) -> str:
    if name == "Ref":
        return lookup(str(argument))
    if name == "Fn::GetAtt":
        return lookup(".".join(_texts(argument)))
    if not isinstance(argument, str):
        raise invalid("Fn::Sub with variables of its own is not modelled by the sandbox")
    return _SYMBOL.sub(lambda found: _symbol(found[1], lookup), argument)


def _symbol(name: str, lookup: Lookup) -> str:
    """Return what a symbol in a text stands for: one that begins with an exclamation mark is a text itself."""
    return f"${{{name[1:]}}}" if name.startswith("!") else lookup(name)


def _texts(argument: Json) -> Iterator[str]:
    yield from map(str, argument if isinstance(argument, list) else [argument])


def invalid(message: str) -> ApiError:
    """Return CloudFormation's refusal of what is asked."""
    return ApiError("ValidationError", message)
