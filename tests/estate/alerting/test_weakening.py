"""Nothing an alert passes through is taken away unless that is said."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from breakglass import naming, resources
from breakglass.estate import guards
from breakglass.estate.alerting.weakening import weakenings
from breakglass.estate.desired import desired
from breakglass.estate.guards import Question, guarded
from breakglass.estate.observation import Observation
from breakglass.estate.plan import Plan, plan
from breakglass.manifest.model import Manifest
from breakglass.provision.converge import destroyed, plan_for
from breakglass.resources import Key, Resource, Scope, State, items
from tests.conftest import manifest
from tests.estate.alerting.support import HOME, SECOND, SECURITY
from tests.estate.alerting.support import TRAIL as AUDIT
from tests.memory import MemoryEstate

NET, GATHERING = Scope(AUDIT, HOME), Scope(SECURITY, SECOND)
ALARM = Key(NET, resources.ALARM, "BreakGlass-RoleAssumed")
FILTER = Key(NET, resources.METRIC_FILTER, "BreakGlass-RoleAssumed")
USE = Key(Scope(SECURITY, HOME), resources.RULE, naming.USE_RULE)
BUS = Key(GATHERING, resources.EVENT_BUS, naming.EVENT_BUS)
TRAIL = Key(GATHERING, resources.TRAIL, naming.TRAIL)
TOPIC = Key(NET, resources.TOPIC, naming.ALERTS)
MAIL = Key(NET, resources.SUBSCRIPTION, "oncall@acme.example")
OTHER = f"arn:aws:sns:{HOME}:{AUDIT}:others"


def judged(before: State, after: State, *allowed: str) -> Plan:
    seen = Observation(before, {})
    return guarded(Question(plan(seen, after), seen, 2, "o-acme12345"), allowed)


def told(found: Plan) -> list[tuple[str, str]]:
    return [(refusal.rule, refusal.subject) for refusal in found.refusals]


def without(state: State, *keys: Key) -> State:
    return {key: each for key, each in state.items() if key not in keys}


def altered(state: State, key: Key, **properties: object) -> State:
    old = state[key]
    return {**state, key: Resource(old.type, old.scope, {**old.properties, **properties})}  # type: ignore[dict-item]


@pytest.mark.parametrize("key", [ALARM, FILTER, USE, BUS, TRAIL, TOPIC, MAIL], ids=lambda each: each.type)
def test_what_an_alert_passes_through_is_not_deleted_without_leave(acme: Manifest, key: Key) -> None:
    wanted = desired(acme)
    found = judged(wanted, without(wanted, key))
    assert told(found) == [(guards.WEAKENS_ALERT, str(key.scope))]
    assert key.name in found.refusals[0].why
    assert "is deleted" in found.refusals[0].why
    assert judged(wanted, without(wanted, key), guards.WEAKENS_ALERT).refusals == ()


def test_a_person_who_is_told_no_more_is_told_of(acme: Manifest) -> None:
    fewer = replace(acme, alerts=replace(acme.alerts, email=acme.alerts.email[:1]))
    found = judged(desired(acme), desired(fewer))
    assert told(found) == [(guards.WEAKENS_ALERT, str(scope)) for scope in (NET, GATHERING)]
    assert all("oncall@acme.example" in refusal.why for refusal in found.refusals)


def test_a_region_that_is_left_out_loses_its_rules(acme: Manifest) -> None:
    fewer = replace(acme, alerts=replace(acme.alerts, regions=acme.alerts.regions[:3]))
    found = judged(desired(acme), desired(fewer))
    assert told(found) == [(guards.WEAKENS_ALERT, f"{SECURITY} ap-southeast-2")]
    assert all(rule in found.refusals[0].why for rule in (naming.USE_RULE, naming.TAMPER_RULE))


def test_an_alarm_that_told_somebody_else_as_well_keeps_doing_so_without_leave(acme: Manifest) -> None:
    wanted = desired(acme)
    more = altered(wanted, ALARM, AlarmActions=[OTHER, *items(wanted[ALARM].properties["AlarmActions"])])
    found = judged(more, wanted)
    assert told(found) == [(guards.WEAKENS_ALERT, str(NET))]
    assert f"{ALARM.name} loses a receiver" in found.refusals[0].why


def test_a_rule_that_had_another_target_as_well_keeps_it_without_leave(acme: Manifest) -> None:
    wanted = desired(acme)
    more = altered(wanted, USE, Targets=[*items(wanted[USE].properties["Targets"]), {"Id": "x", "Arn": OTHER}])
    found = judged(more, wanted)
    assert told(found) == [(guards.WEAKENS_ALERT, str(USE.scope))]
    assert f"{USE.name} loses a target" in found.refusals[0].why


Deed = Callable[[State], State]


def _silence(state: State) -> State:
    return altered(state, ALARM, AlarmActions=[], ActionsEnabled=False)


def _untarget(state: State) -> State:
    return altered(state, USE, Targets=[])


def _retarget(state: State) -> State:
    (target,) = items(state[USE].properties["Targets"])
    return altered(state, USE, Targets=[{**target, "Id": "other", "RoleArn": "x"}])  # type: ignore[dict-item]


def _remove(state: State) -> State:
    return without(state, ALARM, FILTER, USE, MAIL)


def _disable(state: State) -> State:
    return altered(altered(state, USE, State="DISABLED"), TRAIL, IsLogging=False)


@pytest.mark.parametrize("harm", [_silence, _untarget, _retarget, _remove, _disable])
def test_a_repair_needs_no_leave(acme: Manifest, harm: Deed) -> None:
    wanted = desired(acme)
    found = judged(harm(wanted), wanted)
    assert found.changes
    assert found.refusals == ()


def test_making_it_all_needs_no_leave(acme: Manifest) -> None:
    assert list(weakenings(judged({}, desired(acme)).changes)) == []


def test_another_way_to_say_the_same_is_no_weakening(acme: Manifest) -> None:
    other = manifest(limits={"session_hours": "2", "minimum_ways_in": "2"})
    assert list(weakenings(judged(desired(acme), desired(other)).changes)) == []


def test_to_destroy_everything_needs_no_leave_and_to_destroy_one_account_does(acme: Manifest) -> None:
    estate = MemoryEstate(dict(desired(acme)))
    assert plan_for(estate, destroyed(acme, acme.account_ids)).refusals == ()
    one = plan_for(estate, destroyed(acme, [AUDIT]))
    assert {refusal.rule for refusal in one.refusals} == {guards.WEAKENS_ALERT}
    assert plan_for(estate, destroyed(acme, [AUDIT], [guards.WEAKENS_ALERT])).refusals == ()
    assert plan_for(estate, destroyed(acme, ["222222222222"])).refusals == ()
