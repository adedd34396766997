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
