"""breakglass.yaml as a Manifest: every problem at once, each with its file and line."""

from pathlib import Path

from pydantic import TypeAdapter

from breakglass import data
from breakglass.errors import ManifestError
from breakglass.manifest import parse, shape
from breakglass.manifest.conflicts import conflicts
from breakglass.manifest.model import Manifest
from breakglass.manifest.references import broken
from breakglass.manifest.sheet import Sheet, blanks
from breakglass.manifest.tree import Node, Problem
from breakglass.manifest.values import WORDS

MOST = 10_000
"""Problems told at once: enough for whoever mends them, and no flood from a file that is something else."""


def read(path: Path) -> Manifest:
    """Read a manifest.

    Raises ManifestError with all problems, sorted by line, each as `FILE:LINE path.to.key: message` with the file as
    the caller named it.
    """
    try:
        file = parse.load(path)
    except FileNotFoundError as error:
        raise _absent(path) from error
    if file.root is None:
        raise _refused(path, file.problems)
    manifest, problems = _understood(file.root, file.problems)
    if manifest is None or problems:
        raise _refused(path, problems)
    return manifest


def _understood(root: Node, met: tuple[Problem, ...]) -> tuple[Manifest | None, tuple[Problem, ...]]:
    """What is still blank has no shape to complain of, and what has a wrong shape refers to nothing."""
    known = (*met, *blanks(root))
    passed_over = {problem.path for problem in known}
    manifest, shapes = shape.fit(TypeAdapter(Manifest), root, WORDS)
    known += tuple(problem for problem in shapes if problem.path not in passed_over)
    sheet = Sheet(root, frozenset(problem.path for problem in known), data.playbook_names())
    return manifest, (*known, *broken(sheet), *conflicts(sheet))


def _refused(path: Path, problems: tuple[Problem, ...]) -> ManifestError:
    told = [problem.at(str(path)) for problem in sorted(set(problems))]
    more = [f"{path}: and {len(told) - MOST} problems more"] if len(told) > MOST else []
    return ManifestError((*told[:MOST], *more), subject=str(path))


def _absent(path: Path) -> ManifestError:
    error = ManifestError((f"{path}: there is no such file",), subject=str(path))
    error.advice = "name the manifest with -m; whoever set this up has it. To begin with a new one: `breakglass init`"
    return error
