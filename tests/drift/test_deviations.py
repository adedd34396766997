"""Each deviation is planted alone, seen, named, and repaired, refused or left, as docs/reference/drift.md says."""

import re
from collections import Counter
from pathlib import Path

import pytest

from breakglass.cli.planning import plan_exit
from breakglass.estate.guards import GUARDS
from breakglass.facts import Credential
from breakglass.findings import Severity
from tests.cli.conftest import Run
from tests.drift.alerting import ALERTING
from tests.drift.conftest import World
from tests.drift.deviation import Deviation
from tests.drift.enrolments import ENROLMENTS
from tests.drift.guardrails import GUARDRAILS
from tests.drift.lock_outs import LOCK_OUTS
from tests.drift.passwords import PASSWORDS
from tests.drift.policies import POLICIES
from tests.drift.roles import ROLES
from tests.drift.surroundings import SURROUNDINGS
from tests.drift.teams import TEAMS
from tests.drift.users import USERS

pytestmark = pytest.mark.uncounted

DEVIATIONS = (
    *USERS,
    *ENROLMENTS,
    *TEAMS,
    *POLICIES,
    *ROLES,
    *PASSWORDS,
    *GUARDRAILS,
    *ALERTING,
    *SURROUNDINGS,
    *LOCK_OUTS,
)
PAGE = Path(__file__).parent.parent.parent / "docs" / "reference" / "drift.md"
ROW = re.compile(r"^\| (\d+) \| `([a-z-]+)` \| ([^|]+) \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)
SHOWN = re.compile(r"`([A-Z_]+)` (critical|high|medium|low)(?: \((\d)\))?")


def test_what_was_applied_is_clean(world: World) -> None:
    seen = world.look()
    assert seen.told == []
    assert seen.plan().changes == ()


@pytest.mark.parametrize("deviation", DEVIATIONS, ids=lambda deviation: deviation.name)
def test_a_deviation_is_seen_and_dealt_with_as_decided(world: World, deviation: Deviation) -> None:
    world.plant(deviation)
    seen = world.look()
    assert seen.told == sorted(deviation.told)
    assert len({(code, subject) for code, _, subject in seen.told}) == len(seen.told)
    plan = seen.plan()
    assert {refusal.rule for refusal in plan.refusals} == set(deviation.refused)
    idle = deviation.fate == "left" and not deviation.refused
    assert plan_exit(plan) == (3 if deviation.refused else 0 if idle else 1)

    outcome = seen.apply(*deviation.refused)
    if deviation.fate == "left":
        assert outcome.made == ()
        left = deviation.told
    else:
        assert outcome.complete
        left = deviation.remains
    if deviation.fate == "repaired by the next apply":
        assert world.look(credentials=False).apply().complete
    after = world.look(credentials=any(isinstance(fact, Credential) for fact in seen.observation.facts))
    assert after.told == sorted(left)
    assert not after.plan(*deviation.refused).changes or deviation.fate == "left"


MENDED = [each for each in DEVIATIONS if each.remedy or each.afterwards]


@pytest.mark.parametrize("deviation", MENDED, ids=lambda each: each.name)
def test_what_a_person_is_told_to_do_mends_it(world: World, deviation: Deviation) -> None:
    world.plant(deviation)
    if deviation.remedy:
        world.do(deviation, deviation.remedy)
    world.look(credentials=False).apply(*deviation.refused)
    if deviation.afterwards:
        world.do(deviation, deviation.afterwards)
    assert world.look().told == []


def test_apply_exits_with_3_and_touches_nothing_where_a_guard_refuses(world: World, cli: Run) -> None:
    (deviation,) = [each for each in DEVIATIONS if each.name == "user-untagged"]
    world.plant(deviation)
    before = world.look()
    ran = cli("apply", "--yes")
    assert ran.code == 3
    assert "not-ours" in ran.err
    assert world.look().observation == before.observation


def test_every_deviation_that_is_left_has_a_remedy_that_was_tried() -> None:
    left = [each for each in DEVIATIONS if each.told and each.fate in ("left", "repaired in part")]
    assert not [each.name for each in left if each not in MENDED]


def test_there_are_no_fewer_than_thirty_and_each_is_named_once() -> None:
    names = [each.name for each in DEVIATIONS]
    assert len(names) == len(set(names)) >= 30


def test_the_page_has_a_row_for_each_deviation_in_their_order() -> None:
    rows = ROW.findall(PAGE.read_text("utf-8"))
    assert [number for number, *_ in rows] == [str(each) for each in range(1, len(DEVIATIONS) + 1)]
    assert [name for _, name, *_ in rows] == [each.name for each in DEVIATIONS]


@pytest.mark.parametrize("row", ROW.findall(PAGE.read_text("utf-8")), ids=lambda row: row[1])
def test_a_row_says_what_happens(row: tuple[str, ...]) -> None:
    _, name, done, shown, decision, why = row
    deviation = next(each for each in DEVIATIONS if each.name == name)
    told: Counter[tuple[str, Severity]] = Counter()
    for code, severity, times in SHOWN.findall(shown):
        told[code, Severity[severity.upper()]] += int(times or 1)
    assert told == Counter((code, severity) for code, severity, _ in deviation.told)
    assert bool(told) or shown.strip() == "nothing"
    assert done.strip()
    assert why.strip()
    refused = f"refused: {', '.join(f'`{rule}`' for rule in sorted(deviation.refused))}; allowed: "
    assert decision.strip() == (refused if deviation.refused else "") + deviation.fate
    assert set(deviation.refused) <= set(GUARDS)
