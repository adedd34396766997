"""An archive that is the same, byte by byte, whenever and wherever it is made of the same files."""

import base64
import hashlib
import io
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from breakglass.errors import RefusedError, UsageError

ZIPPED = 50_000_000
UNZIPPED = 250_000_000
"""Bytes of a deployment package at most. https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html"""

_MOMENT = (1980, 1, 1, 0, 0, 0)
"""The first there is in an archive."""

_READABLE = 0o100644
"""Whoever runs the function reads its files: https://docs.aws.amazon.com/lambda/latest/dg/python-package.html"""

_UNIX = 3


@dataclass(frozen=True, slots=True)
class Archive:
    """A deployment package."""

    content: bytes
    unzipped: int
    """Bytes of all its files."""

    @property
    def sha256(self) -> str:
        """Its digest, in hexadecimal."""
        return hashlib.sha256(self.content).hexdigest()

    @property
    def code_sha256(self) -> str:
        """Its digest as Lambda tells it.

        https://docs.aws.amazon.com/lambda/latest/api/API_FunctionConfiguration.html
        """
        return base64.b64encode(hashlib.sha256(self.content).digest()).decode()


def together(parts: Iterable[Mapping[str, bytes]]) -> Mapping[str, bytes]:
    """Return the files of all parts. Raises UsageError where two of them have the same file, alike or not."""
    found: dict[str, bytes] = {}
    for part in parts:
        for name, content in part.items():
            if name in found:
                message = f"two packages have a file {name}: one would stand for the other"
                raise UsageError(message, subject=name, advice="report this with the versions that are installed")
            found[name] = content
    return found


def archive(files: Mapping[str, bytes]) -> Archive:
    """Return the archive of files by their paths. Raises RefusedError where Lambda would not take it."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as made:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, _MOMENT)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = _UNIX
            entry.external_attr = _READABLE << 16
            made.writestr(entry, files[name])
    found = Archive(buffer.getvalue(), sum(map(len, files.values())))
    _require("zipped", len(found.content), ZIPPED)
    _require("unzipped", found.unzipped, UNZIPPED)
    return found


def _require(how: str, size: int, most: int) -> None:
    if size > most:
        raise RefusedError(
            f"the bundle has {size / 1e6:.1f} MB {how}, and Lambda takes {most // 1_000_000} MB",
            subject=how,
            advice="make it where nothing but breakglass is installed, in a virtual environment of its own",
        )
