"""One wheel: the files in it, and where each of them goes.

https://packaging.python.org/en/latest/specifications/binary-distribution-format/
"""

import struct
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

from packaging.utils import NormalizedName

from breakglass.errors import UsageError
from breakglass.legible import legible
from breakglass.provision.bundle import archive
from breakglass.provision.bundle.pins import OURS

MANIFEST: Final = "manifest.json"
"""Beside the packages, where the handler looks for it."""

_LEFT_OUT = frozenset({"RECORD", "RECORD.jws", "RECORD.p7s", "INSTALLER", "REQUESTED", "direct_url.json"})
"""Of a wheel's own data: what tells of an installation, or of files that are not where it says any more."""

_RESERVED = frozenset({OURS, "sitecustomize", "usercustomize"})
"""Names of modules that no wheel may bring: ours, and those that an interpreter runs by itself.

https://docs.python.org/3/library/site.html
"""

_METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_SEPARATORS = frozenset("\\:\0")
"""Of other systems: no path of a wheel has them."""


@dataclass(frozen=True, slots=True)
class Wheel:
    """A package as a file that fits a target."""

    name: NormalizedName
    version: str
    path: Path


def contents(wheel: Wheel) -> Mapping[str, bytes]:
    """Return the files in a wheel by their names in it.

    Raises UsageError where it cannot be read, or is more than Lambda takes: of that nothing is unpacked.
    """
    try:
        _require_small(wheel, wheel.path.stat().st_size)
        with zipfile.ZipFile(wheel.path) as opened:
            entries = [each for each in opened.infolist() if not each.is_dir()]
            _require_small(wheel, sum(each.file_size for each in entries))
            if any(each.compress_type not in _METHODS for each in entries):
                raise unfit(wheel, "cannot be read: it is compressed in a way that wheels are not")
            found = {each.filename: opened.read(each) for each in entries}
    except _DAMAGED as error:
        raise unfit(wheel, "cannot be read: it is damaged") from error
    if len(found) < len(entries):
        raise unfit(wheel, "holds two files of one name")
    return found


_DAMAGED = (ArithmeticError, EOFError, OSError, RuntimeError, ValueError, struct.error, zipfile.BadZipFile, zlib.error)
"""What reading an archive ends in that is none, or one no more."""


def _require_small(wheel: Wheel, size: int) -> None:
    if size > archive.UNZIPPED:
        raise unfit(wheel, f"holds more than the {archive.UNZIPPED // 1_000_000} MB that Lambda takes")


def placed(wheel: Wheel, found: Mapping[str, bytes]) -> Mapping[str, bytes]:
    """Return the files of a wheel by where they go; left out is what goes nowhere.

    Raises UsageError where one goes outside, in the place of another, of ours, or of what an interpreter runs by
    itself.
    """
    places: dict[str, bytes] = {}
    for name, content in found.items():
        place = _place(name)
        if not place:
            continue
        if not _is_inside(place):
            raise unfit(wheel, f"holds a file outside of it: {legible(name)}")
        if _is_reserved(place):
            raise unfit(wheel, f"holds a file that no package but breakglass may bring: {legible(name)}")
        if place in places:
            raise unfit(wheel, f"holds two files for one place: {legible(place)}")
        places[place] = content
    return places


def tells_of_installation(name: str) -> bool:
    """Tell whether a file tells of an installation, which a package in a bundle is not."""
    folder, _, rest = name.partition("/")
    return folder.endswith(".dist-info") and rest in _LEFT_OUT


def unfit(
    wheel: Wheel, why: str, advice: str = "delete the file, see where it came from, and fetch it again"
) -> UsageError:
    """Return the error for a wheel that is not put into a bundle."""
    return UsageError(f"the wheel {wheel.path.name} {why}", subject=str(wheel.path), advice=advice)


def _place(name: str) -> str:
    """Return where a file goes; nowhere, if it is a script, or tells of an installation."""
    folder, _, rest = name.partition("/")
    if folder.endswith(".data"):
        scheme, _, below = rest.partition("/")
        return below if scheme in ("purelib", "platlib") else ""
    return "" if tells_of_installation(name) else name


def _is_inside(place: str) -> bool:
    """Tell whether a path is one below a folder, written in the one way there is to write it."""
    path = PurePosixPath(place)
    return not path.is_absolute() and ".." not in path.parts and str(path) == place and not _SEPARATORS & set(place)


def _is_reserved(place: str) -> bool:
    top, _, below = place.partition("/")
    if top == MANIFEST or (not below and top.endswith(".pth")):
        return True
    return top.partition(".")[0] in _RESERVED or (top.endswith(".dist-info") and top.startswith(f"{OURS}-"))
