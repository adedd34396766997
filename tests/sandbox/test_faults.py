"""Planted faults strike the calls they are meant for, as often as they are meant to."""

import pytest
from botocore.config import Config
from botocore.exceptions import ConnectionClosedError, ReadTimeoutError

from breakglass.sandbox.faults import ALWAYS, DEAD, HANGING, Fault, Faults
from breakglass.sandbox.server import Sandbox
from tests.sandbox.support import PROD, SECURITY, SESSION, Clients, refused, role_arn


def test_a_fault_strikes_once_unless_told_otherwise() -> None:
    faults = Faults()
    faults.plant(Fault("Throttling"), Fault("AccessDenied", times=2))
    assert [faults.strike(PROD, "iam:ListRoles") for _ in range(4)] == [
        "Throttling",
        "AccessDenied",
        "AccessDenied",
        "",
    ]


def test_a_fault_may_strike_always_until_cleared() -> None:
    faults = Faults()
    faults.plant(Fault("Throttling", times=ALWAYS))
    assert {faults.strike(PROD, "iam:ListRoles") for _ in range(100)} == {"Throttling"}
    faults.clear()
    assert not faults.strike(PROD, "iam:ListRoles")


@pytest.mark.parametrize(
    ("fault", "struck"),
    [
        (Fault("x"), True),
        (Fault("x", account=PROD), True),
        (Fault("x", action="iam:CreateRole"), True),
        (Fault("x", account=PROD, action="iam:CreateRole"), True),
        (Fault("x", account=SECURITY), False),
        (Fault("x", action="iam:DeleteRole"), False),
        (Fault("x", account=PROD, action="iam:DeleteRole"), False),
    ],
)
def test_a_fault_waits_for_its_call(fault: Fault, struck: bool) -> None:
    assert fault.strikes(PROD, "iam:CreateRole") is struck


@pytest.mark.parametrize(
    ("error", "in_json"),
    [
        ("AccessDenied", "AccessDeniedException"),
        ("Throttling", "ThrottlingException"),
        ("InternalFailure", "InternalFailure"),
        ("ServiceUnavailable", "ServiceUnavailable"),
        ("ExpiredToken", "ExpiredTokenException"),
    ],
)
def test_a_fault_is_answered_in_the_words_of_the_service(
    aws: Clients, sandbox: Sandbox, error: str, in_json: str
) -> None:
    sandbox.faults.plant(Fault(error, times=2))
    with refused(error):
        aws.iam().list_users()
    with refused(in_json):
        aws.organizations().list_accounts()
    assert aws.iam().list_users()


def test_a_fault_hits_one_call_of_one_account(aws: Clients, sandbox: Sandbox) -> None:
    prod, security = aws.member(PROD), aws.member(SECURITY)
    sandbox.faults.plant(Fault("AccessDenied", PROD, "iam:ListRoles"))
    assert security.list_roles()["Roles"]
    assert not prod.list_users()["Users"]
    with refused("AccessDenied"):
        prod.list_roles()
    assert prod.list_roles()["Roles"]


def test_assuming_a_role_happens_in_the_role_s_account(aws: Clients, sandbox: Sandbox) -> None:
    sandbox.faults.plant(Fault("AccessDenied", PROD, "sts:AssumeRole"))
    assert aws.provisioner(SECURITY).token
    with refused("AccessDenied"):
        aws.sts().assume_role(RoleArn=role_arn(PROD), RoleSessionName="tests")


def test_a_faulty_write_writes_nothing(aws: Clients, sandbox: Sandbox) -> None:
    sandbox.faults.plant(Fault("InternalFailure", action="iam:CreateUser"))
    with refused("InternalFailure"):
        aws.iam().create_user(UserName="ana")
    with refused("NoSuchEntity"):
        aws.iam().get_user(UserName="ana")


def test_a_dead_call_gets_no_answer(aws: Clients, sandbox: Sandbox) -> None:
    iam = aws.iam()
    sandbox.faults.plant(Fault(DEAD, action="iam:ListUsers"))
    with pytest.raises(ConnectionClosedError):
        iam.list_users()
    assert iam.list_users()
    assert [call.error for call in sandbox.calls] == [DEAD, ""]


def test_a_dead_region_answers_nobody(aws: Clients, sandbox: Sandbox) -> None:
    sandbox.faults.dead_regions.add("eu-west-1")
    with pytest.raises(ConnectionClosedError):
        aws.sts(region="eu-west-1").get_caller_identity()
    assert aws.sts(region="us-west-2").get_caller_identity()
    sandbox.faults.dead_regions.clear()
    assert aws.sts(region="eu-west-1").get_caller_identity()
    assert next((call.region, call.error, call.principal) for call in sandbox.calls) == ("eu-west-1", DEAD, "")


def test_iam_lives_in_one_region_whatever_the_client_signs_for(aws: Clients, sandbox: Sandbox) -> None:
    sandbox.faults.dead_regions.add("eu-west-1")
    assert aws.iam(region="eu-west-1").list_users()
    sandbox.faults.dead_regions.add("us-east-1")
    with pytest.raises(ConnectionClosedError):
        aws.iam(region="eu-west-1").list_users()
    with pytest.raises(ConnectionClosedError):
        aws.organizations().list_accounts()


HUNG = Config(retries={"total_max_attempts": 1}, connect_timeout=5, read_timeout=0.1)


def test_a_hanging_region_takes_the_connection_and_says_nothing(aws: Clients, sandbox: Sandbox) -> None:
    sandbox.faults.hanging_regions.add("eu-west-1")
    keys = aws.administrator
    sts = SESSION.client(
        "sts",
        region_name="eu-west-1",
        endpoint_url=sandbox.url,
        aws_access_key_id=keys.access_key,
        aws_secret_access_key=keys.secret,
        config=HUNG,
    )
    with pytest.raises(ReadTimeoutError):
        sts.get_caller_identity()
    assert [(call.region, call.error) for call in sandbox.calls] == [("eu-west-1", HANGING)]
    assert aws.sts(region="us-west-2").get_caller_identity()
