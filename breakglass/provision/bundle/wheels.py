"""Wheels: which of those in a folder is the one, and what is in it.

https://packaging.python.org/en/latest/specifications/binary-distribution-format/
"""

import base64
import csv
import hashlib
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from email.parser import HeaderParser
from pathlib import Path, PurePosixPath

from packaging.utils import InvalidWheelFilename, NormalizedName, canonicalize_version, parse_wheel_filename
from packaging.version import InvalidVersion, Version

from breakglass.errors import UsageError
from breakglass.provision.bundle.target import Target

_METADATA = ".dist-info/METADATA"
_LEFT_OUT = frozenset({"RECORD", "RECORD.jws", "RECORD.p7s", "INSTALLER", "REQUESTED", "direct_url.json"})
"""Of a wheel's own data: what tells of an installation, or of files that are not where it says any more."""


@dataclass(frozen=True, slots=True)
class Wheel:
    """A package as a file that fits a target."""

    name: NormalizedName
    version: str
    path: Path


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

    Raises UsageError where it is damaged, where it holds code for another machine, or is another version than it says.
    """
    try:
        with zipfile.ZipFile(wheel.path) as archive:
            found = {each: archive.read(each) for each in archive.namelist() if not each.endswith("/")}
    except (OSError, zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
        raise _unfit(wheel, "cannot be read: it is damaged") from error
    _check(wheel, found, target)
    return {place: content for name, content in found.items() if (place := _place(name))}


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
    recorded = _recorded(found)
    for name, content in found.items():
        if name in recorded and _digest(content) != recorded[name]:
            raise _unfit(wheel, f"is damaged: {name} is not what its record says")
        if PurePosixPath(name).is_absolute() or ".." in PurePosixPath(name).parts:
            raise _unfit(wheel, f"holds a file outside of it: {name}")
        if not target.runs(content):
            raise _unfit(wheel, f"holds code for another machine than {target.architecture}: {name}")
    if _version(found) != wheel.version:
        raise _unfit(wheel, f"is of version {_version(found) or 'none'} by its own data")


def _recorded(found: Mapping[str, bytes]) -> Mapping[str, str]:
    """Return the digests a wheel records of its files, which are all of them but the record itself."""
    records = [content for name, content in found.items() if name.endswith(".dist-info/RECORD")]
    rows = [row for content in records for row in csv.reader(content.decode("utf-8", "replace").splitlines())]
    digests = {row[0]: row[1] for row in rows if len(row) > 1 and row[1]}
    return {**{name: "" for name in found if not _own(name)}, **digests}


def _own(name: str) -> bool:
    return ".dist-info/" in name and name.rsplit("/", 1)[-1] in _LEFT_OUT


def _digest(content: bytes) -> str:
    return "sha256=" + base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()


def _version(found: Mapping[str, bytes]) -> str:
    """Return the version a wheel tells of itself: nothing where it tells none."""
    told = [content.decode("utf-8", "replace") for name, content in found.items() if name.endswith(_METADATA)]
    version = HeaderParser().parsestr(told[0]).get("Version", "") if told else ""
    return canonicalize_version(version, strip_trailing_zero=False)


def _place(name: str) -> str:
    """Return where a file goes; nowhere, if it is a script, or tells of an installation."""
    folder, _, rest = name.partition("/")
    if folder.endswith(".data"):
        scheme, _, below = rest.partition("/")
        return below if scheme in ("purelib", "platlib") else ""
    return "" if _own(name) else name


def _unfit(wheel: Wheel, why: str) -> UsageError:
    return UsageError(
        f"the wheel {wheel.path.name} {why}", subject=str(wheel.path), advice="delete the file and fetch it again"
    )
