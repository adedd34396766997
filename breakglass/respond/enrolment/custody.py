"""The files of envelopes: in a folder that nobody else reads, until they are printed."""

import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from stat import S_IMODE, S_ISDIR

from breakglass.errors import UsageError
from breakglass.files import write_private
from breakglass.respond.envelope import Part


def private_folder(path: Path) -> Path:
    """Make a folder that only its owner opens (0700), and that git passes over, or see that one is.

    Raises UsageError where it cannot be made, is no folder or a link to one, is another's, or others can open it.
    """
    try:
        for each in reversed(missing := [each for each in (path, *path.parents) if not os.path.lexists(each)]):
            each.mkdir(mode=0o700, exist_ok=True)
        if path in missing:
            write_private(path / ".gitignore", "*\n")
        facts = path.lstat()
    except OSError as error:
        raise UsageError(
            f"{path} cannot be made: {error.strerror}", subject=str(path), advice="name another folder with -o"
        ) from error
    if not S_ISDIR(facts.st_mode) or facts.st_uid != os.getuid():
        raise UsageError(
            f"{path} is no folder of yours: it is another's, or a link, or a file",
            subject=str(path),
            advice="look who made it, and name another folder with -o",
        )
    if S_IMODE(facts.st_mode) & 0o077:
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
