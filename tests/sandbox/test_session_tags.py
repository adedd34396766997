"""What a session brings along: tags, a source identity, and what becomes of them from one role to the next."""

from __future__ import annotations

import json

import pytest

from tests.sandbox.support import MANAGEMENT, PROD, SECURITY, Clients, arn, identity_policy, refused, role_arn

ALL = ("sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity")
BLUE, RED = {"Key": "team", "Value": "blue"}, {"Key": "team", "Value": "red"}


def role(aws: Clients, account: str, name: str, principal: str, *actions: str) -> str:
    """Make a role that a principal may assume with these actions, and that may assume any role and list users."""
    statement = {"Effect": "Allow", "Principal": {"AWS": principal}, "Action": actions or ALL}
    document = json.dumps({"Version": "2012-10-17", "Statement": statement})
    iam = aws.member(account)
    made = iam.create_role(RoleName=name, AssumeRolePolicyDocument=document, MaxSessionDuration=7200)["Role"]
    rights = [identity_policy(Action=list(ALL)), identity_policy(Action="iam:*")]
    for number, right in enumerate(rights):
        iam.put_role_policy(RoleName=name, PolicyName=f"p{number}", PolicyDocument=right)
    return made["Arn"]


def test_tags_and_source_identity_need_rights_of_their_own(aws: Clients) -> None:
    plain = role(aws, PROD, "Plain", arn("root", MANAGEMENT), "sts:AssumeRole")
    assert aws.assume(aws.administrator, plain).token
    with refused("AccessDenied", f"sts:TagSession on resource: {plain}"):
        aws.assume(aws.administrator, plain, Tags=[BLUE])
    with refused("AccessDenied", f"sts:SetSourceIdentity on resource: {plain}"):
        aws.assume(aws.administrator, plain, SourceIdentity="ana")


def test_a_source_identity_stays(aws: Clients) -> None:
    first = role(aws, PROD, "First", arn("root", MANAGEMENT))
    second = role(aws, SECURITY, "Second", arn("root", PROD))
    third = role(aws, SECURITY, "Third", arn("root", PROD), "sts:AssumeRole")
    answer = aws.sts().assume_role(RoleArn=first, RoleSessionName="tests", SourceIdentity="ana")
    assert answer["SourceIdentity"] == "ana"
    session = aws.assume(aws.administrator, first, SourceIdentity="ana")
    assert aws.sts(session).assume_role(RoleArn=second, RoleSessionName="tests")["SourceIdentity"] == "ana"
    with refused("AccessDenied", "sts:SetSourceIdentity"):
        aws.assume(session, third)
    with refused("AccessDenied", "cannot be changed"):
        aws.assume(session, second, SourceIdentity="bo")
    mine = identity_policy(
        Effect="Deny", Action="iam:ListUsers", Condition={"StringEquals": {"aws:SourceIdentity": "ana"}}
    )
    aws.member(PROD).put_role_policy(RoleName="First", PolicyName="mine", PolicyDocument=mine)
    with refused("AccessDenied", "explicit deny in an identity-based policy"):
        aws.iam(session).list_users()
    assert not aws.iam(aws.assume(aws.administrator, first)).list_users()["Users"]


def test_transitive_tags_go_on_and_the_others_do_not(aws: Clients) -> None:
    first = role(aws, PROD, "First", arn("root", MANAGEMENT))
    second = role(aws, SECURITY, "Second", arn("root", PROD))
    tagged = identity_policy(
        Effect="Deny", Action="iam:ListUsers", Condition={"Null": {"aws:PrincipalTag/team": "true"}}
    )
    aws.member(SECURITY).put_role_policy(RoleName="Second", PolicyName="tagged", PolicyDocument=tagged)
    plain = aws.assume(aws.administrator, first, Tags=[BLUE])
    with refused("AccessDenied", "explicit deny in an identity-based policy"):
        aws.iam(aws.assume(plain, second)).list_users()
    lasting = aws.assume(aws.administrator, first, Tags=[BLUE], TransitiveTagKeys=["team"])
    assert not aws.iam(aws.assume(lasting, second)).list_users()["Users"]
    with refused("InvalidParameterValue", "transitive"):
        aws.assume(lasting, second, Tags=[RED])
    assert aws.assume(plain, second, Tags=[RED]).token


def test_transitive_tags_need_the_right_at_every_role(aws: Clients) -> None:
    first = role(aws, PROD, "First", arn("root", MANAGEMENT))
    second = role(aws, SECURITY, "Second", arn("root", PROD), "sts:AssumeRole")
    lasting = aws.assume(aws.administrator, first, Tags=[BLUE], TransitiveTagKeys=["team"])
    with refused("AccessDenied", "sts:TagSession"):
        aws.assume(lasting, second)


def test_a_session_from_a_session_lasts_an_hour_at_most(aws: Clients) -> None:
    first = role(aws, PROD, "First", arn("root", MANAGEMENT))
    second = role(aws, SECURITY, "Second", arn("root", PROD))
    session = aws.assume(aws.administrator, first, DurationSeconds=7200)
    assert aws.assume(session, second, DurationSeconds=3600).token
    with refused("ValidationError", "role chaining"):
        aws.assume(session, second, DurationSeconds=3601)


@pytest.mark.parametrize(
    ("extra", "word"),
    [
        ({"SourceIdentity": "a b"}, "sourceIdentity"),
        ({"SourceIdentity": ""}, "sourceIdentity"),
        ({"ExternalId": "x"}, "externalId"),
        ({"Tags": [{"Key": "", "Value": "v"}]}, "tags"),
        ({"Tags": [{"Key": "k" * 129, "Value": "v"}]}, "tags"),
        ({"Tags": [{"Key": "k", "Value": "v" * 257}]}, "tags"),
        ({"Tags": [BLUE, {"Key": "TEAM", "Value": "x"}]}, "50 tags"),
        ({"Tags": [{"Key": f"k{number}", "Value": ""} for number in range(51)]}, "50 tags"),
    ],
)
def test_what_aws_does_not_take(aws: Clients, extra: dict[str, object], word: str) -> None:
    with refused("ValidationError", word):
        aws.assume(aws.administrator, role_arn(PROD), "tests", **extra)
