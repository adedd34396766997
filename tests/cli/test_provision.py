"""plan, apply, destroy: exit codes, what is shown, and that nothing is done unasked."""

from collections.abc import Callable
from pathlib import Path

import pytest

from breakglass import naming, resources
from breakglass.cli import wiring
from breakglass.errors import BreakglassError, CredentialsError, DeniedError, UnavailableError
from breakglass.estate.desired import desired
from breakglass.facts import Survey
from breakglass.manifest.model import Manifest
from breakglass.resources import Key, Resource, Scope
from tests.cli.conftest import Run
from tests.conftest import ACME
from tests.memory import MemoryEstate

PROD = Scope("222222222222")
SECURITY = Scope("111111111111")
ROLE = Key(PROD, resources.ROLE, "BREAK-GLASS-RANSOMWARE")
Answers = Callable[[str], None]


def test_a_plan_with_changes_pending_exits_1_and_tells_them(cli: Run, estate: MemoryEstate, acme: Manifest) -> None:
    ran = cli("plan", "--format", "json")
    assert ran.code == 1
    assert ran.document["schema"] == "breakglass/plan"
    assert ran.document["summary"] == {"create": len(desired(acme)), "update": 0, "delete": 0}
    assert {change["verb"] for change in ran.document["changes"]} == {"create"}
    assert not estate.writes


def test_apply_then_plan_says_no_changes(cli: Run, estate: MemoryEstate, acme: Manifest) -> None:
    assert cli("apply", "--yes").code == 0
    assert estate.resources == desired(acme)
    again = cli("plan")
    assert (again.code, again.out.strip()) == (0, "no changes")


def test_a_second_apply_writes_nothing(cli: Run, estate: MemoryEstate) -> None:
    cli("apply", "--yes")
    written = len(estate.writes)
    second = cli("apply", "--yes")
    assert second.code == 0
    assert len(estate.writes) == written
    assert "nothing to do" in second.out


def test_accounts_with_the_same_changes_are_told_once(cli: Run, estate: MemoryEstate) -> None:
    out = cli("plan").out
    assert out.count("+ role BREAK-GLASS-RANSOMWARE") == 1
    assert "prod (222222222222), payments (444444444444)" in out
    assert estate.resources == {}


def test_nothing_is_applied_where_nobody_can_answer(cli: Run, estate: MemoryEstate) -> None:
    for command in (("apply",), ("apply", "--format", "json"), ("destroy",)):
        assert cli(*command).code == 2
    assert not estate.writes


@pytest.mark.parametrize(("answer", "code"), [("y", 0), ("n", 1)])
def test_apply_asks_and_takes_no_for_an_answer(
    cli: Run, estate: MemoryEstate, answers: Answers, answer: str, code: int
) -> None:
    answers(answer)
    assert cli("apply").code == code
    assert bool(estate.writes) == (code == 0)


def test_apply_with_a_digest_carries_out_that_plan(cli: Run, estate: MemoryEstate) -> None:
    digest = cli("plan", "--format", "json").document["digest"]
    assert cli("apply", "--digest", digest).code == 0
    assert estate.resources


def test_apply_with_the_digest_of_another_plan_is_refused(cli: Run, estate: MemoryEstate, acme: Manifest) -> None:
    digest = cli("plan", "--format", "json").document["digest"]
    planted = desired(acme)[ROLE]
    estate.resources[planted.key] = planted
    ran = cli("apply", "--digest", digest)
    assert ran.code == 3
    assert digest in ran.err
    assert not estate.writes


def test_an_empty_digest_is_not_a_digest(cli: Run, estate: MemoryEstate) -> None:
    assert cli("apply", "--digest", "").code == 2
    assert not estate.writes


def test_apply_as_json_tells_the_fate_of_every_change(cli: Run, estate: MemoryEstate, acme: Manifest) -> None:
    document = cli("apply", "--yes", "--format", "json").document
    assert len(document["made"]) == len(desired(acme)) == len(estate.resources)
    assert document["failed"] == document["skipped"] == document["remaining"] == []


