"""A playbook of one's own, as docs/platform-team.md tells it: each file, change and command, in this order."""

import json
import re
import shlex
from pathlib import Path

import pytest

from breakglass.cli.main import COMMANDS, run
from breakglass.playbooks import denials, rights
from breakglass.playbooks.read import read
from tests.cli.conftest import estate  # noqa: F401 - a fixture

PAGE = (Path(__file__).parents[2] / "docs" / "platform-team.md").read_text("utf-8")
SECTION = PAGE.partition("\n## A playbook of your own\n")[2].partition("\n## ")[0]
STEPS = Path("playbooks/bad-release.yaml")
ROLE = "BREAK-GLASS-BAD-RELEASE"
PENDING = {"plan": 1}
"""Command -> its exit code, where that is not 0: a plan with changes."""


def shown() -> list[tuple[str, str, str]]:
    """Return what the section shows, in its order: a language and a text, or a command."""
    return re.findall(r"^```(yaml|diff)\n(.*?)^```$|^ {4}(breakglass [^\n]*)$", SECTION, re.MULTILINE | re.DOTALL)


def changed(text: str, diff: str) -> str:
    """Return a text in which the lines a diff takes stand no more, and those it gives stand in their place."""
    lines = diff.splitlines(keepends=True)
    before = "".join(line[1:] for line in lines if line[0] in "- ")
    after = "".join(line[1:] for line in lines if line[0] in "+ ")
    assert text.count(before) == 1, before
    return text.replace(before, after)


def carry_out(command: str) -> None:
    words = shlex.split(command)[1:]
    if words[0] in COMMANDS:
        assert run(words) == PENDING.get(words[0], 0), command
    elif words[:2] == ["playbook", "render"]:
        playbook = read(STEPS)
        document = rights.needed(playbook, denials.denials(playbook.name))
        STEPS.with_suffix(".json").write_text(json.dumps(document, indent=2) + "\n", "utf-8")


@pytest.fixture
def beside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    assert run(["init", "--offline"]) == 0
    return tmp_path / "breakglass.yaml"


@pytest.mark.usefixtures("estate")
def test_a_playbook_of_ones_own_step_by_step(beside: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["apply", "--yes"]) == 0
    assert STEPS.as_posix() in SECTION
    told: list[str] = []
    for kind, text, command in shown():
        if kind == "yaml":
            STEPS.parent.mkdir()
            STEPS.write_text(text, "utf-8")
        elif kind == "diff":
            beside.write_text(changed(beside.read_text("utf-8"), text), "utf-8")
        else:
            carry_out(command)
            told.append(command)
    assert [each.split()[1] for each in told] == ["playbook", "playbook", "check", "plan", "apply"]
    assert run(["plan"]) == 0
    assert f"+ role {ROLE}" in capsys.readouterr().out
