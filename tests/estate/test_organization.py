"""Organizational units become the accounts AWS Organizations has under them, and what is not known is not empty."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pytest

from breakglass import resources
from breakglass.errors import CredentialsError, DeniedError
from breakglass.estate.organization import Resolved, resolve
from breakglass.facts import MemberAccount
from breakglass.manifest.model import Manifest
from tests.conftest import manifest

WORKLOAD = "ou-acme-workload"
SANDBOX = "ou-acme-sandbox0"
SECURITY = "111111111111"
MANAGEMENT = "999999999999"
AUDIT = "333333333333"
PROD = "222222222222"


@dataclass
class Units:
    """An organization that is a dictionary, or that denies."""

    accounts: Mapping[str, Sequence[MemberAccount]]
    asked: list[str] = field(default_factory=list)
    error: Exception = field(default_factory=lambda: DeniedError("denied", advice="allow it"))

    def members(self, unit: str) -> Sequence[MemberAccount]:
        self.asked.append(unit)
        if unit not in self.accounts:
            raise self.error
        return self.accounts[unit]


def account(number: int, name: str = "", state: str = "ACTIVE") -> MemberAccount:
    return MemberAccount(f"{700000000000 + number}", name or f"app-{number}", state)


def in_units(*playbooks: list[str] | None, **changes: object) -> Manifest:
    """The acme manifest with one unit, or two, of these playbooks."""
    rows = [{"id": WORKLOAD, "name": "workload"}, {"id": SANDBOX, "name": "sandbox"}]
    units = [
        {**row, **({"playbooks": some} if some else {})} for row, some in zip(rows, playbooks or (None,), strict=False)
    ]
    return manifest(organizational_units=units, **changes)


def resolved(of: Manifest, *accounts: MemberAccount, **others: Sequence[MemberAccount]) -> Resolved:
    return resolve(of, Units({WORKLOAD: accounts, SANDBOX: others.get("sandbox", ())}))


def names(found: Resolved) -> dict[str, str]:
    return {each.id: each.name for each in found.manifest.accounts if each.id in found.units}


def test_a_manifest_without_units_asks_nothing(acme: Manifest) -> None:
    organization = Units({})
    assert resolve(acme, organization) == Resolved(acme)
    assert organization.asked == []


def test_every_active_account_of_a_unit_is_listed_with_its_playbooks() -> None:
    found = resolved(in_units(["ransomware"]), account(2), account(1))
    assert names(found) == {"700000000001": "app-1", "700000000002": "app-2"}
    assert found.units == {"700000000001": WORKLOAD, "700000000002": WORKLOAD}
    assert found.manifest.playbooks_in("700000000001") == ("ransomware",)
    assert found.unread == ()
    assert found.inactive == ()


def test_a_unit_of_no_playbooks_of_its_own_has_all() -> None:
    found = resolved(in_units(), account(1))
    assert found.manifest.playbooks_in("700000000001") == found.manifest.playbooks


def test_a_team_of_all_accounts_has_those_of_units_and_no_playbook_they_lack() -> None:
    found = resolved(in_units(["ransomware"]), account(1)).manifest
    grants = set(found.grants(found.teams[0]))
    assert {playbook for there, playbook in grants if there == "700000000001"} == {"ransomware"}


def test_a_team_that_names_a_unit_has_its_accounts() -> None:
    team = {"name": "incident", "playbooks": ["ransomware"], "accounts": ["prod", "workload"]}
    found = resolved(
        in_units(teams=[team]), account(1), account(2, state="SUSPENDED"), MemberAccount(PROD, "P", "ACTIVE")
    )
    assert found.manifest.teams[0].accounts == ("prod", "app-1")
    assert {there for there, _ in found.manifest.grants(found.manifest.teams[0])} == {PROD, "700000000001"}


def test_a_team_that_names_an_empty_unit_has_nothing_there() -> None:
    team = {"name": "incident", "playbooks": ["ransomware"], "accounts": ["workload"]}
    found = resolved(in_units(teams=[team])).manifest
    assert list(found.grants(found.teams[0])) == []


def test_a_listed_account_stays_as_it_is_listed() -> None:
    found = resolved(in_units(["ransomware"]), MemberAccount(PROD, "Production", "ACTIVE"))
    assert found.manifest.accounts == in_units().accounts
    assert found.units == {}
    assert found.apart == {PROD: WORKLOAD}


@pytest.mark.parametrize("state", ["SUSPENDED", "PENDING_CLOSURE", "CLOSED", "PENDING_ACTIVATION"])
def test_an_inactive_account_is_left_alone_and_told(state: str) -> None:
    found = resolved(in_units(), account(1, state=state), account(2))
    assert [each.id for each in found.inactive] == ["700000000001"]
    assert found.manifest.account_ids[-1] == "700000000002"
    assert "700000000001" not in found.manifest.account_ids


def test_the_management_account_is_passed_over() -> None:
    found = resolved(in_units(), MemberAccount(MANAGEMENT, "root", "ACTIVE"))
    assert found == Resolved(in_units())


def test_the_audit_account_has_the_playbooks_of_its_unit() -> None:
    found = resolved(in_units(["ransomware"]), MemberAccount(AUDIT, "audit", "ACTIVE")).manifest
    assert found.playbooks_in(AUDIT) == ("ransomware",)
    assert found.account_name(AUDIT) == "audit"


def test_a_unit_with_the_security_account_is_not_known() -> None:
    found = resolved(in_units(), MemberAccount(SECURITY, "security", "ACTIVE"), account(1))
    (unread,) = found.unread
    assert "security account" in unread.why.message
    assert "a unit of its own" in unread.why.advice
    assert resources.USER in unread.types
    assert list(found.units) == ["700000000001"]


@pytest.mark.parametrize(
    "name", ["all", "security", "audit", "trail", "management", "prod", "workload", "222222222222", "Bücher", "x" * 51]
)
def test_a_name_that_could_mean_another_becomes_the_id(name: str) -> None:
    assert names(resolved(in_units(), account(1, name))) == {"700000000001": "700000000001"}


def test_two_accounts_of_one_name_are_called_by_their_ids() -> None:
    found = resolved(in_units(None, None), account(1, "app"), sandbox=[account(2, "app")])
    assert names(found) == {"700000000001": "700000000001", "700000000002": "700000000002"}


def test_of_two_units_with_the_same_playbooks_the_first_counts() -> None:
    every = ["ransomware", "data-breach", "lost-access"]
    found = resolved(in_units(None, every), account(1), sandbox=[account(1), account(2)])
    assert found.units == {"700000000001": WORKLOAD, "700000000002": SANDBOX}


def test_an_account_in_two_units_of_different_playbooks_is_not_known_unless_it_is_listed() -> None:
    torn = in_units(None, ["ransomware"])
    (unread,) = resolved(torn, account(1), sandbox=[account(1)]).unread
    assert "the organizational unit sandbox" in unread.what
    assert "700000000001 is in it and in workload" in unread.why.message
    assert "list 700000000001 under `accounts`" in unread.why.advice
    prod = MemberAccount(PROD, "prod", "ACTIVE")
    closed = account(3, state="CLOSED")
    found = resolved(torn, prod, closed, sandbox=[prod, closed])
    assert (found.apart, found.unread) == ({PROD: WORKLOAD}, ())


def test_a_unit_that_cannot_be_asked_is_unread_and_never_empty() -> None:
    units = in_units(None, None)
    found = resolve(units, Units({SANDBOX: [account(1)]}))
    (unread,) = found.unread
    assert unread.scope == units.scope(SECURITY)
    assert unread.types == {resources.USER, resources.GROUP, resources.MANAGED_POLICY}
    assert WORKLOAD in unread.what
    assert found.units == {"700000000001": SANDBOX}


def test_without_credentials_nothing_is_resolved() -> None:
    with pytest.raises(CredentialsError):
        resolve(in_units(), Units({}, error=CredentialsError("none")))
