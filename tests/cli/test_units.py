"""Organizational units on the command line: looked up at leisure, never in an emergency, and never taken for empty."""

from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from breakglass import naming, resources
from breakglass.aws.organization import AwsOrganization
from breakglass.aws.sessions import Sessions
from breakglass.cli import wiring
from breakglass.errors import DeniedError, UnavailableError
from breakglass.manifest.model import Manifest
from breakglass.resources import Key, Scope
from tests.cli.conftest import Run
from tests.conftest import ACME
from tests.estate.test_organization import PROD, SECURITY, WORKLOAD, Units, account
from tests.memory import MemoryEstate
from tests.yamls import loaded

FIRST = "700000000001"
UNIT = {"id": WORKLOAD, "name": "workload", "playbooks": ["ransomware"]}
DENIED = DeniedError("ListAccountsForParent was denied", advice="allow organizations:ListAccountsForParent")


@pytest.fixture
def units(tmp_path: Path) -> str:
    """The acme manifest with one unit, as a file."""
    raw = {**loaded(ACME.read_text("utf-8")), "organizational_units": [UNIT]}
    file = tmp_path / "breakglass.yaml"
    file.write_text(yaml.safe_dump(raw), "utf-8")
    return str(file)


@pytest.fixture
def organization(monkeypatch: pytest.MonkeyPatch) -> Units:
    found = Units({WORKLOAD: [account(1)]})
    monkeypatch.setattr(wiring, "units", lambda _manifest, _profile: found)
    return found


def role(of: str = FIRST, playbook: str = "ransomware") -> Key:
    return Key(Scope(of), resources.ROLE, naming.role_name(playbook))


@pytest.mark.usefixtures("organization")
def test_accounts_of_a_unit_are_provisioned_with_its_playbooks_alone(
    cli: Run, estate: MemoryEstate, units: str
) -> None:
    planned = cli("plan", "--format", "json", manifest=units)
    assert planned.code == 1
    assert planned.document["new_accounts"] == [FIRST]
    assert cli("apply", "--yes", manifest=units).code == 0
    assert role() in estate.resources
    assert role(playbook="data-breach") not in estate.resources
    assert role(PROD, "data-breach") in estate.resources
    again = cli("plan", "--format", "json", manifest=units)
    assert (again.code, again.document["new_accounts"]) == (0, [])


@pytest.mark.usefixtures("estate")
def test_a_plan_tells_of_new_and_inactive_accounts(cli: Run, organization: Units, units: str) -> None:
    organization.accounts = {WORKLOAD: [account(1), account(2, state="SUSPENDED")]}
    out = cli("plan", manifest=units).out
    assert f"new in its organizational unit: app-1 ({FIRST})" in out
    assert "left alone: app-2 (700000000002) is SUSPENDED" in out
    document = cli("plan", "--format", "json", manifest=units).document
    assert document["inactive_accounts"] == [{"id": "700000000002", "name": "app-2", "state": "SUSPENDED"}]
    assert not any(change["account"] == "700000000002" for change in document["changes"])


@pytest.mark.usefixtures("organization")
def test_an_account_that_cannot_be_read_is_not_called_new(cli: Run, estate: MemoryEstate, units: str) -> None:
    estate.fault = lambda _verb, what: DENIED if getattr(what, "scope", None) == Scope(FIRST) else None
    assert cli("plan", "--format", "json", manifest=units).document["new_accounts"] == []


def test_while_a_unit_cannot_be_looked_up_nothing_is_changed(
    cli: Run, estate: MemoryEstate, organization: Units, units: str
) -> None:
    cli("apply", "--yes", manifest=units)
    made, organization.accounts, organization.error = dict(estate.resources), {}, DENIED
    planned = cli("plan", "--format", "json", manifest=units)
    assert planned.code == 4
    assert planned.document["changes"] == []
    assert [each["what"] for each in planned.document["unread"]] == [
        f"the accounts of the organizational unit workload ({WORKLOAD})"
    ]
    for command in (("apply", "--yes"), ("destroy", "--confirm", "o-acme12345")):
        ran = cli(*command, manifest=units)
        assert ran.code == 4
        assert f"the accounts of the organizational unit workload ({WORKLOAD}) are not known" in ran.err
        assert "allow organizations:ListAccountsForParent" in ran.err
    assert estate.resources == made


def test_a_unit_that_makes_no_sense_changes_nothing_but_lets_people_go(
    cli: Run, estate: MemoryEstate, organization: Units, units: str
) -> None:
    cli("apply", "--yes", manifest=units)
    made, organization.accounts = dict(estate.resources), {WORKLOAD: [account(1), replace(account(2), id=SECURITY)]}
    for command in (("plan",), ("apply", "--yes")):
        ran = cli(*command, manifest=units)
        assert ran.code == 2
        assert "the security account 111111111111 is in it" in ran.out + ran.err
        assert "a unit of its own" in ran.out + ran.err
    assert "security (" not in cli("plan", manifest=units).out
    assert estate.resources == made
    ran = cli("verify", "--format", "json", manifest=units)
    assert ran.code == 2
    told = [each["detail"] for each in ran.document["findings"] if each["code"] == "NOT_PROVED"]
    assert any("are not known: the security account" in each for each in told)
    ran = cli("offboard", "chidi", "--yes", manifest=units)
    assert f"not known: the accounts of the organizational unit workload ({WORKLOAD})" in ran.out
    assert Key(Scope(SECURITY), resources.USER, "chidi-break-glass") not in estate.resources


