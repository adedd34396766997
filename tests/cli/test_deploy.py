"""deploy and adopt: exit codes, what is shown, and that nothing is done unasked; apply and destroy beside them."""

from collections.abc import Callable
from pathlib import Path

import pytest

from breakglass import resources
from breakglass.cli import delivering, wiring
from breakglass.cli.told import ToldStacks
from breakglass.errors import BreakglassError, DeniedError, RejectedError
from breakglass.estate.desired import desired
from breakglass.facts import Survey
from breakglass.manifest.read import read
from breakglass.resources import Key, Resource, Scope
from tests.cli.conftest import Run
from tests.estate.test_organization import WORKLOAD as UNIT
from tests.estate.test_organization import Units, account
from tests.memory import MemoryEstate
from tests.memory_stacks import MemoryStacks, no_fault

PROD = Scope("222222222222")
ROLE = Key(PROD, resources.ROLE, "BREAK-GLASS-RANSOMWARE")
WORKLOAD = "break-glass-acme-workload"
UNITS = "break-glass-acme-units"
Answers = Callable[[str], None]


@pytest.fixture
def shared(stacked: str, tmp_path: Path) -> str:
    """Return the same with stacks in the shared accounts, too."""
    path, told = tmp_path / "shared.yaml", "{regions: [eu-west-1]"
    path.write_text(Path(stacked).read_text("utf-8").replace(told, f"{told}, shared_accounts: stacks"), "utf-8")
    return str(path)


def test_deploy_then_plan_says_no_changes(cli: Run, stacks: MemoryStacks, stacked: str) -> None:
    ran = cli("deploy", "--yes", manifest=stacked)
    assert ran.code == 0, ran.out + ran.err
    assert f"+ StackSet {WORKLOAD}: create, 4 accounts, stacks in eu-west-1\n    prod (222222222222), " in ran.out
    assert "stacks are up to date in 7 places" in ran.out
    assert "everything reads back as planned" in ran.out
    assert stacks.estate.resources == desired(read(Path(stacked)))
    again = cli("plan", manifest=stacked)
    assert (again.code, again.out.strip()) == (0, "no changes")
    stacks.calls = []
    assert cli("deploy", "--yes", manifest=stacked).out.strip() == "no changes\nnothing to do"
    assert stacks.calls == []


def test_without_a_terminal_each_delivery_is_told_as_it_goes(cli: Run, stacks: MemoryStacks, stacked: str) -> None:
    stacks.fault = lambda verb, _name, scope: RejectedError("no") if (verb, scope) == ("deliver", PROD) else None
    assert (
        f"""\
StackSet {WORKLOAD}: delivering to 4 places
StackSet {WORKLOAD}: 1 of 4
StackSet {WORKLOAD}: 2 of 4
StackSet {WORKLOAD}: 3 of 4
StackSet {WORKLOAD}: delivered to 3 places, 1 failed
"""
        in cli("deploy", "--yes", manifest=stacked).err
    )
    stacks.fault = no_fault
    assert "delivered to 1 place\n" in cli("deploy", "--yes", "--format", "json", manifest=stacked).err
    ran = cli("destroy", "--confirm", "o-acme12345", manifest=stacked)
    assert f"StackSet {WORKLOAD}: withdrawing from 4 places\n" in ran.err
    assert f"StackSet {WORKLOAD}: withdrawn from 4 places\n" in ran.err
    assert ToldStacks(stacks, print).others(()) == []


def test_on_a_terminal_the_progress_tells(
    cli: Run, stacks: MemoryStacks, stacked: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivering, "shows_progress", lambda: True)
    assert "delivering" not in cli("deploy", "--yes", manifest=stacked).err
    assert stacks.calls != []


def test_a_dry_run_shows_all_and_does_nothing(cli: Run, stacks: MemoryStacks, stacked: str) -> None:
    ran = cli("deploy", "--dry-run", manifest=stacked)
    assert ran.code == 1
    assert f"+ StackSet {WORKLOAD}: create" in ran.out
    document = cli("deploy", "--dry-run", "--format", "json", manifest=stacked).document
    assert document["schema"] == "breakglass/plan"
    names = [each["name"] for each in document["deliveries"]]
    assert names == ["break-glass-acme-security-regions", "break-glass-acme-security-us-east-1", WORKLOAD]
    assert {each["action"] for each in document["deliveries"]} == {"create"}
    assert document["digest"] == cli("plan", "--format", "json", manifest=stacked).document["digest"]
    assert (stacks.calls, stacks.estate.writes) == ([], [])


