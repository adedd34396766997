"""What is asked of a session is refused here, in words, before AWS would."""

import json
from pathlib import Path

import pytest

from breakglass import naming
from breakglass.errors import UsageError
from breakglass.respond.shell.wishes import seconds, session_policy, tags


@pytest.mark.parametrize(
    ("text", "meant"), [("900", 900), ("900s", 900), ("30m", 1800), ("1h", 3600), ("1h30m", 5400), ("12h", 43200)]
)
def test_durations_as_people_write_them(text: str, meant: int) -> None:
    assert seconds(text, None) == meant


@pytest.mark.parametrize(
    ("text", "session_hours", "says"),
    [
        ("", None, "no duration"),
        ("soon", None, "no duration"),
        ("-1", None, "no duration"),
        ("\u0663\u0660m", None, "no duration"),
        ("899", None, "too short"),
        ("13h", None, "too long"),
        ("2h", 1, "limits.session_hours"),
    ],
)
def test_durations_that_aws_would_not_give(text: str, session_hours: int | None, says: str) -> None:
    with pytest.raises(UsageError) as raised:
        seconds(text, session_hours)
    assert says in raised.value.message
    assert raised.value.advice


def test_reason_and_ticket_are_the_two_session_tags() -> None:
    assert tags(None, None) == ()
    assert tags("Lösegeld 身代金", "INC-1") == (
        (naming.SESSION_TAGS[0], "Lösegeld 身代金"),
        (naming.SESSION_TAGS[1], "INC-1"),
    )
    assert tags(None, "INC-1") == ((naming.SESSION_TAGS[1], "INC-1"),)


@pytest.mark.parametrize("value", ["", "  ", "x" * 257, "a;b", "line\nbreak", "50%", "tab\there"])
def test_what_aws_takes_in_no_tag(value: str) -> None:
    with pytest.raises(UsageError, match="--reason") as raised:
        tags(value, None)
    assert raised.value.advice
    assert raised.value.message.isprintable()


def test_a_session_policy_is_sent_without_its_spaces(tmp_path: Path) -> None:
    file = tmp_path / "policy.json"
    file.write_text('{ "Version": "2012-10-17",\n "Statement": [] }', "utf-8")
    assert session_policy(file) == '{"Version":"2012-10-17","Statement":[]}'


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"{", "no JSON"),
        (b"\xff", "no JSON"),
        (b"[" * 100_000, "no JSON"),
        (b"[]", "no policy document"),
        (json.dumps({"Statement": "x" * 2048}).encode(), "too long"),
    ],
)
def test_session_policies_aws_would_not_take(tmp_path: Path, content: bytes, says: str) -> None:
    file = tmp_path / "policy.json"
    file.write_bytes(content)
    with pytest.raises(UsageError, match=says):
        session_policy(file)


def test_a_session_policy_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        session_policy(tmp_path / "none.json")
