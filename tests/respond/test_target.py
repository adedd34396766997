"""ACCOUNT/PLAYBOOK, as people write it and as they mistype it."""

from dataclasses import replace

import pytest

from breakglass.errors import UsageError
from breakglass.manifest.model import Account
from breakglass.respond.target import Target, resolve
from tests.conftest import manifest
from tests.respond.support import PROD, ROLE

ACME = manifest()
TARGET = Target(PROD, "prod", "ransomware", ROLE)


def test_an_account_by_name_or_by_id() -> None:
    assert resolve(ACME, "prod/ransomware") == resolve(ACME, f"{PROD}/ransomware") == TARGET
    assert resolve(ACME, "management/lost-access").account == "999999999999"


def test_a_name_may_hold_a_slash() -> None:
    slashed = replace(ACME, accounts=(Account(id=PROD, name="a/b"),))
    assert resolve(slashed, "a/b/ransomware").account_name == "a/b"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("prod", "no account and playbook"),
        ("/ransomware", "no account and playbook"),
        ("prod/", "no account and playbook"),
        ("prd/ransomwar", "no account `prd`; did you mean `prod`?\nthe manifest has no playbook `ransomwar`; did you"),
        ("prod/ransomwar", "account prod has no playbook `ransomwar`; did you mean `ransomware`?"),
        ("management/ransomware", "account management has no playbook `ransomware`"),
        ("333333333333/ransomware", "no account `333333333333`"),
    ],
)
def test_all_that_is_wrong_is_told_at_once(text: str, says: str) -> None:
    with pytest.raises(UsageError) as raised:
        resolve(ACME, text)
    assert says in raised.value.message
    assert "prod" in raised.value.advice


def test_of_many_accounts_some_are_told() -> None:
    many = tuple(Account(id=f"{number:012}", name=f"account {number}") for number in range(50))
    with pytest.raises(UsageError) as raised:
        resolve(replace(ACME, accounts=many), "x/ransomware")
    assert "and 39 more" in raised.value.advice
