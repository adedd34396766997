"""Ours, strays, facts and the unread are told apart."""

import pytest

from breakglass import naming, resources
from breakglass.errors import CredentialsError, UnavailableError
from breakglass.estate.desired import desired
from breakglass.estate.observation import observe
from breakglass.estate.surveys import surveys
from breakglass.facts import ForeignUser, Survey
from breakglass.manifest.model import Manifest
from breakglass.resources import Key, Resource, Scope
from tests.memory import MemoryEstate

SECURITY = Scope("111111111111")
PROD = Scope("222222222222")


def test_what_the_manifest_made_is_ours(acme: Manifest) -> None:
    found = observe(MemoryEstate(dict(desired(acme))), surveys(acme), acme.name)
    assert found.state == desired(acme)
    assert found.strays == {}
    assert found.unread == ()


def test_the_same_things_of_another_manifest_are_strays_where_a_tag_can_tell(acme: Manifest) -> None:
    found = observe(MemoryEstate(dict(desired(acme))), surveys(acme), "other")
    assert {key.type for key in found.strays} == {
        type_ for type_, kind in resources.KINDS.items() if kind.ownership == "tag"
    }


@pytest.mark.parametrize(("path", "ours"), [(naming.PATH, True), ("/", False), ("/break-glass/deeper/", False)])
def test_a_policy_is_ours_by_its_path(acme: Manifest, path: str, ours: bool) -> None:
    policy = Resource(resources.MANAGED_POLICY, PROD, {"ManagedPolicyName": "BREAK-GLASS-X", "Path": path})
    found = observe(MemoryEstate.holding([policy]), surveys(acme), acme.name)
    assert (policy.key in found.state) == ours
    assert (policy.key in found.strays) != ours


def test_one_account_that_cannot_be_read_does_not_stop_the_others(acme: Manifest) -> None:
    estate = MemoryEstate(dict(desired(acme)))
    lost = UnavailableError("no answer")
    estate.fault = lambda _verb, what: lost if isinstance(what, Survey) and what.scope == PROD else None
    found = observe(estate, surveys(acme), acme.name)
    assert [(each.scope, each.why) for each in found.unread] == [(PROD, lost)]
    assert not found.knows(Key(PROD, resources.ROLE, "BREAK-GLASS-RANSOMWARE"))
    assert found.knows(Key(SECURITY, resources.USER, "ana-break-glass"))


def test_credentials_that_are_refused_in_one_account_do_not_hide_the_others(acme: Manifest) -> None:
    estate = MemoryEstate(dict(desired(acme)))
    refused = CredentialsError("expired")
    estate.fault = lambda _verb, what: refused if isinstance(what, Survey) and what.scope == PROD else None
    found = observe(estate, surveys(acme), acme.name)
    assert [each.scope for each in found.unread] == [PROD]
    assert Key(SECURITY, resources.USER, "ana-break-glass") in found.state


@pytest.mark.parametrize("name", ["OrganizationAccountAccessRole", "ProdPayments"])
def test_our_tag_alone_makes_nothing_ours(acme: Manifest, name: str) -> None:
    """Whoever may tag a role could have it deleted: the provisioning role itself, and every workload's."""
    tagged = Resource(resources.ROLE, PROD, {"RoleName": name, "Tags": resources.tags({naming.OWNER_TAG: acme.name})})
    found = observe(MemoryEstate.holding([tagged]), surveys(acme), acme.name)
    assert tagged.key in found.strays
    assert tagged.key not in found.state


def test_facts_are_gathered_and_every_account_is_heard(acme: Manifest) -> None:
    fact = ForeignUser(SECURITY, "mallory", ())
    estate, heard = MemoryEstate(facts=(fact,), healthy=False), list[str]()
    found = observe(estate, surveys(acme, facts=True), acme.name, advance=heard.append)
    assert found.facts == (fact,)
    assert set(heard) == set(acme.account_ids)
