"""The tokens of a filter pattern, and how a pattern is refused: with the place, and what to do about it.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/matching-terms-json-log-events.html
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Final, NoReturn

from breakglass.errors import PatternError

STEP: Final = r"\.(?:[A-Za-z0-9_-]+|\*|\['[^']+'\])|\[(?:[0-9]+|\*)\]"
"""One step of a selector, as an expression."""

_SHOWN: Final = 20
_ADVICE: Final = (
    "mend it there; the language: "
    "https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/matching-terms-json-log-events.html"
)


class Kind(Enum):
    """What a token can be, with the expression that finds it; the first that fits counts."""

    SPACE = r"\s+"
    SELECTOR = rf"\$(?=\.)(?:{STEP})+"
    QUOTED = r'"(?:[^"\\]|\\["\\])*"'
    REGEX = r"%[^%]*%"
    CONDITION = r"IS\s+(?:TRUE|FALSE|NULL)\b|NOT\s+EXISTS\b"
    OPERATOR = r"!=|<=|>=|[=<>]"
    AND = r"&&"
    OR = r"\|\|"
    OPEN = r"\("
    CLOSE = r"\)"
    WORD = r"[A-Za-z0-9_.*+-]+"
    END = r"\Z(?!)"


_TOKEN: Final = re.compile("|".join(f"(?P<{kind.name}>{kind.value})" for kind in Kind), re.ASCII)


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of a pattern, and where it starts: counted in characters, from 0."""

    kind: Kind
    text: str
    place: int


def tokens(text: str) -> Iterator[Token]:
    """Return what stands between the braces of a pattern, then the END. Raises PatternError for what has no meaning."""
    place, end = 1, len(text) - 1
    while place < end:
        found = _TOKEN.match(text, place, end)
        if found is None:
            refuse(text, place, "this has no meaning here (a value with such characters stands between double quotes)")
        kind = Kind[str(found.lastgroup)]
        if kind is not Kind.SPACE:
            yield Token(kind, found.group(), place)
        place = found.end()
    yield Token(Kind.END, "", end)


def refuse(text: str, place: int, why: str) -> NoReturn:
    """Raise PatternError for what stands at a place of a pattern, counted from 0."""
    raise PatternError(f"a filter pattern cannot be read: {why}", subject=where(text, place), advice=_ADVICE)


def where(text: str, place: int) -> str:
    """Return how a place of a pattern is told: counted from 1, with what stands there."""
    return f"character {place + 1}: {text[place : place + _SHOWN] or 'the end'}"
