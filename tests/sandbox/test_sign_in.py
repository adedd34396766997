"""Signing in as a person does: with a password, a code of a device, and another password where that is wanted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import pytest

from breakglass.errors import DeniedError, UnavailableError
from breakglass.sandbox.server import Sandbox
from breakglass.sandbox.sessions import Session
from breakglass.sandbox.sign_in import REFUSED
from tests.sandbox.authenticator import STEP, Device, give, steady
from tests.sandbox.support import EVERYTHING, PROD, REGION, SECURITY, Clients, Keys, identity_policy, refused

if TYPE_CHECKING:
    from mypy_boto3_iam import IAMClient

PASSWORD, OTHER = "Correct-Horse-Battery-9", "Other-Horse-Battery-10"
CHANGE = identity_policy(Action="iam:ChangePassword")


@pytest.fixture(autouse=True)
def ana(sandbox: Sandbox, iam: IAMClient) -> None:
    steady(sandbox.clock)
    iam.create_user(UserName="ana")
    iam.create_login_profile(UserName="ana", Password=PASSWORD)


@pytest.fixture
def device(sandbox: Sandbox, iam: IAMClient) -> Device:
    return give(iam, sandbox.clock, "ana")


def who(aws: Clients, session: Session) -> str:
    return aws.sts(Keys(session.access_key, session.secret, session.token)).get_caller_identity()["Arn"]


def sign_ins(sandbox: Sandbox) -> list[tuple[str, str, str, str]]:
    """User, region, outcome and whether MFA was used, of every sign-in there was."""
    found = []
    for each in sandbox.events:
        if each["eventName"] == "ConsoleLogin":
            user, answer, data = each["userIdentity"], each["responseElements"], each["additionalEventData"]
            assert isinstance(user, Mapping)
            assert isinstance(answer, Mapping)
            assert isinstance(data, Mapping)
            found.append((user["userName"], str(each["awsRegion"]), answer["ConsoleLogin"], data["MFAUsed"]))
    return found


def test_without_a_device_the_password_is_enough_and_is_no_mfa(aws: Clients, iam: IAMClient, sandbox: Sandbox) -> None:
    assert "PasswordLastUsed" not in iam.get_user(UserName="ana")["User"]
    session = sandbox.sign_in_with(SECURITY, "ana", PASSWORD, code="123456", region="us-west-2")
    assert session.mfa is False
    assert who(aws, session).endswith(":user/ana")
    assert sign_ins(sandbox) == [("ana", "us-west-2", "Success", "No")]
    used = iam.get_user(UserName="ana")["User"]["PasswordLastUsed"]
    assert abs((used - sandbox.clock.now()).total_seconds()) < 10
    assert [each["PasswordLastUsed"] for each in iam.list_users()["Users"]] == [used]


def test_who_has_a_device_needs_its_next_code(aws: Clients, sandbox: Sandbox, device: Device) -> None:
    session = sandbox.sign_in_with(SECURITY, "ana", PASSWORD, code=device.next_code())
    assert session.mfa is True
    assert who(aws, session).endswith(":user/ana")
    assert sign_ins(sandbox) == [("ana", REGION, "Success", "Yes")]


@pytest.mark.usefixtures("device")
def test_any_device_of_a_user_will_do(iam: IAMClient, sandbox: Sandbox) -> None:
    second = give(iam, sandbox.clock, "ana", "second")
    sandbox.register_passkey(SECURITY, "ana")
    assert sandbox.sign_in_with(SECURITY, "ana", PASSWORD, code=second.next_code()).mfa


@pytest.mark.parametrize(
    ("account", "user", "password"),
    [
        (SECURITY, "ana", "wrong"),
        (SECURITY, "ana", ""),
        (SECURITY, "ana", PASSWORD.lower()),
        (SECURITY, "nobody", PASSWORD),
        (SECURITY, "bo", ""),
        (SECURITY, "root", PASSWORD),
        (PROD, "ana", PASSWORD),
        ("888888888888", "ana", PASSWORD),
    ],
)
def test_who_is_not_known_is_told_nothing(
    iam: IAMClient, sandbox: Sandbox, account: str, user: str, password: str
) -> None:
    iam.create_user(UserName="bo")
    with pytest.raises(DeniedError) as caught:
        sandbox.sign_in_with(account, user, password)
    assert caught.value.message == REFUSED
    assert [each["responseElements"] for each in sandbox.events if each["eventName"] == "ConsoleLogin"] == [
        {"ConsoleLogin": "Failure"}
    ]


@pytest.mark.parametrize("later", [0, -1, 2, -2, 100])
def test_no_code_but_a_fresh_one_near_now_is_good(sandbox: Sandbox, device: Device, later: int) -> None:
    for code in (device.code(later), "", "12345", "é"):
        with pytest.raises(DeniedError, match="authentication information is incorrect"):
            sandbox.sign_in_with(SECURITY, "ana", PASSWORD, code=code)
    assert set(sign_ins(sandbox)) <= {("ana", REGION, "Failure", "Yes"), ("ana", REGION, "Failure", "No")}


def test_a_code_is_good_once(sandbox: Sandbox, device: Device) -> None:
    code = device.next_code()
    assert sandbox.sign_in_with(SECURITY, "ana", PASSWORD, code=code).token
    for spent in (code, device.code(-1)):
        with pytest.raises(DeniedError):
            sandbox.sign_in_with(SECURITY, "ana", PASSWORD, code=spent)


def test_a_wrong_password_spends_no_code(sandbox: Sandbox, device: Device) -> None:
    code = device.next_code()
    with pytest.raises(DeniedError):
        sandbox.sign_in_with(SECURITY, "ana", OTHER, code=code)
    sandbox.clock.advance(STEP)
    assert sandbox.sign_in_with(SECURITY, "ana", PASSWORD, code=code).token


def test_a_passkey_alone_has_no_code(sandbox: Sandbox) -> None:
    sandbox.register_passkey(SECURITY, "ana")
    with pytest.raises(DeniedError):
        sandbox.sign_in_with(SECURITY, "ana", PASSWORD, code="123456")


def test_another_password_is_set_where_it_must_be(
    aws: Clients, iam: IAMClient, sandbox: Sandbox, device: Device
) -> None:
    iam.update_login_profile(UserName="ana", PasswordResetRequired=True)
    iam.put_user_policy(UserName="ana", PolicyName="p", PolicyDocument=CHANGE)
    code = device.next_code()
    with pytest.raises(DeniedError, match="must be changed first"):
        sandbox.sign_in_with(SECURITY, "ana", PASSWORD, code=code)
    with pytest.raises(DeniedError, match="incorrect"):
        sandbox.sign_in_with(SECURITY, "ana", PASSWORD, code=code, new_password=OTHER)
    session = sandbox.sign_in_with(SECURITY, "ana", PASSWORD, code=device.next_code(), new_password=OTHER)
    assert who(aws, session).endswith(":user/ana")
    assert iam.get_login_profile(UserName="ana")["LoginProfile"]["PasswordResetRequired"] is False
    assert sandbox.sign_in_with(SECURITY, "ana", OTHER, code=device.next_code()).token
    with pytest.raises(DeniedError):
        sandbox.sign_in_with(SECURITY, "ana", PASSWORD, code=device.next_code())
    (changed,) = (each for each in sandbox.events if each["eventName"] == "ChangePassword")
    assert changed["recipientAccountId"] == SECURITY
    assert not [secret for secret in (PASSWORD, OTHER) if secret in str(list(sandbox.events))]


@pytest.mark.parametrize("required", [True, False])
def test_a_new_password_nobody_asked_for_changes_nothing(iam: IAMClient, sandbox: Sandbox, required: bool) -> None:
    iam.update_login_profile(UserName="ana", PasswordResetRequired=required)
    if required:
        with pytest.raises(DeniedError, match=r"not changed.* is not authorized to perform: iam:ChangePassword"):
            sandbox.sign_in_with(SECURITY, "ana", PASSWORD, new_password=OTHER)
    else:
        assert sandbox.sign_in_with(SECURITY, "ana", PASSWORD, new_password=OTHER).token
    with pytest.raises(DeniedError, match="incorrect"):
        sandbox.sign_in_with(SECURITY, "ana", OTHER)
    assert "PasswordLastUsed" not in iam.get_user(UserName="ana")["User"] or not required


def test_a_change_follows_the_policy_and_counts_the_mfa_of_this_sign_in(
    iam: IAMClient, sandbox: Sandbox, device: Device
) -> None:
    with_mfa = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}
    iam.update_login_profile(UserName="ana", PasswordResetRequired=True)
    iam.put_user_policy(
        UserName="ana",
        PolicyName="p",
        PolicyDocument=identity_policy(Action="iam:ChangePassword", Condition=with_mfa),
    )
    with pytest.raises(DeniedError, match="Password does not conform"):
        sandbox.sign_in_with(SECURITY, "ana", PASSWORD, code=device.next_code(), new_password="short")
    assert sandbox.sign_in_with(SECURITY, "ana", PASSWORD, code=device.next_code(), new_password=OTHER).token


def test_a_region_that_does_not_answer_signs_nobody_in(iam: IAMClient, sandbox: Sandbox) -> None:
    sandbox.faults.dead_regions.add("us-east-1")
    sandbox.faults.hanging_regions.add(REGION)
    for region in (REGION, "us-east-1", ""):
        with pytest.raises(UnavailableError, match="sign-in endpoint"):
            sandbox.sign_in_with(SECURITY, "ana", PASSWORD, region=region)
    assert sandbox.sign_in_with(SECURITY, "ana", PASSWORD, region="us-west-2").token
    sandbox.faults.clear()
    iam.update_login_profile(UserName="ana", PasswordResetRequired=True)
    sandbox.faults.dead_regions.add("us-east-1")
    with pytest.raises(UnavailableError, match="us-east-1"):
        sandbox.sign_in_with(SECURITY, "ana", PASSWORD, region="us-west-2", new_password=OTHER)


@pytest.mark.parametrize("mfa", [True, False])
def test_aws_login_has_credentials_of_its_own(aws: Clients, iam: IAMClient, sandbox: Sandbox, mfa: bool) -> None:
    iam.put_user_policy(UserName="ana", PolicyName="p", PolicyDocument=EVERYTHING)
    session = sandbox.sign_in(SECURITY, "ana", mfa=True)
    login = sandbox.aws_login(session, mfa=mfa, region="us-west-2")
    assert (login.access_key == session.access_key, login.expires, login.mfa) == (False, session.expires, mfa)
    assert who(aws, login) == who(aws, session)
    told = [each for each in sandbox.events if each["eventSource"] == "signin.amazonaws.com"]
    assert [(each["eventName"], each["readOnly"], each["awsRegion"]) for each in told] == [
        ("AuthorizeOAuth2Access", True, "us-west-2"),
        ("CreateOAuth2Token", True, "us-west-2"),
    ]


def test_aws_login_is_for_those_who_may(iam: IAMClient, sandbox: Sandbox) -> None:
    session = sandbox.sign_in(SECURITY, "ana", mfa=True)
    with pytest.raises(DeniedError, match="signin:AuthorizeOAuth2Access"):
        sandbox.aws_login(session, mfa=True)
    half = identity_policy(Action="signin:AuthorizeOAuth2Access")
    iam.put_user_policy(UserName="ana", PolicyName="p", PolicyDocument=half)
    with pytest.raises(DeniedError, match="signin:CreateOAuth2Token"):
        sandbox.aws_login(session, mfa=True)
    sandbox.faults.dead_regions.add(REGION)
    with pytest.raises(UnavailableError):
        sandbox.aws_login(session, mfa=True)
    sandbox.faults.clear()
    iam.delete_login_profile(UserName="ana")
    iam.delete_user_policy(UserName="ana", PolicyName="p")
    iam.delete_user(UserName="ana")
    with pytest.raises(DeniedError, match="does not exist any more"):
        sandbox.aws_login(session, mfa=True)
    with refused("NoSuchEntity"):
        iam.get_user(UserName="ana")
