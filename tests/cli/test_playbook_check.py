"""`playbook check`: a table if all is well, every problem of every playbook if not."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from breakglass.authorization import reference
from breakglass.cli.playbook_check import check
from breakglass.errors import MissingExtraError, PlaybookError
from breakglass.playbooks import schema
from tests.playbooks.support import STEPS, policy_of, replaced

Invoke = Callable[..., Result]


@pytest.fixture
def invoke() -> Invoke:
    """Return what runs the command by itself, and gives its errors as they are."""
    return lambda *arguments: CliRunner().invoke(check, [str(each) for each in arguments], catch_exceptions=True)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "stuck-host.json").write_text(policy_of(tmp_path, STEPS), "utf-8")
    return tmp_path


def test_a_table_tells_that_all_is_well(invoke: Invoke, folder: Path) -> None:
    done = invoke(folder)
    assert done.exit_code == 0
    head, row, last = done.stdout.splitlines()
    assert head.split("  ")[0] == "playbook"
    assert row.split()[:5] == ["stuck-host", "3", "investigate", "contain", "close"]
    assert last == "1 playbook: each policy allows what the steps need and nothing else, proved over all requests"


def test_as_json_it_says_how_much_room_is_taken(invoke: Invoke, folder: Path) -> None:
    found = json.loads(invoke(folder, "--format", "json").stdout)
    assert (found["schema"], found["version"]) == ("breakglass/playbook-check", 1)
    assert found["most"] == {"policy": 6144, "session": 2048}
    (row,) = found["playbooks"]
    assert row["phases"] == ["investigate", "contain", "close"]
    assert (row["name"], row["steps"], row["policies"]) == ("stuck-host", 3, 1)
    assert 0 < row["session"] < 2048
    assert 0 < row["policy"] < 6144


def test_a_policy_in_parts_is_told_so(invoke: Invoke, folder: Path) -> None:
    arns = ", ".join(
        f'"arn:${{AWS::Partition}}:ec2:*:${{AWS::AccountId}}:instance/i-{each:017d}"' for each in range(60)
    )
    one = replaced(STEPS, '"arn:${AWS::Partition}:ec2:*:${AWS::AccountId}:instance/*"', arns)
    other = '          - actions: ["ec2:StartInstances"]\n            resources: [' + arns.replace("i-0", "i-1") + "]\n"
    steps = replaced(one, "        undo: The owner", f"{other}        undo: The owner")
    (folder / "stuck-host.json").write_text(policy_of(folder, steps), "utf-8")
    assert " in 2 parts" in invoke(folder).stdout


def test_every_problem_of_every_playbook_is_told(invoke: Invoke, folder: Path) -> None:
    (folder / "stuck-host.yaml").write_text(replaced(STEPS, "ec2:StopInstances", "ec2:StopInstence"), "utf-8")
    (folder / "other.yaml").write_text("version: 1\n", "utf-8")
    error = invoke(folder).exception
    assert isinstance(error, PlaybookError)
    assert error.exit_code == 2
    told = "\n".join(error.problems)
    assert f"{folder}/other.yaml:1: the key `title` is missing" in told
    assert f"{folder}/stuck-host.yaml:39 phases.contain.steps[0].needs[0].actions[0]: no action is named" in told


def test_a_folder_without_playbooks_is_a_failure(invoke: Invoke, tmp_path: Path) -> None:
    assert isinstance(invoke(tmp_path).exception, PlaybookError)


def test_without_the_extra_it_says_what_to_install(
    invoke: Invoke, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reference, "find_spec", lambda _name: None)
    error = invoke(folder).exception
    assert isinstance(error, MissingExtraError)
    assert "the extra `lint`" in error.message
    assert error.advice == "install it, in the clone: pip install '.[lint]'"


def test_the_schema_is_printed(invoke: Invoke) -> None:
    assert invoke("--schema").stdout == schema.text()


def test_what_ships_is_checked_unless_told_otherwise(
    invoke: Invoke, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("breakglass.data.folder", lambda _name: folder)
    assert invoke().exit_code == 0
