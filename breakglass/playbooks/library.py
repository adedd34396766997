"""Where the playbooks are: those that ship, and those in folders of the user's own."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

from breakglass import data
from breakglass.errors import PlaybookError, UsageError
from breakglass.manifest.wording import near, suggestion
from breakglass.playbooks.model import Playbook
from breakglass.playbooks.read import read

SUFFIX: Final = ".yaml"


def library(folders: Iterable[Path] = ()) -> Mapping[str, Path]:
    """Return the file of each playbook by its name: NAME.yaml, of those that ship and of other folders, sorted.

    Raises UsageError for a folder that is not there, and for a name that two files have: which is meant is not known.
    """
    found: dict[str, Path] = {}
    for folder in (data.folder("playbooks"), *folders):
        if not folder.is_dir():
            raise UsageError(f"{folder} is no folder", subject=str(folder), advice="name a folder of playbooks")
        for path in folder.glob(f"*{SUFFIX}"):
            first = found.setdefault(path.stem, path)
            if first.resolve() != path.resolve():
                advice = f"rename {path}, and what it says under `name`"
                raise UsageError(f"two playbooks are named {path.stem}: {first} and {path}", advice=advice)
    return dict(sorted(found.items()))


def named(name: str, known: Mapping[str, Path]) -> Path:
    """Return the file of a playbook. Raises UsageError where there is none of this name."""
    if name not in known:
        message = f"there is no playbook {name!r}{suggestion(near(name, known))}"
        raise UsageError(message, subject=name, advice=f"the playbooks are {', '.join(known)}")
    return known[name]


def every(paths: Iterable[Path]) -> tuple[Playbook, ...]:
    """Read playbooks. Raises PlaybookError with the problems of all of them."""
    found: list[Playbook] = []
    problems: list[str] = []
    for path in paths:
        try:
            found.append(read(path))
        except PlaybookError as error:
            problems.extend(error.problems)
    if problems:
        raise PlaybookError(tuple(problems), subject="playbooks")
    return tuple(found)
