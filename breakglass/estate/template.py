"""Resources as a plain CloudFormation template, and back.

A template is the desired state of an account whose id and partition are symbols: no conditions, no transforms, no
macros. Law: parse(render(r), account) equals r with the symbols replaced, for every account.
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-anatomy.html
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from zlib import crc32

from breakglass import naming
from breakglass.documents import Json
from breakglass.resources import KINDS, Key, Resource, Scope, State, items, state

SYMBOLIC = Scope("${AWS::AccountId}", partition="${AWS::Partition}")
"""The scope of a template: wherever it is deployed."""
REGIONAL = Scope("${AWS::AccountId}", "${AWS::Region}", "${AWS::Partition}")
"""That of a template whose resources live in a region."""

_OWN_NAMES = frozenset(
    {
        naming.BOUNDARY,
        naming.EVENTS_ROLE,
        naming.NAMESPACE_GUARDRAIL,
        naming.ROLES_GUARDRAIL,
        naming.SELF_SERVICE,
        naming.VERIFICATION,
        naming.VERIFIER,
    }
)
_PLAIN = re.compile(r"[a-z]+(-[a-z]+)*(-[0-9]+)?")

ROOT_PARAMETER: Mapping[str, Json] = {
    "Type": "String",
    "AllowedPattern": "r-[0-9a-z]{4,32}",
    "Description": "Id of the root of the organization: aws organizations list-roots",
}
"""What a template asks for: only AWS knows this id."""

_ROOT = naming.ORGANIZATION_ROOT[2:-1]

_VARIABLE = re.compile(r"\$\{(?!AWS::)")
"""A policy variable such as `${aws:username}`, which Fn::Sub would take for its own."""


@dataclass(frozen=True, slots=True)
class _Names:
    """What the resources of one template are called in it."""

    logical: Mapping[Key, str]
    arns: Mapping[str, Key]


def render(resources: Iterable[Resource], description: str, metadata: Mapping[str, Json]) -> Mapping[str, Json]:
    """Return the template of these resources, in an order that does not depend on theirs."""
    ordered = sorted((each for each in resources if KINDS[each.type].rendered), key=lambda each: each.key)
    names = _Names({each.key: logical_id(each.key) for each in ordered}, {each.arn: each.key for each in ordered})
    rooted = any(naming.ORGANIZATION_ROOT in items(each.properties.get("TargetIds", ())) for each in ordered)
    return {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": description,
        "Metadata": {"Breakglass": dict(metadata)},
        **({"Parameters": {_ROOT: dict(ROOT_PARAMETER)}} if rooted else {}),
        "Resources": {names.logical[each.key]: _resource(each, names) for each in ordered},
    }


def parse(template: Mapping[str, Json], scope: Scope) -> State:
    """Return what a template of ours makes in an account."""
    return state(by_logical_id(template, scope).values())


def by_logical_id(template: Mapping[str, Json], scope: Scope) -> Mapping[str, Resource]:
    """Return what a template of ours makes in an account, by what it is called there."""
    declared = template["Resources"]
    if not isinstance(declared, Mapping):
        raise TypeError("a template has resources")
    reader = _Reader(declared, scope)
    return {name: reader.resource(name) for name in declared}


def logical_id(key: Key) -> str:
    """Return the name of a resource in a template: letters and digits, the same for ever, and of no other resource.

    Names that would not be told apart once their punctuation is gone carry a checksum.
    """
    kind = key.type.rpartition("::")[2]
    if key.name in _OWN_NAMES or key.name.startswith(naming.ALERT_PREFIX):
        return kind + key.name.replace("-", "")
    playbook = key.name.removeprefix(naming.ROLE_PREFIX)
    words = f"playbook-{playbook.lower()}" if playbook != key.name else key.name
    stem = "".join(word.capitalize() for word in re.findall(r"[A-Za-z0-9]+", words))
    return kind + stem + ("" if _PLAIN.fullmatch(words) else f"x{crc32(key.name.encode()):08x}")


def _resource(resource: Resource, names: _Names) -> Json:
    """Return a resource that outlives its stack: to lose one is to lose access.

    One that a failed creation leaves behind would stand in the way of the next try.
    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-attribute-deletionpolicy.html
    """
    named = KINDS[resource.type].names
    properties = {
        name: _named(value, Key(resource.scope, named[name], ""), names)
        if name in named
        else _written(value, resource.key, names)
        for name, value in resource.properties.items()
        if value != ()
    }
    return {
        "Type": resource.type,
        "DeletionPolicy": "RetainExceptOnCreate",
        "UpdateReplacePolicy": "Retain",
        "Properties": properties,
    }


def _named(value: Json, kind: Key, names: _Names) -> Json:
    """Write the name of a resource, or each of several, as a reference, so that CloudFormation makes that first."""
    if isinstance(value, tuple):
        return [_named(each, kind, names) for each in value]
    key = replace(kind, name=str(value))
    return {"Ref": names.logical[key]} if key in names.logical else key.name


def _written(value: Json, own: Key, names: _Names) -> Json:
    if isinstance(value, str):
        return _text(value, own, names)
    if isinstance(value, Mapping):
        return {key: _written(inner, own, names) for key, inner in value.items()}
    return [_written(each, own, names) for each in items(value)] if isinstance(value, tuple) else value


def _text(value: str, own: Key, names: _Names) -> Json:
    if value == naming.ORGANIZATION_ROOT:
        return {"Ref": _ROOT}
    pointed = names.arns.get(value)
    if pointed is not None and pointed != own:
        by_ref = KINDS[pointed.type].ref_is_arn
        return {"Ref": names.logical[pointed]} if by_ref else {"Fn::GetAtt": [names.logical[pointed], "Arn"]}
    return {"Fn::Sub": _VARIABLE.sub("${!", value)} if "${AWS::" in value else value


class _Reader:
    """Resolves the functions of one template, each resource once."""

    def __init__(self, declared: Mapping[str, Json], scope: Scope) -> None:
        self._declared = declared
        self._scope = scope
        self._known: dict[str, Resource] = {}

    def resource(self, name: str) -> Resource:
        """Return the resource of a logical id."""
        if name not in self._known:
            body = self._declared[name]
            if not isinstance(body, Mapping) or not isinstance(body["Properties"], Mapping):
                raise TypeError(f"{name} is no resource")
            properties = {key: self._read(value) for key, value in body["Properties"].items()}
            self._known[name] = Resource(str(body["Type"]), self._scope, properties)
        return self._known[name]

    def _read(self, value: Json) -> Json:
        if isinstance(value, Mapping):
            return self._function(value) if len(value) == 1 else {key: self._read(each) for key, each in value.items()}
        return [self._read(each) for each in value] if isinstance(value, list) else value

    def _function(self, value: Mapping[str, Json]) -> Json:
        ((name, argument),) = value.items()
        if name == "Fn::Sub":
            return self._substituted(str(argument))
        if name == "Fn::GetAtt":
            return self.resource(str(items(argument)[0])).arn
        if name == "Ref" and argument == _ROOT:
            return naming.ORGANIZATION_ROOT
        if name == "Ref":
            pointed = self.resource(str(argument))
            return pointed.arn if KINDS[pointed.type].ref_is_arn else pointed.name
        return {name: self._read(argument)}

    def _substituted(self, text: str) -> str:
        for symbol, value in (
            (REGIONAL.account, self._scope.account),
            (REGIONAL.region, self._scope.region),
            (REGIONAL.partition, self._scope.partition),
        ):
            text = text.replace(symbol, value)
        return text.replace("${!", "${")
