"""breakglass.yaml as a Manifest: every problem at once, each with its file and line."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from pydantic import TypeAdapter

from breakglass import data
from breakglass.errors import ManifestError
from breakglass.manifest import parse, shape
from breakglass.manifest.conflicts import conflicts
from breakglass.manifest.model import Manifest
from breakglass.manifest.own_playbooks import Own, read_own, shelf
from breakglass.manifest.references import broken
from breakglass.manifest.sheet import Sheet, blanks
from breakglass.manifest.tree import Map, Node, Problem
from breakglass.manifest.values import WORDS

FILLED_IN: Final = "own_policies"
"""The key that no file has: it is read from the files of the playbooks."""

MOST = 10_000
"""Problems told at once: enough for whoever mends them, and no flood from a file that is something else."""


def read(path: Path) -> Manifest:
    """Read a manifest.

    Raises ManifestError with all problems, sorted by line, each as `FILE:LINE path.to.key: message` with the file as
    the caller named it; those of the playbooks it lists from its folders come after its own.
    """
    return _read(path, path.parent)


def read_for_access(path: Path) -> Manifest:
    """Read a manifest for somebody who wants to get in, and may have nothing but this file.

    Its folders of playbooks are not looked into, so that it has no policies of its own. Raises ManifestError as `read`
    does, save that with folders any name may be a playbook's.
    """
    return _read(path, None)


def _read(path: Path, beside: Path | None) -> Manifest:
    try:
        file = parse.load(path)
    except FileNotFoundError as error:
        raise _absent(path) from error
    if file.root is None:
        raise _refused(path, file.problems)
    understood = _understood(file.root, file.problems, beside)
    if understood.manifest is None or understood.problems or understood.own.problems:
        raise _refused(path, understood.problems, understood.own.problems)
    own = understood.own.policies
    return replace(understood.manifest, own_policies=own) if own else understood.manifest


@dataclass(frozen=True, slots=True)
class _Understood:
    """A manifest as far as it could be read, every problem with its file, and the playbooks beside it."""

    manifest: Manifest | None
    problems: tuple[Problem, ...]
    own: Own


def _understood(written: Node, met: tuple[Problem, ...], beside: Path | None) -> _Understood:
    """What is still blank has no shape to complain of, and what has a wrong shape refers to nothing."""
    root, filled_in = _without_own(written)
    known = (*met, *filled_in, *blanks(root))
    passed_over = {problem.path for problem in known}
    manifest, shapes = shape.fit(TypeAdapter(Manifest), root, WORDS)
    known += tuple(problem for problem in shapes if problem.path not in passed_over)
    sheet = Sheet(root, frozenset(problem.path for problem in known), data.playbook_names())
    listed, named = (tuple(sheet.texts(pattern)) for pattern in ("playbooks[]", "playbook_folders[]"))
    if beside is None:
        sheet = replace(sheet, shipped=frozenset((*sheet.shipped, *(each.text for each in listed if named))))
        return _Understood(manifest, (*known, *broken(sheet), *conflicts(sheet)), Own({}, ()))
    found = shelf(beside, named, sheet.shipped)
    sheet = replace(sheet, shipped=frozenset((*sheet.shipped, *found.folders)))
    problems = (*known, *found.problems, *broken(sheet), *conflicts(sheet))
    return _Understood(manifest, problems, read_own(listed, found.folders))


def _without_own(root: Node) -> tuple[Node, tuple[Problem, ...]]:
    """Return a tree without what no file says, and a problem for it."""
    if not isinstance(root, Map) or FILLED_IN not in root.entries:
        return root, ()
    entries = {key: node for key, node in root.entries.items() if key != FILLED_IN}
    return replace(root, entries=entries), (root.entries[FILLED_IN].problem("is not a known key"),)


def _refused(path: Path, problems: tuple[Problem, ...], elsewhere: tuple[str, ...] = ()) -> ManifestError:
    told = [*(problem.at(str(path)) for problem in sorted(set(problems))), *elsewhere]
    more = [f"{path}: and {len(told) - MOST} problems more"] if len(told) > MOST else []
    return ManifestError((*told[:MOST], *more), subject=str(path))


def _absent(path: Path) -> ManifestError:
    error = ManifestError((f"{path}: there is no such file",), subject=str(path))
    error.advice = "name the manifest with -m; whoever set this up has it. To begin with a new one: `breakglass init`"
    return error
