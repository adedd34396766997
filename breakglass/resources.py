"""Resources in CloudFormation's own vocabulary, and KINDS: one row for each type.

A resource is a value: type, scope, properties. Everything that differs from type to type (identity, defaults,
which lists are sets, what is fixed at creation, what points at what, who owns it) is a column of its row, so that
planning, applying and reporting know no type by name.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal, TypeAlias

from breakglass.documents import Document, Json, canonical, text

GROUP = "AWS::IAM::Group"
MANAGED_POLICY = "AWS::IAM::ManagedPolicy"
PASSWORD_POLICY = "Breakglass::IAM::PasswordPolicy"  # noqa: S105 - a type, not a password
ROLE = "AWS::IAM::Role"
SERVICE_CONTROL_POLICY = "AWS::Organizations::Policy"
USER = "AWS::IAM::User"

Ownership: TypeAlias = Literal["tag", "name", "singleton"]


@dataclass(frozen=True, order=True, slots=True)
class Scope:
    """Where a resource lives: an account id of twelve digits and a region; IAM's is `global`."""

    account: str
    region: str = "global"
    partition: str = "aws"


@dataclass(frozen=True, slots=True)
class Kind:
    """What one type of resource has of its own."""

    type: str
    identity: str
    """The property that names it; empty where an account has exactly one."""
    defaults: Mapping[str, Json] = field(default_factory=dict)
    """What AWS takes an absent property to be."""
    sets: tuple[str, ...] = ()
    """Lists whose order means nothing."""
    documents: tuple[str, ...] = ()
    """Policy documents, compared in canonical form."""
    fixed: tuple[str, ...] = ()
    """Properties AWS sets at creation and never changes."""
    names: Mapping[str, str] = field(default_factory=dict)
    """Property -> type: it points at resources of that type in the same scope, by name."""
    arns: tuple[str, ...] = ()
    """Properties that point at resources by ARN, which must exist before."""
    arn: str = ""
    """What its ARN calls the type: `user`, `group`, `policy`, `role`; empty where it has none that can be foretold."""
    ownership: Ownership = "tag"
    ref_is_arn: bool = False
    """Whether Ref in a template is its ARN rather than its name."""
    rendered: bool = True
    """Whether CloudFormation knows the type."""


KINDS: Mapping[str, Kind] = {
    kind.type: kind
    for kind in (
        Kind(PASSWORD_POLICY, "", ownership="singleton", rendered=False),
        Kind(
            MANAGED_POLICY,
            "ManagedPolicyName",
            {"Path": "/"},
            documents=("PolicyDocument",),
            fixed=("Path",),
            arn="policy",
            ownership="name",
            ref_is_arn=True,
        ),
        Kind(
            GROUP,
            "GroupName",
            {"Path": "/", "ManagedPolicyArns": (), "Policies": ()},
            sets=("ManagedPolicyArns", "Policies"),
            arns=("ManagedPolicyArns",),
            arn="group",
            ownership="name",
        ),
        Kind(
            USER,
            "UserName",
            {"Path": "/", "Groups": (), "ManagedPolicyArns": (), "Policies": (), "Tags": ()},
            sets=("Groups", "ManagedPolicyArns", "Policies", "Tags"),
            names={"Groups": GROUP},
            arns=("ManagedPolicyArns", "PermissionsBoundary"),
            arn="user",
        ),
        Kind(
            SERVICE_CONTROL_POLICY,
            "Name",
            {"Description": "", "TargetIds": (), "Tags": ()},
            sets=("TargetIds", "Tags"),
            documents=("Content",),
            fixed=("Type",),
        ),
        Kind(
            ROLE,
            "RoleName",
            {
                "Path": "/",
                "Description": "",
                "MaxSessionDuration": 3600,
                "ManagedPolicyArns": (),
                "Policies": (),
                "Tags": (),
            },
            sets=("ManagedPolicyArns", "Policies", "Tags"),
            documents=("AssumeRolePolicyDocument",),
            fixed=("Path",),
            arns=("ManagedPolicyArns", "PermissionsBoundary", "AssumeRolePolicyDocument"),
            arn="role",
        ),
    )
}


