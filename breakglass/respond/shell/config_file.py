"""The file of AWS configuration, read and replaced whole: whoever reads it meanwhile has the one or the other."""

import os
import stat
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from breakglass.errors import RefusedError, UsageError


def locate(environment: Mapping[str, str]) -> Path:
    """Return where the SDKs look for it, and where a link there leads. Raises UsageError where it leads in a circle.

    https://docs.aws.amazon.com/sdkref/latest/guide/file-location.html
    """
    named = environment.get("AWS_CONFIG_FILE") or "~/.aws/config"
    try:
        return Path(named).expanduser().resolve()
    except RuntimeError as error:  # also where nobody knows the home folder
        raise UsageError(f"{named!r} leads nowhere", subject=named, advice="see AWS_CONFIG_FILE and HOME") from error


def read(path: Path) -> bytes:
    """Return what is in the file: nothing where there is none. Raises UsageError where it cannot be read."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise UsageError(f"{path} is no regular file", subject=str(path), advice="see AWS_CONFIG_FILE")
        return path.read_bytes()
    except FileNotFoundError:
        return b""
    except OSError as error:
        raise _failed(path, "read", error) from error


def replace(path: Path, before: bytes, after: bytes) -> None:
    """Put new content in the place of what was read, with the mode the file has, else for its owner alone (0600).

    Raises RefusedError where the file has changed since, UsageError where it cannot be written; then it is as it was.
    """
    if read(path) != before:
        raise RefusedError(f"{path} has changed meanwhile", subject=str(path), advice="run the command again")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        mode = stat.S_IMODE(path.stat().st_mode) if path.exists() else 0o600
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=".breakglass-")
    except OSError as error:
        raise _failed(path, "written", error) from error
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(after)
            os.fchmod(descriptor, mode)
            file.flush()
            os.fsync(descriptor)
        Path(name).replace(path)
    except BaseException as error:
        with suppress(OSError):
            Path(name).unlink()
        if isinstance(error, OSError):
            raise _failed(path, "written", error) from error
        raise


def _failed(path: Path, what: str, error: OSError) -> UsageError:
    return UsageError(
        f"{path} cannot be {what}: {str(error.strerror).lower()}",
        subject=str(path),
        advice="name a file that you may write to with AWS_CONFIG_FILE, in every shell that is to see the profiles",
    )
