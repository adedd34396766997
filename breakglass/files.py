"""Files that are written whole or not at all; those that hold what others must not read for their owner alone."""

import errno
import os
import secrets
import stat
from contextlib import suppress
from pathlib import Path

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
    """Write a file in place of the one that is there; see `put`. Raises UsageError where it cannot be written."""
    try:
        put(path, content)
    except OSError as error:
        raise _unwritable(path, error, "name a file in a folder that you may write to") from error


def put(path: Path, content: bytes) -> None:
    """Write a file in place of the one that is there, of which it keeps who may read it; a link is followed.

    Whoever reads it meanwhile has one or the other: it is written beside it, under a name that nobody can foresee. What
    is no file, such as a pipe, is written as it is. Raises OSError where it cannot be written: nothing is changed.
    """
    mode = _there(path)
    if mode is not None and not stat.S_ISREG(mode):
        path.write_bytes(content)
        return
    whole = path.resolve()
    beside = whole.with_name(f".breakglass-{secrets.token_hex(8)}")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o666 if mode is None else 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
            if mode is not None:
                os.fchmod(file.fileno(), mode & 0o777)
        beside.replace(whole)
    except BaseException:
        with suppress(OSError):
            beside.unlink()
        raise


def _there(path: Path) -> int | None:
    """Return the kind and mode of what a path leads to; None where nothing is."""
    try:
        return path.stat().st_mode
    except FileNotFoundError:
        return None
    except ValueError as error:
        raise OSError(errno.EINVAL, "The name holds a null byte") from error


def _unwritable(path: Path, error: OSError, advice: str = _APART) -> UsageError:
    return UsageError(f"{path} cannot be written: {error.strerror}", subject=str(path), advice=advice)
