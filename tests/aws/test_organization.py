import pytest

from breakglass.aws.organization import AwsOrganization, describe, require
from breakglass.errors import DeniedError, RefusedError, RejectedError, UnavailableError
from breakglass.facts import MemberAccount
from tests.aws.stubs import ACCESS_KEY, PROD, SECURITY, Recorder, StubbedAws

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


UNIT = "ou-acme-workload"
BELOW = "ou-acme-below000"
MANAGEMENT = "999999999999"


def of(aws: StubbedAws, management: str = SECURITY) -> AwsOrganization:
    return AwsOrganization(aws.sessions(), management)


def no_units(organizations: Recorder, unit: str) -> None:
    organizations.expect("list_organizational_units_for_parent", {"ParentId": unit}, {"OrganizationalUnits": []})


def test_the_accounts_of_a_unit_are_those_of_all_pages_and_of_the_units_below(
    aws: StubbedAws, organizations: Recorder
) -> None:
    prod = {"Id": PROD, "Name": "prod", "State": "ACTIVE", "Status": "SUSPENDED"}
    organizations.expect("list_accounts_for_parent", {"ParentId": UNIT}, {"Accounts": [prod], "NextToken": "two"})
    second = {"Accounts": [{"Id": "000000000005", "Name": "old", "Status": "SUSPENDED"}]}
    organizations.expect("list_accounts_for_parent", {"ParentId": UNIT, "NextToken": "two"}, second)
    empty: dict[str, object] = {"OrganizationalUnits": [], "NextToken": "more"}
    organizations.expect("list_organizational_units_for_parent", {"ParentId": UNIT}, empty)
    below = {"OrganizationalUnits": [{"Id": BELOW}]}
    organizations.expect("list_organizational_units_for_parent", {"ParentId": UNIT, "NextToken": "more"}, below)
    closed, unsaid = {"Id": "000000000007", "Name": "deep", "State": "CLOSED"}, {"Id": "000000000008", "Name": "x"}
    deep = {"Accounts": [closed, unsaid]}
    organizations.expect("list_accounts_for_parent", {"ParentId": BELOW}, deep)
    no_units(organizations, BELOW)
    assert of(aws).members(UNIT) == [
        MemberAccount("000000000005", "old", "SUSPENDED"),
        MemberAccount("000000000007", "deep", "CLOSED"),
        MemberAccount("000000000008", "x", "UNKNOWN"),
        MemberAccount(PROD, "prod", "ACTIVE"),
    ]
    aws.verify()


def test_a_delegated_administrator_asks_in_its_own_account(aws: StubbedAws, organizations: Recorder) -> None:
    organizations.expect("list_accounts_for_parent", {"ParentId": UNIT}, {"Accounts": []})
    no_units(organizations, UNIT)
    assert of(aws, MANAGEMENT).members(UNIT) == []


def test_who_is_none_asks_in_the_management_account(aws: StubbedAws, organizations: Recorder) -> None:
    organizations.refuse("list_accounts_for_parent", {"ParentId": UNIT}, "AccessDeniedException", "no")
    aws.assumed(MANAGEMENT)
    there = aws.session.record("organizations", ACCESS_KEY)
    there.expect("list_accounts_for_parent", {"ParentId": UNIT}, {"Accounts": []})
    no_units(there, UNIT)
    assert of(aws, MANAGEMENT).members(UNIT) == []
    aws.verify()


def test_the_management_account_that_may_not_look_is_told_which_right_is_missing(
    aws: StubbedAws, organizations: Recorder
) -> None:
    organizations.refuse("list_accounts_for_parent", {"ParentId": UNIT}, "AccessDeniedException", "no")
    with pytest.raises(DeniedError) as raised:
        of(aws).members(UNIT)
    assert "organizations:ListAccountsForParent" in raised.value.advice
    assert "`accounts`" in raised.value.advice


def test_a_part_of_a_unit_is_never_all_of_it(aws: StubbedAws, organizations: Recorder) -> None:
    prod = {"Id": PROD, "Name": "prod", "State": "ACTIVE"}
    organizations.expect("list_accounts_for_parent", {"ParentId": UNIT}, {"Accounts": [prod]})
    organizations.refuse("list_organizational_units_for_parent", {"ParentId": UNIT}, "ServiceException", status=500)
    with pytest.raises(UnavailableError):
        of(aws).members(UNIT)


def test_a_unit_that_does_not_exist_is_one_to_mend_in_the_manifest(aws: StubbedAws, organizations: Recorder) -> None:
    organizations.refuse("list_accounts_for_parent", {"ParentId": UNIT}, "ParentNotFoundException", "no parent")
    with pytest.raises(RejectedError, match=UNIT) as raised:
        of(aws).members(UNIT)
    assert "mend its id" in raised.value.advice
