"""A run on schedule: everything is told that was found, whatever fails, and nothing unread is taken for clean."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from breakglass import naming, resources
from breakglass.errors import BreakglassError, DeniedError, PartlyAppliedError, UsageError
from breakglass.estate.desired import desired
from breakglass.facts import Survey
from breakglass.manifest.model import Manifest
from breakglass.resources import Key, Resource, Scope
from breakglass.scheduled.run import Done, run
from breakglass.scheduled.step import Apart, shared
from breakglass.scheduled.task import task
from tests.conftest import manifest
from tests.memory import SINCE, MemoryEstate
from tests.scheduled.world import Invocation, World
from tests.verified import OF_STATE

SECURITY = Scope("111111111111")
PROD = "222222222222"
PAYMENTS = "444444444444"
RANSOMWARE = Key(Scope(PROD), resources.ROLE, "BREAK-GLASS-RANSOMWARE")
ANA = Key(SECURITY, resources.USER, "ana-break-glass")
OTHER = Key(Scope(PAYMENTS), resources.ROLE, "BREAK-GLASS-DATA-BREACH")
TITLE = f"DRIFT: arn:aws:iam::{PROD}:role/BREAK-GLASS-RANSOMWARE"
BROKEN = DeniedError("it was denied", subject="x")


@pytest.fixture
def estate(acme: Manifest) -> MemoryEstate:
    return MemoryEstate(dict(desired(acme)))


@pytest.fixture
def world(estate: MemoryEstate) -> World:
    return World(estate)


def lengthen(estate: MemoryEstate, key: Key = RANSOMWARE) -> Callable[[], None]:
    """Plant a deviation; return what repairs it."""
    before = estate.resources[key]
    estate.resources[key] = Resource(before.type, before.scope, {**before.properties, "MaxSessionDuration": 43200})
    return lambda: estate.resources.update({key: before})


def go(
    world: World, acme: Manifest, event: object = None, *, context: Invocation | None = None, **changes: object
) -> Done:
    world.clock.sleep(86_400)
    invocation = context or Invocation()
    asked = task({} if event is None else event, invocation.aws_request_id)
    return run(asked, acme, world.ports(**changes), invocation, OF_STATE)


def denies(account: str) -> Callable[[str, Key | Survey], BreakglassError | None]:
    def fault(_verb: str, what: Key | Survey) -> BreakglassError | None:
        return BROKEN if what.scope.account == account else None

    return fault


def test_a_clean_run_keeps_evidence_and_counts_itself(world: World, acme: Manifest) -> None:
    answer = go(world, acme).require()
    assert not any(answer["findings"].values())  # type: ignore[union-attr]
    assert answer["accounts"] == len(acme.account_ids)
    day = SINCE + timedelta(days=1)
    key = f"verification/acme/{day:%Y/%m/%d/%H%M%SZ}-{Invocation().aws_request_id}"
    assert list(world.store.files) == answer["evidence"] == [f"{key}.json", f"{key}.html"]
    body, kind = world.store.files[f"{key}.json"]
    assert kind == "application/json"
    assert json.loads(body)["findings"] == []
    assert (
        world.store.files[f"{key}.html"][0].startswith(b"<!doctype html>")
        or b"<html" in world.store.files[f"{key}.html"][0]
    )
    assert world.meter.value("CompletedRuns", Manifest="acme") == 1
    assert world.meter.value("Findings", Manifest="acme", Severity="CRITICAL") == 0
    assert world.meter.value("NotProved", Manifest="acme") == world.meter.value("Unread", Manifest="acme") == 0
    assert not world.hub.findings


def test_a_run_with_findings_is_completed_and_says_so_everywhere(
    world: World, estate: MemoryEstate, acme: Manifest
) -> None:
    lengthen(estate)
    answer = go(world, acme).require()
    assert TITLE in world.hub.active()
    assert sum(answer["findings"].values()) == len(world.hub.active())  # type: ignore[union-attr,arg-type]
    assert sum(each.value for each in world.meter.points if each.name == "Findings") == len(world.hub.active())
    assert world.meter.value("CompletedRuns") == 1


def test_findings_are_kept_up_to_date_and_never_doubled(world: World, estate: MemoryEstate, acme: Manifest) -> None:
    repair = lengthen(estate)
    go(world, acme)
    first = world.hub.active()[TITLE]
    go(world, acme)
    (second,) = [each for title, each in world.hub.active().items() if title == TITLE]
    assert (second["Id"], second["CreatedAt"]) == (first["Id"], first["CreatedAt"])
    assert str(second["UpdatedAt"]) > str(first["UpdatedAt"])
    repair()
    go(world, acme)
    assert not world.hub.active()
    assert world.hub.findings[str(first["Id"])]["RecordState"] == "ARCHIVED"


def test_evidence_says_what_is_new_and_what_is_gone(world: World, estate: MemoryEstate, acme: Manifest) -> None:
    repair = lengthen(estate)
    go(world, acme)
    repair()
    answer = go(world, acme).require()
    document = json.loads(world.store.files[str(answer["evidence"][0])][0])  # type: ignore[index]
    assert [each["code"] for each in document["changes"]["gone"]]


def test_what_could_not_be_read_is_never_archived(world: World, estate: MemoryEstate, acme: Manifest) -> None:
    repair = lengthen(estate)
    go(world, acme)
    repair()
    estate.fault = denies(PROD)
    answer = go(world, acme).require()
    assert TITLE in world.hub.active()
    assert answer["unread"]
    assert world.meter.value("NotProved")
    assert world.meter.value("Unread")


def test_what_people_decided_about_a_finding_stays(world: World, estate: MemoryEstate, acme: Manifest) -> None:
    lengthen(estate)
    go(world, acme)
    id_ = str(world.hub.active()[TITLE]["Id"])
    world.hub.findings[id_] |= {"Workflow": {"Status": "SUPPRESSED"}, "Note": {"Text": "x", "UpdatedBy": "ana"}}
    go(world, acme)
    assert world.hub.findings[id_]["Workflow"] == {"Status": "SUPPRESSED"}
    assert not world.hub.marks


FAULTS: dict[str, Callable[[World], None]] = {
    "evidence": lambda world: setattr(world.store, "fault", BROKEN),
    "Security Hub": lambda world: setattr(world.hub, "fault", BROKEN),
    "metrics": lambda world: setattr(world.meter, "fault", BROKEN),
}


@pytest.mark.parametrize("what", FAULTS)
def test_a_failure_of_one_keeps_no_other_from_happening(
    world: World, estate: MemoryEstate, acme: Manifest, what: str
) -> None:
    lengthen(estate)
    FAULTS[what](world)
    done = go(world, acme)
    assert [each.partition(":")[0] for each in done.failures][:1] == [what]
    with pytest.raises(PartlyAppliedError, match=f"{what}: it was denied") as raised:
        done.require()
    assert raised.value.exit_code == 5
    assert bool(world.store.files) is (what != "evidence")
    assert bool(world.hub.findings) is (what != "Security Hub")
    assert bool(world.meter.points) is (what != "metrics")


def test_a_run_without_evidence_is_none_that_alarms_take_for_one(world: World, acme: Manifest) -> None:
    world.store.fault = BROKEN
    done = go(world, acme)
    assert world.meter.value("CompletedRuns") is None
    assert done.answer["evidence"] == []


def test_a_defect_in_one_report_is_told_by_its_kind_alone(world: World, acme: Manifest) -> None:
    world.hub.fault = ValueError("a secret")
    done = go(world, acme)
    assert done.failures == ["Security Hub: this should not have happened: ValueError"]
    assert world.meter.value("CompletedRuns") == 1


def test_without_security_hub_nothing_is_told_there(world: World, estate: MemoryEstate, acme: Manifest) -> None:
    lengthen(estate)
    go(world, acme, hub=None).require()
    assert not world.hub.puts
    assert world.meter.value("CompletedRuns") == 1


def test_organizational_units_are_looked_up(world: World) -> None:
    unit = {"id": "ou-exam-ple00001", "name": "workloads"}
    some = manifest(organizational_units=[unit])
    world.units.fault = BROKEN
    answer = go(world, some).require()
    assert answer["unread"] == 1
    assert world.meter.value("NotProved")


def test_a_map_verifies_what_all_share_then_each_of_the_others(world: World, estate: MemoryEstate) -> None:
    others = [{"id": each, "name": each[:3]} for each in (PROD, PAYMENTS, "555555555555")]
    some = manifest(accounts=others, teams=TEAMS, responders=PEOPLE, management_account={"id": "999999999999"})
    estate.resources = dict(desired(some))
    lengthen(estate, OTHER)
    answer = go(world, some, {"task": "shared"}).require()
    assert answer["accounts"] == [PAYMENTS, "555555555555"]
    assert answer["enrolled"] == sorted(naming.user_name(each.id) for each in some.responders)
    assert world.meter.value("CompletedRuns") is None
    assert not world.hub.active()
    surveyed = Watched(estate)
    for account in (PAYMENTS, "555555555555"):
        event = {"task": "account", "account": account, "run": answer["run"], "enrolled": answer["enrolled"]}
        one = go(world, some, event, estate=surveyed).require()
        assert one["accounts"] == 1
    assert {each.split("-")[-1].removesuffix(".json") for each in world.store.files if each.endswith(".json")} == {
        "shared",
        PAYMENTS,
        "555555555555",
    }
    assert {str(each["ProductFields"]["breakglass/account"]) for each in world.hub.active().values()} == {PAYMENTS}  # type: ignore[index,call-overload]
    assert not any(each.enrolment or each.credentials or each.chain for each in surveyed.of(SECURITY.account))
    assert go(world, some, {"task": "finish", "run": answer["run"]}).require()["completed"] is True
    assert world.meter.value("CompletedRuns") == 1


TEAMS = [{"name": "incident", "playbooks": ["ransomware", "data-breach", "lost-access"], "accounts": "all"}]
PEOPLE = [
    {"id": each, "name": each, "email": f"{each}@acme.example", "teams": ["incident"]} for each in ("ana", "ben", "eve")
]


class Watched:
    """An estate that remembers what was read."""

    def __init__(self, estate: MemoryEstate) -> None:
        self.estate = estate
        self.surveys: list[Survey] = []

    def read(self, survey: Survey) -> object:
        self.surveys.append(survey)
        return self.estate.read(survey)

    def of(self, account: str) -> list[Survey]:
        return [each for each in self.surveys if each.scope.account == account]


def test_a_step_archives_nothing_of_another(world: World, estate: MemoryEstate, acme: Manifest) -> None:
    lengthen(estate)
    go(world, acme)
    known = set(world.hub.active())
    go(world, acme, {"task": "account", "account": PAYMENTS, "run": "r", "enrolled": []})
    assert known <= set(world.hub.active())


def test_what_a_step_tells_of_people_is_of_its_account(world: World, estate: MemoryEstate, acme: Manifest) -> None:
    """Two steps that tell the same of two accounts tell two findings, and the first step archives neither."""
    before = estate.resources[ANA]
    estate.resources[ANA] = Resource(before.type, before.scope, {**before.properties, "Groups": []})
    names = sorted(naming.user_name(each.id) for each in acme.responders)
    for account in (PROD, PAYMENTS):
        go(world, acme, {"task": "account", "account": account, "run": "r", "enrolled": names})
    told = {title for title in world.hub.active() if title.startswith("MISSING_ACCESS")}
    assert {title.rpartition(" ")[2] for title in told} == {PROD, PAYMENTS}
    estate.resources[ANA] = before
    go(world, acme, {"task": "shared"})
    assert {title for title in told if title.endswith(PAYMENTS)} <= set(world.hub.active())
    go(world, acme, {"task": "account", "account": PAYMENTS, "run": "r", "enrolled": names})
    assert not {title for title in told if title.endswith(PAYMENTS)} & set(world.hub.active())


@pytest.mark.parametrize(("account", "told"), [("123456789012", "123456789012"), ("111111111111", "no step")])
def test_an_account_that_is_no_step_is_refused(world: World, acme: Manifest, account: str, told: str) -> None:
    with pytest.raises(UsageError, match=told):
        go(world, acme, {"task": "account", "account": account, "run": "r", "enrolled": []})
    assert not world.store.files


def test_the_first_step_has_an_account_of_every_kind(acme: Manifest) -> None:
    kinds = {acme.playbooks_in(each) for each in acme.account_ids}
    assert {acme.playbooks_in(each) for each in shared(acme)} == kinds
    assert acme.security_account in shared(acme)


def test_a_run_that_cannot_be_counted_is_not_completed(world: World, acme: Manifest) -> None:
    world.meter.fault = BROKEN
    done = go(world, acme, {"task": "finish", "run": "r"})
    assert done.answer == {"run": "r", "completed": False}
    with pytest.raises(PartlyAppliedError):
        done.require()


def test_verification_changes_nothing(estate: MemoryEstate) -> None:
    apart = Apart(estate, (), SINCE)
    some = estate.resources[RANSOMWARE]
    for write in (apart.create, apart.delete, lambda each: apart.update(each, each)):
        with pytest.raises(UsageError, match="changes nothing"):
            write(some)
    assert not estate.writes


def test_what_is_set_aside_is_marked_once_and_taken_up_again(
    world: World, estate: MemoryEstate, acme: Manifest
) -> None:
    lengthen(estate)
    subject = RANSOMWARE_ARN
    aside = {"code": "DRIFT", "subject": subject, "severity": "critical"}
    aside |= {"owner": "Ana Souza", "reason": "a trial", "expires": "2026-11-30"}
    some = replace(acme, suppressions=manifest(suppressions=[aside]).suppressions)
    for _ in range(2):
        go(world, some)
    ((ids, status, note),) = world.hub.marks
    assert status == "SUPPRESSED"
    assert "Ana Souza" in note
    assert "a trial" in note
    go(world, acme)
    assert world.hub.marks[1][:2] == (ids, "NEW")


RANSOMWARE_ARN = f"arn:aws:iam::{PROD}:role/BREAK-GLASS-RANSOMWARE"
