"""init and check."""

import json
from pathlib import Path

import pytest

from breakglass.cli import wiring
from breakglass.cli.main import run
from breakglass.errors import DeniedError
from breakglass.manifest.organization import Organization
from tests.cli.conftest import Run
from tests.conftest import ACME

ORGANIZATION = Organization(
    "o-real1234567",
    "900000000001",
    (("900000000001", "root"), ("900000000002", "Security"), ("900000000003", "shop")),
)


def planted(tmp_path: Path, *mistakes: tuple[str, str]) -> Path:
    text = ACME.read_text("utf-8")
    for right, wrong in mistakes:
        assert right in text
        text = text.replace(right, wrong, 1)
    path = tmp_path / "breakglass.yaml"
    path.write_text(text, "utf-8")
    return path


def test_the_example_is_in_order(cli: Run) -> None:
    ran = cli("check")
    assert ran.code == 0
    assert "no findings" in ran.out
    assert "ana, bo, chidi, dana" in ran.out


def test_three_mistakes_are_three_problems_each_with_its_line(cli: Run, tmp_path: Path) -> None:
    path = planted(
        tmp_path,
        ('security_account: "111111111111"', "security_account: 11111"),
        ("playbooks: [data-breach], accounts: [payments]", "playbooks: [data-breach], accounts: [paymints]"),
        ("teams: [incident]}", "teams: [incidents]}"),
    )
    ran = cli("check", manifest=str(path))
    assert ran.code == 2
    marks = ("security_account: 11111", "[paymints]", "[incidents]")
    lines = path.read_text("utf-8").splitlines()
    for mark in marks:
        (number,) = [number for number, line in enumerate(lines, 1) if mark in line]
        assert f"breakglass.yaml:{number} " in ran.err
    assert ran.err.count("breakglass.yaml:") == len(marks)


def test_check_as_json_says_what_the_manifest_amounts_to(cli: Run) -> None:
    document = cli("check", "--format", "json").document
    assert (document["people"], document["accounts"], document["findings"]) == (6, 7, [])


def test_problems_as_json_are_an_error_document(cli: Run, tmp_path: Path) -> None:
    path = planted(tmp_path, ("version: 1", "version: 7"))
    ran = cli("check", "--format", "json", manifest=str(path))
    assert ran.code == 2
    assert "breakglass.yaml:" in ran.document["error"]["message"]


def test_a_team_nobody_is_in_is_said(cli: Run, tmp_path: Path) -> None:
    path = planted(
        tmp_path,
        ("email: emeka@acme.example, teams: [payments]", "email: emeka@acme.example, teams: [incident]"),
        ("email: fatima@acme.example, teams: [payments]", "email: fatima@acme.example, teams: [incident]"),
    )
    assert "nobody yet" in cli("check", manifest=str(path)).out


def test_init_without_aws_writes_an_example_that_is_in_order(cli: Run, tmp_path: Path) -> None:
    path = str(tmp_path / "new.yaml")
    ran = cli("init", "--offline", manifest=path)
    assert ran.code == 0
    assert "not your organization" in ran.err
    assert cli("check", manifest=path).code == 0


def test_init_of_an_organization_leaves_blank_what_it_cannot_know(
    cli: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wiring, "organization", lambda _profile: ORGANIZATION)
    path = tmp_path / "new.yaml"
    assert cli("init", "--audit-account", "900000000003", manifest=str(path)).code == 0
    text = path.read_text("utf-8")
    assert "o-real1234567" in text
    assert 'audit_account: "900000000003"' in text
    unfinished = cli("check", manifest=str(path))
    assert unfinished.code == 2


def test_init_says_why_it_could_not_ask_and_writes_the_example(
    cli: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def denied(_profile: str | None) -> Organization:
        raise DeniedError("not the management account", advice="use its credentials")

    monkeypatch.setattr(wiring, "organization", denied)
    ran = cli("init", manifest=str(tmp_path / "new.yaml"))
    assert ran.code == 0
    assert "not the management account" in ran.err
    assert "use its credentials" in ran.err


def test_init_never_writes_over_a_file(cli: Run, tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text("mine", "utf-8")
    assert cli("init", "--offline", manifest=str(path)).code == 2
    assert path.read_text("utf-8") == "mine"


def test_init_where_nothing_can_be_written_says_so(cli: Run, tmp_path: Path) -> None:
    ran = cli("init", "--offline", manifest=str(tmp_path / "absent" / "new.yaml"))
    assert ran.code == 2
    assert "cannot be written" in ran.err


def test_init_prints_the_schema_for_editors(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["init", "--schema"]) == 0
    schema = json.loads(capsys.readouterr().out)
    assert schema["additionalProperties"] is False


def test_init_offline_does_not_pretend_to_take_accounts(cli: Run, tmp_path: Path) -> None:
    path = tmp_path / "new.yaml"
    assert cli("init", "--offline", "--security-account", "123456789012", manifest=str(path)).code == 2
    assert not path.exists()


def test_an_account_too_few_people_can_get_into_is_a_finding_and_no_mistake(cli: Run, tmp_path: Path) -> None:
    path = planted(
        tmp_path,
        (
            "{id: bo, name: Bo Lindqvist, email: bo@acme.example, teams: [incident, organization]}",
            "{id: bo, name: Bo Lindqvist, email: bo@acme.example, teams: [incident]}",
        ),
    )
    ran = cli("check", "--format", "json", manifest=str(path))
    assert ran.code == 1
    (finding,) = ran.document["findings"]
    assert (finding["code"], finding["subject"]) == ("FEW_WAYS_IN", "999999999999")
    assert "ana" in finding["detail"]
    assert cli("check", manifest=str(path)).code == 1


def test_an_account_nobody_can_get_into_is_critical(cli: Run, tmp_path: Path) -> None:
    path = planted(
        tmp_path,
        ("teams: [incident, organization]}", "teams: [incident]}"),
        ("teams: [incident, organization]}", "teams: [incident]}"),
    )
    (finding,) = cli("check", "--format", "json", manifest=str(path)).document["findings"]
    assert finding["severity"] == "CRITICAL"
    assert "nobody" in finding["detail"]
