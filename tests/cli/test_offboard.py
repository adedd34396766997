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


PLAYBOOK_ACCOUNTS = "prod (222222222222), payments (444444444444), data (555555555555), staging (666666666666)"
UNTIL = "until 2026-11-01 11:00:00 UTC"  # the hour of the manifest, and the margin


def test_sessions_that_outlive_the_user_are_told_with_the_commands_that_end_them(
    cli: Run, applied: MemoryEstate
) -> None:
    told = [line.strip() for line in cli("offboard", "chidi", "--yes").out.splitlines()]
    (ransomware,) = [line for line in told if line.startswith("BREAK-GLASS-RANSOMWARE")]
    assert ransomware == f"BREAK-GLASS-RANSOMWARE   {UNTIL}  now: {PLAYBOOK_ACCOUNTS}"
    commands = [line for line in told if line.startswith("aws iam put-role-policy")]
    assert len(commands) == 3
    head, _, document = commands[0].partition(" --policy-document ")
    assert head == (
        "aws iam put-role-policy --role-name BREAK-GLASS-DATA-BREACH --policy-name BreakGlassEnd-chidi-break-glass"
    )
    (statement,) = json.loads(document.strip("'"))["Statement"]
    assert (statement["Effect"], statement["Action"], statement["Resource"]) == ("Deny", "*", "*")
    assert statement["Condition"] == {
        "DateLessThan": {"aws:TokenIssueTime": "2026-11-01T10:00:00Z"},
        "StringLike": {"aws:userid": "*:chidi-break-glass"},
    }
    assert applied.writes == [("delete", CHIDI)]


def test_sessions_last_as_the_roles_let_them_whatever_the_teams_let_the_user_into(
    cli: Run, applied: MemoryEstate
) -> None:
    role = applied.resources[Key(Scope("444444444444"), resources.ROLE, "BREAK-GLASS-DATA-BREACH")]
    applied.resources[role.key] = Resource(role.type, role.scope, {**role.properties, "MaxSessionDuration": 7200})
    document = cli("offboard", "emeka", "--yes", "--format", "json").document
    assert [each for each in document["sessions"] if each["way"] == "now"] == [
        {"account": "444444444444", "role": role.name, "way": "now", "until": "2026-11-01T12:00:00+00:00"}
    ]
    assert {each["until"] for each in document["sessions"] if each["way"] == "not now"} == {"2026-11-01T11:00:00+00:00"}
    assert (len(document["sessions"]), len(document["commands"])) == (13, 3)
    assert document["policy"]["name"] == "BreakGlassEnd-emeka-break-glass"


def test_who_was_taken_off_the_teams_before_may_have_sessions_still(cli: Run, applied: MemoryEstate) -> None:
    user = applied.resources[CHIDI]
    applied.resources[CHIDI] = Resource(user.type, SECURITY, {**user.properties, "Groups": []})
    ran = cli("offboard", "chidi", "--yes")
    assert ran.code == 0
    assert f"BREAK-GLASS-RANSOMWARE   {UNTIL}  not now: {PLAYBOOK_ACCOUNTS}" in ran.out
    assert ran.out.count("aws iam put-role-policy") == 3


def test_where_there_is_no_role_nobody_is_told_to_end_sessions(cli: Run, applied: MemoryEstate) -> None:
    for key in [each for each in applied.resources if each.type == resources.ROLE]:
        del applied.resources[key]
    ran = cli("offboard", "chidi", "--yes", "--allow", "ways-in")
    assert (ran.code, "no playbook role was found" in ran.out, "put-role-policy" in ran.out) == (0, True, False)


def test_where_it_cannot_be_told_whether_a_role_lets_in_it_is_supposed(cli: Run, applied: MemoryEstate) -> None:
    user = applied.resources[CHIDI]
    foreign = {**user.properties, "Groups": [], "ManagedPolicyArns": ["arn:aws:iam::aws:policy/AdministratorAccess"]}
    applied.resources[CHIDI] = Resource(user.type, SECURITY, foreign)
    assert f"BREAK-GLASS-RANSOMWARE   {UNTIL}  now: " in cli("offboard", "chidi", "--yes").out