def test_deploy_as_json_tells_the_fate_of_everything(cli: Run, stacks: MemoryStacks, stacked: str) -> None:
    stacks.fault = lambda verb, _name, scope: (
        DeniedError("an SCP denies it", advice="mend it") if (verb, scope) == ("deliver", PROD) else None
    )
    ran = cli("deploy", "--yes", "--format", "json", manifest=stacked)
    assert ran.code == 5
    assert ran.document["schema"] == "breakglass/deploy"
    assert ran.document["stopped"] == [
        {"account": PROD.account, "region": "global", "why": "an SCP denies it", "advice": "mend it"}
    ]
    assert {each["account"] for each in ran.document["skipped"]} == {PROD.account}
    assert len(ran.document["delivered"]) == 6
    assert PROD.account not in {each["account"] for each in ran.document["delivered"]}
    text = cli("deploy", "--yes", manifest=stacked)
    assert text.code == 5, "of one place, whatever it was"
    assert "stacks are up to date" not in text.out
    assert "failed: prod (222222222222): an SCP denies it\n  → mend it" in text.out
    stacks.fault = no_fault
    assert cli("deploy", "--yes", manifest=stacked).code == 0


def test_whoever_is_denied_stacks_altogether_is_told_so(cli: Run, stacks: MemoryStacks, stacked: str) -> None:
    cli("deploy", "--yes", manifest=stacked)
    stacks.stacks[WORKLOAD][PROD].status = "OUTDATED"
    stacks.fault = lambda verb, _name, scope: DeniedError("no") if verb == "deliver" and scope is None else None
    assert cli("deploy", "--yes", manifest=stacked).code == 4


def test_places_that_wait_for_another_say_for_what(cli: Run, stacks: MemoryStacks, shared: str) -> None:
    audit = "break-glass-acme-audit"
    stacks.fault = lambda verb, name, _scope: RejectedError("no") if (verb, name) == ("deliver", audit) else None
    ran = cli("deploy", "--yes", "--format", "json", manifest=shared)
    assert ran.code == 5
    needed = {"type": resources.ROLE, "name": "BreakGlassVerification", "account": "333333333333", "region": "global"}
    assert {"account": PROD.account, "region": "global", "needed": needed} in ran.document["waiting"]
    stopped = {"333333333333"} | {each["account"] for each in ran.document["waiting"]}
    assert stopped == {each["account"] for each in ran.document["skipped"]}
    text = cli("deploy", "--yes", manifest=shared).out
    assert "needs the role BreakGlassVerification in audit (333333333333), which was not made" in text
    assert "stacks are up to date" not in text


def test_many_places_that_fail_alike_are_told_once(cli: Run, stacks: MemoryStacks, stacked: str) -> None:
    stacks.fault = lambda verb, _name, _scope: DeniedError("no") if verb == "deliver" else None
    out = cli("deploy", "--yes", manifest=stacked).out
    assert out.count("failed: ") == 1
    assert " more: no\n" in out


@pytest.mark.parametrize(("answer", "code"), [("y", 0), ("n", 1)])
def test_deploy_asks_and_takes_no_for_an_answer(
    cli: Run, stacks: MemoryStacks, stacked: str, answers: Answers, answer: str, code: int
) -> None:
    answers(answer)
    assert cli("deploy", manifest=stacked).code == code
    assert bool(stacks.calls) == (code == 0)


@pytest.mark.usefixtures("stacks")
def test_nobody_there_to_answer(cli: Run, estate: MemoryEstate, stacked: str) -> None:
    assert cli("deploy", manifest=stacked).code == 2
    assert cli("adopt", manifest=stacked).code == 2
    assert estate.writes == []


