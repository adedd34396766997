"""The regular expressions of filter patterns: a subset, in which whatever AWS does not list is refused.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/regex-expressions.html
"""

import re
from typing import Final

from breakglass.errors import PatternError

_ESCAPE: Final = r"\\(?:[dDsSwW]|x[0-9A-Fa-f]{2}|[:_#=@/;,^$?\[\]{}|\\*+.-])"
_MEMBER: Final = rf"(?:{_ESCAPE}|[A-Za-z0-9:_#=@/;,^$?\[{{}}|*+.-])"
_PIECE: Final = re.compile(
    rf"(?P<set>\[\^?{_MEMBER}+\])|(?P<atom>{_ESCAPE}|[A-Za-z0-9:_#=@/;,.-])|(?P<sign>[\^$|])"
    r"|(?P<repeat>(?:[*+?]|\{\d{1,3}(?:,\d{0,3})?\})\??(?![*+?{]))"
)


def regex(text: str, place: str) -> re.Pattern[str]:
    """Return the expression that searches a string as AWS does, from the text between the percent signs.

    Characters are ASCII, letters and digits stand for themselves, and there are no groups. `place` is where the
    expression stands, for what is said if it is refused. Raises PatternError.
    """
    pieces: list[str] = []
    end = 0
    while end < len(text):
        found = _PIECE.match(text, end)
        if found is None:
            raise _refused(f"{text[end]!r} cannot stand there", place)
        if found.lastgroup == "set" and "--" in found.group():
            raise _refused("two hyphens in a set could be a range or not", place)
        pieces.append(_spelled(found))
        end = found.end()
    try:
        return re.compile("".join(pieces), re.ASCII)
    except re.error as error:
        raise _refused(error.msg, place) from None


def _spelled(found: re.Match[str]) -> str:
    """Return a piece as Python reads it: there `$` would hold before a last line break, and `[[` or `||` warn."""
    piece = found.group()
    if piece == "$":
        return r"\Z"
    if found.lastgroup == "set":
        return piece[0] + re.sub(rf"({_ESCAPE})|([\[|])", lambda each: each.group(1) or "\\" + each.group(2), piece[1:])
    return piece


def _refused(why: str, place: str) -> PatternError:
    return PatternError(
        f"a regular expression of a filter pattern cannot be read: {why}",
        subject=place,
        advice="use ASCII letters and digits, `:_#=@/;,-`, the operators `^$?[]{}|\\*+.` and the classes `\\d \\s \\w`;"
        " there are no groups, and a space is `\\s`",
    )
