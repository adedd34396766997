"""Who may do what: what the policies in the sandbox say, and denials in AWS's words."""

import pytest

from tests.sandbox.support import (
    MANAGEMENT,
    OUTSIDE,
    PROD,
    REGION,
    SECURITY,
    Clients,
    Keys,
    arn,
    client,
    refused,
    role_arn,
    trust_policy,
)


def test_the_administrator_rules_the_management_account(aws: Clients) -> None:
    aws.iam().create_user(UserName="someone")
    assert aws.iam().get_user(UserName="someone")["User"]["Arn"] == arn("user/someone", MANAGEMENT)
    assert aws.organizations().list_accounts()["Accounts"]


@pytest.mark.parametrize(
    "target",
    [
        role_arn(MANAGEMENT),
        role_arn(OUTSIDE),
        role_arn(PROD, "Absent"),
        role_arn(PROD, "path/OrganizationAccountAccessRole"),
        role_arn(PROD).lower(),
        role_arn(PROD).replace("arn:aws:", "arn:aws-cn:"),
        "arn:aws:iam::*:role/OrganizationAccountAccessRole",
    ],
)
def test_the_administrator_assumes_nothing_else(aws: Clients, target: str) -> None:
    with refused("AccessDenied", "not authorized to perform: sts:AssumeRole", target):
        aws.sts().assume_role(RoleArn=target, RoleSessionName="tests")


def test_a_role_is_assumed_by_whom_it_trusts(aws: Clients) -> None:
    prod = aws.member(PROD)
    for name, account in (("Ours", MANAGEMENT), ("Theirs", SECURITY)):
        prod.create_role(RoleName=name, AssumeRolePolicyDocument=trust_policy({"AWS": arn("root", account)}))
    assert aws.assume(aws.administrator, role_arn(PROD, "Ours")).token
    with refused("AccessDenied", role_arn(PROD, "Theirs")):
        aws.assume(aws.administrator, role_arn(PROD, "Theirs"))


def test_a_provisioner_acts_in_its_account_alone(aws: Clients) -> None:
    aws.member(PROD).create_user(UserName="here")
    assert not aws.member(SECURITY).list_users()["Users"]
    assert [user["Arn"] for user in aws.member(PROD).list_users()["Users"]] == [arn("user/here", PROD)]


def test_a_provisioner_sees_the_organization_and_not_its_accounts(aws: Clients) -> None:
    organizations = aws.organizations(aws.provisioner(PROD))
    assert organizations.describe_organization()["Organization"]["Id"] == "o-acme12345"
    with refused("AccessDeniedException", "don't have permissions"):
        organizations.list_accounts()


def test_a_provisioner_assumes_nothing(aws: Clients) -> None:
    sts = aws.sts(aws.provisioner(PROD))
    for account in (PROD, SECURITY):
        with refused("AccessDenied"):
            sts.assume_role(RoleArn=role_arn(account), RoleSessionName="tests")


def test_a_key_made_for_a_user_is_known_and_may_do_nothing(aws: Clients) -> None:
    keys = aws.user(SECURITY, "ana-break-glass")
    who = aws.sts(keys).get_caller_identity()
    assert (who["Account"], who["Arn"]) == (SECURITY, arn("user/ana-break-glass"))
    with refused(
        "AccessDenied", "user/ana-break-glass is not authorized to perform: iam:ListUsers", "no identity-based"
    ):
        aws.iam(keys).list_users()
    with refused("AccessDenied"):
        aws.sts(keys).assume_role(RoleArn=role_arn(PROD), RoleSessionName="ana-break-glass")
    with refused("AccessDeniedException"):
        aws.organizations(keys).describe_organization()


def test_a_key_that_is_switched_off_or_deleted_is_unknown(aws: Clients) -> None:
    keys, iam = aws.user(SECURITY, "ana"), aws.member(SECURITY)
    iam.update_access_key(UserName="ana", AccessKeyId=keys.access_key, Status="Inactive")
    with refused("InvalidClientTokenId"):
        aws.sts(keys).get_caller_identity()
    iam.update_access_key(UserName="ana", AccessKeyId=keys.access_key, Status="Active")
    assert aws.sts(keys).get_caller_identity()
    iam.delete_access_key(UserName="ana", AccessKeyId=keys.access_key)
    with refused("InvalidClientTokenId"):
        aws.sts(keys).get_caller_identity()


def test_a_user_named_like_the_administrator_is_not_the_administrator(aws: Clients) -> None:
    keys = aws.user(SECURITY, "administrator")
    with refused("AccessDenied"):
        aws.iam(keys).list_users()


def test_the_administrator_is_a_user_like_any_other(aws: Clients) -> None:
    iam = aws.iam()
    assert iam.get_user()["User"]["UserId"] == aws.sts().get_caller_identity()["UserId"]
    with refused("EntityAlreadyExists"):
        iam.create_user(UserName="administrator")
    made = iam.create_access_key(UserName="administrator")["AccessKey"]
    assert aws.iam(Keys(made["AccessKeyId"], made["SecretAccessKey"])).list_users()["Users"]


def test_a_denial_names_the_resource(aws: Clients) -> None:
    iam = aws.iam(aws.user(SECURITY, "ana"))
    with refused("AccessDenied", f"on resource: {arn('user/bo')} because"):
        iam.delete_user(UserName="bo")
    with refused("AccessDenied", f"on resource: {arn('policy/p')} because"):
        iam.get_policy(PolicyArn=arn("policy/p"))
    with refused("AccessDenied", "on resource: * because"):
        iam.list_users()


def test_operations_that_cannot_be_carried_out_are_denied(aws: Clients) -> None:
    iam = aws.member(SECURITY)
    with refused("AccessDenied", "iam:SimulatePrincipalPolicy is not modelled"):
        iam.simulate_principal_policy(PolicySourceArn=arn("user/ana"), ActionNames=["s3:GetObject"])
    with refused("AccessDenied", "sts:GetSessionToken is not modelled"):
        aws.sts().get_session_token()
    with refused("AccessDeniedException", "organizations:InviteAccountToOrganization is not modelled"):
        aws.organizations().invite_account_to_organization(Target={"Id": OUTSIDE, "Type": "ACCOUNT"})


@pytest.mark.parametrize(
    ("service", "operation", "code"),
    [("elbv2", "describe_load_balancers", "AccessDenied"), ("ec2", "describe_regions", "AccessDenied")],
)
def test_other_services_are_refused(aws: Clients, service: str, operation: str, code: str) -> None:
    with refused(code):
        getattr(client(service, aws.sandbox.url, REGION, aws.administrator), operation)()
