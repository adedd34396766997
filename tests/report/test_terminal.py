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


ADVICE = (
    "as the provisioning role of 111111111111 run: aws iam delete-service-specific-credential --user-name"
    " ana-break-glass --service-specific-credential-id ACCA0123456789; then see with `breakglass activity --since"
    " 2026-11-20` who used it, and find out in CloudTrail who made it"
)


def on_a_terminal(monkeypatch: pytest.MonkeyPatch, width: int, *lines: Text) -> list[str]:
    screen = Console(width=width, force_terminal=True, color_system=None, record=True)
    monkeypatch.setattr(terminal, "console", lambda **_of: screen)
    terminal.show(lines)
    return screen.export_text().splitlines()


@pytest.mark.parametrize("width", [40, 80, 120])
def test_on_a_terminal_lines_keep_their_indentation_and_commands_their_words(
    monkeypatch: pytest.MonkeyPatch, width: int
) -> None:
    command = ADVICE[ADVICE.index("aws iam") : ADVICE.index("; then")]
    rows = on_a_terminal(monkeypatch, width, Text(f"    → {ADVICE}", style="dim"))
    assert rows[0].startswith("    → as the provisioning role")
    assert all(row.startswith("      ") for row in rows[1:])
    assert " ".join(row.strip() for row in rows) == f"→ {ADVICE}"
    assert any(command in row for row in rows)
    assert any("`breakglass activity --since 2026-11-20`" in row for row in rows)
    assert all(len(row) <= width for row in rows if command not in row and "`" not in row)


def test_on_a_terminal_what_fits_or_must_not_be_wrapped_is_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = (Text(), Text("  two  columns"), Text("a b " * 40, no_wrap=True), Text("x" * 100), Text("  " + "y" * 100))
    assert on_a_terminal(monkeypatch, 80, *lines) == [each.plain for each in lines]


def test_what_is_broken_keeps_its_style(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = Console(width=20, force_terminal=True, color_system="standard", record=True)
    monkeypatch.setattr(terminal, "console", lambda **_of: screen)
    terminal.show([Text("  words and ", style="red").append("others in bold", style="bold")])
    assert screen.export_text(styles=True).count("\x1b[1;31m") == 2


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
