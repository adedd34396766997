"""What is delivered where: each template makes what is wanted there, and depends on nothing else."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations

import pytest
from hypothesis import given, settings

from breakglass.errors import UsageError
from breakglass.estate.desired import desired
from breakglass.estate.organization import Resolved
from breakglass.estate.phases import DELIVERED
from breakglass.estate.template import parse
from breakglass.manifest.model import Account, Manifest, OrganizationalUnit
from breakglass.provision.deliveries import delivered_scopes, deliveries
from breakglass.provision.sheets import distinction
from breakglass.resources import SUBSCRIPTION, Key, Resource, State
from breakglass.stacks import Delivery, Stack, StackSet
from tests.conftest import manifest
from tests.laws.strategies import manifests
from tests.memory_stacks import SETTINGS, SHARED, stacked
from tests.provision.test_render import crowded
from tests.yamls import loaded

UNIT = OrganizationalUnit(id="ou-abcd-11111111", name="apps")
EMPTY = OrganizationalUnit(id="ou-abcd-22222222", name="new")


def of(wanted: Manifest) -> Sequence[Delivery]:
    return deliveries(Resolved(wanted))


def by_name(found: Sequence[Delivery]) -> dict[str, Delivery]:
    return {each.name.removeprefix("break-glass-acme-"): each for each in found}


def makes(found: Sequence[Delivery]) -> State:
    made: dict[Key, Resource] = {}
    for each in found:
        template = loaded(each.template)
        for scope in each.scopes:
            here = parse(template, scope)
            assert not made.keys() & here.keys()
            made |= here
    return made


def wanted_of_stacks(wanted: Manifest) -> State:
    scopes = set(delivered_scopes(Resolved(wanted)))
    return {key: each for key, each in desired(wanted).items() if key.scope in scopes and key.type in DELIVERED}


@settings(max_examples=5)
@given(manifests())
def test_what_the_deliveries_make_is_what_is_wanted_there(acme: Manifest) -> None:
    wanted = stacked(acme)
    assert makes(of(wanted)) == wanted_of_stacks(wanted)


def test_shared_accounts_are_delivered_before_all_others_if_asked(acme: Manifest) -> None:
    wanted = stacked(acme, SHARED)
    found = of(wanted)
    assert makes(found) == wanted_of_stacks(wanted)
    assert {key for key in desired(wanted) if key.type in DELIVERED} == set(makes(found))
    kinds = [type(each) for each in found]
    assert kinds == sorted(kinds, key=[Stack, StackSet].index)
    assert next(each.scope.account for each in found if isinstance(each, Stack)) == acme.audit_account
    assert {each.region for each in found if isinstance(each, Stack)} >= {"eu-west-1", "us-west-2"}


def test_no_receivers_address_is_in_a_template_that_cloudformation_keeps(acme: Manifest) -> None:
    pager = "https://pager.example/hook/from-acme"
    wanted = stacked(replace(acme, alerts=replace(acme.alerts, https=(pager,))), SHARED)
    receivers = (pager, *wanted.alerts.email, *(each.partition(":sqs:")[2] for each in wanted.alerts.sqs))
    assert any(each.type == SUBSCRIPTION for each in desired(wanted).values())
    assert not [each.name for each in of(wanted) if any(one in each.template for one in receivers)]


def test_roles_go_to_one_region_and_rules_to_those_that_have_the_same(acme: Manifest) -> None:
    found = by_name(of(stacked(acme)))
    assert list(found) == ["security-regions", "security-us-east-1", "workload"]
    rules, home, roles = found.values()
    assert isinstance(rules, StackSet)
    assert isinstance(roles, StackSet)
    assert rules.accounts == (acme.security_account,)
    assert rules.regions == ("ap-southeast-2", "eu-west-1")
    assert home.scopes == (acme.scope(acme.security_account, "us-east-1"),)
    assert roles.regions == ("eu-west-1",)
    assert roles.is_global
    assert roles.accounts == tuple(sorted(each.id for each in acme.accounts))


def test_with_the_direct_engine_nothing_is_delivered(acme: Manifest) -> None:
    assert of(acme) == ()
    assert delivered_scopes(Resolved(acme)) == ()


def test_a_new_responder_changes_no_target(acme: Manifest) -> None:
    less = replace(acme, responders=acme.responders[1:])
    assert of(stacked(acme)) == of(stacked(less))


def test_a_new_account_changes_no_template(acme: Manifest) -> None:
    more = replace(acme, accounts=(*acme.accounts, Account(id="888888888888", name="data-lake")))
    before, after = by_name(of(stacked(acme))), by_name(of(stacked(more)))
    assert {name: each.template for name, each in before.items()} == {
        name: each.template for name, each in after.items()
    }
    assert after["workload"].scopes[-1].account == "888888888888"


def in_units(acme: Manifest) -> Resolved:
    prod, payments, *_ = acme.accounts
    joined = Account(id="777777777777", name="web")
    other = replace(payments, playbooks=("data-breach",))
    whole = replace(acme, accounts=(prod, other, joined), organizational_units=(UNIT, EMPTY))
    return Resolved(stacked(whole), units={joined.id: UNIT.id}, apart={prod.id: UNIT.id, other.id: UNIT.id})


def test_accounts_of_units_have_a_delivery_of_their_own_with_the_listed_ones_that_have_the_same(acme: Manifest) -> None:
    found = by_name(deliveries(in_units(acme)))
    automatic, apart = found["units"], found["workload-data-breach"]
    assert isinstance(automatic, StackSet)
    assert isinstance(apart, StackSet)
    assert automatic.accounts == ("222222222222", "777777777777")
    assert automatic.units == (UNIT.id, EMPTY.id)
    assert (apart.accounts, apart.units) == (("444444444444",), ())


def test_an_empty_unit_has_its_delivery_before_anybody_joins(acme: Manifest) -> None:
    some = replace(EMPTY, playbooks=("ransomware",))
    found = by_name(of(stacked(replace(acme, organizational_units=(some,)))))
    automatic = found["units-ransomware"]
    assert isinstance(automatic, StackSet)
    assert (automatic.accounts, automatic.units) == ((), (EMPTY.id,))


def test_a_playbook_may_be_called_like_what_the_names_of_units_begin_with(acme: Manifest) -> None:
    both = Account(id="888888888888", name="both", playbooks=("data-breach", "ransomware"))
    unit = replace(EMPTY, playbooks=("ransomware",))
    called = replace(acme, playbooks=(*acme.playbooks, "units"))
    found = [each.name for each in of(stacked(replace(acme, accounts=(both,), organizational_units=(unit,))))]
    taken = {f"break-glass-acme-workload{distinction(called, some)}" for some in powers("ransomware", "units")}
    assert found[-2:] == ["break-glass-acme-workload-data-breach--ransomware", "break-glass-acme-units-ransomware"]
    assert not taken & set(found)


def powers(*several: str) -> Sequence[frozenset[str]]:
    return tuple(frozenset(some) for size in (1, 2) for some in combinations(several, size))


def test_self_managed_stack_sets_know_no_units(acme: Manifest) -> None:
    resolved = in_units(acme)
    own = replace(resolved, manifest=stacked(resolved.manifest, replace(SETTINGS, permission_model="self-managed")))
    found = [each for each in deliveries(own) if isinstance(each, StackSet)]
    assert [each.accounts for each in found][-2:] == [("222222222222", "777777777777"), ("444444444444",)]
    assert not any(each.units for each in found)


def test_many_playbooks_still_make_a_name_that_cloudformation_takes(acme: Manifest) -> None:
    many = frozenset(f"a-playbook-with-quite-a-long-name-{number}" for number in range(9))
    wanted = replace(acme, playbooks=(*acme.playbooks, *many))
    name = distinction(wanted, many)
    assert len(f"break-glass-{'x' * 40}-workload{name}") <= 128
    assert name != distinction(wanted, many - {"a-playbook-with-quite-a-long-name-3"})
    assert distinction(wanted, frozenset({"data", "breach"})) != distinction(wanted, frozenset({"data-breach"}))


@pytest.mark.parametrize(
    ("bucket", "advice"), [(None, "template_bucket"), ("our-templates", "shared_accounts: direct")]
)
def test_a_template_that_is_too_large_is_never_divided(bucket: str | None, advice: str) -> None:
    wanted = stacked(crowded(600), replace(SHARED, template_bucket=bucket))
    with pytest.raises(UsageError) as caught:
        of(wanted)
    assert advice in caught.value.advice


def test_a_larger_template_fits_where_there_is_a_bucket() -> None:
    wanted = stacked(crowded(150), replace(SHARED, template_bucket="our-templates"))
    assert makes(of(wanted)) == wanted_of_stacks(wanted)
    with pytest.raises(UsageError):
        of(stacked(crowded(150), SHARED))


def test_playbooks_too_many_for_one_template_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("breakglass.provision.deliveries.MOST_STORED_BYTES", 20_000)
    wanted = stacked(manifest(), replace(SETTINGS, template_bucket="our-templates"))
    with pytest.raises(UsageError) as caught:
        of(wanted)
    assert "fewer playbooks" in caught.value.advice
