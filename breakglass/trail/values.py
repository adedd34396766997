"""JSON values out of a stream of text, one at a time, in memory that does not grow with the stream.

The standard library parses whole documents: its scanner is what does the work here, over a buffer that is filled as
it runs out. Values stand one a line, over several lines, one behind the other, or in the array of a document such as
`{"Records": [...]}`. What cannot be read is told, and reading goes on at the next line or record; the work is linear in
the text, whatever it holds.
"""

import re
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from json import JSONDecodeError, JSONDecoder
from typing import Final

from breakglass.documents import Json

LISTS: Final = ("Records", "Events", "events", "logEvents", "Messages")
"""The keys of objects that are there for a list: its elements are values of their own."""

LARGEST: Final = 1 << 24
"""Characters of a single value; CloudTrail's own limit is 1 MB.

https://docs.aws.amazon.com/awscloudtrail/latest/userguide/WhatIsCloudTrail-Limits.html
"""

_WINDOW: Final = 1 << 14
"""Characters that are kept in the buffer, of what a long value leaves there."""

_IN_VAIN: Final = 4
"""Characters decoded in vain for each one of the text, before what could not be read is passed over as a whole."""

_NEAR: Final = 16
"""Characters from the end of the buffer within which an error may be a value cut in two: a number, `\\uXXXX`."""

