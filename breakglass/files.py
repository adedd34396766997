"""Files that are written whole or not at all; those that hold what others must not read for their owner alone."""

import os
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile

from breakglass.errors import UsageError

_APART = "name another folder, one that you may write to and that nobody else reads"


def write_private(path: Path, text: str) -> None:
    """Write a new file that only its owner reads (0600).

    Raises UsageError where the file exists or cannot be written; then nothing of it is left.
    """
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    except OSError as error:
        raise _unwritable(path, error) from error
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
    except BaseException as error:
        with suppress(OSError):
            path.unlink()
        if isinstance(error, OSError):
            raise _unwritable(path, error) from error
        raise


def write_whole(path: Path, content: bytes) -> None:
    """Write a file that others may read, in place of the one that is there.

    Whoever reads it meanwhile has one or the other. Raises UsageError where it cannot be written: nothing is changed.
    """
    try:
        with NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as file:
            try:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
                os.fchmod(file.fileno(), 0o644)
                Path(file.name).replace(path)
            except BaseException:
                Path(file.name).unlink(missing_ok=True)
                raise
    except OSError as error:
        raise _unwritable(path, error, "name a file in a folder that you may write to") from error


def _unwritable(path: Path, error: OSError, advice: str = _APART) -> UsageError:
    return UsageError(f"{path} cannot be written: {error.strerror}", subject=str(path), advice=advice)