def test_as_json_one_document_tells_what_became_of_it(cli: Run, applied: MemoryEstate) -> None:
    document = cli("offboard", "chidi", "--yes", "--format", "json").document
    assert (document["schema"], document["user"], document["named"]) == ("breakglass/offboard", CHIDI.name, True)
    assert [each["name"] for each in document["made"]] == [CHIDI.name]
    assert document["failed"] == document["remaining"] == document["unread"] == []
    assert applied.writes


def test_of_one_who_is_gone_the_sessions_are_told_all_the_same(cli: Run, applied: MemoryEstate, tmp_path: Path) -> None:
    cli("offboard", "chidi", "--yes")
    applied.writes.clear()
    again = cli("offboard", "Chidi-break-glass", "--yes")
    assert (again.code, again.out.count("--policy-name BreakGlassEnd-chidi-break-glass")) == (0, 3)
    assert "there is no user chidi-break-glass: nothing to delete" in again.out
    assert "take chidi out of `responders`" in again.out
    document = cli("offboard", "chidi", "--yes", "--format", "json", manifest=without(tmp_path, "chidi")).document
    assert (document["made"], document["final"], document["named"]) == ([], True, False)
    assert ({each["way"] for each in document["sessions"]}, len(document["commands"])) == ({"not now"}, 3)
    assert not applied.writes


@pytest.mark.parametrize(("person", "meant"), [("chidy", "chidi"), ("chidy-break-glass", "chidi"), ("Danna", "dana")])
def test_a_name_that_is_nearly_one_is_asked_about(cli: Run, applied: MemoryEstate, person: str, meant: str) -> None:
    ran = cli("offboard", person, "--yes")
    assert (ran.code, ran.out) == (2, "")
    assert f"did you mean {meant}-break-glass" in ran.err
    assert not applied.writes


def test_a_name_is_nearly_that_of_a_responder_without_user(cli: Run, applied: MemoryEstate) -> None:
    del applied.resources[CHIDI]
    assert cli("offboard", "chidy", "--yes").code == 2


def test_who_is_truly_gone_can_be_called_nearly_like_another(cli: Run, applied: MemoryEstate) -> None:
    ran = cli("offboard", "chidy", "--gone")
    assert (ran.code, ran.out.count("--policy-name BreakGlassEnd-chidy-break-glass")) == (0, 3)
    assert cli("offboard", "zacharias", "--yes").code == 0
    there = cli("offboard", "chidi", "--gone", "--yes")
    assert (there.code, "is not gone" in there.err) == (2, True)
    assert not applied.writes


@pytest.mark.parametrize("person", ["x'; rm -rf ~; '", "*", "a" * 60, "zoë"])
def test_what_no_user_can_be_called_is_written_into_no_command(cli: Run, applied: MemoryEstate, person: str) -> None:
    ran = cli("offboard", person, "--gone")
    assert (ran.code, ran.out) == (2, "")
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
    assert "; not known: prod (222222222222)" in ran.out
    again = cli("offboard", "chidi", "--yes")
    assert (again.code, again.out.count("no such role")) == (4, 1)
    assert "; not known: prod (222222222222)" in again.out
    assert "what could not be read is not proved" in ran.out


def test_what_fails_is_told_and_a_rerun_continues(cli: Run, applied: MemoryEstate) -> None:
    applied.fault = lambda verb, _what: UnavailableError("throttled") if verb == "delete" else None
    ran = cli("offboard", "chidi", "--yes")
    assert (ran.code, "failed: " in ran.out) == (5, True)
    assert "it may still open sessions: what follows is not final" in ran.out
    assert "BREAK-GLASS-RANSOMWARE" in ran.out
    assert cli("offboard", "chidi", "--yes", "--format", "json").document["final"] is False
    applied.fault = lambda _verb, _what: None
    ran = cli("offboard", "chidi", "--yes")
    assert (ran.code, "not final" in ran.out) == (0, False)


def test_where_it_cannot_be_read_that_the_user_is_gone_nothing_is_final(cli: Run, applied: MemoryEstate) -> None:
    def blind(verb: str, _what: Key | Survey) -> BreakglassError | None:
        return UnavailableError("no answer") if verb == "read" and applied.writes else None

    applied.fault = blind
    ran = cli("offboard", "chidi", "--yes")
    assert (ran.code, "not final" in ran.out) == (5, True)


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
