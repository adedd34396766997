"""Nobody loses a way in because an account is not in the manifest any more, or because its unit was emptied."""

from dataclasses import replace

import pytest

from breakglass import resources
from breakglass.errors import BreakglassError, DeniedError
from breakglass.estate.departed import surveys
from breakglass.estate.documents import assume_in
from breakglass.estate.guards import WAYS_IN
from breakglass.estate.organization import resolve
from breakglass.estate.plan import Change, Plan
from breakglass.facts import MemberAccount, Survey
from breakglass.manifest.model import Account, Manifest, OrganizationalUnit
from breakglass.provision.apply import apply
from breakglass.provision.converge import destroyed, plan_for, provisioned, within
from breakglass.resources import Key, Resource, Scope
from tests.estate.test_organization import Units
from tests.memory import MemoryEstate, StoppedClock, no_fault

UNIT = OrganizationalUnit(id="ou-abcd-11111111", name="apps")
FIRST, SECOND = "888888888881", "888888888882"


@pytest.fixture
def wanted(acme: Manifest) -> Manifest:
    """A team that names a unit: its rights name the unit's accounts one by one."""
    teams = tuple(replace(each, accounts=("apps",)) if each.name == "payments" else each for each in acme.teams)
    return replace(acme, organizational_units=(UNIT,), teams=teams)


@pytest.fixture
def estate(wanted: Manifest) -> MemoryEstate:
    estate = MemoryEstate()
    made(estate, planned(estate, wanted, FIRST, SECOND))
    return estate


def planned(estate: MemoryEstate, manifest: Manifest, *accounts: str, state: str = "ACTIVE", allow: str = "") -> Plan:
    members = [MemberAccount(each, f"app-{each[-1]}", state) for each in accounts]
    resolved = resolve(manifest, Units({UNIT.id: members}))
    return plan_for(estate, within(resolved, provisioned(resolved.manifest, [allow] if allow else ())))


def made(estate: MemoryEstate, plan: Plan) -> None:
    assert not plan.refusals
    assert apply(estate, plan, (), StoppedClock()).complete


def shut_out(plan: Plan) -> list[str]:
    return [each.subject for each in plan.refusals if each.rule == WAYS_IN]


def denied(account: str) -> MemoryEstate:
    def fault(verb: str, what: Key | Survey) -> BreakglassError | None:
        return DeniedError("no role") if verb == "read" and what.scope.account == account else None

    return MemoryEstate(fault=fault)


def test_a_unit_that_is_emptied_takes_nobodys_way_in(estate: MemoryEstate, wanted: Manifest) -> None:
    found = planned(estate, wanted)
    assert shut_out(found) == [FIRST, SECOND]
    assert "breakglass destroy --account" in found.refusals[0].advice
    assert not planned(estate, wanted, allow=WAYS_IN).refusals


def test_an_account_that_leaves_the_manifest_takes_nobodys_way_in(acme: Manifest) -> None:
    one = Account(id=FIRST, name="one")
    teams = tuple(replace(each, accounts=("one",)) if each.name == "payments" else each for each in acme.teams)
    estate = MemoryEstate()
    made(estate, plan_for(estate, provisioned(replace(acme, accounts=(*acme.accounts, one), teams=teams))))
    assert shut_out(plan_for(estate, provisioned(acme))) == [FIRST]


def test_rights_that_name_accounts_and_no_role_are_read_as_well() -> None:
    document = assume_in({("arn:aws:iam::*:role/BREAK-GLASS-RANSOMWARE",): [FIRST, SECOND]})
    policy = Resource(resources.MANAGED_POLICY, Scope(FIRST), {"ManagedPolicyName": "x", "PolicyDocument": document})
    plan = Plan({policy.key: policy}, (Change(policy, None),))
    assert [each.scope.account for each in surveys(plan, {FIRST}, "aws")] == [SECOND]


def test_an_account_of_which_nothing_is_left_may_go(estate: MemoryEstate, wanted: Manifest) -> None:
    resolved = resolve(wanted, Units({UNIT.id: [MemberAccount(each, each, "ACTIVE") for each in (FIRST, SECOND)]}))
    going = plan_for(estate, within(resolved, destroyed(resolved.manifest, [FIRST], ["weakens-alert"])))
    made(estate, going)
    assert FIRST not in {key.scope.account for key in estate.resources}
    made(estate, planned(estate, wanted, SECOND))


def test_a_suspended_account_may_go(estate: MemoryEstate, wanted: Manifest) -> None:
    assert shut_out(planned(estate, wanted, FIRST, SECOND, state="SUSPENDED")) == []


@pytest.mark.parametrize("state", ["UNKNOWN", "", "NEW"])
def test_an_account_in_a_state_that_nobody_knows_is_unread_and_not_gone(
    estate: MemoryEstate, wanted: Manifest, state: str
) -> None:
    found = planned(estate, wanted, FIRST, SECOND, state=state)
    assert found.changes == ()
    assert f"the state of account {FIRST} is {state or 'empty'}" in found.unread[0].why.message


def test_an_account_that_cannot_be_looked_into_may_have_everything(estate: MemoryEstate, wanted: Manifest) -> None:
    estate.fault = denied(SECOND).fault
    assert shut_out(planned(estate, wanted, FIRST)) == [SECOND]
    assert planned(estate, wanted, FIRST).unread == ()
    assert not planned(estate, wanted, FIRST, allow=WAYS_IN).refusals


def test_where_nobody_loses_a_right_it_may_stay_out_of_sight(estate: MemoryEstate, wanted: Manifest) -> None:
    role = next(key for key in estate.resources if key.type == resources.ROLE and key.scope.account == FIRST)
    del estate.resources[role]
    estate.fault = no_fault
    assert [change.key for change in planned(estate, wanted, FIRST, SECOND).changes] == [role]
    asked: list[str] = []

    def listen(_verb: str, what: Key | Survey) -> None:
        asked.append(what.scope.account)

    estate.fault = listen
    planned(estate, wanted, FIRST, SECOND)
    assert len([each for each in asked if each == FIRST]) == 1