_BLANK: Final = re.compile(r"[\s,]*")
_STAMP: Final = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+Z?[ \t]+(?=\{)")
"""What an export of CloudWatch Logs to S3 puts before each message.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/S3Export.html
"""
_OPENING: Final = re.compile(rf'(\{{\s*"(?:{"|".join(LISTS)})"\s*:\s*)?\[')
_CLOSING: Final = re.compile(r"\s*\}")
_OUTSIDE: Final = re.compile(r'\n|(?=\{\s*"eventVersion")')
_INSIDE: Final = re.compile(r'\n[^\S\n]*+(?=[{\]])|(?=\{\s*"eventVersion")')
_LONGEST_OPENING: Final = 64
_REST: Final = '{"":""'
"""Put before what follows an array in its object, it makes that an object of its own."""

_UNCLOSED: Final = "the file ends, or goes wrong, before its list of records is closed"


@dataclass(frozen=True, slots=True)
class Problem:
    """What could not be read: `where` is file:line, and the number of the record in a file of records."""

    where: str
    why: str


@dataclass(frozen=True, slots=True)
class Value:
    """A value that was read, and where it stands."""

    where: str
    json: Json


@dataclass(frozen=True, slots=True)
class Rest:
    """What else the object holds that is there for a list, from behind that; the empty key means nothing."""

    where: str
    json: Json


class Values:
    """The values of a text that comes in pieces."""

    def __init__(self, pieces: Iterable[str], name: str) -> None:
        self._pieces = iter(pieces)
        self._name = name
        self._back: deque[str] = deque()
        """What was read already, and is to be read before the pieces."""
        self._credit = 0
        """Characters that may be decoded in vain."""
        self._text = ""
        self._at = 0
        self._line = 1
        self._counted = 0
        """The place in the buffer up to which lines are counted."""
        self._array: str | None = None
        """What opened the array that is being read: `[`, or an object with the array's key; none outside of one."""
        self._count = 0
        self._decode = JSONDecoder().raw_decode

    def __iter__(self) -> Iterator[Value | Rest | Problem]:
        while self._started():
            if self._array is not None and self._text[self._at] == "]":
                if rest := self._closed():
                    yield rest
            elif self._array is None and (opening := self._opening()):
                self._array, self._count, self._at = opening.group(1) or "", 0, opening.end()
            else:
                self._count += 1
                yield self._value()
        if self._array is not None:
            yield Problem(self._where(), _UNCLOSED)

    def _more(self, least: int = 1) -> bool:
        """Put at least so much text behind what is left of the buffer; return whether there was any."""
        pieces: list[str] = []
        while least > 0 and (piece := self._piece()) is not None:
            pieces.append(piece)
            least -= len(piece)
        self._count_lines()
        self._text, self._at, self._counted = "".join([self._text[self._at :], *pieces]), 0, 0
        return bool(pieces)

    def _piece(self) -> str | None:
        if self._back:
            return self._back.popleft()
        piece = next(self._pieces, None)
        self._credit += _IN_VAIN * len(piece or "")
        return piece

    def _shrink(self) -> None:
        """Put back what a long value has left in the buffer: every error costs as much as what stands before it."""
        if len(self._text) <= 2 * _WINDOW:
            return
        self._count_lines()
        end = self._at + _WINDOW
        starts = range(end, len(self._text), _WINDOW)
        self._back.extendleft(self._text[start : start + _WINDOW] for start in reversed(starts))
        self._text, self._at, self._counted = self._text[self._at : end], 0, 0

    def _doubled(self) -> bool:
        """Put as much again behind a value that is cut off: reading it anew costs no more than reading it twice."""
        left = len(self._text) - self._at
        return left < LARGEST and self._more(left)

    def _count_lines(self) -> None:
        self._line += self._text.count("\n", self._counted, self._at)
        self._counted = self._at

    def _started(self) -> bool:
        """Go to where the next value starts; return whether there is one."""
        self._shrink()
        while True:
            self._at = self._past(_BLANK)
            if self._array is None:
                self._at = self._past(_STAMP)
            if len(self._text) - self._at >= _LONGEST_OPENING or not self._more():
                return self._at < len(self._text)

    def _past(self, expression: re.Pattern[str]) -> int:
        found = expression.match(self._text, self._at)
        return found.end() if found else self._at

    def _opening(self) -> re.Match[str] | None:
        return _OPENING.match(self._text, self._at)

    def _closed(self) -> Rest | Problem | None:
        """Leave an array, and the object around it; return what else that one holds, or that it is not closed."""
        opened, self._array = self._array, None
        self._at += 1
        if not opened:
            return None
        if found := _CLOSING.match(self._text, self._at):
            self._at = found.end()
            return None
        where = self._where()
        self._text, self._at, self._counted = _REST + self._text[self._at :], 0, 0
        rest = self._decoded(where)
        return Problem(where, _UNCLOSED) if isinstance(rest, Problem) else Rest(where, rest.json)

    def _value(self) -> Value | Problem:
        where = self._where()
        if self._array is None and self._text[self._at] != "{":
            self._resume(self._at + 1)
            return Problem(where, "neither a record nor a list of records")
        return self._decoded(where)

    def _decoded(self, where: str) -> Value | Problem:
        while True:
            try:
                value, self._at = self._decode(self._text, self._at)
            except (ValueError, RecursionError) as error:
                if self._cut(error) and self._doubled():
                    continue
                self._give_up(error)
                return Problem(where, _why(error))
            return Value(where, value)

    def _where(self) -> str:
        self._count_lines()
        line = f"{self._name}:{self._line}"
        return line if self._array is None else f"{line}, record {self._count}"

    def _cut(self, error: Exception) -> bool:
        """Tell whether the value may only have been cut off by the end of the buffer."""
        if not isinstance(error, JSONDecodeError):
            return False
        return error.pos >= len(self._text) - _NEAR or _is_open(error)

    def _give_up(self, error: Exception) -> None:
        """Go on within what could not be read, or behind it where too much was decoded in vain."""
        reached = error.pos if isinstance(error, JSONDecodeError) and not _is_open(error) else len(self._text)
        spent = reached - self._at
        if spent > self._credit:
            self._resume(max(reached, self._at + 1))
        else:
            self._credit -= spent
            self._resume(self._at + 1)

    def _resume(self, start: int) -> None:
        """Go on where the next value may start: at the next line, or where a record begins within this one."""
        expression = _OUTSIDE if self._array is None else _INSIDE
        while not (found := expression.search(self._text, start)):
            self._at = max(start, len(self._text) - _LONGEST_OPENING)
            if not self._more():
                self._at = len(self._text)
                return
            start = self._at
        self._at = found.end()


def _is_open(error: JSONDecodeError) -> bool:
    """Tell whether a string has no end: such an error is told where the string begins, but all was gone through."""
    return error.msg.startswith("Unterminated string")


def _why(error: Exception) -> str:
    if isinstance(error, JSONDecodeError):
        return f"not JSON: {error.msg}"
    return "nested too deep" if isinstance(error, RecursionError) else "not JSON: a number too long"