def test_a_foreign_role_of_our_name_stops_apply_before_anything_is_written(
    cli: Run, estate: MemoryEstate, acme: Manifest
) -> None:
    foreign = Resource(ROLE.type, PROD, {**desired(acme)[ROLE].properties, "Tags": []})
    estate.resources[ROLE] = foreign
    assert cli("plan").code == 3
    ran = cli("apply", "--yes")
    assert ran.code == 3
    assert "not-ours" in ran.err
    assert foreign.arn in ran.err
    assert not estate.writes


def test_several_refusals_are_counted(cli: Run, estate: MemoryEstate, acme: Manifest) -> None:
    for key, each in desired(acme).items():
        if key.type == resources.ROLE:
            estate.resources[key] = Resource(each.type, each.scope, {**each.properties, "Tags": []})
    assert "more)" in cli("apply", "--yes").err


def test_every_refusal_says_how_to_let_it_pass_and_apply_names_all_rules(
    cli: Run, estate: MemoryEstate, tmp_path: Path
) -> None:
    cli("apply", "--yes")
    role = estate.resources[ROLE]
    estate.resources[ROLE] = Resource(role.type, role.scope, {**role.properties, "Tags": []})
    less = leavers(tmp_path / "less.yaml", "fatima", "emeka")
    refusals = cli("plan", "--format", "json", manifest=less).document["refusals"]
    assert {each["rule"] for each in refusals} == {"removes-person", "not-ours"}
    assert all(each["advice"].count(f"--allow {each['rule']}") == 1 for each in refusals)
    text = cli("plan", manifest=less).out
    assert text.count("--allow removes-person") == 2
    ran = cli("apply", "--yes", manifest=less)
    assert ran.err.count("--allow removes-person") == ran.err.count("--allow not-ours") == 1
    assert "(and 2 more)" in ran.err


@pytest.mark.usefixtures("estate")
def test_a_refusal_names_the_account_where_people_read_it(cli: Run, tmp_path: Path) -> None:
    cli("apply", "--yes")
    less = leavers(tmp_path / "less.yaml", "bo", "chidi", "dana")
    assert "refused (ways-in): prod (222222222222): " in cli("plan", manifest=less).out
    refusals = cli("plan", "--format", "json", manifest=less).document["refusals"]
    assert PROD.account in {each["subject"] for each in refusals}


@pytest.mark.parametrize(("why", "code"), [(DeniedError("no"), 4), (UnavailableError("no answer"), 5)])
def test_plan_and_apply_exit_alike_where_a_plan_is_refused_and_not_all_was_read(
    cli: Run, estate: MemoryEstate, tmp_path: Path, why: BreakglassError, code: int
) -> None:
    cli("apply", "--yes")
    before = dict(estate.resources)
    estate.fault = lambda _verb, what: why if isinstance(what, Survey) and what.scope == PROD else None
    less = leavers(tmp_path / "less.yaml", "fatima")
    assert cli("plan", manifest=less).code == code
    ran = cli("apply", "--yes", "--format", "json", manifest=less)
    assert (ran.code, ran.document["error"]["code"]) == (code, "REFUSED")
    assert estate.resources == before


def test_what_is_left_alone_because_a_rule_is_allowed_is_told(cli: Run, estate: MemoryEstate) -> None:
    cli("apply", "--yes")
    role = estate.resources[ROLE]
    estate.resources[ROLE] = Resource(role.type, role.scope, {**role.properties, "Tags": []})
    told = "left alone: create role BREAK-GLASS-RANSOMWARE in prod (222222222222)"
    for command in (("plan",), ("apply", "--yes")):
        ran = cli(*command, "--allow", "not-ours")
        assert ran.code == 0
        assert told in ran.out
        (left,) = cli(*command, "--allow", "not-ours", "--format", "json").document["left_alone"]
        assert (left["verb"], left["name"]) == ("create", ROLE.name)


def test_what_is_not_read_is_told_once(cli: Run, estate: MemoryEstate) -> None:
    cli("apply", "--yes")
    denied = DeniedError("no such role", advice="mend the role")
    estate.fault = lambda _verb, what: denied if isinstance(what, Survey) and what.scope == PROD else None
    assert cli("apply", "--yes").out.count("no such role") == 1
    assert cli("destroy", "--account", "prod", "--confirm", "o-acme12345").out.count("no such role") == 1


