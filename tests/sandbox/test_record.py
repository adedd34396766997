"""Every signed call is recorded, with what became of it."""

import pytest

from breakglass.sandbox.record import Call, Calls
from breakglass.sandbox.server import Sandbox
from tests.sandbox.support import MANAGEMENT, PROD, Clients, Keys, refused, role_arn


def test_a_call_is_recorded_with_who_where_and_what(aws: Clients, sandbox: Sandbox) -> None:
    iam = aws.member(PROD)
    iam.create_user(UserName="ana")
    with refused("NoSuchEntity"):
        iam.get_user(UserName="bo")
    prod = f"arn:aws:sts::{PROD}:assumed-role/OrganizationAccountAccessRole/tests"
    admin = f"arn:aws:iam::{MANAGEMENT}:user/administrator"
    assert [(c.account, c.principal, c.action, c.region, c.error) for c in sandbox.calls] == [
        (PROD, admin, "sts:AssumeRole", "eu-west-1", ""),
        (PROD, prod, "iam:CreateUser", "us-east-1", ""),
        (PROD, prod, "iam:GetUser", "us-east-1", "NoSuchEntity"),
    ]
    assert [call.action for call in sandbox.calls.writes] == ["iam:CreateUser"]


def test_times_are_the_sandbox_s(aws: Clients, sandbox: Sandbox) -> None:
    sandbox.clock.advance(3600)
    before = sandbox.clock.now()
    aws.sts().get_caller_identity()
    assert before <= next(iter(sandbox.calls)).time <= sandbox.clock.now()


def test_refused_calls_are_recorded_too(aws: Clients, sandbox: Sandbox) -> None:
    with refused("AccessDenied"):
        aws.sts().assume_role(RoleArn=role_arn(MANAGEMENT), RoleSessionName="tests")
    with refused("InvalidClientTokenId"):
        aws.iam(Keys("AKIAIOSFODNN7EXAMPLE", "x")).create_user(UserName="ana")
    with refused("AccountNotFoundException"):
        aws.organizations().describe_account(AccountId="000000000000")
    assert [(c.account, c.principal != "", c.error) for c in sandbox.calls] == [
        (MANAGEMENT, True, "AccessDenied"),
        ("", False, "InvalidClientTokenId"),
        (MANAGEMENT, True, "AccountNotFoundException"),
    ]


@pytest.mark.parametrize(
    ("action", "write"),
    [
        ("iam:CreateRole", True),
        ("iam:TagUser", True),
        ("organizations:MoveAccount", True),
        ("iam:GetRole", False),
        ("iam:ListRoles", False),
        ("iam:GenerateCredentialReport", False),
        ("organizations:DescribeOrganization", False),
        ("sts:AssumeRole", False),
    ],
)
def test_what_is_a_write(sandbox: Sandbox, action: str, write: bool) -> None:
    assert Call(sandbox.clock.now(), PROD, "", action, "us-east-1").write is write


def test_calls_can_be_read_while_more_come_in(sandbox: Sandbox) -> None:
    calls = Calls()
    calls.add(Call(sandbox.clock.now(), PROD, "", "iam:GetRole", "us-east-1"))
    seen = iter(calls)
    calls.add(Call(sandbox.clock.now(), PROD, "", "iam:CreateRole", "us-east-1"))
    assert len(tuple(seen)) == 1
    assert len(calls) == 2
    calls.clear()
    assert not calls
