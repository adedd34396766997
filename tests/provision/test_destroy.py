"""Stacks go first and keep what they made; then all of it is deleted, but where a stack stays."""

from collections.abc import Collection
from dataclasses import replace

import pytest

from breakglass.errors import DeniedError
from breakglass.estate.organization import Resolved
from breakglass.estate.outcome import Outcome
from breakglass.estate.withdrawals import withdrawals
from breakglass.manifest.model import Manifest, OrganizationalUnit
from breakglass.provision.converge import destroyed, plan_for, within
from breakglass.provision.deliveries import deliveries
from breakglass.provision.destroy import destroy
from breakglass.resources import KINDS, SERVICE_CONTROL_POLICY, Scope
from tests.memory import MemoryEstate, StoppedClock
from tests.memory_stacks import MemoryStacks, no_fault, stacked
from tests.provision.test_deploy import WORKLOAD, run

PROD = Scope("222222222222")
MANAGEMENT = Scope("999999999999")


@pytest.fixture
def wanted(acme: Manifest) -> Manifest:
    return stacked(acme)


@pytest.fixture
def stacks(wanted: Manifest) -> MemoryStacks:
    deployed = MemoryStacks(MemoryEstate())
    run(deployed, wanted)
    deployed.calls, deployed.estate.writes = [], []
    return deployed


def gone(stacks: MemoryStacks, manifest: Manifest, accounts: Collection[str]) -> Outcome:
    goal = within(Resolved(manifest), destroyed(manifest, accounts))
    plan = plan_for(stacks.estate, goal)
    assert not plan.refusals
    whole = set(accounts) == set(manifest.account_ids)
    going = withdrawals(stacks, deliveries(Resolved(manifest)), accounts, whole=whole)
    return destroy(stacks.estate, stacks, plan, going, goal.surveys, StoppedClock())


def test_everything_goes_and_no_delivery_is_left(stacks: MemoryStacks, wanted: Manifest) -> None:
    assert gone(stacks, wanted, wanted.account_ids).complete
    assert stacks.templates == {}
    assert {key.type for key in stacks.estate.resources} <= {each.type for each in KINDS.values() if each.kept}
    assert [verb for verb, _ in stacks.calls] == ["withdraw"] * 3


def test_one_account_goes_and_the_others_keep_their_stacks(stacks: MemoryStacks, wanted: Manifest) -> None:
    assert gone(stacks, wanted, [PROD.account]).complete
    assert stacks.calls == [("withdraw", WORKLOAD)]
    assert PROD not in {key.scope for key in stacks.estate.resources}
    assert len(stacks.stacks[WORKLOAD]) == len(wanted.accounts) - 1


def test_where_a_stack_stays_nothing_is_deleted(stacks: MemoryStacks, wanted: Manifest) -> None:
    stacks.fault = lambda verb, _name, scope: DeniedError("no") if (verb, scope) == ("withdraw", PROD) else None
    outcome = gone(stacks, wanted, wanted.account_ids)
    assert [each.scope for each in outcome.stopped] == [PROD, Scope(WORKLOAD)]
    assert PROD in {key.scope for key in stacks.estate.resources}
    assert {change.key.scope for change in outcome.skipped} == {PROD, MANAGEMENT}
    assert {change.key.type for change in outcome.skipped if change.key.scope == MANAGEMENT} == {SERVICE_CONTROL_POLICY}


def test_where_it_is_not_known_which_stacks_there_are_nothing_is_deleted(
    stacks: MemoryStacks, wanted: Manifest
) -> None:
    stacks.fault = lambda verb, name, _: DeniedError("no") if (verb, name) == ("look", WORKLOAD) else None
    outcome = gone(stacks, wanted, wanted.account_ids)
    targets = {wanted.scope(each.id) for each in wanted.accounts}
    assert {each.scope for each in outcome.stopped} == {*targets, Scope(WORKLOAD)}
    assert PROD in {key.scope for key in stacks.estate.resources}


def test_a_stack_set_without_stacks_goes_and_one_that_no_delivery_has(stacks: MemoryStacks, acme: Manifest) -> None:
    unit = OrganizationalUnit(id="ou-abcd-11111111", name="apps")
    automatic = stacked(replace(acme, organizational_units=(unit,)))
    run(stacks, automatic)
    assert "break-glass-acme-units" in stacks.templates
    assert gone(stacks, stacked(acme), [PROD.account]).complete
    assert "break-glass-acme-units" in stacks.templates
    assert gone(stacks, stacked(acme), acme.account_ids).complete
    assert stacks.templates == {}


@pytest.mark.parametrize("verb", ["withdraw", "others"])
def test_while_a_stack_set_may_be_left_the_guardrails_stay(stacks: MemoryStacks, wanted: Manifest, verb: str) -> None:
    stacks.fault = lambda asked, _name, scope: DeniedError("no") if asked == verb and scope is None else None
    assert not gone(stacks, wanted, wanted.account_ids).complete
    assert {key.name for key in stacks.estate.resources if key.type == SERVICE_CONTROL_POLICY}
    stacks.fault = no_fault
    assert gone(stacks, wanted, wanted.account_ids).complete


def test_an_interrupt_is_told(stacks: MemoryStacks, wanted: Manifest) -> None:
    def interrupt(verb: str, _name: str, _scope: Scope | None) -> None:
        if verb == "withdraw":
            raise KeyboardInterrupt

    stacks.fault = interrupt
    assert gone(stacks, wanted, wanted.account_ids).interrupted
    assert stacks.estate.writes == []
