"""What a control is: a demand, why it is made, how it is checked, and what to do where it is not met."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from breakglass.findings import Severity


class Means(StrEnum):
    """How a control is checked."""

    PROVE = "prove"
    """Over all requests, by the policy engine."""
    OBSERVE = "observe"
    """By what is read back."""
    PROBE = "probe"
    """By a call that must be denied."""
    ASK = "ask"
    """By asking AWS's own judge of policies."""
    MANUAL = "manual"
    """By a person: it is deliberately not automated."""


class Reach(StrEnum):
    """Which accounts a control concludes from: where others were not read, what it says stands."""

    ACCOUNT = "each account by itself"
    SECURITY = "the security account by itself"
    MANAGEMENT = "the management account by itself"
    CENTRE = "the management, security, audit and trail account"
    ENTRY = "each account, with who comes from the security account"
    TOGETHER = "all accounts together"


@dataclass(frozen=True, slots=True, kw_only=True)
class Control:
    """One demand on emergency access."""

    id: str
    title: str
    """A sentence that is true where the control is met."""
    rationale: str
    sources: tuple[str, ...]
    """The demands it answers, by their ids in docs/reference/controls.md."""
    severity: Severity
    """Of its gravest finding."""
    codes: tuple[str, ...] = ()
    """Of its findings; a manual control has none."""
    means: Means
    remediation: str
    frameworks: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Name of a framework -> its own ids of what this answers, such as `NIST SP 800-53` -> `AC-2(1)`."""
    reach: Reach = Reach.TOGETHER
    needs: frozenset[str] = frozenset()
    """Types, of those in posture.py, of what it needs of the whole organization: one account has it, for all others."""
    answerable: str = ""
    """Of a manual control: who answers for it."""
