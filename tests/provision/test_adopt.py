"""What apply made is taken over by stacks without being replaced; what differs is not."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from breakglass.errors import BreakglassError, DeniedError, UnavailableError
from breakglass.estate.desired import desired
from breakglass.estate.intents import Intent, intents
from breakglass.estate.organization import Resolved
from breakglass.estate.takeovers import Adopted, Takeover, takeovers
from breakglass.estate.withdrawals import leftovers
from breakglass.facts import Survey
from breakglass.manifest.model import Manifest
from breakglass.provision.adopt import adopt
from breakglass.provision.converge import plan_for, provisioned, within
from breakglass.provision.deliveries import delivered_scopes, deliveries
from breakglass.resources import ROLE, Key, Scope
from tests.memory import MemoryEstate
from tests.memory_stacks import MemoryStacks, stacked
from tests.provision.test_deploy import WORKLOAD, run

PROD = Scope("222222222222")
PAYMENTS = Scope("444444444444")
RANSOMWARE = Key(PROD, ROLE, "BREAK-GLASS-RANSOMWARE")


@pytest.fixture
def wanted(acme: Manifest) -> Manifest:
    return stacked(acme)


@pytest.fixture
def stacks(wanted: Manifest) -> MemoryStacks:
    """All is there, and belongs to no stack."""
    return MemoryStacks(MemoryEstate(dict(desired(wanted))))


def looked(stacks: MemoryStacks, manifest: Manifest) -> tuple[Sequence[Intent], Sequence[Takeover]]:
    plan = plan_for(stacks.estate, within(Resolved(manifest), provisioned(manifest)))
    todo = intents(stacks, deliveries(Resolved(manifest)), plan)
    return todo, takeovers(todo, plan)


def taken_over(stacks: MemoryStacks, manifest: Manifest) -> Adopted:
    todo, going = looked(stacks, manifest)
    return adopt(stacks, going, todo, leftovers(stacks, deliveries(Resolved(manifest))))


def test_everything_is_adopted_and_then_deploy_has_nothing_to_do(stacks: MemoryStacks, wanted: Manifest) -> None:
    adopted = taken_over(stacks, wanted)
    assert [row.why for row in adopted.rows] == [None] * len(delivered_scopes(Resolved(wanted)))
    assert stacks.estate.writes == []
    stacks.calls = []
    assert run(stacks, wanted).complete
    assert (stacks.calls, stacks.estate.writes) == ([], [])
    assert taken_over(stacks, wanted).rows == ()


def test_what_differs_is_told_and_left(stacks: MemoryStacks, wanted: Manifest) -> None:
    del stacks.estate.resources[RANSOMWARE]
    _, going = looked(stacks, wanted)
    assert [each.differing for each in going if each.differing] == [(PROD,)]
    taken_over(stacks, wanted)
    assert PROD not in stacks.stacks[WORKLOAD]
    assert PAYMENTS in stacks.stacks[WORKLOAD]


def test_what_could_not_be_read_is_not_adopted(stacks: MemoryStacks, wanted: Manifest) -> None:
    def fault(verb: str, what: Key | Survey) -> BreakglassError | None:
        return DeniedError("no") if verb == "read" and isinstance(what, Survey) and what.scope == PROD else None

    stacks.estate.fault = fault
    taken_over(stacks, wanted)
    assert PROD not in stacks.stacks[WORKLOAD]


def test_one_place_that_fails_stops_no_other(stacks: MemoryStacks, wanted: Manifest) -> None:
    stacks.fault = lambda verb, _name, scope: DeniedError("no") if (verb, scope) == ("adopt", PROD) else None
    rows = {row.scope: row.why for row in taken_over(stacks, wanted).rows}
    assert [scope for scope, why in rows.items() if why is not None] == [PROD]
    assert PAYMENTS in stacks.stacks[WORKLOAD]


def test_a_delivery_that_fails_fails_in_all_its_places(stacks: MemoryStacks, wanted: Manifest) -> None:
    stacks.fault = lambda verb, name, scope: (
        UnavailableError("busy") if (verb, name, scope) == ("adopt", WORKLOAD, None) else None
    )
    failed = {row.scope for row in taken_over(stacks, wanted).rows if row.why is not None}
    assert failed == {wanted.scope(each.id) for each in wanted.accounts}


def test_an_unknown_delivery_adopts_nothing(stacks: MemoryStacks, wanted: Manifest) -> None:
    stacks.fault = lambda verb, name, _: DeniedError("no") if (verb, name) == ("look", WORKLOAD) else None
    todo, going = looked(stacks, wanted)
    assert [each.why for each in going if each.delivery.name == WORKLOAD] == [todo[-1].why]
    assert not [row for row in adopt(stacks, going, todo).rows if row.scope == PROD]


def test_an_interrupt_keeps_what_was_told(stacks: MemoryStacks, wanted: Manifest) -> None:
    def interrupt(verb: str, name: str, _scope: Scope | None) -> None:
        if (verb, name) == ("adopt", WORKLOAD):
            raise KeyboardInterrupt

    stacks.fault = interrupt
    adopted = taken_over(stacks, wanted)
    assert adopted.interrupted
    assert adopted.rows


def fewer(acme: Manifest) -> Manifest:
    """Return the manifest with less for one account, which therefore is another delivery's."""
    chosen = replace(acme.accounts[0], playbooks=acme.playbooks[:2])
    return stacked(replace(acme, accounts=(chosen, *acme.accounts[1:])))


def test_an_account_with_other_playbooks_goes_from_one_delivery_to_another(acme: Manifest) -> None:
    stacks = MemoryStacks(MemoryEstate())
    run(stacks, stacked(acme))
    assert run(stacks, fewer(acme), "ways-in", "broadens-access").complete
    assert stacks.estate.resources == desired(fewer(acme))
    assert [row.why for row in taken_over(stacks, fewer(acme)).rows] == [None]
    assert PROD not in stacks.stacks[WORKLOAD]
    assert run(stacks, fewer(acme), "ways-in", "broadens-access").complete
    assert stacks.estate.resources == desired(fewer(acme))


def test_an_account_goes_from_a_delivery_that_is_no_more(acme: Manifest) -> None:
    """All accounts of a set of playbooks have another one now."""
    every = stacked(replace(acme, accounts=tuple(replace(a, playbooks=acme.playbooks[:2]) for a in acme.accounts)))
    stacks = MemoryStacks(MemoryEstate())
    run(stacks, stacked(acme))
    stacks.estate.resources = dict(desired(every))
    left = leftovers(stacks, deliveries(Resolved(every)))
    assert [each.delivery.name for each in left] == [WORKLOAD]
    rows = adopt(stacks, looked(stacks, every)[1], looked(stacks, every)[0], left).rows
    assert [row.why for row in rows] == [None] * len(acme.accounts)
    assert WORKLOAD not in stacks.templates


@pytest.mark.parametrize("whole", [True, False])
def test_what_one_delivery_does_not_release_no_other_adopts(acme: Manifest, whole: bool) -> None:
    stacks = MemoryStacks(MemoryEstate())
    run(stacks, stacked(acme))
    stacks.fault = lambda verb, _name, scope: (
        DeniedError("no") if verb == "withdraw" and (scope is None) == whole else None
    )
    rows = taken_over(stacks, fewer(acme)).rows
    assert [(row.scope, row.why is None) for row in rows] == [(PROD, False)]
    assert PROD in stacks.stacks[WORKLOAD]
