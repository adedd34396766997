"""Who may carry out what: no more than the accounts have, and of units as much as can be known without asking."""

from breakglass.manifest.model import Manifest
from breakglass.respond.shell.granted import granted, users_who_may
from breakglass.respond.target import resolve
from tests.conftest import manifest

TEAMS = [
    {"name": "incident", "playbooks": ["ransomware", "data-breach"], "accounts": "all"},
    {"name": "payments", "playbooks": ["ransomware"], "accounts": ["sandbox", "prod"]},
    {"name": "organization", "playbooks": ["lost-access"], "accounts": ["management"]},
]
UNITS = [
    {"id": "ou-acme-workload", "name": "workload", "playbooks": ["ransomware"]},
    {"id": "ou-acme-sandbox0", "name": "sandbox", "playbooks": ["data-breach"]},
]
ACCOUNTS = [{"id": "222222222222", "name": "prod", "playbooks": ["ransomware"]}]


def chosen() -> Manifest:
    return manifest(teams=TEAMS, organizational_units=UNITS, accounts=ACCOUNTS)


def test_nobody_is_granted_what_an_account_does_not_have() -> None:
    assert [str(each) for each in granted(chosen(), "chidi")] == ["prod/ransomware"]


def test_of_a_listed_account_it_is_known_who_may() -> None:
    users = users_who_may(chosen(), resolve(chosen(), "prod/ransomware"))
    assert {"chidi-break-glass", "emeka-break-glass"} <= set(users)


def test_of_an_account_of_a_unit_those_may_who_may_in_some_unit() -> None:
    users = users_who_may(chosen(), resolve(chosen(), "700000000001/ransomware"))
    assert users == [f"{each}-break-glass" for each in ("ana", "bo", "chidi", "dana")]  # payments names only sandbox
