"""What a judge from outside finds in the shipped policies, and what the documentation answers.

Nothing is imported but what Python has, so that `make audit` needs nothing of ours in its environment.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Final

PAGE: Final = Path(__file__).parents[2] / "docs" / "reference" / "playbooks-audit.md"

_ROW = re.compile(r"^\| `([A-Z_]+)` \| `([^`]+)` \| `([^`]+)` \| ([^|]+) \|$", re.MULTILINE)


@dataclass(frozen=True, order=True, slots=True)
class Finding:
    """One thing found: in which policy, of which kind, and what it is about."""

    policy: str
    code: str
    what: str

    def __str__(self) -> str:
        return f"{self.policy}: {self.code}: {self.what}"


@dataclass(frozen=True, slots=True)
class Answer:
    """One row of the table: which findings it answers, as globs, and why they are none."""

    code: str
    policy: str
    what: str
    why: str

    def meets(self, finding: Finding) -> bool:
        """Tell whether this answers a finding; actions are the same in any case."""
        here = self.code == finding.code and fnmatchcase(finding.policy, self.policy)
        return here and fnmatchcase(finding.what.lower(), self.what.lower())


def answers(page: str) -> tuple[Answer, ...]:
    """Return the answers a page gives, in its order."""
    return tuple(Answer(*(cell.strip() for cell in row)) for row in _ROW.findall(page))


def complaints(findings: Iterable[Finding], given: Iterable[Answer]) -> tuple[str, ...]:
    """Return a line for each finding that nobody answers, and for each answer to what nobody finds."""
    found, rows = sorted(set(findings)), tuple(given)
    open_ = [f"not answered: {each}" for each in found if not any(row.meets(each) for row in rows)]
    idle = [f"answers nothing: {row.code} {row.policy} {row.what}" for row in rows if not any(map(row.meets, found))]
    return (*open_, *idle)
