from pathlib import Path

import pytest

from breakglass.manifest.model import Manifest
from breakglass.manifest.read import read
from tests.manifest.support import NAME, planted

ACCOUNTS = (
    "999999999999",
    "111111111111",
    "333333333333",
    "222222222222",
    "444444444444",
    "555555555555",
    "666666666666",
)


@pytest.fixture
def manifest(tmp_path: Path) -> Manifest:
    (tmp_path / NAME).write_text(planted(("accounts: [payments]", "accounts: [payments, prod]")), "utf-8")
    return read(tmp_path / NAME)


def test_every_account_once(manifest: Manifest) -> None:
    assert manifest.account_ids == ACCOUNTS


def test_accounts_are_called_by_what_they_are_for_or_by_their_names(manifest: Manifest) -> None:
    called = [manifest.account_name(account) for account in (*ACCOUNTS[:4], "000000000000")]
    assert called == ["management", "security", "audit", "prod", "000000000000"]


def test_all_accounts_are_those_listed_and_never_the_management_account(manifest: Manifest) -> None:
    incident, payments, organization = (list(manifest.grants(team)) for team in manifest.teams)
    assert {account for account, _ in incident} == set(ACCOUNTS[3:])
    assert len(incident) == 4 * 3
    assert payments == [("222222222222", "data-breach"), ("444444444444", "data-breach")]
    assert organization == [("999999999999", "lost-access")]


def test_iam_has_one_scope_for_each_account(manifest: Manifest) -> None:
    scope = manifest.scope("222222222222")
    assert (scope.account, scope.region, scope.partition) == ("222222222222", "global", "aws")
