"""The judge of the toolkit's own policies can say no."""

import pytest

from breakglass.documents import Json
from tests.judge import Asked, Call, allowed, asked

ARNS = {"user/ana": "arn:aws:iam::1:user/x/ana", "group/g": "arn:aws:iam::1:group/g"}
ON_POLICY = "arn:aws:organizations::1:policy/o-1/service_control_policy"


def document(**changes: Json) -> dict[str, Json]:
    statement: dict[str, Json] = {
        "Effect": "Allow",
        "Action": ["iam:A", "iam:B"],
        "Resource": "arn:aws:iam::1:user/x/*",
    }
    return {"Version": "2012-10-17", "Statement": [{**statement, **changes}]}


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        (Asked("iam:A", "arn:aws:iam::1:user/x/ana"), True),
        (Asked("iam:C", "arn:aws:iam::1:user/x/ana"), False),
        (Asked("iam:A", "arn:aws:iam::2:user/x/ana"), False),
        (Asked("iam:A", "*"), False),
    ],
)
def test_actions_and_resources(question: Asked, answer: bool) -> None:
    assert allowed([document()], question) is answer


@pytest.mark.parametrize(
    ("condition", "answer"),
    [
        ({"StringEquals": {"k": "v"}}, True),
        ({"StringEquals": {"k": ["u", "v"]}}, True),
        ({"StringEquals": {"k": "w"}}, False),
        ({"StringEquals": {"absent": "v"}}, False),
        ({"ArnLike": {"k": "*"}}, True),
        ({"ArnLike": {"k": "*"}, "StringEquals": {"k": "w"}}, False),
        ({"Null": {"k": "false"}}, True),
        ({"Null": {"k": "true"}}, False),
        ({"Null": {"absent": "false"}}, False),
        ({"Null": {"absent": "true"}}, True),
    ],
)
def test_conditions(condition: Json, answer: bool) -> None:
    question = Asked("iam:A", "arn:aws:iam::1:user/x/ana", {"k": "v"})
    assert allowed([document(Condition=condition)], question) is answer


@pytest.mark.parametrize(
    ("service", "operation", "parameters", "expected"),
    [
        ("sts", "GetCallerIdentity", {}, []),
        ("iam", "ListRoles", {}, [("iam:ListRoles", "*")]),
        ("iam", "GetUser", {"UserName": "ana"}, [("iam:GetUser", ARNS["user/ana"])]),
        ("iam", "AddUserToGroup", {"UserName": "ana", "GroupName": "g"}, [("iam:AddUserToGroup", ARNS["group/g"])]),
        (
            "iam",
            "UpdateUser",
            {"UserName": "ana", "NewPath": "/y/"},
            [("iam:UpdateUser", ARNS["user/ana"]), ("iam:UpdateUser", "arn:aws:iam::1:user/y/ana")],
        ),
        (
            "iam",
            "CreateRole",
            {"RoleName": "r", "Path": "/", "Tags": [{"Key": "k", "Value": "v"}]},
            [("iam:CreateRole", "arn:aws:iam::1:role/r"), ("iam:TagRole", "arn:aws:iam::1:role/r")],
        ),
        (
            "iam",
            "CreatePolicy",
            {"PolicyName": "p", "Path": "/x/"},
            [("iam:CreatePolicy", "arn:aws:iam::1:policy/x/p")],
        ),
        ("organizations", "ListRoots", {}, [("organizations:ListRoots", "*")]),
        (
            "organizations",
            "AttachPolicy",
            {"PolicyId": "p-1", "TargetId": "r-1"},
            [
                ("organizations:AttachPolicy", f"{ON_POLICY}/p-1"),
                ("organizations:AttachPolicy", "arn:aws:organizations::1:root/o-1/r-1"),
            ],
        ),
        (
            "organizations",
            "CreatePolicy",
            {"Name": "n", "Tags": [{"Key": "k", "Value": "v"}]},
            [("organizations:CreatePolicy", f"{ON_POLICY}/p-new"), ("organizations:TagResource", f"{ON_POLICY}/p-new")],
        ),
    ],
)
def test_what_a_call_is_authorized_on(
    service: str, operation: str, parameters: dict[str, Json], expected: list[tuple[str, str]]
) -> None:
    found = asked(Call("1", service, operation, parameters), ARNS, "o-1")
    assert [(each.action, each.resource) for each in found] == expected


def test_a_policy_is_looked_at_by_its_arn_where_it_is_attached() -> None:
    (question,) = asked(Call("1", "iam", "AttachGroupPolicy", {"GroupName": "g", "PolicyArn": "arn:p"}), ARNS, "o-1")
    assert question.keys == {"iam:PolicyARN": "arn:p"}


def at(service: str, resource: str) -> str:
    return f"arn:aws:{service}:eu-west-1:1:{resource}"


TARGET: Json = {"Id": "bus", "Arn": "arn:bus", "RoleArn": "arn:role"}


