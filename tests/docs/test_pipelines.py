"""The example pipelines are what their services take, and every command in them is one that exists."""

import re
import shlex
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import click
import pytest
import yaml

from breakglass.cli.main import breakglass

PIPELINES = Path(__file__).parent.parent.parent / "docs" / "pipelines"
WORKFLOW = PIPELINES / "github-actions.yaml"
BUILDS = sorted(PIPELINES.glob("codebuild-*.yaml"))
APPLIES = ("apply", "deploy")
"""What the variable APPLY may say."""

BUILDSPEC: Mapping[str, set[str]] = {
    "": {"version", "run-as", "env", "proxy", "batch", "phases", "reports", "artifacts", "cache"},
    "env": {
        "shell",
        "variables",
        "parameter-store",
        "exported-variables",
        "secrets-manager",
        "git-credential-helper",
    },
    "phases": {"install", "pre_build", "build", "post_build"},
    "phase": {"run-as", "on-failure", "runtime-versions", "commands", "finally"},
}
"""The keys of https://docs.aws.amazon.com/codebuild/latest/userguide/build-spec-ref.html."""


def load(path: Path) -> dict[str, object]:
    found = yaml.safe_load(path.read_text("utf-8"))
    assert isinstance(found, dict)
    return found


def texts(node: object, key: str) -> Iterator[str]:
    """Yield every text, or member of a list of texts, under a key."""
    if isinstance(node, dict):
        for name, value in node.items():
            if name == key:
                yield from [value] if isinstance(value, str) else value
            else:
                yield from texts(value, key)
    elif isinstance(node, list):
        for each in node:
            yield from texts(each, key)


def scripts(path: Path) -> list[str]:
    return list(texts(load(path), "run" if path == WORKFLOW else "commands"))


def calls(path: Path) -> Iterator[list[str]]:
    """Yield the words of each call of breakglass, with each value of APPLY."""
    for script in scripts(path):
        for found in re.findall(r"^(?:\s*|.*\|\| )breakglass ([^>|\n]+)", script, re.MULTILINE):
            for value in APPLIES:
                yield shlex.split(found.replace('"$APPLY"', value).replace("$ALLOW", "--allow broadens-access"))


def test_the_workflow_is_one_for_github() -> None:
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.github-workflows", str(WORKFLOW)]
    ran = subprocess.run(command, check=False, capture_output=True, text=True, timeout=60)
    assert ran.returncode == 0, ran.stdout + ran.stderr


@pytest.mark.parametrize("path", BUILDS, ids=lambda path: path.name)
def test_the_builds_are_ones_for_codebuild(path: Path) -> None:
    build = load(path)
    assert build["version"] == 0.2
    assert build.keys() <= BUILDSPEC[""]
    env, phases = build["env"], build["phases"]
    assert isinstance(env, dict)
    assert isinstance(phases, dict)
    assert env.keys() <= BUILDSPEC["env"]
    assert phases.keys() <= BUILDSPEC["phases"]
    assert all(phase.keys() <= BUILDSPEC["phase"] for phase in phases.values())


@pytest.mark.parametrize("path", [WORKFLOW, *BUILDS], ids=lambda path: path.name)
def test_every_script_is_one_for_bash(path: Path) -> None:
    for script in scripts(path):
        ran = subprocess.run(["bash", "-n"], input=script, check=False, capture_output=True, text=True, timeout=60)
        assert ran.returncode == 0, f"{script}: {ran.stderr}"


@pytest.mark.parametrize("path", [WORKFLOW, *BUILDS], ids=lambda path: path.name)
def test_every_command_and_option_exists(path: Path) -> None:
    found = list(calls(path))
    assert found
    for name, *words in found:
        command = breakglass.get_command(click.Context(breakglass), name)
        assert command is not None, name
        command.make_context(name, words)  # raises for an option that is not there


def test_what_is_carried_out_is_what_was_approved() -> None:
    """Only the apply stage applies, only with a digest, and only after somebody approved."""
    jobs = load(WORKFLOW)["jobs"]
    assert isinstance(jobs, dict)
    applying = [name for name, job in jobs.items() if "$APPLY" in str(list(texts(job, "run")))]
    assert applying == ["apply"]
    assert jobs["apply"]["environment"] == "emergency-access"
    assert jobs["apply"]["needs"] == "plan"
    for path in (WORKFLOW, PIPELINES / "codebuild-apply.yaml"):
        lines = [each for script in scripts(path) for each in script.splitlines() if "$APPLY" in each]
        assert all('--digest "$DIGEST"' in line for line in lines)
        assert len(lines) == 1
    assert "$APPLY" not in str(scripts(PIPELINES / "codebuild-plan.yaml"))


def test_no_pipeline_installs_whatever_has_this_name() -> None:
    """There is no release yet: a package of this name would be somebody else's, with these rights."""
    for path in (WORKFLOW, *BUILDS):
        assert "pip install breakglass" not in path.read_text("utf-8")
        assert 'pip install "$BREAKGLASS"' in path.read_text("utf-8")
