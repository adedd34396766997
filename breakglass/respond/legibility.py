"""A secret as it can be read from paper and typed without a mistake."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final
from unicodedata import name

GROUP: Final = 4
"""Characters the eye takes in at once."""

_ALIKE: Final = frozenset("0Oo1lI2Zz5Ss6G8B9gq")
_ORDINALS: Final = ("1st", "2nd", "3rd", "4th")
_CALLED: Final[Mapping[str, str]] = {
    "-": "hyphen",
    "_": "underscore",
    "/": "slash",
    "\\": "backslash",
    "|": "vertical bar",
}
"""What people call what Unicode calls otherwise."""


@dataclass(frozen=True, slots=True)
class Character:
    """A character that may be taken for another: where it stands, and what it is."""

    group: int
    """Counted from 1."""
    place: str
    """In its group, such as `2nd`."""
    character: str
    says: str


def groups(secret: str) -> tuple[str, ...]:
    """Return the secret in pieces: joined, they are the secret."""
    return tuple(secret[start : start + GROUP] for start in range(0, len(secret), GROUP))


def legend(secret: str) -> Iterator[Character]:
    """Yield each character that has a look-alike or is neither a letter nor a digit, in their order."""
    for position, character in enumerate(secret):
        if character in _ALIKE or not character.isalnum():
            group, place = divmod(position, GROUP)
            yield Character(group + 1, _ORDINALS[place], character, _says(character))


def _says(character: str) -> str:
    """Return a character in words, such as `capital letter O`, `digit zero` or `vertical line`."""
    words = _CALLED.get(character) or name(character, "control character").lower().removeprefix("latin ")
    return words[:-1] + character.upper() if " letter " in words else words
