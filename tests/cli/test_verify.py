"""verify: what is chosen, what is set aside, and the controls themselves."""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from breakglass import resources
from breakglass.assure.controls import CONTROLS, MANUAL
from breakglass.resources import Key, Resource, Scope
from tests.cli.conftest import Run
from tests.conftest import ACME
from tests.memory import SINCE, MemoryEstate

SECURITY, PROD = "111111111111", "222222222222"
ROLE = Key(Scope(PROD), resources.ROLE, "BREAK-GLASS-RANSOMWARE")


@pytest.fixture
def longer(cli: Run, estate: MemoryEstate) -> MemoryEstate:
    """Return an organization in which one role has longer sessions than meant."""
    assert cli("apply", "--yes").code == 0
    role = estate.resources[ROLE]
    estate.resources[ROLE] = Resource(role.type, role.scope, {**role.properties, "MaxSessionDuration": 43200})
    return estate


@pytest.fixture
def aside(tmp_path: Path) -> str:
    """Return a manifest that sets that aside."""
    path = tmp_path / "aside.yaml"
    subject = f"arn:aws:iam::{PROD}:role/BREAK-GLASS-RANSOMWARE"
    until = SINCE.date() + timedelta(9)
    entry = f"{{code: DRIFT, subject: '{subject}', severity: high, owner: Bo, reason: a trial, expires: {until}}}"
    path.write_text(f"{ACME.read_text('utf-8')}\nsuppressions:\n- {entry}\n", "utf-8")
    return str(path)


@pytest.mark.usefixtures("longer")
def test_a_finding_comes_with_its_control_and_its_account(cli: Run) -> None:
    ran = cli("verify", "--format", "json")
    assert ran.code == 1
    (finding,) = ran.document["findings"]
    assert (finding["code"], finding["control"], finding["account"]) == ("DRIFT", "roles", PROD)
    assert ran.document["controls"] == [each.id for each in CONTROLS]
    assert ran.document["suppressed"] == []


@pytest.mark.usefixtures("longer")
def test_what_is_set_aside_is_shown_apart_and_does_not_count(cli: Run, aside: str) -> None:
    ran = cli("verify", "--format", "json", manifest=aside)
    assert ran.code == 0
    assert ran.document["findings"] == []
    (found,) = ran.document["suppressed"]
    assert (found["code"], found["owner"], found["reason"]) == ("DRIFT", "Bo", "a trial")
    assert found["expires"] == str(SINCE.date() + timedelta(9))
    shown = cli("verify", manifest=aside)
    assert "no findings in" in shown.out
    assert f"Bo answers for it until {found['expires']}: a trial" in shown.out


@pytest.mark.usefixtures("longer")
@pytest.mark.parametrize(
    ("choice", "code"),
    [
        (("--only", "roles"), 1),
        (("--only", "strays", "--only", "receivers"), 0),
        (("--account", "prod"), 1),
        (("--account", PROD, "--account", "payments"), 1),
        (("--account", "payments"), 0),
        (("--account", "trail"), 0),
        (("--account", "audit"), 0),
    ],
)
def test_some_controls_and_some_accounts_alone(cli: Run, choice: tuple[str, ...], code: int) -> None:
    assert cli("verify", *choice).code == code


@pytest.mark.usefixtures("estate")
@pytest.mark.parametrize("command", ["check", "verify"])
@pytest.mark.parametrize(("code", "says"), [("DRIFTT", "did you mean `DRIFT`?"), ("QUOTA", "no control has")])
def test_what_no_control_finds_cannot_be_set_aside(
    cli: Run, aside: str, tmp_path: Path, command: str, code: str, says: str
) -> None:
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text(Path(aside).read_text("utf-8").replace("code: DRIFT,", f"code: {code},"), "utf-8")
    ran = cli(command, manifest=str(wrong))
    assert ran.code == 2
    assert f"no control has findings {code}" in ran.err
    assert says in ran.err


@pytest.mark.usefixtures("longer")
def test_of_what_is_set_aside_nothing_is_said_by_runs_that_do_not_judge_it(
    cli: Run, aside: str, tmp_path: Path
) -> None:
    over = tmp_path / "over.yaml"
    day = SINCE.date()
    over.write_text(Path(aside).read_text("utf-8").replace(str(day + timedelta(9)), str(day - timedelta(9))), "utf-8")
    assert "SUPPRESSION_EXPIRED" not in cli("verify", "--only", "receivers", manifest=str(over)).out
    assert "SUPPRESSION_EXPIRED" in cli("verify", "--only", "roles", manifest=str(over)).out


@pytest.mark.usefixtures("estate")
@pytest.mark.parametrize(
    ("choice", "says"),
    [
        (("--only", "stray"), "did you mean `strays`?"),
        (("--only", "root-ready"), "deliberately left to people"),
        (("--account", "prd"), "did you mean `prod`?"),
        (("--account", "000000000000"), "there is no account"),
    ],
)
def test_what_there_is_not_is_refused_before_anything_is_read(cli: Run, choice: tuple[str, ...], says: str) -> None:
    ran = cli("verify", *choice)
    assert ran.code == 2
    assert says in ran.err


def test_the_controls_are_listed_without_manifest_and_aws(cli: Run) -> None:
    shown = cli("verify", "--list", manifest="/nowhere.yaml").out
    assert all(f"  {each.id}  {each.title}" in shown for each in (*CONTROLS, *MANUAL))
    assert all(f"answers for it: {each.answerable}" in shown for each in MANUAL)
    listed = cli("verify", "--list", "--format", "json", manifest="/nowhere.yaml")
    assert listed.code == 0
    found = {each["id"]: each for each in json.loads(listed.out)}
    assert list(found) == [each.id for each in (*CONTROLS, *MANUAL)]
    assert found["drift"]["means"] == "observe"
    assert found["enrolment"]["frameworks"]["CIS AWS Foundations Benchmark v5.0.0"] == ["1.9"]
    assert found["drift"]["answerable"] is None
    assert found["custody"]["answerable"]