@pytest.mark.parametrize("command", ["deploy", "adopt"])
@pytest.mark.usefixtures("stacks")
def test_with_the_direct_engine_it_is_said_what_to_write(cli: Run, command: str) -> None:
    ran = cli(command, "--yes")
    assert ran.code == 2
    assert "engine: stacksets" in ran.err


def test_a_foreign_role_of_our_name_stops_that_account_only(cli: Run, stacks: MemoryStacks, stacked: str) -> None:
    foreign = Resource(ROLE.type, PROD, {**desired(read(Path(stacked)))[ROLE].properties, "Tags": []})
    stacks.estate.resources[ROLE] = foreign
    shown = cli("plan", manifest=stacked)
    assert shown.code == 5
    assert f"stopped (not-ours): prod (222222222222): {foreign.arn}: " in shown.out
    ran = cli("deploy", "--yes", manifest=stacked)
    assert ran.code == 5
    assert "find out who made it" in ran.out
    assert "what is stopped is as it was" in ran.out
    assert {key.scope for key in desired(read(Path(stacked))).keys() - stacks.estate.resources.keys()} == {PROD}
    document = cli("plan", "--format", "json", manifest=stacked).document
    assert [each["subject"] for each in document["stopped"]] == [foreign.arn]


def test_apply_leaves_to_stacks_what_they_deliver(cli: Run, stacks: MemoryStacks, stacked: str) -> None:
    ran = cli("apply", "--yes", manifest=stacked)
    assert ran.code == 3
    assert "breakglass deploy" in ran.err
    assert stacks.estate.writes == []
    cli("deploy", "--yes", manifest=stacked)
    user = Key(Scope("111111111111"), resources.USER, "ana-break-glass")
    drifted = stacks.estate.resources[user]
    stacks.estate.resources[user] = Resource(user.type, user.scope, {**drifted.properties, "Groups": []})
    assert cli("apply", "--yes", "--allow", "broadens-access", manifest=stacked).code == 0


def test_what_apply_made_is_adopted_and_then_deployed(cli: Run, stacks: MemoryStacks, stacked: str) -> None:
    cli("apply", "--yes")
    del stacks.estate.resources[ROLE]
    dry = cli("deploy", "--dry-run", manifest=stacked)
    assert dry.code == 3, "StackSets may pass a role now"
    assert "not in a stack yet: StackSet" in dry.out
    assert cli("deploy", "--yes", "--allow", "broadens-access", manifest=stacked).code == 1
    assert stacks.estate.resources == desired(read(Path(stacked)))
    assert cli("plan", manifest=stacked).code == 0
    assert cli("deploy", "--yes", manifest=stacked).code == 1, "and says so until it is adopted"
    del stacks.estate.resources[ROLE]
    stacks.calls = []
    assert cli("adopt", "--dry-run", manifest=stacked).code == 1
    assert stacks.calls == []
    ran = cli("adopt", "--yes", manifest=stacked)
    assert ran.code == 1
    assert f"not yet: StackSet {WORKLOAD}: prod (222222222222)" in ran.out
    assert "6 places adopted" in ran.out
    cli("apply", "--yes")
    document = cli("adopt", "--yes", "--format", "json", manifest=stacked).document
    assert document["adopted"] == [{"account": PROD.account, "region": "global"}]
    assert cli("adopt", "--yes", manifest=stacked).out.strip() == "nothing to adopt"
    assert cli("deploy", "--yes", manifest=stacked).code == 3, "StackSets may pass a role now"
    assert cli("deploy", "--yes", "--allow", "broadens-access", manifest=stacked).code == 0
    assert stacks.estate.resources == desired(read(Path(stacked)))


def test_what_is_due_is_in_the_plan_and_its_digest_is_the_one_of_deploy(
    cli: Run, stacks: MemoryStacks, stacked: str
) -> None:
    cli("deploy", "--yes", manifest=stacked)
    stacks.templates[WORKLOAD] += "# older"
    planned = cli("plan", manifest=stacked)
    assert planned.code == 1
    assert f"~ StackSet {WORKLOAD}: update, 4 accounts" in planned.out
    digest = planned.out.split("digest ")[1].split()[0]
    stacks.templates["break-glass-acme-gone"] = ""
    stacks.sets.add("break-glass-acme-gone")
    refused = cli("deploy", "--digest", digest, manifest=stacked)
    assert refused.code == 3
    assert "- StackSet break-glass-acme-gone: no stack; what it made is not deleted with it" in refused.out
    document = cli("plan", "--format", "json", manifest=stacked).document
    assert document["deliveries"][-1]["action"] == "withdraw"
    assert cli("deploy", "--digest", document["digest"], manifest=stacked).code == 0
    assert cli("plan", manifest=stacked).code == 0


