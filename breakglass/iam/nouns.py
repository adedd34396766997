"""What a request is, what a statement says, and what the answer is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

Values: TypeAlias = tuple[str, ...]
Context: TypeAlias = Mapping[str, Values]
"""Condition keys in lower case, each with its values."""

UNKNOWN: Values = ("(unknown)",)
"""The values of a key that AWS sets and that cannot be told from the request; compared by identity."""


class Decision(StrEnum):
    """What AWS would answer; `UNSUPPORTED` where it depends on something that is not modelled."""

    ALLOWED = "allowed"
    EXPLICIT_DENY = "explicit_deny"
    IMPLICIT_DENY = "implicit_deny"
    UNSUPPORTED = "unsupported"


@dataclass(frozen=True, slots=True)
class Condition:
    """One operator over one key, its values sorted: `ForAllValues:StringEqualsIfExists` is taken apart.

    `problem` says why it is not modelled, if it is not; then only key and values are as written.
    """

    set_operator: str
    operator: str
    if_exists: bool
    key: str
    values: Values
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Principals:
    """A Principal element: pairs of a kind (`AWS`, `Service`, `Federated`, `CanonicalUser`) and a value, sorted."""

    entries: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement in canonical form: lists sorted and without repetition; equal where it says the same.

    Actions are in lower case. `resources` and `principals` are None where the element is absent. `problems` says what
    is not modelled.
    """

    index: int = field(compare=False)
    sid: str = field(compare=False)
    effect: str
    actions: Values
    not_actions: bool = False
    resources: Values | None = None
    not_resources: bool = False
    principals: Principals | None = None
    not_principals: bool = False
    conditions: tuple[Condition, ...] = ()
    problems: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The Sid, or the position among the statements, from 0."""
        return self.sid or str(self.index)


@dataclass(frozen=True, slots=True)
class Request:
    """One call by one principal on one resource.

    `principal` is an ARN (user, role, assumed-role session, federated user, account root, identity provider) or a
    service principal; `resource` an ARN or `*`. `context` holds what AWS would know; keys are not case-sensitive. What
    the principal and the accounts settle need not be given, and what is given wins. Without `resource_account` the
    resource lies in the account of its ARN, or where that names none, in the principal's.
    """

    principal: str
    action: str
    resource: str
    resource_account: str = ""
    context: Mapping[str, str | Sequence[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Decisive:
    """A statement that decided: its policy by place (`identity_policies[0]`), its Sid or index, its effect.

    `why` says what is not modelled, where that is what decided.
    """

    policy: str
    statement: str
    effect: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """The decision, the statements that made it, and for an implicit deny the policies that would have to allow."""

    decision: Decision
    because: tuple[Decisive, ...] = ()
    missing: tuple[str, ...] = ()
