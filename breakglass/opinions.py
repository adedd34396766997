"""What AWS says of policies when it is asked: whether a role lets a probe in, and what IAM Access Analyzer finds."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, TypeAlias

from breakglass.resources import Scope

PolicyKind: TypeAlias = Literal["identity", "trust"]


class Asked(StrEnum):
    """What IAM Access Analyzer was asked of a document."""

    WIDER = "wider"
    """Whether a trust lets more in than the manifest's."""
    NARROWER = "narrower"
    """Whether the manifest's trust lets more in than this one."""
    GRANTS = "grants"
    """Whether a policy allows any of what no playbook may do."""


@dataclass(frozen=True, slots=True)
class Flaw:
    """What is wrong with a document as such."""

    kind: Literal["ERROR", "SECURITY_WARNING"]
    issue: str
    """AWS's name of it, such as `PASS_ROLE_WITH_STAR_IN_RESOURCE`."""
    detail: str


@dataclass(frozen=True, slots=True)
class Judgement:
    """The answer to a check: whether it passed, and in AWS's own words why."""

    passed: bool
    told: str = ""


@dataclass(frozen=True, slots=True)
class ProbeAnswer:
    """What came of a role being asked for from outside the namespace; `alike` counts the roles of the same trust."""

    scope: Scope
    role: str
    """Its ARN."""
    session: str
    """The name CloudTrail has it under."""
    denied: bool
    alike: int = 0


@dataclass(frozen=True, slots=True)
class PolicyFlaw:
    """A flaw of a policy, or of a role's trust, by ARN; `alike` counts the others with the same document."""

    scope: Scope
    subject: str
    flaw: Flaw
    alike: int = 0


@dataclass(frozen=True, slots=True)
class Opinion:
    """What IAM Access Analyzer answered about a policy, or a role's trust, by ARN; `alike` as for a flaw."""

    scope: Scope
    subject: str
    asked: Asked
    judgement: Judgement
    alike: int = 0


@dataclass(frozen=True, slots=True)
class ChargedCalls:
    """Calls of IAM Access Analyzer that AWS charges for."""

    scope: Scope
    number: int


Answered: TypeAlias = ProbeAnswer | PolicyFlaw | Opinion | ChargedCalls
