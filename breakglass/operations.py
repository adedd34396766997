"""What one call to AWS asks of the caller's policies: the row of the table in `aws/operations.py`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

Phase: TypeAlias = Literal[
    "identify",
    "discover",
    "units",
    "read",
    "credentials",
    "enrolment",
    "chain",
    "posture",
    "probe",
    "schedule",
    "canary",
    "log",
    "patterns",
    "make",
    "enroll",
    "remove",
    "offboard",
    "deliveries",
    "deliver",
    "adopt",
]

COMMANDS: Mapping[str, frozenset[Phase]] = {
    "init": frozenset({"identify", "discover"}),
    "plan": frozenset({"identify", "units", "read", "enrolment", "deliveries"}),
    "apply": frozenset({"identify", "units", "read", "enrolment", "make", "remove"}),
    "deploy": frozenset({"identify", "units", "read", "enrolment", "make", "remove", "deliveries", "deliver"}),
    "adopt": frozenset({"identify", "units", "read", "enrolment", "deliveries", "deliver", "adopt"}),
    "enroll": frozenset({"identify", "units", "enroll"}),
    "offboard": frozenset({"identify", "units", "read", "enrolment", "offboard"}),
    "verify": frozenset({"identify", "units", "read", "credentials", "enrolment", "chain", "posture", "probe"}),
    "prove": frozenset({"identify", "units", "read"}),
    "canary": frozenset({"identify", "units", "canary", "log"}),
    "activity": frozenset({"identify", "units", "log"}),
    "alerts": frozenset({"identify", "patterns"}),
    "destroy": frozenset({"identify", "units", "read", "remove", "deliveries", "deliver"}),
}
"""Command that calls AWS -> what it does there. `apply` removes as well: what the manifest no longer knows.

Organizational units are looked up only where the manifest has some. No command does what is in the phase `schedule`: it
is what the function does as the verification role, whose rights are part of the desired state.
"""

STACKED = frozenset({"deploy", "adopt"})
"""The commands that only `engine: stacksets` has."""

STACK = "AWS::CloudFormation::Stack"
"""Served where there are stacks of their own."""
ADOPTED = "AWS::CloudFormation::Stack to be taken in"
"""Served where a stack takes over what exists, and then belongs to a StackSet."""
STACK_SET = "AWS::CloudFormation::StackSet"
"""Served where the StackSets are."""
SELF_MANAGED = "AWS::CloudFormation::StackSet with roles of one's own"
"""Served there as well, where AWS Organizations does not provide the roles."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of an AWS API, as botocore names both, and the policy statement that allows it.

    `resources` and `condition` may hold `${Partition}`, `${Organization}`, `${Management}`, `${Security}`,
    `${ProvisioningRole}`, `${AdministrationRole}` and `${Account}` (where the call acts), `resources` also `${Member}`
    (every account but the management account).
    """

    service: str
    name: str
    phases: frozenset[Phase] = frozenset()
    """When it is called; empty where no manifest ever asks for it: declared, and allowed to nobody."""
    types: frozenset[str] = frozenset()
    """The types of resources it serves, in whose accounts it is called; empty for the account one starts from."""
    resources: tuple[str, ...] = ("*",)
    actions: tuple[str, ...] = ()
    """What AWS authorizes; none where AWS lets everybody."""
    condition: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    also: tuple[str, ...] = ()
    """Further actions on the same resources, which do not carry the keys of the condition."""
