import pytest

from breakglass.aws.organization import describe, require
from breakglass.errors import DeniedError, RefusedError, RejectedError
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


def test_a_manifest_of_the_callers_organization_passes(aws: StubbedAws, organizations: Recorder) -> None:
    organizations.expect("describe_organization", {}, ORGANIZATION)
    require(aws.sessions(), "o-acme12345", "999999999999")


@pytest.mark.parametrize(
    ("organization", "management", "wrong"),
    [("o-other1234", "999999999999", "organization"), ("o-acme12345", PROD, "management_account.id")],
)
def test_a_manifest_of_another_organization_is_refused(
    aws: StubbedAws, organizations: Recorder, organization: str, management: str, wrong: str
) -> None:
    organizations.expect("describe_organization", {}, ORGANIZATION)
    with pytest.raises(RefusedError, match=wrong) as raised:
        require(aws.sessions(), organization, management)
    assert "mend the manifest" in raised.value.advice


def test_whoever_may_not_see_the_organization_is_told_which_right_is_missing(
    aws: StubbedAws, organizations: Recorder
) -> None:
    organizations.refuse("describe_organization", {}, "AccessDeniedException", "no")
    with pytest.raises(DeniedError) as raised:
        require(aws.sessions(), "o-acme12345", "999999999999")
    assert "organizations:DescribeOrganization" in raised.value.advice


@pytest.mark.parametrize(
    "arn",
    [
        f"arn:aws:iam::{SECURITY}:user/break-glass/ana-break-glass",
        f"arn:aws:sts::{SECURITY}:assumed-role/BREAK-GLASS-RANSOMWARE/ana-break-glass",
    ],
)
def test_whoever_is_signed_in_to_respond_is_told_to_use_other_credentials(aws: StubbedAws, arn: str) -> None:
    aws.caller(arn=arn)
    organizations = aws.session.record("organizations", "own")
    organizations.refuse("describe_organization", {}, "AccessDeniedException", "no")
    with pytest.raises(DeniedError) as raised:
        require(aws.sessions(), "o-acme12345", "999999999999")
    assert "credentials to respond with" in raised.value.advice
    assert arn in raised.value.advice
