"""Wheels: which of those in a folder is the one, and what is in it.

https://packaging.python.org/en/latest/specifications/binary-distribution-format/
"""

import base64
import csv
import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from email.parser import HeaderParser
from pathlib import Path

from packaging.utils import (
    InvalidWheelFilename,
    NormalizedName,
    canonicalize_name,
    canonicalize_version,
    parse_wheel_filename,
)
from packaging.version import InvalidVersion, Version

from breakglass.errors import UsageError
from breakglass.legible import legible
from breakglass.provision.bundle.target import Target
from breakglass.provision.bundle.wheel import Wheel, contents, placed, tells_of_installation, unfit

_METADATA = re.compile(r"[^/]+\.dist-info/METADATA")


def chosen(folder: Path, pins: Mapping[NormalizedName, str], target: Target) -> Sequence[Wheel]:
    """Return of each package the wheel of its version that fits a target best.

    Raises UsageError with all that are missing.
    """
    ranked = sorted(_fitting(folder, target), key=lambda each: (each[0], each[1].path.name))
    best = {(wheel.name, Version(wheel.version)): wheel for _, wheel in reversed(ranked)}
    found = {name: best.get((name, Version(version))) for name, version in pins.items()}
    missing = [f"{name}=={pins[name]}" for name, wheel in found.items() if wheel is None]
    if missing:
        raise UsageError(
            f"{folder} has no wheel for Python {target.python} on {target.architecture} of {', '.join(missing)}",
            subject=str(folder),
            advice=f"put the wheels there: python -m pip download --no-deps --only-binary=:all: --dest {folder} "
            f"--python-version {target.python} --platform {target.platforms[-1]} {' '.join(missing)}",
        )
    return [wheel for wheel in found.values() if wheel is not None]


def files(wheel: Wheel, target: Target) -> Mapping[str, bytes]:
    """Return what a wheel installs, by the path below the folder it is installed in.

    Raises UsageError where it is damaged, holds code for another machine, is another package or version than it says,
    or has a file where it may have none.
    """
    found = contents(wheel)
    _check(wheel, found, target)
    return placed(wheel, found)


def _fitting(folder: Path, target: Target) -> Iterator[tuple[int, Wheel]]:
    for path in sorted(folder.glob("*.whl")):
        try:
            name, version, _, tags = parse_wheel_filename(path.name)
        except (InvalidWheelFilename, InvalidVersion):
            continue
        ranks = [target.ranks[tag] for tag in tags if tag in target.ranks]
        if ranks:
            yield min(ranks), Wheel(name, str(version), path)


def _check(wheel: Wheel, found: Mapping[str, bytes], target: Target) -> None:
    recorded = _recorded(wheel, found)
    for name, content in found.items():
        if name in recorded and digest(content) != recorded[name]:
            raise unfit(wheel, f"is damaged: {name} is not what its record says")
        if not target.runs(content):
            raise unfit(wheel, f"holds code for another machine than {target.architecture}: {name}")
    name, version = _told(wheel, found)
    if name != wheel.name:
        raise unfit(wheel, f"is of the package {legible(name) or 'none'} by its own data")
    if version != wheel.version:
        raise unfit(wheel, f"is of version {legible(version) or 'none'} by its own data")


def _recorded(wheel: Wheel, found: Mapping[str, bytes]) -> Mapping[str, str]:
    """Return the digests a wheel records of its files, which are all of them but the record itself."""
    records = [content for name, content in found.items() if name.endswith(".dist-info/RECORD")]
    try:
        rows = [row for content in records for row in csv.reader(content.decode("utf-8", "replace").splitlines())]
    except csv.Error as error:
        raise unfit(wheel, "is damaged: its record cannot be read") from error
    digests = {row[0]: row[1] for row in rows if len(row) > 1 and row[1]}
    return {**{name: "" for name in found if not tells_of_installation(name)}, **digests}


def digest(content: bytes) -> str:
    """Return the digest of a file as records of wheels and of installed packages tell it."""
    return "sha256=" + base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()


def _told(wheel: Wheel, found: Mapping[str, bytes]) -> tuple[str, str]:
    """Return the package and the version a wheel tells of itself: nothing where it tells none."""
    told = [content.decode("utf-8", "replace") for name, content in found.items() if _METADATA.fullmatch(name)]
    if len(told) > 1:
        raise unfit(wheel, "is of several packages by its own data")
    header = HeaderParser().parsestr("".join(told))
    name, version = (str(header.get(each, "")) for each in ("Name", "Version"))
    return canonicalize_name(name), canonicalize_version(version, strip_trailing_zero=False)
