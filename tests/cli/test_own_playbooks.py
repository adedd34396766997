"""What `check` says of a playbook of one's own: its role is held to the claims every playbook's role is held to."""

import json
from pathlib import Path

import pytest

from breakglass.cli.main import run
from tests.manifest.test_own_playbooks import STOP, document, path_of, put, with_own

ADMIN = {"Sid": "Help", "Effect": "Allow", "Action": ["iam:CreateUser", "logs:DeleteLogGroup"], "Resource": "*"}


def test_a_policy_that_raises_rights_and_silences_is_found(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    put(tmp_path / "playbooks", rights=document(STOP, ADMIN))
    path = path_of(tmp_path, with_own("flood"))
    assert run(["check", "-m", str(path), "--format", "json"]) == 1
    told = [each["subject"] for each in json.loads(capsys.readouterr().out)["findings"]]
    role = "arn:aws:iam::222222222222:role/BREAK-GLASS-FLOOD"
    assert told == [f"{claim} of {role}" for claim in ("no-new-rights", "namespace-untouched", "watch-unbroken")]


def test_a_policy_that_is_none_is_told_with_its_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    put(tmp_path / "playbooks", rights=document({**STOP, "Effect": "Permit"}))
    path = path_of(tmp_path, with_own("flood"))
    assert run(["check", "-m", str(path)]) == 2
    assert "playbooks/flood.json:6 Statement[0].Effect: is 'Permit': must be" in capsys.readouterr().err


def test_links_need_no_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = path_of(tmp_path, with_own("flood"))
    assert run(["console", "-m", str(path), "prod/flood"]) == 0
    assert "BREAK-GLASS-FLOOD" in capsys.readouterr().out
