"""A finding: the one result of every check."""

from dataclasses import dataclass
from enum import IntEnum


class Severity(IntEnum):
    """How soon someone must act, least first, in the words of AWS Security Hub."""

    INFORMATIONAL = 0
    LOW = 1
    MEDIUM = 2
    HIGH = 3
    CRITICAL = 4


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong, with which thing, and what to do about it.

    `code` is stable and upper case; `subject` is a user name, an ARN, an account id, the name of a guardrail or of the
    manifest, or what something is called and where it lies. Suppressions and later runs know it by code and
    subject.
    """

    code: str
    severity: Severity
    subject: str
    detail: str
    advice: str
    account: str = ""
    """The id of the account it concerns, where its subject does not tell that."""