@pytest.mark.usefixtures("estate")
def test_an_unresolved_unit_is_a_finding(cli: Run, organization: Units, units: str) -> None:
    cli("apply", "--yes", manifest=units)
    assert "NOT_PROVED" not in cli("verify", manifest=units).out
    organization.accounts, organization.error = {}, UnavailableError("throttled", advice="wait")
    ran = cli("verify", "--format", "json", manifest=units)
    assert ran.code == 5
    told = [each["detail"] for each in ran.document["findings"] if each["code"] == "NOT_PROVED"]
    assert any("organizational unit workload" in each for each in told)


@pytest.mark.usefixtures("estate")
def test_nothing_is_proved_of_accounts_nobody_knows(cli: Run, organization: Units, units: str) -> None:
    assert cli("prove", manifest=units).code == 0
    organization.accounts, organization.error = {}, DENIED
    assert cli("prove", manifest=units).code == 4
    assert cli("prove", "--live", manifest=units).code == 4


def test_whoever_leaves_is_not_kept_by_a_unit_that_cannot_be_looked_up(
    cli: Run, estate: MemoryEstate, organization: Units, units: str
) -> None:
    cli("apply", "--yes", manifest=units)
    organization.accounts, organization.error = {}, DENIED
    ran = cli("offboard", "chidi", "--yes", manifest=units)
    assert "organizational unit workload" in ran.out
    assert ran.code == 4
    assert Key(Scope(SECURITY), resources.USER, "chidi-break-glass") not in estate.resources


def test_a_card_has_the_accounts_of_units_or_is_not_written(cli: Run, organization: Units, units: str) -> None:
    ran = cli("card", "-o", "-", manifest=units)
    assert FIRST in ran.out
    assert "breakglass exec prod/ransomware" in ran.out
    assert "is given by its id" in ran.out
    assert not ran.err
    organization.accounts, organization.error = {}, DENIED
    ran = cli("card", "-o", "-", manifest=units)
    assert (ran.code, ran.out) == (4, "")
    assert "the card would lack" in ran.err


@pytest.mark.usefixtures("organization")
def test_permissions_are_those_of_the_accounts_of_units_and_of_looking_them_up(cli: Run, units: str) -> None:
    said = cli("permissions", "plan", "--format", "json", manifest=units).out
    assert FIRST in said
    assert "organizations:ListAccountsForParent" in said
    assert '"aws:ResourceOrgID"' in said  # whoever joins the unit is let in without another policy
    without = cli("permissions", "plan", "--format", "json").out
    assert "ListAccountsForParent" not in without
    assert '"aws:ResourceOrgID"' not in without


@pytest.mark.parametrize("command", [("console",), ("doctor",)])
def test_in_an_emergency_nothing_is_looked_up(
    command: tuple[str, ...], cli: Run, monkeypatch: pytest.MonkeyPatch, units: str
) -> None:
    def never(_manifest: Manifest, _profile: str | None) -> None:
        raise AssertionError

    monkeypatch.setattr(wiring, "units", never)
    ran = cli(*command, f"{FIRST}/ransomware", manifest=units)
    assert FIRST in ran.out


@pytest.mark.usefixtures("estate")
def test_a_manifest_without_units_asks_nothing(cli: Run, organization: Units) -> None:
    for command in (("plan",), ("verify",), ("card", "-o", "-"), ("permissions",), ("prove",)):
        cli(*command)
    assert organization.asked == []


def test_units_are_looked_up_with_the_callers_credentials(acme: Manifest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wiring, "sessions", lambda _manifest, _profile: Sessions(regions=acme.regions))
    assert isinstance(wiring.units(acme, None), AwsOrganization)


def test_a_check_says_whose_accounts_it_does_not_count(cli: Run, units: str) -> None:
    assert "organizational units, which AWS tells when asked: workload" in cli("check", manifest=units).out
    assert cli("check", "--format", "json", manifest=units).document["organizational_units"] == ["workload"]
    assert "organizational units" not in cli("check").out


def test_a_check_names_the_units_a_team_names_and_says_how_many_accounts_it_can_have(cli: Run, units: str) -> None:
    assert "accounts at most" not in cli("check", manifest=units).out
    file = Path(units)
    raw = loaded(file.read_text("utf-8"))
    for number, accounts in ((0, ["workload"]), (1, ["workload", "prod"])):
        raw["teams"][number] |= {"accounts": accounts, "playbooks": ["ransomware"]}
    file.write_text(yaml.safe_dump(raw), "utf-8")
    teams = cli("check", "--format", "json", manifest=units).document["teams"]
    assert [each["organizational_units"] for each in teams[:3]] == [["workload"], ["workload"], []]
    out = " ".join(cli("check", manifest=units).out.split())
    assert "ransomware in the accounts of the organizational unit workload team" in out
    assert "in 1 account (as literal role ARNs) and the accounts of the organizational unit workload" in out
    assert "about 3,000 accounts at most; beyond that, write `accounts: all`" in out