def test_what_is_not_read_any_more_afterwards_is_told_as_well(cli: Run, estate: MemoryEstate) -> None:
    def fault(_verb: str, what: Key | Survey) -> BreakglassError | None:
        return DeniedError("no more") if isinstance(what, Survey) and what.scope == PROD and estate.writes else None

    estate.fault = fault
    ran = cli("apply", "--yes")
    assert ran.code == 4
    assert ran.out.count("no more") == 1


def test_an_account_that_denies_is_named_and_the_others_are_shown(cli: Run, estate: MemoryEstate) -> None:
    denied = DeniedError("AccessDenied in 222222222222", advice="mend the role")
    estate.fault = lambda _verb, what: denied if isinstance(what, Survey) and what.scope == PROD else None
    ran = cli("plan")
    assert ran.code == 4
    assert "mend the role" in ran.out
    assert "payments (444444444444)" in ran.out
    unread = cli("plan", "--format", "json").document["unread"]
    assert [each["account"] for each in unread] == [PROD.account]


def test_apply_goes_on_without_the_account_that_cannot_be_read(cli: Run, estate: MemoryEstate) -> None:
    unreachable = UnavailableError("no answer")
    estate.fault = lambda _verb, what: unreachable if isinstance(what, Survey) and what.scope == PROD else None
    ran = cli("apply", "--yes")
    assert ran.code == 5
    assert {key.scope for key in estate.resources} >= {SECURITY}
    assert PROD not in {key.scope for key in estate.resources}


def test_where_one_write_is_denied_the_rest_is_made_and_a_rerun_continues(cli: Run, estate: MemoryEstate) -> None:
    denied = DeniedError("AccessDenied", advice="mend the role")
    estate.fault = lambda verb, what: denied if verb == "create" and what == ROLE else None
    ran = cli("apply", "--yes")
    assert ran.code == 5
    assert "failed: create role BREAK-GLASS-RANSOMWARE in prod (222222222222): AccessDenied" in ran.out
    assert "mend the role" in ran.out
    estate.fault = lambda _verb, _what: None
    assert cli("apply", "--yes").code == 0


def test_where_everything_is_denied_it_is_a_denial(cli: Run, estate: MemoryEstate) -> None:
    estate.fault = lambda verb, _what: DeniedError("no") if verb != "read" else None
    assert cli("apply", "--yes").code == 4
    document = cli("apply", "--yes", "--format", "json").document
    assert document["made"] == []
    assert {failed["why"] for failed in document["failed"]} == {"no"}


