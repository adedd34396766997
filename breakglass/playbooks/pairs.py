"""A playbook beside its policy: NAME.yaml and NAME.json, each read as far as that goes."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from breakglass import data
from breakglass.documents import Document
from breakglass.errors import PlaybookError
from breakglass.manifest import parse
from breakglass.manifest.tree import Node, Problem
from breakglass.playbooks import policy
from breakglass.playbooks.read import Source, understood


@dataclass(frozen=True, slots=True)
class PolicyFile:
    """A policy's file as far as it could be read, and every problem met on the way."""

    path: Path
    root: Node | None
    document: Document | None
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Pair:
    """What is written down of a playbook: its steps, and the rights of its role."""

    name: str
    source: Source
    rights: PolicyFile


def pairs(folder: Path | None) -> tuple[Pair, ...]:
    """Read every playbook of a folder, or those that ship, in the order of their names.

    Raises PlaybookError where there is none.
    """
    steps, rights = (folder, folder) if folder else (data.folder("playbooks"), data.folder("policies"))
    names = sorted({*_stems(steps, ".yaml"), *_stems(rights, ".json")})
    if not names:
        raise PlaybookError((f"{steps}: there is no playbook in it",), subject=str(steps))
    return tuple(Pair(each, understood(steps / f"{each}.yaml"), _rights(rights / f"{each}.json")) for each in names)


def _stems(folder: Path, suffix: str) -> Iterator[str]:
    """Yield the names a folder has files of; a folder that is none has none."""
    return (each.stem for each in folder.glob(f"*{suffix}"))


def _rights(path: Path) -> PolicyFile:
    document, problems = policy.understood(path)
    root = parse.load(path).root if path.exists() else None
    return PolicyFile(path, root, document, problems)
