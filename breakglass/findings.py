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

    `code` is stable and upper case; `subject` is a user name, an ARN, an account id, or a guardrail's name.
    """

    code: str
    severity: Severity
    subject: str
    detail: str
    advice: str
    account: str = ""
    """The id of the account it concerns, where its subject does not tell that."""
