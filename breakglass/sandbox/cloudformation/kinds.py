"""The types that stacks really make here, with every property: no other is dropped silently, but refused."""

from collections.abc import Mapping

from breakglass.documents import Json
from breakglass.sandbox.cloudformation.kind import Kind
from breakglass.sandbox.cloudformation.managed_policies import ManagedPolicy
from breakglass.sandbox.cloudformation.queues import Queue, QueuePolicy
from breakglass.sandbox.cloudformation.roles import Role
from breakglass.sandbox.cloudformation.rules import Rule
from breakglass.sandbox.cloudformation.template import Declared

KINDS: Mapping[str, Kind] = {
    "AWS::Events::Rule": Rule(),
    "AWS::IAM::ManagedPolicy": ManagedPolicy(),
    "AWS::IAM::Role": Role(),
    "AWS::SQS::Queue": Queue(),
    "AWS::SQS::QueuePolicy": QueuePolicy(),
}


def unmodelled(declared: Declared) -> str:
    """Return what of a resource cannot be made here; empty where all of it can."""
    kind = KINDS.get(declared.type)
    if kind is None:
        return f"{declared.type}: not modelled by the sandbox"
    strange = sorted(declared.properties.keys() - kind.known)
    if strange:
        return f"{declared.type}, {', '.join(strange)}: not modelled by the sandbox"
    return (
        "" if kind.name in declared.properties else f"{declared.type} without {kind.name}: not modelled by the sandbox"
    )


def replaced(kind: Kind, before: Mapping[str, Json], after: Mapping[str, Json]) -> str:
    """Return the property that only a replacement changes; empty where there is none."""
    return next((name for name in sorted(kind.fixed) if before.get(name) != after.get(name)), "")
