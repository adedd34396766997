"""The entry: help without imports, errors in one form, never a traceback."""

import subprocess
import sys

import click
import pytest

from breakglass.cli.main import COMMANDS, breakglass, run
from tests.cli.conftest import Run
from tests.conftest import ACME

HEAVY = ("boto3", "botocore", "moto", "pydantic", "rich", "yaml")


def test_help_groups_the_commands_by_user(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--help"]) == 0
    out = capsys.readouterr().out
    for section in ("Platform team", "Review runs", "Try it"):
        assert section in out
    assert all(name in out for name in COMMANDS)


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys; from breakglass.cli.main import run; run(['--help']);"
        f"sys.exit(len(set({HEAVY!r}) & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False, stdout=subprocess.DEVNULL).returncode == 0


def test_check_imports_no_sdk() -> None:
    code = (
        f"import sys; from breakglass.cli.main import run; run(['check', '-m', {str(ACME)!r}]);"
        "sys.exit('botocore' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False, stdout=subprocess.DEVNULL).returncode == 0


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_says_in_help_what_its_own_help_says(name: str) -> None:
    context = click.Context(breakglass)
    command = breakglass.get_command(context, name)
    assert command is not None
    assert command.help
    assert command.help.startswith(COMMANDS[name].help.removesuffix("."))


def test_the_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--version"]) == 0
    assert capsys.readouterr().out.startswith("breakglass ")


@pytest.mark.parametrize("arguments", [["frob"], ["plan", "--frob"], ["plan", "--format", "xml"]])
def test_a_word_it_does_not_know_is_a_usage_error(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(arguments) == 2
    assert capsys.readouterr().out == ""


def test_a_usage_error_is_json_where_json_was_asked_for(cli: Run) -> None:
    ran = cli("plan", "--format", "json", "--frob")
    assert ran.code == 2
    assert ran.document["error"]["code"] == "USAGE"


def test_a_manifest_that_is_not_there_is_told_with_what_to_do(cli: Run) -> None:
    ran = cli("check", manifest="nowhere.yaml")
    assert ran.code == 2
    assert "nowhere.yaml" in ran.err
    assert "init" in ran.err


def test_a_reader_that_went_away_is_no_traceback() -> None:
    code = f"{sys.executable} -m breakglass check -m {ACME} --format json | true"
    ran = subprocess.run(["bash", "-c", code], check=False, capture_output=True, text=True)
    assert "Traceback" not in ran.stderr


def test_running_the_module_is_running_the_command() -> None:
    ran = subprocess.run([sys.executable, "-m", "breakglass", "--version"], check=True, capture_output=True, text=True)
    assert ran.stdout.startswith("breakglass ")


def test_a_report_that_cannot_be_written_is_told_and_is_no_finding() -> None:
    code = f"{sys.executable} -m breakglass check -m {ACME} > /dev/full"
    ran = subprocess.run(["bash", "-c", code], check=False, capture_output=True, text=True)
    assert ran.returncode == 5
    assert "cannot be written" in ran.stderr
    assert "Traceback" not in ran.stderr


def test_a_closed_pipe_is_no_finding() -> None:
    code = f"{sys.executable} -m breakglass check -m {ACME} | true; exit ${{PIPESTATUS[0]}}"
    ran = subprocess.run(["bash", "-c", code], check=False, capture_output=True, text=True)
    assert ran.returncode in (0, 141)  # 0 where everything was written before the reader went
    assert ran.stderr == ""


def test_what_an_encoding_lacks_is_shown_as_an_escape() -> None:
    code = f"PYTHONIOENCODING=latin-1 {sys.executable} -m breakglass check -m {ACME}"
    ran = subprocess.run(["bash", "-c", code], check=False, capture_output=True, text=True)
    assert ran.returncode == 0
    assert "\\u2192" in ran.stdout


def test_a_defect_of_ours_is_a_sentence_and_no_traceback(cli: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def defect(_path: object) -> None:
        raise KeyError("hunter2")

    monkeypatch.setattr("breakglass.cli.manifest.read", defect)
    ran = cli("check")
    assert ran.code == 5
    assert "KeyError" in ran.err
    assert "hunter2" not in ran.err
    monkeypatch.setenv("BREAKGLASS_DEBUG", "1")
    with pytest.raises(KeyError):
        cli("check")
