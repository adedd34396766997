"""offboard: one person goes, asked for, guarded and read back; what outlives the user is told."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from breakglass import resources
from breakglass.cli import wiring
from breakglass.errors import BreakglassError, DeniedError, UnavailableError
from breakglass.facts import Enrolment, Survey
from breakglass.resources import Key, Resource, Scope
from tests.cli.conftest import Run
from tests.conftest import ACME
from tests.memory import MemoryEstate, StoppedClock

SECURITY = Scope("111111111111")
PROD = Scope("222222222222")
CHIDI = Key(SECURITY, resources.USER, "chidi-break-glass")
ANA = Key(SECURITY, resources.USER, "ana-break-glass")
Answers = Callable[[str], None]


@pytest.fixture
def applied(estate: MemoryEstate, cli: Run) -> MemoryEstate:
    assert cli("apply", "--yes").code == 0
    estate.writes.clear()
    return estate


def without(folder: Path, *people: str) -> str:
    path = folder / "less.yaml"
    lines = ACME.read_text("utf-8").splitlines()
    path.write_text("\n".join(line for line in lines if not any(f"id: {each}," in line for each in people)), "utf-8")
    return str(path)


@pytest.mark.parametrize("person", ["chidi", "chidi-break-glass", "Chidi"])
def test_one_user_goes_and_nothing_else(cli: Run, applied: MemoryEstate, person: str) -> None:
    ran = cli("offboard", person, "--yes")
    assert ran.code == 0
    assert applied.writes == [("delete", CHIDI)]
    assert "- user chidi-break-glass" in ran.out
    assert "everything reads back as planned" in ran.out


def test_a_manifest_that_still_names_the_person_would_bring_the_user_back(
    cli: Run, applied: MemoryEstate, tmp_path: Path
) -> None:
    assert "take chidi out of `responders`" in cli("offboard", "chidi", "--yes").out
    assert CHIDI not in applied.resources
    ran = cli("offboard", "dana", "--yes", manifest=without(tmp_path, "chidi", "dana"))
    assert (ran.code, "responders" in ran.out) == (0, False)


def test_sessions_that_outlive_the_user_are_told_with_the_commands_that_end_them(
    cli: Run, applied: MemoryEstate
) -> None:
    told = [line.strip() for line in cli("offboard", "chidi", "--yes").out.splitlines()]
    (ransomware,) = [line for line in told if line.startswith("BREAK-GLASS-RANSOMWARE")]
    accounts = "prod (222222222222), payments (444444444444), data (555555555555), staging (666666666666)"
    assert ransomware == f"BREAK-GLASS-RANSOMWARE   until 2026-11-01 10:30:00 UTC  {accounts}"
    commands = [line for line in told if line.startswith("aws iam put-role-policy")]
    assert len(commands) == 3
    head, _, document = commands[0].partition(" --policy-document ")
    assert head == (
        "aws iam put-role-policy --role-name BREAK-GLASS-DATA-BREACH --policy-name BreakGlassEnd-chidi-break-glass"
    )
    (statement,) = json.loads(document.strip("'"))["Statement"]
    assert (statement["Effect"], statement["Action"], statement["Resource"]) == ("Deny", "*", "*")
    assert statement["Condition"] == {
        "DateLessThan": {"aws:TokenIssueTime": "2026-11-01T09:30:00Z"},
        "StringLike": {"aws:userid": "*:chidi-break-glass"},
    }
    assert applied.writes == [("delete", CHIDI)]


def test_sessions_are_those_of_the_teams_as_read_back_and_last_as_the_roles_let_them(
    cli: Run, applied: MemoryEstate
) -> None:
    role = applied.resources[Key(Scope("444444444444"), resources.ROLE, "BREAK-GLASS-DATA-BREACH")]
    applied.resources[role.key] = Resource(role.type, role.scope, {**role.properties, "MaxSessionDuration": 7200})
    document = cli("offboard", "emeka", "--yes", "--format", "json").document
    assert document["sessions"] == [
        {"account": "444444444444", "role": "BREAK-GLASS-DATA-BREACH", "until": "2026-11-01T11:30:00+00:00"}
    ]
    assert len(document["commands"]) == 1
    assert document["policy"]["name"] == "BreakGlassEnd-emeka-break-glass"


def test_whom_no_role_lets_in_leaves_no_session(cli: Run, applied: MemoryEstate) -> None:
    user = applied.resources[CHIDI]
    applied.resources[CHIDI] = Resource(user.type, SECURITY, {**user.properties, "Groups": []})
    ran = cli("offboard", "chidi", "--yes")
    assert (ran.code, "no session outlives it" in ran.out) == (0, True)


def test_where_it_cannot_be_told_whether_a_role_lets_in_a_session_is_supposed(cli: Run, applied: MemoryEstate) -> None:
    user = applied.resources[CHIDI]
    foreign = {**user.properties, "Groups": [], "ManagedPolicyArns": ["arn:aws:iam::aws:policy/AdministratorAccess"]}
    applied.resources[CHIDI] = Resource(user.type, SECURITY, foreign)
    assert "BREAK-GLASS-RANSOMWARE" in cli("offboard", "chidi", "--yes").out


def test_as_json_one_document_tells_what_became_of_it(cli: Run, applied: MemoryEstate) -> None:
    document = cli("offboard", "chidi", "--yes", "--format", "json").document
    assert (document["schema"], document["user"], document["named"]) == ("breakglass/offboard", CHIDI.name, True)
    assert [each["name"] for each in document["made"]] == [CHIDI.name]
    assert document["failed"] == document["remaining"] == document["unread"] == []
    assert applied.writes


def test_one_who_is_gone_is_said_to_be_gone(cli: Run, applied: MemoryEstate) -> None:
    cli("offboard", "chidi", "--yes")
    applied.writes.clear()
    again = cli("offboard", "chidi", "--yes")
    assert (again.code, again.out.strip()) == (0, "there is no user chidi-break-glass: nothing to do")
    document = cli("offboard", "chidi", "--yes", "--format", "json").document
    assert (document["made"], document["sessions"], document["commands"]) == ([], [], [])
    assert not applied.writes


def test_a_name_that_is_nearly_one_is_asked_about(cli: Run, applied: MemoryEstate) -> None:
    ran = cli("offboard", "chidy", "--yes")
    assert (ran.code, "if you mean chidi-break-glass" in ran.out) == (0, True)
    assert not applied.writes


def test_nobody_is_asked_where_nobody_can_answer(cli: Run, applied: MemoryEstate) -> None:
    assert cli("offboard", "chidi").code == 2
    assert cli("offboard", "chidi", "--format", "json").code == 2
    assert not applied.writes


@pytest.mark.parametrize(("answer", "code"), [("y", 0), ("n", 1)])
def test_it_asks_and_takes_no_for_an_answer(
    cli: Run, applied: MemoryEstate, answers: Answers, answer: str, code: int
) -> None:
    answers(answer)
    ran = cli("offboard", "chidi")
    assert (ran.code, bool(applied.writes)) == (code, code == 0)
    assert "- user chidi-break-glass" in ran.out


def test_a_user_that_is_not_ours_is_refused(cli: Run, applied: MemoryEstate) -> None:
    user = applied.resources[CHIDI]
    applied.resources[CHIDI] = Resource(user.type, SECURITY, {**user.properties, "Tags": []})
    ran = cli("offboard", "chidi", "--yes")
    assert (ran.code, "no manifest of this name made it" in ran.err) == (3, True)
    assert not applied.writes


def test_too_few_left_is_refused_unless_it_is_meant(cli: Run, applied: MemoryEstate) -> None:
    ran = cli("offboard", "ana", "--yes")
    assert (ran.code, "--allow ways-in" in ran.err) == (3, True)
    assert not applied.writes
    assert cli("offboard", "ana", "--yes", "--allow", "ways-in").code == 0
    assert applied.writes == [("delete", ANA)]


def test_people_who_are_not_enrolled_replace_nobody(cli: Run, applied: MemoryEstate) -> None:
    applied.facts = tuple(Enrolment(SECURITY, f"{each}-break-glass") for each in ("bo", "dana"))
    ran = cli("offboard", "chidi", "--yes")
    assert (ran.code, "1 of the 2 enrolled people" in ran.err) == (3, True)


@pytest.mark.parametrize("option", ["removes-person", "not-ours"])
def test_no_other_guard_can_be_switched_off(cli: Run, applied: MemoryEstate, option: str) -> None:
    assert cli("offboard", "chidi", "--yes", "--allow", option).code == 2
    assert not applied.writes


def unreadable(scope: Scope, why: BreakglassError, estate: MemoryEstate) -> None:
    estate.fault = lambda _verb, what: why if isinstance(what, Survey) and what.scope == scope else None


def test_where_the_security_account_cannot_be_read_nothing_is_done(cli: Run, applied: MemoryEstate) -> None:
    unreadable(SECURITY, UnavailableError("no answer"), applied)
    ran = cli("offboard", "chidi", "--yes")
    assert (ran.code, "the security account could not be read" in ran.err) == (5, True)
    assert not applied.writes


def test_an_account_that_cannot_be_read_is_refused_and_told(cli: Run, applied: MemoryEstate) -> None:
    """Whoever allows it nevertheless does not know of the sessions there."""
    unreadable(PROD, DeniedError("no such role"), applied)
    assert cli("offboard", "chidi", "--yes").code == 4
    assert not applied.writes
    ran = cli("offboard", "chidi", "--yes", "--allow", "ways-in")
    assert (ran.code, ran.out.count("no such role")) == (4, 1)
    assert applied.writes == [("delete", CHIDI)]
    assert "what could not be read is not proved" in ran.out


def test_what_fails_is_told_and_a_rerun_continues(cli: Run, applied: MemoryEstate) -> None:
    applied.fault = lambda verb, _what: UnavailableError("throttled") if verb == "delete" else None
    ran = cli("offboard", "chidi", "--yes")
    assert (ran.code, "failed: " in ran.out) == (5, True)
    assert "BREAK-GLASS-RANSOMWARE" in ran.out  # of the teams a later run may find nothing
    applied.fault = lambda _verb, _what: None
    assert cli("offboard", "chidi", "--yes").code == 0


def interrupt(_verb: str, _what: Key | Survey) -> BreakglassError | None:
    raise KeyboardInterrupt


def test_an_interrupt_is_told_and_a_rerun_continues(cli: Run, applied: MemoryEstate) -> None:
    applied.fault = lambda verb, what: interrupt(verb, what) if verb == "delete" else None
    ran = cli("offboard", "chidi", "--yes")
    assert (ran.code, "interrupted: run the same command again" in ran.out) == (5, True)
    applied.writes.clear()
    applied.fault = lambda verb, what: interrupt(verb, what) if verb == "read" and applied.writes else None
    ran = cli("offboard", "chidi", "--yes")
    assert (ran.code, "interrupted: run the same command again" in ran.out) == (5, True)
    applied.fault = lambda _verb, _what: None
    assert cli("offboard", "chidi", "--yes").code == 0
    assert CHIDI not in applied.resources


def test_it_waits_until_iam_shows_that_the_user_is_gone(
    cli: Run, applied: MemoryEstate, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock, user = StoppedClock(), applied.resources[CHIDI]
    monkeypatch.setattr(wiring, "clock", lambda: clock)

    def lagging(verb: str, _what: Key | Survey) -> BreakglassError | None:
        if verb == "read" and applied.writes:
            applied.resources.pop(CHIDI, None)
            applied.resources |= {CHIDI: user} if len(clock.slept) < 3 else {}
        return None

    applied.fault = lagging
    assert cli("offboard", "chidi", "--yes").code == 0
    assert sum(clock.slept) >= 3


def test_a_person_whose_id_ends_like_a_user_is_that_person(cli: Run, estate: MemoryEstate, tmp_path: Path) -> None:
    path = tmp_path / "odd.yaml"
    path.write_text(ACME.read_text("utf-8").replace("id: chidi,", "id: chidi-break-glass,"), "utf-8")
    assert cli("apply", "--yes", manifest=str(path)).code == 0
    estate.writes.clear()
    assert cli("offboard", "chidi-break-glass", "--yes", manifest=str(path)).code == 0
    assert [key.name for _, key in estate.writes] == ["chidi-break-glass-break-glass"]
