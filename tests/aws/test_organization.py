import pytest

from breakglass.aws.organization import describe
from breakglass.errors import DeniedError, RejectedError
from tests.aws.stubs import PROD, SECURITY, Recorder, StubbedAws

ORGANIZATION = {"Organization": {"Id": "o-acme12345", "MasterAccountId": "999999999999"}}


@pytest.fixture
def organizations(aws: StubbedAws) -> Recorder:
    aws.caller()
    return aws.session.record("organizations", "own")


def test_the_organization_has_its_active_accounts_in_order(aws: StubbedAws, organizations: Recorder) -> None:
    organizations.expect("describe_organization", {}, ORGANIZATION)
    first = [
        {"Id": PROD, "Name": "prod", "State": "ACTIVE"},
        {"Id": "333333333333", "Name": "closed", "State": "SUSPENDED", "Status": "ACTIVE"},
    ]
    organizations.expect("list_accounts", {}, {"Accounts": first, "NextToken": "two"})
    second = [{"Id": SECURITY, "Name": "security", "Status": "ACTIVE"}, {"Id": "444444444444", "Name": "new"}]
    organizations.expect("list_accounts", {"NextToken": "two"}, {"Accounts": second})
    found = describe(aws.sessions())
    assert (found.id, found.management_account, found.partition) == ("o-acme12345", "999999999999", "aws")
    assert found.accounts == ((SECURITY, "security"), (PROD, "prod"))


def test_an_account_that_may_not_look_is_told_who_may(aws: StubbedAws, organizations: Recorder) -> None:
    organizations.expect("describe_organization", {}, ORGANIZATION)
    organizations.refuse("list_accounts", {}, "AccessDeniedException", "You don't have permissions")
    with pytest.raises(DeniedError) as raised:
        describe(aws.sessions())
    assert "management account" in raised.value.advice


def test_an_account_outside_any_organization(aws: StubbedAws, organizations: Recorder) -> None:
    organizations.refuse("describe_organization", {}, "AWSOrganizationsNotInUseException", "not a member")
    with pytest.raises(RejectedError, match="not a member"):
        describe(aws.sessions())
