"""What people see: colour and progress on a terminal, plain text elsewhere, nothing broken for its width."""

import json

import pytest
from rich.console import Console
from rich.text import Text

from breakglass.report import terminal
from breakglass.workers import ignore


def test_in_a_pipe_there_is_neither_colour_nor_progress(capsys: pytest.CaptureFixture[str]) -> None:
    with terminal.progress("Reading", 2) as advance:
        assert advance is ignore
        advance("222222222222")
    terminal.show([Text("x" * 300, style="bold red")])
    captured = capsys.readouterr()
    assert captured.out == "x" * 300 + "\n"
    assert captured.err == ""


def test_on_a_terminal_progress_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = Console(force_terminal=True, record=True, width=80)
    monkeypatch.setattr(terminal, "console", lambda stderr: screen if stderr else Console())
    with terminal.progress("Reading", 2) as advance:
        assert advance is not ignore
        advance("222222222222")


def test_text_from_aws_is_never_markup(capsys: pytest.CaptureFixture[str]) -> None:
    terminal.tell("[bold]role[/bold] [/]")
    assert capsys.readouterr().err == "[bold]role[/bold] [/]\n"


def test_no_control_character_of_anybody_reaches_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    terminal.show([Text("key\x1b]0;title\x07\x1b[2J\nno findings \ud800 end", style="bold")])
    out = capsys.readouterr().out
    assert out.endswith(" end\n")
    assert out.removesuffix("\n").isprintable()


def test_json_is_valid_whatever_the_text(capsys: pytest.CaptureFixture[str]) -> None:
    terminal.show_json({"a": "\x1b[2J\ud800é"})
    assert json.loads(capsys.readouterr().out)["a"] == "\x1b[2J\ud800é"
