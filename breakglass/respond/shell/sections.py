"""A block of sections of our own in an AWS configuration file, between two markers; all else stays, byte for byte.

- The file may hold anything: other encodings, other line ends, none at its end, what no SDK would read.
- Writing twice is writing once, and removing what was written gives the bytes there were before. Where the file ended
  without a line end, the block does so too: that tells, when it is removed, that the line end before it was ours.
"""

import re
import shlex
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from breakglass.errors import UsageError

_LINES = re.compile(rb"[^\r\n]*(?:\r\n|\n|\r)|[^\r\n]+")
_END = re.compile(rb"[\r\n]*\Z")
_SECTION = re.compile(rb"\s*\[(.+)\]")


@dataclass(frozen=True, slots=True)
class Section:
    """A profile's section: its name, and its settings as lines."""

    name: str
    settings: tuple[str, ...]

    @property
    def lines(self) -> tuple[str, ...]:
        """What stands in the file."""
        return (f"[profile {self.name}]", *self.settings)


def written(before: bytes, owner: str, sections: Sequence[Section], path: str) -> bytes:
    """Return the file with these sections in the owner's block, at its end if there is none yet.

    Raises UsageError where markers are broken, a section of the name stands elsewhere, or what is to be a line is more.
    """
    for section in sections:
        _require_one_line_each(section, path)
    lines = _LINES.findall(before)
    start, stop = _block(lines, owner, path)
    _require_free(lines, range(start, stop), {each.name for each in sections}, path)
    if start == stop and before and not _ending(lines[-1]):
        return before + _newline(before) + _content(owner, sections, _newline(before))
    closing = _ending(lines[stop - 1]) if start < stop else _newline(before)
    block = _content(owner, sections, _newline(before)) + closing
    return b"".join((*lines[:start], block, *lines[stop:]))


def removed(before: bytes, owner: str, path: str) -> bytes:
    """Return the file without the owner's block.

    Raises UsageError, with file and line, where the markers are broken.
    """
    lines = _LINES.findall(before)
    start, stop = _block(lines, owner, path)
    if start == stop:
        return before
    kept = b"".join(lines[:start])
    if not _ending(lines[stop - 1]):
        kept = kept.removesuffix(_ending(lines[start]))
    return kept + b"".join(lines[stop:])


def _content(owner: str, sections: Sequence[Section], newline: bytes) -> bytes:
    lines = (_begin(owner), *(line for section in sections for line in section.lines), _end(owner))
    return newline.join(line.encode() for line in lines)


def _begin(owner: str) -> str:
    return f"# breakglass {owner} begin"


def _end(owner: str) -> str:
    return f"# breakglass {owner} end"


def _block(lines: Sequence[bytes], owner: str, path: str) -> tuple[int, int]:
    """Return where the block begins and where what follows it does: both at the end where there is none."""
    begins, ends = ([*_found(lines, marker(owner).encode())] for marker in (_begin, _end))
    if not begins and not ends:
        return len(lines), len(lines)
    if len(begins) == len(ends) == 1 and begins[0] < ends[0]:
        return begins[0], ends[0] + 1
    where = f"{path}:{min(begins + ends) + 1}"
    raise UsageError(
        f"{where}: the markers of breakglass are broken: `{_begin(owner)}` and `{_end(owner)}` must stand there once, "
        "in this order",
        subject=where,
        advice="take the lines of breakglass out of the file by hand, markers and all, and run the command again",
    )


def _found(lines: Sequence[bytes], marker: bytes) -> Iterator[int]:
    return (number for number, line in enumerate(lines) if line.strip() == marker)


def _require_free(lines: Sequence[bytes], block: range, names: Collection[str], path: str) -> None:
    """Raise UsageError where a name of ours is taken outside the block: SDKs read one of the two only."""
    taken = [
        f"{path}:{number + 1}: [profile {name}] is here already, and not ours"
        for number, line in enumerate(lines)
        if number not in block and (name := _profile(line)) in names
    ]
    if taken:
        raise UsageError("\n".join(taken), subject=path, advice="rename or remove what is there, and run it again")


def _profile(line: bytes) -> str:
    """Return the name of the profile whose section begins in a line, as SDKs understand it; empty for none."""
    found = _SECTION.match(line)
    try:
        words = shlex.split(found[1].decode("utf-8", "surrogateescape")) if found else []
    except ValueError:
        return ""
    return words[1] if len(words) == 2 and words[0] == "profile" else ""


def _require_one_line_each(section: Section, path: str) -> None:
    """Raise UsageError for what would be more than a line of the file, or no text: it could say anything there."""
    for line in section.lines:
        if not line.isprintable():  # nor are the bytes of a path that are no UTF-8
            message = f"the profile {section.name!r} would have a character in it that no line of {path} can hold"
            advice = "name --source-profile as it stands in the file, and see where this program is installed"
            raise UsageError(message, subject=section.name, advice=advice)


def _ending(line: bytes) -> bytes:
    found = _END.search(line)
    return found[0] if found else b""


def _newline(content: bytes) -> bytes:
    """Return how lines end in a file, as its first one does."""
    first = _LINES.match(content)
    return b"\r\n" if first and first[0].endswith(b"\r\n") else b"\n"