def test_stack_sets_that_cannot_be_listed_are_told(cli: Run, stacks: MemoryStacks, stacked: str) -> None:
    cli("deploy", "--yes", manifest=stacked)
    stacks.fault = lambda verb, _name, _scope: DeniedError("no list") if verb == "others" else None
    for command in (("plan",), ("deploy", "--dry-run"), ("deploy", "--yes")):
        ran = cli(*command, manifest=stacked)
        assert ran.code == 4
        assert "not known: StackSet break-glass-*: no stack: no list" in ran.out
    document = cli("plan", "--format", "json", manifest=stacked).document
    assert document["deliveries"][-1]["action"] == "unknown"


@pytest.mark.parametrize(("answer", "code"), [("y", 0), ("n", 1)])
def test_adopt_asks_and_takes_no_for_an_answer(
    cli: Run, stacks: MemoryStacks, stacked: str, answers: Answers, answer: str, code: int
) -> None:
    cli("apply", "--yes")
    answers(answer)
    assert cli("adopt", manifest=stacked).code == code
    assert bool(stacks.calls) == (code == 0)


def test_what_is_not_adopted_is_told(cli: Run, stacks: MemoryStacks, stacked: str) -> None:
    cli("apply", "--yes")
    stacks.fault = lambda verb, _name, scope: DeniedError("no") if (verb, scope) == ("adopt", PROD) else None
    ran = cli("adopt", "--yes", manifest=stacked)
    assert ran.code == 5
    assert "failed: prod (222222222222): no" in ran.out
    assert "run the same command again" in ran.out


def test_an_interrupted_adoption_says_how_it_continues(cli: Run, stacks: MemoryStacks, stacked: str) -> None:
    cli("apply", "--yes")

    def interrupt(verb: str, _name: str, scope: Scope | None) -> None:
        if (verb, scope) == ("adopt", PROD):
            raise KeyboardInterrupt

    stacks.fault = interrupt
    ran = cli("adopt", "--yes", manifest=stacked)
    assert ran.code == 5
    assert "interrupted: run the same command again" in ran.out


def test_what_nobody_knows_of_a_delivery_is_told(cli: Run, stacks: MemoryStacks, stacked: str) -> None:
    stacks.fault = lambda verb, name, _: DeniedError("no access") if (verb, name) == ("look", WORKLOAD) else None
    for command in ("deploy", "adopt"):
        ran = cli(command, "--dry-run", manifest=stacked)
        assert ran.code == 4
        assert f"not known: StackSet {WORKLOAD}: no access" in ran.out
    document = cli("deploy", "--dry-run", "--format", "json", manifest=stacked).document
    assert document["deliveries"][-1]["action"] == "unknown"
    ran = cli("destroy", "--confirm", "o-acme12345", manifest=stacked)
    assert "not known" in ran.out


def test_a_stack_that_lags_is_brought_up_to_date(cli: Run, stacks: MemoryStacks, stacked: str) -> None:
    cli("deploy", "--yes", manifest=stacked)
    stacks.stacks[WORKLOAD][PROD].status = "OUTDATED"
    del stacks.stacks["break-glass-acme-security-regions"][Scope("111111111111", "eu-west-1")]
    for key in [key for key in stacks.estate.resources if key.scope == Scope("111111111111", "eu-west-1")]:
        del stacks.estate.resources[key]
    ran = cli("deploy", "--yes", manifest=stacked)
    assert ran.code == 0
    assert f"~ StackSet {WORKLOAD}: bring 1 account up to date (prod (222222222222))" in ran.out
    assert (
        "~ StackSet break-glass-acme-security-regions: new in 1 region (security (111111111111) eu-west-1)" in ran.out
    )


