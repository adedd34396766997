"""Files that hold what others must not read: made for their owner alone, whole or not at all."""

import os
from contextlib import suppress
from pathlib import Path

from breakglass.errors import UsageError


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


def _unwritable(path: Path, error: OSError) -> UsageError:
    return UsageError(
        f"{path} cannot be written: {error.strerror}",
        subject=str(path),
        advice="name another folder, one that you may write to and that nobody else reads",
    )
