"""The organization is the manifest's: ids, names, and a provisioning role in every account but the first."""

from breakglass.manifest.model import Manifest
from tests.sandbox.support import MANAGEMENT, PROD, SECURITY, Clients, parsed, refused


def test_the_organization_is_the_manifest_s(aws: Clients) -> None:
    organization = aws.organizations().describe_organization()["Organization"]
    assert organization["Id"] == "o-acme12345"
    assert organization["MasterAccountId"] == MANAGEMENT
    assert organization["Arn"] == f"arn:aws:organizations::{MANAGEMENT}:organization/o-acme12345"
    assert organization["FeatureSet"] == "ALL"


def test_the_accounts_are_the_manifest_s(aws: Clients, acme: Manifest) -> None:
    accounts = aws.organizations().list_accounts()["Accounts"]
    assert {account["Id"]: account["Name"] for account in accounts} == {
        each: acme.account_name(each) for each in acme.account_ids
    }
    assert {account["Status"] for account in accounts} == {"ACTIVE"}
    assert all(account["Arn"].endswith(f"account/o-acme12345/{account['Id']}") for account in accounts)
    assert len({account["Email"] for account in accounts}) == len(accounts)


def test_each_account_can_be_described(aws: Clients, acme: Manifest) -> None:
    for each in acme.account_ids:
        assert aws.organizations().describe_account(AccountId=each)["Account"]["Id"] == each
    with refused("AccountNotFoundException"):
        aws.organizations().describe_account(AccountId="000000000000")


def test_the_root_and_its_policy_belong_to_the_organization(aws: Clients) -> None:
    root = aws.organizations().list_roots()["Roots"][0]
    policy = aws.organizations().list_policies(Filter="SERVICE_CONTROL_POLICY")["Policies"][0]
    assert "/o-acme12345/" in root["Arn"]
    assert "/o-acme12345/" in policy["Arn"]


def test_an_account_sees_its_organization(aws: Clients) -> None:
    organization = aws.organizations(aws.provisioner(PROD)).describe_organization()["Organization"]
    assert organization["MasterAccountId"] == MANAGEMENT


def test_each_account_but_the_first_has_nothing_but_its_provisioning_role(aws: Clients, acme: Manifest) -> None:
    for each in acme.account_ids[1:]:
        roles = [
            role for role in aws.member(each).list_roles()["Roles"] if role["RoleName"] != "OrganizationTrailToLogs"
        ]
        assert [role["RoleName"] for role in roles] == ["OrganizationAccountAccessRole"]
        assert parsed(roles[0]["AssumeRolePolicyDocument"])["Statement"] == [
            {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": f"arn:aws:iam::{MANAGEMENT}:root"}}
        ]
        assert not aws.member(each).list_users()["Users"]
    assert not aws.iam().list_roles()["Roles"]


def test_a_policy_can_be_attached_to_an_account(aws: Clients) -> None:
    organizations = aws.organizations()
    made = organizations.create_policy(Name="p", Description="", Type="SERVICE_CONTROL_POLICY", Content="{}")
    identifier = made["Policy"]["PolicySummary"]["Id"]
    organizations.attach_policy(PolicyId=identifier, TargetId=SECURITY)
    targets = organizations.list_targets_for_policy(PolicyId=identifier)["Targets"]
    assert [target["TargetId"] for target in targets] == [SECURITY]