@dataclass(frozen=True, order=True, slots=True)
class Key:
    """The identity of a resource: no two resources share one."""

    scope: Scope
    type: str
    name: str


@dataclass(frozen=True, slots=True)
class Resource:
    """One thing in AWS, desired or read back: equal when AWS could not tell them apart."""

    type: str
    scope: Scope
    properties: Mapping[str, Json]

    def __post_init__(self) -> None:
        kind = KINDS[self.type]
        given = {name: value for name, value in self.properties.items() if value is not None}
        whole = sorted({**kind.defaults, **given}.items())
        object.__setattr__(self, "properties", {name: _normal(kind, name, value) for name, value in whole})

    @property
    def key(self) -> Key:
        """The identity of this resource."""
        return Key(self.scope, self.type, self.name)

    @property
    def name(self) -> str:
        """Its name in AWS; empty where an account has exactly one."""
        return str(self.properties.get(KINDS[self.type].identity, ""))

    @property
    def path(self) -> str:
        """Its path in IAM; empty where it has none."""
        return str(self.properties.get("Path", ""))

    @property
    def arn(self) -> str:
        """Its ARN; empty where it has none that can be foretold."""
        stem = KINDS[self.type].arn
        return f"arn:{self.scope.partition}:iam::{self.scope.account}:{stem}{self.path}{self.name}" if stem else ""

    @property
    def subject(self) -> str:
        """What a finding about it names: its ARN, or else its name, or else its account."""
        return self.arn or self.name or self.scope.account

    @property
    def tags(self) -> Mapping[str, str]:
        """Its tags by key."""
        pairs = self.properties.get("Tags", ())
        return {str(pair["Key"]): str(pair["Value"]) for pair in items(pairs) if isinstance(pair, Mapping)}


State: TypeAlias = Mapping[Key, Resource]


def state(resources: Iterable[Resource]) -> State:
    """Return the resources by their keys."""
    return {resource.key: resource for resource in resources}


def items(value: Json) -> Sequence[Json]:
    """Return the members of a list, and none of anything else."""
    return value if isinstance(value, Sequence) and not isinstance(value, str) else ()


def tags(values: Mapping[str, str]) -> Json:
    """Return tags as CloudFormation writes them."""
    return tuple({"Key": key, "Value": value} for key, value in sorted(values.items()))


def inline_policy(name: str, document: Document) -> Json:
    """Return an inline policy as CloudFormation writes it."""
    return {"PolicyName": name, "PolicyDocument": canonical(document)}


def needs(resource: Resource, arns: Mapping[str, Key]) -> frozenset[Key]:
    """Return what must exist before this resource, given the keys of all known ARNs."""
    kind = KINDS[resource.type]
    named = {
        Key(resource.scope, type_, str(name))
        for attribute, type_ in kind.names.items()
        for name in items(resource.properties.get(attribute, ()))
    }
    pointed = {
        arns[text] for attribute in kind.arns for text in _strings(resource.properties.get(attribute)) if text in arns
    }
    return frozenset(named | pointed) - {resource.key}


def _strings(value: Json) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from _strings(inner)
    elif isinstance(value, Sequence):
        for inner in value:
            yield from _strings(inner)


def _normal(kind: Kind, name: str, value: Json) -> Json:
    if name in kind.documents and isinstance(value, Mapping):
        return _document(text(value))
    frozen = _freeze(value)
    return tuple(sorted(items(frozen), key=repr)) if name in kind.sets else frozen


@lru_cache(maxsize=4096)
def _document(written: str) -> Json:
    """Return the canonical document of this text: one value for the many accounts that have the same."""
    return _freeze(canonical(json.loads(written)))


def _freeze(value: Json) -> Json:
    if isinstance(value, str):  # first: most values are, and every other question costs more
        return value
    if isinstance(value, Mapping):
        return {key: _freeze(inner) for key, inner in sorted(value.items())}
    return tuple(map(_freeze, value)) if isinstance(value, Sequence) else value
