"""Filter patterns of CloudWatch Logs for JSON events: what `PutMetricFilter` takes, and what it then matches.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntaxForMetricFilters.html
"""

from dataclasses import dataclass, field

from breakglass.trail.compiled import Matches, compiled
from breakglass.trail.expression import Expression
from breakglass.trail.grammar import expression


@dataclass(frozen=True, slots=True)
class Pattern:
    """A pattern that AWS would take: its text, what it says, and whether an event matches it."""

    text: str
    expression: Expression = field(repr=False, compare=False)
    matches: Matches = field(repr=False, compare=False)
    """Whether an event, parsed from JSON, matches; never raises, whatever the event holds."""


def parse(text: str) -> Pattern:
    """Return the pattern that a text is.

    Raises PatternError where AWS would not take it or does not document it, with the place and what to do.
    """
    found = expression(text)
    return Pattern(text, found, compiled(found))
