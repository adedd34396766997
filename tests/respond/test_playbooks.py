"""Where a playbook is carried out, as the manifest says."""

import pytest

from breakglass.errors import UsageError
from breakglass.manifest.model import Manifest
from breakglass.respond.links import doors, switches
from breakglass.respond.playbooks import where
from breakglass.respond.target import resolve
from tests.conftest import manifest


def test_every_account_that_has_it_with_its_teams_and_links(acme: Manifest) -> None:
    found = where(acme, "data-breach")
    assert (found.manifest, found.security_account, found.role) == ("acme", "111111111111", "BREAK-GLASS-DATA-BREACH")
    assert [each.url for each in found.sign_in] == [each.console for each in doors(acme)]
    teams = {each.name: each.teams for each in found.places}
    assert teams["payments"] == ("incident", "payments")
    assert teams["prod"] == ("incident",)
    payments = next(each for each in found.places if each.name == "payments")
    links = switches(acme, resolve(acme, "payments/data-breach"))
    assert [(each.region, each.url) for each in payments.links] == [(each.region, each.url) for each in links]
    assert "management" in {each.name for each in where(acme, "lost-access").places}


def test_what_the_manifest_does_not_provision_is_nowhere(acme: Manifest) -> None:
    found = where(acme, "open-security-group")
    assert (found.places, found.units) == ((), ())


def test_units_are_named_and_nothing_is_asked_of_aws() -> None:
    units = [
        {"id": "ou-abcd-11111111", "name": "apps"},
        {"id": "ou-abcd-22222222", "name": "web", "playbooks": ["ransomware"]},
    ]
    found = manifest(organizational_units=units)
    assert where(found, "ransomware").units == ("apps", "web")
    assert where(found, "data-breach").units == ("apps",)


@pytest.mark.parametrize("account", ["prod", "222222222222"])
def test_one_account_is_chosen_by_name_or_id(account: str) -> None:
    units = [{"id": "ou-abcd-11111111", "name": "apps"}]
    found = where(manifest(organizational_units=units), "ransomware", account)
    assert [each.name for each in found.places] == ["prod"]
    assert found.units == ()


def test_an_account_without_it_is_refused_with_those_that_have_it(acme: Manifest) -> None:
    with pytest.raises(UsageError, match="prd does not have the playbook ransomware; did you mean `prod`") as error:
        where(acme, "ransomware", "prd")
    assert "payments" in error.value.advice
    with pytest.raises(UsageError) as nowhere:
        where(acme, "open-security-group", "prod")
    assert nowhere.value.advice == "accounts that have it: none"
