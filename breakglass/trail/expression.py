"""What a filter pattern says, taken apart: selectors, the conditions on them, and how these are combined.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/matching-terms-json-log-events.html
"""

import re
from dataclasses import dataclass
from enum import Enum
from typing import Final, TypeAlias


class Wildcard(Enum):
    """A step of a selector that takes whatever it finds."""

    FIELD = ".*"
    ELEMENT = "[*]"


Step: TypeAlias = str | int | Wildcard
"""The name of a property, the index of an element from 0, or any of them."""


@dataclass(frozen=True, slots=True)
class Selector:
    """The way from the whole event to a value, at least one step long."""

    steps: tuple[Step, ...]

    @property
    def wildcards(self) -> int:
        """How many steps take whatever they find."""
        return sum(isinstance(step, Wildcard) for step in self.steps)


class Is(Enum):
    """Conditions that compare with nothing."""

    TRUE = "IS TRUE"
    FALSE = "IS FALSE"
    NULL = "IS NULL"
    ABSENT = "NOT EXISTS"


@dataclass(frozen=True, slots=True)
class Text:
    """A string to compare with: a `*` at either end is a wildcard, one between stands for itself."""

    text: str
    quoted: bool

    @property
    def exact(self) -> bool:
        """Whether only this very string is equal to it."""
        return not self.text.startswith("*") and not self.text.endswith("*")


@dataclass(frozen=True, slots=True)
class Comparison:
    """A value stands to an operand as the operator says; of strings and expressions only `=` and `!=` are asked."""

    operator: str
    operand: Text | int | float | re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Test:
    """One condition on what a selector finds; with a wildcard, on any of what it finds."""

    selector: Selector
    condition: Comparison | Is


@dataclass(frozen=True, slots=True)
class AllOf:
    """Every part must hold."""

    parts: tuple["Expression", ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """One part must hold."""

    parts: tuple["Expression", ...]


Expression: TypeAlias = Test | AllOf | AnyOf

EQUAL: Final = "="
UNEQUAL: Final = "!="
