"""Passwords that are typed from paper once, in a hurry: random, and no two characters alike.

They meet the password policy of the security account, and the limits of IAM: at most 128 characters.
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_passwords_account-policy.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
"""

from collections.abc import Collection
from math import floor, log2
from secrets import choice
from typing import Final

from breakglass.secret import Secret

SMALL: Final = "abdefhkmnprtuwxy"
CAPITALS: Final = "ADEFHKLMNPRT"
DIGITS: Final = "2345789"
SYMBOLS: Final = "#%+="
"""Such as are on every keyboard, and count as symbols for IAM."""

ALPHABETS: Final = (SMALL, CAPITALS, DIGITS, SYMBOLS)
"""No character that looks like another, or like its own capital: no 0 O o, no 1 I l i j, no S s beside 5, and so on."""
_ALPHABET: Final = "".join(ALPHABETS)

LENGTH: Final = 24
"""Six groups of four."""


def new_password() -> Secret:
    """Return a password with characters of every alphabet."""
    while True:
        characters = [choice(_ALPHABET) for _ in range(LENGTH)]
        if not _missing(characters):
            return Secret("".join(characters))


def bits() -> int:
    """Return the bits of chance a password holds, rounded down.

    Of all that could be drawn, those that lack an alphabet are drawn again: at most so many for each alphabet.
    """
    drawn = len(_ALPHABET) ** LENGTH
    again = sum((len(_ALPHABET) - len(each)) ** LENGTH for each in ALPHABETS)
    return floor(log2(drawn - again))


def _missing(characters: Collection[str]) -> bool:
    return any(not set(each) & set(characters) for each in ALPHABETS)
