"""The playbooks of the user's own: those that lie in the folders a manifest names, read with the manifest."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from breakglass import documents
from breakglass.manifest.model import Rights
from breakglass.manifest.tree import Problem, Text, shown
from breakglass.manifest.values import NAME
from breakglass.naming import GRANT_ACCESS
from breakglass.playbooks import policy, read
from breakglass.playbooks.placeholders import RESERVE

STEPS: Final = ".yaml"
RIGHTS: Final = ".json"


@dataclass(frozen=True, slots=True)
class Shelf:
    """The folder each playbook lies in, by its name, and what is wrong with the folders."""

    folders: Mapping[str, Path]
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Own:
    """The policies of the playbooks that were read, by name, and each problem as `FILE:LINE path.to.key: message`."""

    policies: Mapping[str, Rights]
    problems: tuple[str, ...]


def shelf(beside: Path, named: Iterable[Text], shipped: Collection[str]) -> Shelf:
    """Return what lies in the folders named, each relative to the folder of the manifest."""
    folders: dict[str, Path] = {}
    problems: list[Problem] = []
    for text in named:
        folder = beside / text.text
        if folder in folders.values():
            continue  # listed twice, which is told elsewhere
        try:
            found = _names(folder)
        except OSError as error:
            why = str(error.strerror).lower()
            problems.append(text.problem(f"{shown(text.text)}: the folder cannot be read: {why}"))
        else:
            problems += _taken(text, found, folders, shipped)
            folders |= {name: folder for name in found if name not in folders}
    return Shelf(folders, tuple(problems))


def read_own(listed: Iterable[Text], folders: Mapping[str, Path]) -> Own:
    """Read the playbooks a manifest lists that lie in its folders; what is not listed may be a draft."""
    policies: dict[str, Rights] = {}
    told: list[str] = []
    for name in dict.fromkeys(each.text for each in listed if each.text in folders):
        document, wrong = _read(*(folders[name] / f"{name}{suffix}" for suffix in (STEPS, RIGHTS)))
        told += wrong
        policies |= {name: document} if document is not None else {}
    return Own(policies, tuple(told))


def _read(steps: Path, rights: Path) -> tuple[Rights | None, list[str]]:
    source = read.understood(steps)
    document, problems = policy.understood(rights)
    problems = (*problems, *_reserved(document, rights))
    told = [each.at(str(steps)) for each in sorted(set(source.problems))]
    return document, [*told, *(each.at(str(rights)) for each in sorted(set(problems)))]


def _reserved(document: Rights | None, rights: Path) -> Iterator[Problem]:
    """Yield placeholders for people in reserve: what they stand for is the matter of one playbook that ships."""
    if document is None or RESERVE.casefold() not in documents.text(document).casefold():
        return
    lines = rights.read_text("utf-8-sig").splitlines()
    found = [number for number, line in enumerate(lines, 1) if RESERVE.casefold() in line.casefold()]
    for number in found or [0]:  # escaped, it is on no line as such
        yield Problem(
            number,
            "",
            f"`${{ReserveTeam}}` and `${{ReserveUser}}` are filled in for {GRANT_ACCESS} alone: name the resources",
        )


def _names(folder: Path) -> list[str]:
    """Return the names a folder has files of; what no playbook can be called is something else."""
    found = {path.stem for path in folder.iterdir() if path.suffix in (STEPS, RIGHTS)}
    return sorted(name for name in found if re.fullmatch(NAME, name))


def _taken(
    text: Text, names: Iterable[str], folders: Mapping[str, Path], shipped: Collection[str]
) -> Iterator[Problem]:
    for name in names:
        if name in shipped:
            yield text.problem(f"{shown(name)} in this folder is the name of a playbook that ships: rename its files")
        elif name in folders:
            yield text.problem(f"{shown(name)} in this folder lies in {folders[name]} as well: rename one of them")
