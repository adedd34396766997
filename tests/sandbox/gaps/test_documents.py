from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.sandbox.support import TRUST, arn, identity_policy, parsed, refused, trust_policy

if TYPE_CHECKING:
    from mypy_boto3_iam import IAMClient

ODD = identity_policy(Resource="arn:aws:s3:::a%41b+c d/${aws:username}/é?*", Sid="A1")


def document(*statements: object) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "{}",
        "null",
        identity_policy(Effect="allow"),
        identity_policy(Action="nothing"),
        identity_policy(Sid="with-hyphen"),
        identity_policy(Principal={"AWS": "*"}),
        identity_policy(NotPrincipal="*"),
        identity_policy(Nonsense=1),
        identity_policy(Condition={"StringEqual": {"a": "b"}}),
        document({"Effect": "Allow", "Action": "s3:*"}),
    ],
)
def test_identity_policies_aws_refuses(iam: IAMClient, text: str) -> None:
    iam.create_user(UserName="ana")
    iam.create_policy(PolicyName="kept", PolicyDocument=identity_policy())
    with refused("MalformedPolicyDocument"):
        iam.create_policy(PolicyName="p", PolicyDocument=text)
    with refused("MalformedPolicyDocument"):
        iam.create_policy_version(PolicyArn=arn("policy/kept"), PolicyDocument=text)
    with refused("MalformedPolicyDocument"):
        iam.put_user_policy(UserName="ana", PolicyName="p", PolicyDocument=text)
    assert not iam.list_user_policies(UserName="ana")["PolicyNames"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "notjson",
        "{}",
        identity_policy(),
        trust_policy([]),
        trust_policy({}),
        trust_policy("ana"),
        trust_policy({"Nobody": "*"}),
        document({"Effect": "Allow", "Action": "sts:AssumeRole"}),
        document({"Effect": "Allow", "Action": "s3:GetObject", "Principal": "*"}),
        document({"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": "*", "Resource": "*"}),
        document({"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": "*", "Sid": "a b"}),
    ],
)
def test_trust_policies_aws_refuses(iam: IAMClient, text: str) -> None:
    iam.create_role(RoleName="kept", AssumeRolePolicyDocument=TRUST)
    with refused("MalformedPolicyDocument"):
        iam.create_role(RoleName="r", AssumeRolePolicyDocument=text)
    with refused("MalformedPolicyDocument"):
        iam.update_assume_role_policy(RoleName="kept", PolicyDocument=text)
    assert iam.get_role(RoleName="kept")["Role"]["AssumeRolePolicyDocument"] == json.loads(TRUST)


def test_one_statement_needs_no_list(iam: IAMClient) -> None:
    statement = json.loads(TRUST)["Statement"][0]
    whole = json.dumps({"Version": "2012-10-17", "Statement": statement})
    assert iam.create_role(RoleName="r", AssumeRolePolicyDocument=whole)


def test_identity_policies_come_back_as_they_were_written(iam: IAMClient) -> None:
    wanted = json.loads(ODD)
    iam.create_user(UserName="ana")
    iam.create_policy(PolicyName="p", PolicyDocument=identity_policy())
    iam.create_policy_version(PolicyArn=arn("policy/p"), PolicyDocument=ODD, SetAsDefault=True)
    iam.put_user_policy(UserName="ana", PolicyName="i", PolicyDocument=ODD)
    details = iam.get_account_authorization_details(Filter=["User", "LocalManagedPolicy"])
    versions = {each["VersionId"]: each["Document"] for each in details["Policies"][0]["PolicyVersionList"]}
    assert iam.get_policy_version(PolicyArn=arn("policy/p"), VersionId="v2")["PolicyVersion"]["Document"] == wanted
    assert versions == {"v1": json.loads(identity_policy()), "v2": wanted}
    assert iam.get_user_policy(UserName="ana", PolicyName="i")["PolicyDocument"] == wanted
    assert details["UserDetailList"][0]["UserPolicyList"][0]["PolicyDocument"] == wanted


def test_trust_policies_come_back_as_they_were_written(iam: IAMClient) -> None:
    statement = json.loads(TRUST)["Statement"][0]
    odd = document({**statement, "Condition": {"StringEquals": {"aws:PrincipalTag/a%41": "+ é"}}})
    iam.create_role(RoleName="r", AssumeRolePolicyDocument=odd)
    listed = {role["RoleName"]: role["AssumeRolePolicyDocument"] for role in iam.list_roles()["Roles"]}
    details = iam.get_account_authorization_details(Filter=["Role"])["RoleDetailList"]
    told = {role["RoleName"]: role["AssumeRolePolicyDocument"] for role in details}
    assert parsed(iam.get_role(RoleName="r")["Role"]["AssumeRolePolicyDocument"]) == json.loads(odd)
    assert listed["r"] == told["r"] == json.loads(odd)


def test_documents_of_versions_are_told_when_asked_for_alone(iam: IAMClient) -> None:
    iam.create_policy(PolicyName="p", PolicyDocument=identity_policy())
    made = iam.create_policy_version(PolicyArn=arn("policy/p"), PolicyDocument=ODD)["PolicyVersion"]
    assert "Document" not in made
    assert not any("Document" in each for each in iam.list_policy_versions(PolicyArn=arn("policy/p"))["Versions"])
