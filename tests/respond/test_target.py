"""What ACCOUNT/PLAYBOOK means, and what is said of what means nothing."""

import pytest

from breakglass.errors import UsageError
from breakglass.manifest.model import Manifest
from breakglass.respond.target import Target, resolve
from tests.conftest import manifest

PROD = Target("222222222222", "prod", "ransomware", "BREAK-GLASS-RANSOMWARE")


@pytest.mark.parametrize(
    "text", ["prod/ransomware", "222222222222/ransomware", "prod/RANSOMWARE", "prod/BREAK-GLASS-RANSOMWARE"]
)
def test_an_account_is_named_or_given_by_its_id(acme: Manifest, text: str) -> None:
    assert resolve(acme, text) == PROD
    assert str(resolve(acme, text)) == "prod/ransomware"


def test_the_management_account_has_its_own_playbooks(acme: Manifest) -> None:
    assert resolve(acme, "management/lost-access").account == "999999999999"


def test_a_name_may_hold_a_slash() -> None:
    odd = manifest(
        accounts=[{"id": "222222222222", "name": "a/b"}],
        teams=[{"name": "one", "playbooks": ["ransomware"], "accounts": ["a/b"]}],
    )
    assert resolve(odd, "a/b/ransomware").account_name == "a/b"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("prod", ["not of the form ACCOUNT/PLAYBOOK"]),
        ("", ["not of the form ACCOUNT/PLAYBOOK"]),
        ("/", ["no account ''", "no playbook ''"]),
        ("prood/ransomware", ["no account 'prood'; did you mean `prod`?"]),
        ("prod/ransom", ["no playbook 'ransom'; did you mean `ransomware`?"]),
        ("prood/ransom", ["did you mean `prod`?", "did you mean `ransomware`?"]),
        ("management/ransomware", ["management does not have the playbook ransomware"]),
        ("security/ransomware", ["no account 'security'"]),
        ("333333333333/ransomware", ["no account '333333333333'"]),
        ("x" * 5000 + "/ransomware", ["no account"]),
    ],
)
def test_all_that_is_wrong_is_said_at_once(acme: Manifest, text: str, says: list[str]) -> None:
    with pytest.raises(UsageError) as told:
        resolve(acme, text)
    assert all(each in told.value.message for each in says)
    assert told.value.subject == text
    assert told.value.advice


def test_whoever_names_no_account_there_is_hears_of_those_there_are(acme: Manifest) -> None:
    with pytest.raises(UsageError) as raised:
        resolve(acme, "x/ransomware")
    assert raised.value.advice == "the accounts are prod, payments, data, staging, management"
    many = [{"id": f"2{number:011}", "name": f"a{number}"} for number in range(30)]
    with pytest.raises(UsageError) as raised:
        resolve(manifest(accounts=many, teams=acme.teams[:1]), "x/ransomware")
    assert raised.value.advice.endswith("a18, a19 and 11 more")


def test_a_management_account_without_playbooks_is_no_target() -> None:
    teams = [{"name": "one", "playbooks": ["ransomware"], "accounts": "all"}]
    without = manifest(management_account={"id": "999999999999"}, teams=teams)
    with pytest.raises(UsageError, match="no account 'management'"):
        resolve(without, "management/lost-access")


def with_units(**changes: object) -> Manifest:
    units = [{"id": "ou-acme-workload", "name": "workload", "playbooks": ["ransomware"]}]
    return manifest(organizational_units=units, **changes)


def test_an_account_of_a_unit_is_given_by_its_id() -> None:
    found = resolve(with_units(), "700000000001/ransomware")
    assert found == Target("700000000001", "700000000001", "ransomware", "BREAK-GLASS-RANSOMWARE")


@pytest.mark.parametrize(
    ("text", "says", "advises"),
    [
        ("700000000001/lost-access", "no organizational unit has the playbook lost-access", "given by its id"),
        ("700000000001/ransom", "no playbook 'ransom'", "given by its id"),
        ("70000000000/ransomware", "no account '70000000000'", "given by its id"),
        ("workload/ransomware", "no account 'workload'", "given by its id"),
        ("111111111111/ransomware", "no account '111111111111'", "given by its id"),
        ("999999999999/ransomware", "management does not have the playbook ransomware", "lost-access"),
    ],
)
def test_what_no_unit_can_have_is_refused(text: str, says: str, advises: str) -> None:
    with pytest.raises(UsageError) as told:
        resolve(with_units(), text)
    assert says in told.value.message
    assert advises in told.value.advice


def test_a_playbook_that_an_account_does_not_have_is_no_target() -> None:
    accounts = [{"id": "222222222222", "name": "prod", "playbooks": ["data-breach"]}]
    teams = [{"name": "one", "playbooks": ["ransomware", "data-breach"], "accounts": "all"}]
    some = manifest(accounts=accounts, teams=teams)
    assert resolve(some, "prod/data-breach").account == "222222222222"
    with pytest.raises(UsageError, match="prod does not have the playbook ransomware") as told:
        resolve(some, "prod/ransomware")
    assert told.value.advice == "the playbooks of prod are data-breach"