def test_a_changed_template_is_an_update(cli: Run, stacks: MemoryStacks, stacked: str) -> None:
    cli("deploy", "--yes", manifest=stacked)
    stacks.templates[WORKLOAD] += "# older"
    for each in stacks.stacks[WORKLOAD].values():
        each.template += "# older"
    ran = cli("deploy", "--yes", manifest=stacked)
    assert ran.code == 0
    assert f"~ StackSet {WORKLOAD}: update, 4 accounts" in ran.out


def test_destroy_withdraws_the_stacks_first(cli: Run, stacks: MemoryStacks, stacked: str) -> None:
    cli("deploy", "--yes", manifest=stacked)
    ran = cli("destroy", "--confirm", "o-acme12345", "--account", "prod", "--allow", "weakens-alert", manifest=stacked)
    assert ran.code == 0, ran.out + ran.err
    assert f"- StackSet {WORKLOAD}: prod (222222222222)" in ran.out
    assert "1 stack deleted\n" in ran.out
    assert PROD not in stacks.stacks[WORKLOAD]
    assert PROD not in {key.scope for key in stacks.estate.resources}


def test_nobody_loses_access_where_there_is_none(cli: Run, stacks: MemoryStacks, stacked: str) -> None:
    cli("deploy", "--yes", manifest=stacked)
    options = ("--confirm", "o-acme12345", "--account", "prod")
    for key in [key for key in stacks.estate.resources if key.scope == PROD]:
        del stacks.estate.resources[key]
    ran = cli("destroy", *options, manifest=stacked)
    assert ran.code == 0
    assert ran.out.splitlines() == [
        "nothing is deleted directly",
        f"- StackSet {WORKLOAD}: prod (222222222222); what it made is not deleted with it",
        "1 stack deleted",
        "everything reads back as planned",
    ]
    assert "is lost" not in ran.err
    again = cli("destroy", *options, manifest=stacked)
    assert (again.out.splitlines(), again.err) == (["no changes", "nothing to do"], "")


def test_whoever_destroys_in_a_unit_is_told_what_would_bring_it_back(
    cli: Run, stacks: MemoryStacks, stacked: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wiring, "units", lambda _manifest, _profile: Units({UNIT: [account(1)]}))
    path = Path(stacked)
    told = f"\norganizational_units: [{{id: {UNIT}, name: apps}}]\n"
    path.write_text(path.read_text("utf-8").replace("\nengine: ", f"{told}engine: "), "utf-8")
    assert cli("deploy", "--yes", manifest=stacked).code == 0
    assert Scope("700000000001") in stacks.stacks[UNITS]
    options = ("--confirm", "o-acme12345", "--allow", "weakens-alert")
    ran = cli("destroy", "--account", "app-1", *options, manifest=stacked)
    assert ran.code == 0, ran.err
    assert "new in its organizational unit" not in ran.out
    assert f"app-1 (700000000001) is in the organizational unit {UNIT}: move it out" in ran.err
    ran = cli("destroy", "--account", "prod", *options, manifest=stacked)
    assert "organizational unit" not in ran.out + ran.err


def test_shared_accounts_have_stacks_of_their_own(cli: Run, stacks: MemoryStacks, shared: str) -> None:
    ran = cli("deploy", "--yes", "--format", "json", manifest=shared)
    assert ran.code == 0
    first = ran.document["deliveries"][0]
    assert (first["name"], first["kind"], first["units"]) == ("break-glass-acme-audit", "stack", [])
    assert ("deliver", "break-glass-acme-security") in stacks.calls


def test_what_cannot_be_read_is_told(cli: Run, stacks: MemoryStacks, stacked: str) -> None:
    cli("apply", "--yes")

    def fault(verb: str, what: Key | Survey) -> BreakglassError | None:
        return DeniedError("no") if verb == "read" and isinstance(what, Survey) and what.scope == PROD else None

    stacks.estate.fault = fault
    ran = cli("adopt", "--yes", manifest=stacked)
    assert ran.code == 4
    assert "not read: prod (222222222222)" in ran.out
