"""simulate: from a file or standard input to JSON, with one exit code."""

import io
import json
from pathlib import Path

import pytest

from breakglass.cli.main import run
from tests.iam.support import allow, document, request

GOOD = request(id="ana", identity_policies=[document(allow())])


def test_scenarios_of_a_file_are_decided(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "scenarios.json"
    path.write_text(json.dumps([GOOD, request(id="ben")]), "utf-8")
    assert run(["simulate", str(path)]) == 0
    assert [each["decision"] for each in json.loads(capsys.readouterr().out)] == ["allowed", "implicit_deny"]


def test_a_bad_scenario_makes_the_exit_code_one(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = f"{json.dumps(GOOD)}\n{json.dumps({**GOOD, 'id': 'bad', 'action': '*'})}\n"
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(lines.encode())))
    assert run(["simulate", "-"]) == 1
    decided, bad = json.loads(capsys.readouterr().out)
    assert decided["decision"] == "allowed"
    assert bad["id"] == "bad"
    assert "action" in bad["error"]


@pytest.mark.parametrize("content", [b"nonsense", b"\xff\xfe"])
def test_what_is_no_json_is_usage(tmp_path: Path, content: bytes, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "scenarios.json"
    path.write_bytes(content)
    assert run(["simulate", str(path)]) == 2
    assert not capsys.readouterr().out