def test_without_credentials_there_is_one_message(cli: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(_manifest: Manifest, _profile: str | None) -> MemoryEstate:
        raise CredentialsError("the credentials have expired", advice="renew them")

    monkeypatch.setattr(wiring, "estate", refused)
    ran = cli("plan")
    assert (ran.code, ran.out) == (4, "")
    assert "renew them" in ran.err
    error = cli("plan", "--format=json").document["error"]
    assert error == {
        "code": "AWS_CREDENTIALS",
        "message": "the credentials have expired",
        "subject": "",
        "advice": "renew them",
    }


def test_an_interrupt_while_applying_says_that_a_rerun_continues(
    cli: Run, estate: MemoryEstate, monkeypatch: pytest.MonkeyPatch
) -> None:
    create = estate.create

    def interrupted(resource: Resource) -> None:
        if resource.name == naming.BOUNDARY:
            raise KeyboardInterrupt
        create(resource)

    monkeypatch.setattr(estate, "create", interrupted)
    ran = cli("apply", "--yes")
    assert ran.code == 5
    assert "run the same command again" in ran.out
    monkeypatch.setattr(estate, "create", create)
    assert cli("apply", "--yes").code == 0


def test_an_interrupt_while_reading_changes_nothing(
    cli: Run, estate: MemoryEstate, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(_survey: Survey) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(estate, "read", interrupted)
    assert cli("apply", "--yes").code == 130
    assert not estate.writes


def test_destroy_says_who_loses_access_and_wants_the_organization(cli: Run, estate: MemoryEstate) -> None:
    cli("apply", "--yes")
    before = dict(estate.resources)
    ran = cli("destroy", "--confirm", "o-other12345")
    assert ran.code == 3
    for person in ("ana", "bo", "chidi", "dana", "emeka", "fatima"):
        assert f"{person}-break-glass" in ran.err
    assert "prod (222222222222), " in ran.err
    assert ran.err.count("Emergency access to ") == 3, "accounts of the same people together"
    assert estate.resources == before


KEPT = {
    resources.BUCKET,
    resources.BUCKET_POLICY,
    resources.DELETION_PROTECTION,
    resources.PASSWORD_POLICY,
}
"""What was there before us, or holds evidence."""


def test_destroy_leaves_nothing_but_what_is_not_ours_to_take(cli: Run, estate: MemoryEstate) -> None:
    cli("apply", "--yes")
    assert cli("destroy", "--confirm", "o-acme12345").code == 0
    assert sorted(key.type for key in estate.resources) == sorted(KEPT)
    assert cli("destroy", "--confirm", "o-acme12345").code == 0


@pytest.mark.parametrize(("typed", "code"), [("o-acme12345", 0), ("yes", 3)])
def test_destroy_can_be_confirmed_by_typing(
    cli: Run, estate: MemoryEstate, answers: Answers, typed: str, code: int
) -> None:
    cli("apply", "--yes")
    answers(typed)
    assert cli("destroy").code == code
    assert ({key.type for key in estate.resources} == KEPT) == (code == 0)


@pytest.mark.parametrize("account", ["prod", "222222222222"])
def test_destroy_in_one_account_touches_no_other(cli: Run, estate: MemoryEstate, account: str) -> None:
    cli("apply", "--yes")
    kept = {key for key in estate.resources if key.scope != PROD}
    ran = cli("destroy", "--account", account, "--confirm", "o-acme12345")
    assert ran.code == 0
    assert estate.resources.keys() == kept
    assert "Emergency access to prod (222222222222) is lost by ana, bo, chidi, dana." in ran.err
    assert "payments (" not in ran.err
    assert "emeka" not in ran.err


def test_destroy_in_an_account_nobody_knows_is_a_mistake(cli: Run, estate: MemoryEstate) -> None:
    ran = cli("destroy", "--account", "prd", "--confirm", "o-acme12345")
    assert ran.code == 2
    assert "prod" in ran.err
    assert not estate.writes


def leavers(path: Path, *people: str) -> str:
    """Write the example without these people, and return where."""
    lines = [line for line in ACME.read_text("utf-8").splitlines() if not any(f"{{id: {p}," in line for p in people)]
    path.write_text("\n".join(lines), "utf-8")
    return str(path)


def test_a_leaver_needs_the_rule_to_be_named_and_it_is_said_loudly(
    cli: Run, estate: MemoryEstate, tmp_path: Path
) -> None:
    cli("apply", "--yes")
    less = leavers(tmp_path / "less.yaml", "fatima")
    refused = cli("apply", "--yes", manifest=less)
    assert refused.code == 3
    assert "--allow removes-person" in refused.err
    fatima = Key(SECURITY, resources.USER, "fatima-break-glass")
    assert fatima in estate.resources
    allowed = cli("apply", "--yes", "--allow", "removes-person", manifest=less)
    assert allowed.code == 0
    assert "removes-person IS SWITCHED OFF" in allowed.err
    assert fatima not in estate.resources
    assert "Sessions of roles that fatima-break-glass opened before may last until 2026-11-01 11:" in allowed.err
    assert "breakglass offboard fatima --gone prints" in allowed.err
    assert cli("offboard", "fatima", "--gone", manifest=less).out.count("aws iam put-role-policy") == 3


@pytest.mark.usefixtures("estate")
@pytest.mark.parametrize(("part", "told"), [(("--account", SECURITY.account), 6), ((), 0)])
def test_of_sessions_it_is_told_where_roles_are_left(cli: Run, part: tuple[str, ...], told: int) -> None:
    cli("apply", "--yes")
    rules = ("weakens-alert", "ways-in", "removes-person", "not-ours", "broadens-access", "replacement")
    ran = cli("destroy", "--confirm", "o-acme12345", *part, *(word for each in rules for word in ("--allow", each)))
    assert (ran.code, ran.err.count("Sessions of roles that ")) == (0, told)


def test_a_plan_that_would_leave_an_account_with_fewer_than_two_people_is_refused(
    cli: Run, estate: MemoryEstate, tmp_path: Path
) -> None:
    cli("apply", "--yes")
    before = dict(estate.resources)
    less = leavers(tmp_path / "less.yaml", "bo", "chidi", "dana")
    ran = cli("apply", "--yes", "--allow", "removes-person", manifest=less)
    assert ran.code == 3
    assert "ways-in" in ran.err
    assert cli("plan", manifest=less).code == 3
    assert estate.resources == before


def test_a_guard_nobody_knows_cannot_be_switched_off(cli: Run, estate: MemoryEstate) -> None:
    assert cli("apply", "--yes", "--allow", "everything").code == 2
    assert not estate.writes


def test_while_the_security_account_cannot_be_read_nothing_is_changed(cli: Run, estate: MemoryEstate) -> None:
    """A typo in its id would make every role trust a stranger's account."""
    denied = DeniedError("no such role", advice="mend the manifest")
    estate.fault = lambda _verb, what: denied if isinstance(what, Survey) and what.scope == SECURITY else None
    ran = cli("apply", "--yes")
    assert ran.code == 4
    assert "security account could not be read" in ran.err
    assert not estate.writes


def test_a_manifest_under_another_name_destroys_nothing(cli: Run, estate: MemoryEstate, tmp_path: Path) -> None:
    """Groups and policies carry no tag: those of the other manifest would go, and its people would be locked out."""
    cli("apply", "--yes")
    before = dict(estate.resources)
    renamed = tmp_path / "renamed.yaml"
    renamed.write_text(ACME.read_text("utf-8").replace("name: acme\n", "name: acme2\n"), "utf-8")
    for command in (("destroy", "--confirm", "o-acme12345"), ("apply", "--yes")):
        ran = cli(*command, manifest=str(renamed))
        assert ran.code == 3
        assert "not-ours" in ran.err
    assert estate.resources == before


def test_a_person_renamed_in_case_alone_is_refused_with_what_to_do(
    cli: Run, estate: MemoryEstate, tmp_path: Path
) -> None:
    cli("apply", "--yes")
    renamed = tmp_path / "renamed.yaml"
    renamed.write_text(ACME.read_text("utf-8").replace("{id: fatima,", "{id: Fatima,"), "utf-8")
    ran = cli("apply", "--yes", "--allow", "removes-person", manifest=str(renamed))
    assert ran.code == 3
    assert "fatima-break-glass exists" in ran.err
    assert Key(SECURITY, resources.USER, "fatima-break-glass") in estate.resources


def test_an_interrupt_while_it_reads_back_is_told_with_what_was_made(
    cli: Run, estate: MemoryEstate, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("breakglass.cli.planning.remaining", interrupted)
    ran = cli("apply", "--yes")
    assert ran.code == 5
    assert f"{len(estate.resources)} changes made" in ran.out


def test_without_a_standard_input_nobody_can_answer(
    cli: Run, estate: MemoryEstate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", None)
    assert cli("apply").code == 2
    assert not estate.writes


def test_destroying_the_security_account_says_that_every_account_is_lost(cli: Run, estate: MemoryEstate) -> None:
    cli("apply", "--yes")
    one = ("destroy", "--account", "security", "--confirm", "o-acme12345")
    assert cli(*one).code == 3  # alerts go with it
    assert ROLE in estate.resources
    ran = cli(*one, "--allow", "weakens-alert")
    assert ran.code == 0
    assert "prod (222222222222)" in ran.err
    assert "management (999999999999)" in ran.err
    assert ROLE in estate.resources


def test_one_foreign_role_does_not_keep_everything_from_being_destroyed(cli: Run, estate: MemoryEstate) -> None:
    cli("apply", "--yes")
    tags = resources.tags({naming.OWNER_TAG: "other"})
    foreign = Resource(resources.ROLE, PROD, {"RoleName": "BREAK-GLASS-X", "Tags": tags})
    estate.resources[foreign.key] = foreign
    assert cli("destroy", "--confirm", "o-acme12345").code == 3
    cli("destroy", "--allow", "not-ours", "--confirm", "o-acme12345")
    assert not [key for key in estate.resources if key.type == resources.USER]
    assert foreign.key in estate.resources
