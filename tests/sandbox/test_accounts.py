"""The organizational units of a manifest, and accounts that come and go in them, as the product sees them."""

from collections.abc import Iterator

import pytest

from breakglass.aws.organization import AwsOrganization
from breakglass.aws.sessions import Sessions
from breakglass.errors import DeniedError, RejectedError, UsageError
from breakglass.estate.organization import resolve
from breakglass.facts import MemberAccount
from breakglass.manifest.model import Manifest
from breakglass.sandbox.server import Sandbox
from tests.conftest import manifest
from tests.sandbox.support import MANAGEMENT, PROD, Clients, role_arn

WORKLOAD, STAGING = "ou-acme-workload", "ou-acme-staging0"
FIRST, SECOND, THIRD = "700000000001", "700000000003", "700000000004"
UNITS = manifest(
    organizational_units=[
        {"id": WORKLOAD, "name": "workload"},
        {"id": STAGING, "name": "pre-production", "playbooks": ["ransomware"]},
    ],
    accounts=[{"id": PROD, "name": "prod"}, {"id": "700000000002", "name": "payments"}],
)


@pytest.fixture(scope="module")
def running() -> Iterator[Sandbox]:
    with Sandbox(UNITS, people_confirm=False) as sandbox:
        yield sandbox


@pytest.fixture
def organization(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> AwsOrganization:
    for name, value in sandbox.environment().items():
        monkeypatch.setenv(name, value)
    return AwsOrganization(Sessions(regions=UNITS.regions, partition="aws"), MANAGEMENT)


def resolved(organization: AwsOrganization) -> Manifest:
    return resolve(UNITS, organization).manifest


def test_each_unit_has_two_accounts_that_are_not_listed(organization: AwsOrganization, aws: Clients) -> None:
    assert organization.members(WORKLOAD) == [
        MemberAccount(FIRST, "workload-1", "ACTIVE"),
        MemberAccount(SECOND, "workload-2", "ACTIVE"),
    ]
    assert [each.id for each in organization.members(STAGING)] == [THIRD, "700000000005"]
    assert aws.sts().assume_role(RoleArn=role_arn(FIRST), RoleSessionName="tests")["Credentials"]
    assert resolved(organization).playbooks_in(THIRD) == ("ransomware",)


def test_an_account_that_is_opened_is_there_with_its_role(
    sandbox: Sandbox, organization: AwsOrganization, aws: Clients
) -> None:
    sandbox.accounts.open(WORKLOAD, "800000000001", "late")
    assert resolved(organization).account_name("800000000001") == "late"
    assert aws.member("800000000001").list_roles()["Roles"]


def test_accounts_of_more_than_a_page_are_all_told(sandbox: Sandbox, organization: AwsOrganization) -> None:
    for number in range(30):
        sandbox.accounts.open(WORKLOAD, f"8000000000{number:02}", f"late-{number}")
    assert len(organization.members(WORKLOAD)) == 32


def test_an_account_that_is_moved_has_what_its_new_unit_has(sandbox: Sandbox, organization: AwsOrganization) -> None:
    sandbox.accounts.move(FIRST, STAGING)
    assert resolved(organization).playbooks_in(FIRST) == ("ransomware",)


def test_suspended_and_closed_accounts_are_inactive(sandbox: Sandbox, organization: AwsOrganization) -> None:
    sandbox.accounts.suspend(FIRST)
    sandbox.accounts.close(SECOND)
    assert [each.state for each in resolve(UNITS, organization).inactive] == ["SUSPENDED", "CLOSED"]


def test_a_unit_below_counts(aws: Clients, sandbox: Sandbox, organization: AwsOrganization) -> None:
    below = aws.organizations().create_organizational_unit(ParentId=WORKLOAD, Name="below")["OrganizationalUnit"]
    sandbox.accounts.move(THIRD, str(below["Id"]))
    assert [each.id for each in organization.members(WORKLOAD)] == [FIRST, SECOND, THIRD]


def test_a_unit_that_is_not_there_is_rejected(organization: AwsOrganization) -> None:
    with pytest.raises(RejectedError, match="ou-acme-nowhere0"):
        organization.members("ou-acme-nowhere0")


def test_a_member_account_may_not_ask(aws: Clients, monkeypatch: pytest.MonkeyPatch, sandbox: Sandbox) -> None:
    keys = aws.provisioner(PROD)
    told = {"AWS_ACCESS_KEY_ID": keys.access_key, "AWS_SECRET_ACCESS_KEY": keys.secret}
    for name, value in {**sandbox.environment(), **told, "AWS_SESSION_TOKEN": str(keys.token)}.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(DeniedError):
        AwsOrganization(Sessions(regions=UNITS.regions, partition="aws"), MANAGEMENT).members(WORKLOAD)


def test_accounts_come_and_go_only_while_it_runs() -> None:
    with pytest.raises(UsageError, match="does not run"):
        _ = Sandbox(UNITS).accounts
