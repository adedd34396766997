"""The deployment package: the toolkit, what it needs for a target, and a manifest."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from breakglass import data
from breakglass.manifest.model import Manifest
from breakglass.manifest.packed import packed
from breakglass.provision.bundle import fetch, likeness, pins, wheels
from breakglass.provision.bundle.archive import Archive, archive, together
from breakglass.provision.bundle.target import Target
from breakglass.provision.bundle.wheel import MANIFEST

HANDLER = "breakglass.scheduled.handler.handler"
"""What Lambda calls. https://docs.aws.amazon.com/lambda/latest/dg/python-handler.html"""

_PACKAGE = Path(data.__file__).parent
_UNUSED = frozenset({"__pycache__"})


@dataclass(frozen=True, slots=True)
class Bundle:
    """A deployment package, and what is in it."""

    archive: Archive
    versions: Mapping[str, str]
    """Package -> version, the toolkit itself among them."""
    uncompared: int
    """Compiled files of packages, which nothing that is installed here can be held against."""


def bundle(manifest: Manifest, target: Target, folder: Path | None = None) -> Bundle:
    """Return the deployment package for a manifest, with the wheels of a folder, or with those pip fetches.

    Raises UsageError where a wheel is missing, is not what it should be, or not what is installed here, RefusedError
    where Lambda would not take it.
    """
    needed = pins.pins(target)
    version = pins.version()
    with TemporaryDirectory() as temporary:
        if folder is None:
            fetch.fetch(needed, target, Path(temporary))
        found = wheels.chosen(folder or Path(temporary), needed, target)
        parts = [wheels.files(each, target) for each in found]
    uncompared = sum(likeness.compared(each, part) for each, part in zip(found, parts, strict=True))
    ours = {**_toolkit(), **_metadata(version), MANIFEST: packed(manifest).encode()}
    versions: dict[str, str] = {pins.OURS: version}
    versions.update((each.name, each.version) for each in found)
    return Bundle(archive(together([ours, *parts])), versions, uncompared)


def _toolkit() -> Mapping[str, bytes]:
    """Return the toolkit's own files where the wheel of it would have them."""
    found = dict(_below(_PACKAGE, pins.OURS))
    for name in data.SHIPPED:
        found |= _below(data.folder(name), f"{pins.OURS}/_data/{name}")
    return found


def _below(folder: Path, place: str) -> Mapping[str, bytes]:
    paths = [path.relative_to(folder) for path in folder.rglob("*") if path.is_file()]
    kept = [path for path in paths if not any(part in _UNUSED or part.startswith(".") for part in path.parts)]
    return {f"{place}/{path.as_posix()}": (folder / path).read_bytes() for path in kept}


def _metadata(version: str) -> Mapping[str, bytes]:
    """Return what tells which version it is, to itself: it says so to AWS with every call."""
    told = f"Metadata-Version: 2.4\nName: {pins.OURS}\nVersion: {version}\n"
    return {f"{pins.OURS}-{version}.dist-info/METADATA": told.encode()}
