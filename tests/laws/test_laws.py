"""What holds for every manifest, every state and every misfortune."""

from dataclasses import replace
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from breakglass.estate.desired import desired
from breakglass.estate.plan import Plan, Verb
from breakglass.estate.surveys import surveys
from breakglass.manifest.model import Manifest
from breakglass.provision.apply import apply
from breakglass.provision.converge import plan_for, provisioned
from tests.laws.strategies import manifests, misfortune
from tests.memory import MemoryEstate, StoppedClock, no_fault

pytestmark = pytest.mark.uncounted


def applied(estate: MemoryEstate, manifest: Manifest) -> Plan:
    found = plan_for(estate, provisioned(manifest))
    apply(estate, found, surveys(manifest), StoppedClock())
    return found


@given(manifests())
def test_after_apply_nothing_differs_and_a_second_apply_writes_nothing(manifest: Manifest) -> None:
    estate = MemoryEstate()
    applied(estate, manifest)
    assert estate.resources == desired(manifest)
    written = len(estate.writes)
    assert applied(estate, manifest).changes == ()
    assert len(estate.writes) == written


@given(manifests(), manifests())
def test_any_manifest_can_follow_any_other(first: Manifest, second: Manifest) -> None:
    """Accounts that left the manifest are not looked at any more; all others end as the second one says."""
    estate = MemoryEstate()
    applied(estate, first)
    applied(estate, second)
    here = {key: each for key, each in estate.resources.items() if key.scope.account in second.account_ids}
    assert here == desired(second)


@given(manifests(), st.randoms(use_true_random=False))
def test_the_order_of_the_manifest_does_not_matter(manifest: Manifest, chance: Random) -> None:
    shuffled = replace(
        manifest,
        accounts=tuple(chance.sample(manifest.accounts, len(manifest.accounts))),
        responders=tuple(chance.sample(manifest.responders, len(manifest.responders))),
        teams=tuple(chance.sample(manifest.teams, len(manifest.teams))),
    )
    empty = MemoryEstate()
    assert plan_for(empty, provisioned(manifest)).digest == plan_for(empty, provisioned(shuffled)).digest


@given(manifests(), manifests())
def test_nothing_is_deleted_before_everything_is_made(first: Manifest, second: Manifest) -> None:
    estate = MemoryEstate()
    applied(estate, first)
    verbs = [change.verb for change in plan_for(estate, provisioned(second)).changes]
    assert Verb.DELETE not in verbs[: len(verbs) - verbs.count(Verb.DELETE)]


@given(manifests(), manifests(), st.integers(0, 2**32), st.floats(0.05, 0.6))
def test_after_any_misfortune_a_rerun_converges(first: Manifest, second: Manifest, seed: int, share: float) -> None:
    estate = MemoryEstate()
    applied(estate, first)
    estate.fault = misfortune(seed, share)
    for _ in range(3):
        applied(estate, second)
    estate.fault = no_fault
    applied(estate, second)
    assert plan_for(estate, provisioned(second)).changes == ()


@given(manifests(), st.integers(0, 2**32))
def test_every_change_is_accounted_for(manifest: Manifest, seed: int) -> None:
    estate = MemoryEstate(fault=misfortune(seed, 0.3))
    found = plan_for(estate, provisioned(manifest))
    outcome = apply(estate, found, surveys(manifest), StoppedClock())
    told = [*outcome.made, *(failure.change for failure in outcome.failed), *outcome.skipped]
    assert sorted(change.key for change in told) == sorted(change.key for change in found.changes)
