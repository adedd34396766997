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

from breakglass import naming
from breakglass.documents import Document, Json, canonical, text

ALARM = "AWS::CloudWatch::Alarm"
ALIAS = "AWS::KMS::Alias"
BUCKET = "AWS::S3::Bucket"
BUCKET_POLICY = "AWS::S3::BucketPolicy"
DELETION_PROTECTION = "Breakglass::Logs::DeletionProtection"
EVENT_BUS = "AWS::Events::EventBus"
GROUP = "AWS::IAM::Group"
KEY = "AWS::KMS::Key"
MANAGED_POLICY = "AWS::IAM::ManagedPolicy"
METRIC_FILTER = "AWS::Logs::MetricFilter"
PASSWORD_POLICY = "Breakglass::IAM::PasswordPolicy"  # noqa: S105 - a type, not a password
QUEUE = "AWS::SQS::Queue"
QUEUE_POLICY = "AWS::SQS::QueuePolicy"
ROLE = "AWS::IAM::Role"
RULE = "AWS::Events::Rule"
SERVICE_CONTROL_POLICY = "AWS::Organizations::Policy"
SUBSCRIPTION = "AWS::SNS::Subscription"
TOPIC = "AWS::SNS::Topic"
TOPIC_POLICY = "AWS::SNS::TopicPolicy"
TRAIL = "AWS::CloudTrail::Trail"
USER = "AWS::IAM::User"

Ownership: TypeAlias = Literal["tag", "name", "parent", "singleton"]


GLOBAL = naming.GLOBAL
"""The region of what an account has but once."""


@dataclass(frozen=True, order=True, slots=True)
class Scope:
    """Where a resource lives: an account id of twelve digits and a region; IAM's is GLOBAL."""

    account: str
    region: str = GLOBAL
    partition: str = "aws"

    def __str__(self) -> str:
        return self.account if self.region == GLOBAL else f"{self.account} {self.region}"


@dataclass(frozen=True, slots=True)
class Kind:
    """What one type of resource has of its own."""

    type: str
    identity: str
    """The property that names it, in its scope; empty where an account has exactly one."""
    defaults: Mapping[str, Json] = field(default_factory=dict)
    """What AWS takes an absent property to be."""
    sets: tuple[str, ...] = ()
    """Lists whose order means nothing."""
    documents: tuple[str, ...] = ()
    """Policy documents, given as they are or as JSON, compared in canonical form."""
    fixed: tuple[str, ...] = ()
    """Properties AWS sets at creation and never changes."""
    names: Mapping[str, str] = field(default_factory=dict)
    """Property -> type: it points at resources of that type in the same scope, by name."""
    arns: tuple[str, ...] = ()
    """Properties that point at resources by ARN, which must exist before."""
    arn: str = ""
    """What its ARN calls the type: `user`, `group`, `policy`, `role`; outside IAM, what follows the partition in it.

    Empty where it has none that can be foretold.
    """
    ownership: Ownership = "tag"
    kept: bool = False
    """Whether it stays when it is wanted no more: it was there before us, or holds evidence."""
    ref_is_arn: bool = False
    """Whether Ref in a template is its ARN rather than its name."""
    rendered: bool = True
    """Whether CloudFormation knows the type."""


