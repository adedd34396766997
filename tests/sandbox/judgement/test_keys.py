"""The condition keys: what a policy may ask of a request, the sandbox answers as AWS does."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from breakglass.errors import UsageError
from breakglass.sandbox.server import Sandbox
from tests.sandbox.support import (
    EVERYTHING,
    MANAGEMENT,
    PROD,
    SECURITY,
    Clients,
    arn,
    identity_policy,
    refused,
    role_arn,
)

if TYPE_CHECKING:
    from mypy_boto3_iam.type_defs import TagTypeDef

ORGANIZATION = "o-acme12345"
MFA = "aws:MultiFactorAuthPresent"


def trust_if(condition: object, *actions: str, principal: str = arn("root")) -> str:
    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": principal},
        "Action": ["sts:AssumeRole", *actions],
        "Condition": condition,
    }
    return json.dumps({"Version": "2012-10-17", "Statement": statement})


def make_role(aws: Clients, trust: str, *documents: str, name: str = "R", path: str = "/") -> str:
    iam = aws.member(PROD)
    role = iam.create_role(RoleName=name, Path=path, AssumeRolePolicyDocument=trust)["Role"]
    for number, document in enumerate(documents):
        iam.put_role_policy(RoleName=name, PolicyName=f"p{number}", PolicyDocument=document)
    return role["Arn"]


def may(aws: Clients, condition: object, *, mfa: bool | None = None, name: str = "ana") -> bool:
    """Tell whether a user who may list users under a condition lists them: signed in, or with a key."""
    listing = identity_policy(Action="iam:ListUsers", Condition=condition)
    keys = aws.user(SECURITY, name, listing)
    iam = aws.iam(keys if mfa is None else aws.signed_in(SECURITY, name, mfa=mfa))
    try:
        return bool(iam.list_users()["Users"])
    except iam.exceptions.ClientError as error:
        return error.response["Error"]["Code"] != "AccessDenied"


@pytest.mark.parametrize(
    ("condition", "with_mfa", "without", "key"),
    [
        ({"Bool": {MFA: "true"}}, True, False, False),
        ({"BoolIfExists": {MFA: "true"}}, True, False, True),
        ({"Bool": {MFA: "false"}}, False, True, False),
        ({"Null": {MFA: "true"}}, False, False, True),
        ({"NumericLessThan": {"aws:MultiFactorAuthAge": "60"}}, True, False, False),
    ],
)
def test_mfa(aws: Clients, condition: object, with_mfa: bool, without: bool, key: bool) -> None:
    assert may(aws, condition, mfa=True, name="a") is with_mfa
    assert may(aws, condition, mfa=False, name="b") is without
    assert may(aws, condition, name="c") is key


def test_the_age_of_mfa_grows_with_the_sandbox_s_clock(aws: Clients, sandbox: Sandbox) -> None:
    role = make_role(aws, trust_if({"NumericLessThan": {"aws:MultiFactorAuthAge": "3600"}}))
    aws.user(SECURITY, "ana", EVERYTHING)
    ana = aws.signed_in(SECURITY, "ana", mfa=True)
    assert aws.assume(ana, role).token
    sandbox.clock.advance(3600)
    with refused("AccessDenied"):
        aws.assume(ana, role)
    sandbox.clock.advance(43200)
    with refused("ExpiredToken"):
        aws.assume(ana, role)


def test_whether_a_role_s_session_has_mfa_is_not_known(aws: Clients) -> None:
    trusting = trust_if({}, principal=arn("root", MANAGEMENT))
    role = make_role(aws, trusting, identity_policy(Action="iam:ListUsers", Condition={"Bool": {MFA: "true"}}))
    session = aws.iam(aws.assume(aws.administrator, role))
    with refused("AccessDenied", "cannot judge"):
        session.list_users()


@pytest.mark.parametrize(
    "condition",
    [
        {"StringEquals": {"aws:username": "ana"}},
        {"ArnEquals": {"aws:PrincipalArn": arn("user/ana")}},
        {"StringEquals": {"aws:PrincipalOrgID": ORGANIZATION}},
        {"StringEquals": {"aws:ResourceOrgID": ORGANIZATION}},
        {"StringEquals": {"aws:PrincipalAccount": SECURITY}},
        {"StringEquals": {"aws:ResourceAccount": SECURITY}},
        {"StringEquals": {"aws:PrincipalType": "User"}},
        {"Null": {"aws:userid": "false"}},
        {"IpAddress": {"aws:SourceIp": "127.0.0.1/32"}},
        {"Bool": {"aws:SecureTransport": "true"}},
        {"StringEquals": {"aws:RequestedRegion": "us-east-1"}},
        {"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": f"{ORGANIZATION}/r-*/"}},
        {"DateGreaterThan": {"aws:CurrentTime": "2020-01-01T00:00:00Z"}},
        {"NumericGreaterThan": {"aws:EpochTime": "1577836800"}},
        {"Null": {"aws:TokenIssueTime": "true"}},
    ],
)
def test_what_aws_tells_of_a_user_with_a_key(aws: Clients, condition: dict[str, object]) -> None:
    assert may(aws, condition)


def test_the_time_is_the_sandbox_s(aws: Clients, sandbox: Sandbox) -> None:
    sandbox.clock.set(datetime(2031, 1, 1, tzinfo=UTC))
    assert may(aws, {"DateGreaterThan": {"aws:CurrentTime": "2030-12-31T00:00:00Z"}})


def test_a_key_that_is_not_looked_up_is_unknown_and_not_absent(aws: Clients) -> None:
    keys = aws.user(
        SECURITY, "ana", identity_policy(Action="iam:*", Condition={"StringLike": {"aws:UserAgent": "Boto3/*"}})
    )
    with refused("AccessDenied", "cannot judge"):
        aws.iam(keys).list_users()


def test_the_arn_of_a_principal_has_the_path_of_its_role(aws: Clients) -> None:
    own = identity_policy(Action="iam:*", Condition={"ArnLike": {"aws:PrincipalArn": arn("role/ops/*", PROD)}})
    role = make_role(aws, trust_if({}, principal=arn("root", MANAGEMENT)), own, path="/ops/")
    assert not aws.iam(aws.assume(aws.administrator, role)).list_users()["Users"]


def test_tags_of_principals_and_resources(aws: Clients) -> None:
    same = {"StringEquals": {"aws:ResourceTag/team": "${aws:PrincipalTag/team}"}}
    keys = aws.user(SECURITY, "ana", identity_policy(Action="iam:GetUser", Condition=same))
    iam = aws.member(SECURITY)
    iam.tag_user(UserName="ana", Tags=[{"Key": "team", "Value": "blue"}])
    for name, team in (("bo", "blue"), ("chidi", "red")):
        iam.create_user(UserName=name, Tags=[{"Key": "team", "Value": team}])
    assert aws.iam(keys).get_user(UserName="bo")
    with refused("AccessDenied", arn("user/chidi")):
        aws.iam(keys).get_user(UserName="chidi")


def test_tags_of_a_session_hide_those_of_the_role(aws: Clients) -> None:
    blue = identity_policy(Action="iam:ListUsers", Condition={"StringEquals": {"aws:PrincipalTag/team": "blue"}})
    role = make_role(aws, trust_if({}, "sts:TagSession", principal=arn("root", MANAGEMENT)), blue)
    aws.member(PROD).tag_role(RoleName="R", Tags=[{"Key": "team", "Value": "red"}])
    with refused("AccessDenied"):
        aws.iam(aws.assume(aws.administrator, role)).list_users()
    tagged = aws.assume(aws.administrator, role, Tags=[{"Key": "team", "Value": "blue"}])
    assert not aws.iam(tagged).list_users()["Users"]


def test_tags_in_requests(aws: Clients) -> None:
    only = {
        "StringEquals": {"aws:RequestTag/team": "blue"},
        "ForAllValues:StringEquals": {"aws:TagKeys": ["team"]},
    }
    ana = aws.iam(aws.user(SECURITY, "ana", identity_policy(Action="iam:CreateUser", Condition=only)))
    blue: TagTypeDef = {"Key": "team", "Value": "blue"}
    more: TagTypeDef = {"Key": "cost", "Value": "1"}
    assert ana.create_user(UserName="bo", Tags=[blue])
    others: list[list[TagTypeDef]] = [[], [more], [blue, more]]
    for tags in others:
        with refused("AccessDenied"):
            ana.create_user(UserName="chidi", Tags=tags)


def test_tags_of_control_policies_guard_them(aws: Clients) -> None:
    theirs = {"StringEquals": {"aws:ResourceTag/break-glass:manifest": "acme"}}
    deny = identity_policy(Effect="Deny", Action="organizations:*", Condition=theirs)
    organizations = aws.organizations(aws.user(MANAGEMENT, "ana", EVERYTHING, deny))
    policy = aws.guard(PROD, {"Effect": "Deny", "Action": "x:*", "Resource": "*"})
    assert organizations.describe_policy(PolicyId=policy)
    aws.organizations().tag_resource(ResourceId=policy, Tags=[{"Key": "break-glass:manifest", "Value": "acme"}])
    calls: tuple[Callable[[], object], ...] = (
        lambda: organizations.detach_policy(PolicyId=policy, TargetId=PROD),
        lambda: organizations.delete_policy(PolicyId=policy),
        lambda: organizations.untag_resource(ResourceId=policy, TagKeys=["break-glass:manifest"]),
    )
    for call in calls:
        with refused("AccessDeniedException", f"/{policy} with an explicit deny in an identity-based policy"):
            call()


def test_a_user_of_another_name_or_account_cannot_sign_in(aws: Clients, sandbox: Sandbox) -> None:
    aws.user(SECURITY, "ana")
    for account, name in ((SECURITY, "bo"), (PROD, "ana"), ("888888888888", "ana")):
        with pytest.raises(UsageError, match=name):
            sandbox.sign_in(account, name, mfa=True)


def test_a_sign_in_follows_the_user_and_ends_with_them(aws: Clients, sandbox: Sandbox) -> None:
    iam = aws.member(SECURITY)
    iam.create_user(UserName="ana")
    sts = aws.sts(aws.signed_in(SECURITY, "ana", mfa=True))
    iam.update_user(UserName="ana", NewPath="/x/")
    assert sts.get_caller_identity()["Arn"] == arn("user/x/ana")
    iam.delete_user(UserName="ana")
    with refused("InvalidClientTokenId"):
        sts.get_caller_identity()
    assert sandbox.url


def test_who_is_signed_in_is_meant_where_nobody_is_named(aws: Clients) -> None:
    own = identity_policy(Action="iam:*", Resource=arn("user/${aws:username}"))
    aws.user(SECURITY, "ana", own)
    ana = aws.iam(aws.signed_in(SECURITY, "ana", mfa=True))
    assert ana.get_user()["User"]["UserName"] == "ana"
    (key,) = ana.list_access_keys()["AccessKeyMetadata"]
    ana.delete_access_key(AccessKeyId=str(key["AccessKeyId"]))
    assert not ana.list_access_keys()["AccessKeyMetadata"]


def test_a_key_of_another_is_not_reached_through_one_s_own_name(aws: Clients) -> None:
    own = identity_policy(Action="iam:*", Resource=arn("user/${aws:username}"))
    aws.user(SECURITY, "ana", own)
    other = aws.user(SECURITY, "bo")
    ana = aws.iam(aws.signed_in(SECURITY, "ana", mfa=True))
    with refused("NoSuchEntity"):
        ana.delete_access_key(AccessKeyId=other.access_key)
    with refused("NoSuchEntity"):
        ana.update_access_key(AccessKeyId=other.access_key, Status="Inactive")
    assert aws.sts(other).get_caller_identity()


def test_external_ids(aws: Clients) -> None:
    role = make_role(aws, trust_if({"StringEquals": {"sts:ExternalId": "12345"}}, principal=arn("root", MANAGEMENT)))
    assert aws.assume(aws.administrator, role, ExternalId="12345").token
    with refused("AccessDenied", role_arn(PROD, "R")):
        aws.assume(aws.administrator, role)
