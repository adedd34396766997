"""As much as there is time for: what was found is kept and told, and the run does not count."""

import json
from pathlib import Path

import pytest

from breakglass.errors import DeniedError, PartlyAppliedError
from breakglass.estate.desired import desired
from breakglass.estate.observation import Observation
from breakglass.facts import Reading, Survey
from breakglass.manifest.model import Manifest
from breakglass.scheduled.run import Done, run
from breakglass.scheduled.task import task
from breakglass.surroundings import RootUser
from tests.conftest import manifest
from tests.memory import MemoryEstate
from tests.scheduled.world import Invocation, World, denied
from tests.verified import chosen

BROKEN = DeniedError("it was denied", subject="x")
PROD, MANAGEMENT = "222222222222", "999999999999"


class Slow(MemoryEstate):
    """Time is over once an account was read."""

    invocation: Invocation
    until: str

    def read(self, survey: Survey) -> Reading:
        found = super().read(survey)
        if survey.scope.account == self.until:
            self.invocation.remaining = 59_999
        return found


def slow(acme: Manifest, until: str) -> tuple[Slow, World]:
    estate = Slow(dict(desired(acme)), facts=(RootUser(acme.scope(MANAGEMENT), has_access_keys=True),))
    estate.invocation, estate.until = Invocation(), until
    return estate, World(estate)


def go(world: World, of: Manifest, context: Invocation | None = None, event: object = None) -> Done:
    asked = task({} if event is None else event, "r1")
    return run(asked, of, world.ports(), context or Invocation(), chosen("drift", "root-keys", "probe"))


def test_what_was_found_before_time_ran_out_is_kept_and_told(acme: Manifest) -> None:
    estate, world = slow(acme, MANAGEMENT)
    done = go(world, acme, estate.invocation)
    with pytest.raises(PartlyAppliedError, match=r"verification-map\.yaml"):
        done.require()
    assert "ROOT_ACCESS_KEY: 999999999999" in world.hub.active()
    assert len(world.store.files) == 2
    (document,) = (json.loads(body) for key, (body, _) in world.store.files.items() if key.endswith(".json"))
    assert {each["message"] for each in document["unread"]} == {"no time was left for it"}
    assert not any(each["outcome"] == "met" for each in document["assessed"])
    assert world.meter.value("Unread")
    assert world.meter.value("CompletedRuns") is None


def test_questions_are_passed_over_once_time_is_short(acme: Manifest) -> None:
    asked: list[str] = []

    def lengthy(of: Manifest, seen: Observation) -> Observation:
        asked.append("probe")
        context.remaining = 1
        return denied(of, seen)

    context, world = Invocation(), World(MemoryEstate(dict(desired(acme))))
    world.inquiries = {"probe": lengthy, "second-opinion": lengthy, "drift": lengthy}
    done = go(world, acme, context)
    assert asked == ["probe"]
    assert done.failures
    assert done.answer["unread"] == 1
    assert any("NOT_PROVED" in each for each in world.hub.active())
    assert world.meter.value("CompletedRuns") is None


def lose(estate: MemoryEstate, *accounts: str) -> None:
    def fault(_verb: str, what: object) -> DeniedError | None:
        assert isinstance(what, Survey)
        return BROKEN if what.scope.account in accounts else None

    estate.fault = fault


@pytest.mark.parametrize(
    ("lost", "why"),
    [
        (["444444444444"], None),
        (["222222222222", "444444444444", "555555555555"], None),
        (["222222222222", "444444444444", "555555555555", "666666666666"], "4 of 7 accounts could not be read"),
        ([MANAGEMENT], "nothing could be read of AWS::Organizations::Policy, control policy"),
        (["111111111111"], "AWS::IAM::User"),
        (["333333333333"], "AWS::AccessAnalyzer::Analyzer"),
    ],
)
def test_a_run_that_is_blind_does_not_count(acme: Manifest, lost: list[str], why: str | None) -> None:
    estate = MemoryEstate(dict(desired(acme)))
    lose(estate, *lost)
    world = World(estate)
    answer = go(world, acme).require()
    told = answer["blind"]
    assert isinstance(told, list)
    assert world.store.files
    assert (world.meter.value("CompletedRuns") is None) is bool(told) is bool(why)
    assert (why or "") in "; ".join(map(str, told))


def test_a_run_over_units_that_are_not_known_does_not_count() -> None:
    some = manifest(organizational_units=[{"id": "ou-exam-ple00001", "name": "workloads"}])
    world = World(MemoryEstate(dict(desired(some))))
    world.units.fault = BROKEN
    assert "which accounts there are is not known" in go(world, some).answer["blind"]  # type: ignore[operator]
    assert world.meter.value("CompletedRuns") is None


def test_a_step_says_whether_it_saw_its_account(acme: Manifest) -> None:
    estate = MemoryEstate(dict(desired(acme)))
    event = {"task": "account", "account": PROD, "run": "r", "enrolled": []}
    assert go(World(estate), acme, event=event).require()["blind"] == []
    lose(estate, PROD)
    assert "1 of 1 accounts could not be read" in go(World(estate), acme, event=event).require()["blind"]  # type: ignore[operator]


def test_the_map_asks_every_step_what_it_saw() -> None:
    template = Path(__file__).parents[2] / "cloudformation" / "verification-map.yaml"
    written = template.read_text("utf-8")
    assert all(
        each in written for each in ("$states.result.Payload.blind", "$states.input.blind", "$states.result[blind]")
    )
