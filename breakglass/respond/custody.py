"""The files of envelopes: in a folder that nobody else reads, until they are printed."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from stat import S_IMODE

from breakglass.errors import UsageError
from breakglass.respond.envelope import Part


def private_folder(path: Path) -> Path:
    """Make a folder that only its owner opens (0700), or see that one is.

    Raises UsageError where it cannot be made, is no folder, or others can open it.
    """
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        mode = S_IMODE(path.stat().st_mode)
    except OSError as error:
        raise UsageError(
            f"{path} cannot be made: {error.strerror}", subject=str(path), advice="name another folder with -o"
        ) from error
    if mode & 0o077:
        raise UsageError(
            f"others can open {path}, and envelopes hold secrets",
            subject=str(path),
            advice=f"run `chmod 700 '{path}'`, or name another folder with -o",
        )
    return path


def envelopes_of(user: str, folder: Path) -> tuple[Path, ...]:
    """Return the files of a user's envelopes that lie in a folder."""
    parts = "|".join(Part)
    pattern = re.compile(rf"{re.escape(user)}-\d{{8}}T\d{{6}}Z-({parts})\.html")
    return tuple(sorted(each for each in folder.iterdir() if pattern.fullmatch(each.name)))


def remove(paths: Iterable[Path]) -> None:
    """Delete files, those already gone included."""
    for path in paths:
        path.unlink(missing_ok=True)


def destroyed(paths: Iterable[Path]) -> Iterator[str]:
    """Delete what holds no longer, and yield what was done or is to be done."""
    for path in paths:
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            yield f"{path} holds no longer and cannot be deleted ({error.strerror}): delete it"
        else:
            yield f"{path} holds no longer and was deleted"