@pytest.mark.parametrize(
    ("service", "operation", "parameters", "expected"),
    [
        ("kms", "ListKeys", {}, [("kms:ListKeys", "*")]),
        ("kms", "DescribeKey", {"KeyId": "alias/a"}, [("kms:DescribeKey", at("kms", "key/aliased"))]),
        ("kms", "DescribeKey", {"KeyId": "arn:x:key/k"}, [("kms:DescribeKey", at("kms", "key/k"))]),
        ("kms", "CreateKey", {"Tags": []}, [("kms:CreateKey", "*"), ("kms:TagResource", at("kms", "key/new"))]),
        (
            "kms",
            "CreateAlias",
            {"AliasName": "alias/a", "TargetKeyId": "k"},
            [("kms:CreateAlias", at("kms", "alias/a")), ("kms:CreateAlias", at("kms", "key/k"))],
        ),
        ("sns", "Unsubscribe", {"SubscriptionArn": "arn:aws:sns:r:1:t:s"}, [("sns:Unsubscribe", at("sns", "t"))]),
        (
            "sns",
            "CreateTopic",
            {"Name": "t", "Tags": [{"Key": "k", "Value": "v"}]},
            [("sns:CreateTopic", at("sns", "t")), ("sns:TagResource", at("sns", "t"))],
        ),
        ("sqs", "DeleteQueue", {"QueueUrl": "https://sqs/1/q"}, [("sqs:DeleteQueue", at("sqs", "q"))]),
        (
            "sqs",
            "CreateQueue",
            {"QueueName": "q", "tags": {"k": "v"}},
            [("sqs:CreateQueue", at("sqs", "q")), ("sqs:TagQueue", at("sqs", "q"))],
        ),
        ("events", "PutPermission", {"EventBusName": "b"}, [("events:PutPermission", "*")]),
        ("events", "PutRule", {"Name": "r"}, [("events:PutRule", at("events", "rule/r"))]),
        (
            "events",
            "PutTargets",
            {"Rule": "r", "EventBusName": "b", "Targets": [TARGET]},
            [("events:PutTargets", at("events", "rule/b/r")), ("iam:PassRole", "arn:role")],
        ),
        (
            "events",
            "CreateEventBus",
            {"Name": "b", "Tags": [TARGET]},
            [
                ("events:CreateEventBus", at("events", "event-bus/b")),
                ("events:TagResource", at("events", "event-bus/b")),
            ],
        ),
        (
            "events",
            "ListTagsForResource",
            {"ResourceARN": at("events", "event-bus/b")},
            [("events:ListTagsForResource", at("events", "event-bus/b"))],
        ),
        ("logs", "PutMetricFilter", {"logGroupName": "g"}, [("logs:PutMetricFilter", at("logs", "log-group:g"))]),
        (
            "cloudwatch",
            "DeleteAlarms",
            {"AlarmNames": ["a", "b"]},
            [("cloudwatch:DeleteAlarms", at("cloudwatch", f"alarm:{each}")) for each in "ab"],
        ),
        (
            "cloudwatch",
            "ListAlarmMuteRules",
            {},
            [("cloudwatch:ListAlarmMuteRules", at("cloudwatch", "alarm-mute-rule:*"))],
        ),
        ("cloudtrail", "DescribeTrails", {}, [("cloudtrail:DescribeTrails", "*")]),
        ("cloudtrail", "GetTrailStatus", {"Name": "arn:t"}, [("cloudtrail:GetTrailStatus", "arn:t")]),
        ("cloudtrail", "ListTags", {"ResourceIdList": ["arn:t"]}, [("cloudtrail:ListTags", "arn:t")]),
        (
            "cloudtrail",
            "CreateTrail",
            {"Name": "t", "TagsList": [TARGET]},
            [
                ("cloudtrail:CreateTrail", at("cloudtrail", "trail/t")),
                ("cloudtrail:AddTags", at("cloudtrail", "trail/t")),
            ],
        ),
        ("s3", "ListBuckets", {}, [("s3:ListAllMyBuckets", "*")]),
        ("s3", "GetBucketEncryption", {"Bucket": "b"}, [("s3:GetEncryptionConfiguration", "arn:aws:s3:::b")]),
        (
            "s3",
            "CreateBucket",
            {"Bucket": "b", "CreateBucketConfiguration": {"Tags": [TARGET]}},
            [("s3:CreateBucket", "arn:aws:s3:::b"), ("s3:TagResource", "arn:aws:s3:::b")],
        ),
    ],
)
def test_what_a_call_of_a_regional_service_is_authorized_on(
    service: str, operation: str, parameters: dict[str, Json], expected: list[tuple[str, str]]
) -> None:
    found = asked(Call("1", service, operation, parameters, "eu-west-1"), {}, "o-1")
    assert [(each.action, each.resource) for each in found] == expected


def test_a_key_is_looked_at_by_its_tags() -> None:
    tags: Json = [{"TagKey": "k", "TagValue": "v"}]
    for operation, parameters in (("CreateKey", {"Tags": tags}), ("TagResource", {"KeyId": "x", "Tags": tags})):
        found = asked(Call("1", "kms", operation, parameters, "eu-west-1"), {}, "o-1")
        assert all(each.keys == {"aws:RequestTag/k": "v"} for each in found)
    (question,) = asked(Call("1", "kms", "EnableKey", {"KeyId": "x"}, "eu-west-1"), {}, "o-1")
    assert question.keys == {"aws:ResourceTag/break-glass:manifest": "acme"}