KINDS: Mapping[str, Kind] = {
    kind.type: kind
    for kind in (
        Kind(PASSWORD_POLICY, "", ownership="singleton", kept=True, rendered=False),
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
        Kind(
            BUCKET,
            "BucketName",
            {"Tags": ()},
            sets=("Tags",),
            arn="s3:::{name}",
            kept=True,
        ),
        Kind(
            BUCKET_POLICY,
            "Bucket",
            documents=("PolicyDocument",),
            names={"Bucket": BUCKET},
            ownership="parent",
            kept=True,
        ),
        Kind(
            TRAIL,
            "TrailName",
            {
                "EnableLogFileValidation": False,
                "IncludeGlobalServiceEvents": True,
                "IsMultiRegionTrail": False,
                "Tags": (),
            },
            sets=("Tags",),
            arn="cloudtrail:{region}:{account}:trail/{name}",
        ),
        Kind(
            KEY,
            "Description",
            {"EnableKeyRotation": False, "Tags": ()},
            sets=("Tags",),
            documents=("KeyPolicy",),
        ),
        Kind(ALIAS, "AliasName", names={"TargetKeyId": KEY}, ownership="parent"),
        Kind(
            TOPIC,
            "TopicName",
            {"DisplayName": "", "Tags": ()},
            sets=("Tags",),
            names={"KmsMasterKeyId": ALIAS},
            arn="sns:{region}:{account}:{name}",
            ref_is_arn=True,
        ),
        Kind(
            TOPIC_POLICY,
            "Topics",
            documents=("PolicyDocument",),
            arns=("Topics",),
            ownership="parent",
        ),
        Kind(
            SUBSCRIPTION,
            "Endpoint",
            fixed=("Protocol", "TopicArn"),
            arns=("TopicArn",),
            ownership="parent",
        ),
        Kind(
            QUEUE,
            "QueueName",
            {"MessageRetentionPeriod": 345600, "SqsManagedSseEnabled": True, "Tags": ()},
            sets=("Tags",),
            arn="sqs:{region}:{account}:{name}",
        ),
        Kind(
            QUEUE_POLICY,
            "Queues",
            documents=("PolicyDocument",),
            names={"Queues": QUEUE},
            ownership="parent",
        ),
        Kind(
            EVENT_BUS,
            "Name",
            {"Description": "", "Tags": ()},
            sets=("Tags",),
            documents=("Policy",),
            arn="events:{region}:{account}:event-bus/{name}",
        ),
        Kind(
            RULE,
            "Name",
            {"Description": "", "EventBusName": "default", "State": "ENABLED", "Targets": ()},
            fixed=("EventBusName",),
            names={"EventBusName": EVENT_BUS},
            arns=("Targets",),
            arn="events:{region}:{account}:rule/{name}",
            ownership="name",
        ),
        Kind(DELETION_PROTECTION, "LogGroupName", ownership="singleton", kept=True, rendered=False),
        Kind(
            METRIC_FILTER,
            "FilterName",
            fixed=("LogGroupName",),
            ownership="name",
        ),
        Kind(
            ALARM,
            "AlarmName",
            {
                "ActionsEnabled": True,
                "AlarmActions": (),
                "AlarmDescription": "",
                "InsufficientDataActions": (),
                "OKActions": (),
                "TreatMissingData": "missing",
            },
            sets=("AlarmActions",),
            arns=("AlarmActions",),
            arn="cloudwatch:{region}:{account}:alarm:{name}",
            ownership="name",
        ),
    )
}
"""In this order where nothing else decides it."""


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
        """Its name in AWS, or that of what it is of; empty where an account has exactly one."""
        value = self.properties.get(KINDS[self.type].identity, "")
        return value if isinstance(value, str) else " ".join(map(str, items(value)))

    @property
    def path(self) -> str:
        """Its path in IAM; empty where it has none."""
        return str(self.properties.get("Path", ""))

    @property
    def arn(self) -> str:
        """Its ARN; empty where it has none that can be foretold."""
        stem, scope = KINDS[self.type].arn, self.scope
        if ":" in stem:
            rest = stem.format(region=scope.region, account=scope.account, name=self._arn_name)
            return f"arn:{scope.partition}:{rest}"
        return f"arn:{scope.partition}:iam::{scope.account}:{stem}{self.path}{self.name}" if stem else ""

    @property
    def _arn_name(self) -> str:
        """Its name in its ARN, where a rule carries that of its bus unless that is the default.

        https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoneventbridge.html
        """
        bus = self.properties.get("EventBusName", "default")
        return self.name if bus == "default" else f"{bus}/{self.name}"

    @property
    def shown(self) -> str:
        """Its name as it is told to people."""
        return naming.shown(self.name)

    @property
    def subject(self) -> str:
        """What a finding about it names: its ARN, or else its name as it is told, or else its account."""
        return self.arn or self.shown or self.scope.account

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
        Key(resource.scope, type_, name)
        for attribute, type_ in kind.names.items()
        for name in _strings(resource.properties.get(attribute))
        if name != kind.defaults.get(attribute)  # that is there from the beginning
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


_MAPPINGS = (dict, Mapping)
"""What nearly all are is asked for first: the other question costs six times as much."""


def _normal(kind: Kind, name: str, value: Json) -> Json:
    if name in kind.documents and isinstance(value, (str, *_MAPPINGS)):
        return _document(value if isinstance(value, str) else text(value))
    frozen = _freeze(value)
    return tuple(sorted(items(frozen), key=repr)) if name in kind.sets else frozen


@lru_cache(maxsize=1024)
def _document(written: str) -> Json:
    """Return the canonical document of this text: one value for the many accounts that have the same.

    Text that is no document is left as it is.
    """
    try:
        document = json.loads(written)
    except ValueError:
        return written
    if not isinstance(document, dict):
        return written
    if not isinstance(document.get("Statement"), list):
        return _freeze(canonical(document))
    statements = tuple(_statement(text(each)) for each in document["Statement"])
    return {name: statements if name == "Statement" else _freeze(each) for name, each in sorted(document.items())}


@lru_cache(maxsize=8192)
def _statement(written: str) -> Json:
    """Return one canonical statement: most are the same in the documents of many accounts, and are kept once."""
    (found,) = items(_freeze(canonical({"Statement": [json.loads(written)]})["Statement"]))
    return found


def _freeze(value: Json) -> Json:
    if isinstance(value, str):  # first: most values are, and every other question costs more
        return value
    if isinstance(value, _MAPPINGS):
        return {key: _freeze(inner) for key, inner in sorted(value.items())}
    return tuple(map(_freeze, value)) if isinstance(value, Sequence) else value
