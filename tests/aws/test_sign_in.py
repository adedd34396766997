"""What people sign in with, call by call."""

import logging
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta, timezone
from traceback import format_exception
from typing import Any

import pytest
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.compat import HTTPHeaders

from breakglass.aws.sign_in import AwsSignIn
from breakglass.errors import DeniedError, RejectedError, UnavailableError
from breakglass.facts import Enrolment, MfaDevice
from breakglass.manifest.model import Manifest
from breakglass.resources import Scope
from breakglass.secret import Secret
from tests.aws.stubs import ACCESS_KEY, LONG_AGO, SECURITY, FakeClock, Recorder, StubbedAws

USER = "ana-break-glass"
UNASSIGNED = {"AssignmentStatus": "Unassigned", "MaxItems": 1000}
SERIAL = f"arn:aws:iam::{SECURITY}:mfa/break-glass/{USER}"
ELSEWHERE = f"arn:aws:iam::{SECURITY}:mfa/phone"
PASSKEY = f"arn:aws:iam::{SECURITY}:u2f/user/{USER}/key-ABCDEFGH"
LOCAL = LONG_AGO.astimezone(timezone(timedelta(hours=2)))
PASSWORD = Secret("abde-fhkm-3457-ADEF")
CODES = (Secret("123456"), Secret("654321"))
ENABLE = {"UserName": USER, "SerialNumber": SERIAL, "AuthenticationCode1": "123456", "AuthenticationCode2": "654321"}
PROFILE = {"UserName": USER, "Password": PASSWORD.reveal(), "PasswordResetRequired": False}


class Wire:
    """What comes over the network."""

    def __init__(self, text: str) -> None:
        self._text = text

    def stream(self) -> Iterator[bytes]:
        yield self._text.encode()


SEED_IN_XML = "SkJTV1kzRFBFSFBLM1BYUEpCU1dZM0RQRUhQSzNQWFA="
"""In base 64, as blobs are."""
ANSWERS = {
    "CreateVirtualMFADevice": f"<VirtualMFADevice><SerialNumber>{SERIAL}</SerialNumber>"
    f"<Base32StringSeed>{SEED_IN_XML}</Base32StringSeed></VirtualMFADevice>",
    "CreateLoginProfile": f"<LoginProfile><UserName>{USER}</UserName></LoginProfile>",
    "UpdateLoginProfile": "",
}


def answered(request: AWSPreparedRequest, event_name: str, **_: object) -> AWSResponse:
    name = event_name.rpartition(".")[2]
    text = f"<{name}Response><{name}Result>{ANSWERS[name]}</{name}Result></{name}Response>"
    return AWSResponse(request.url, 200, HTTPHeaders(), Wire(text))


@pytest.fixture(autouse=True)
def debugging(caplog: pytest.LogCaptureFixture) -> None:
    """Let everything be logged: what is secret in it is found when the test is over."""
    for name in ("botocore", "botocore.endpoint", "breakglass"):
        caplog.set_level(logging.DEBUG, name)


def test_nothing_secret_is_logged_where_everything_is(
    sign_in: AwsSignIn, iam: Recorder, caplog: pytest.LogCaptureFixture
) -> None:
    """Passwords are in requests, seeds in answers; the same call made without us shows that both would be heard."""
    password = Secret("abde-fhkm-3457-ADEF-kmpr-Q")
    iam.stubber.deactivate()
    client: Any = iam.client
    client.meta.events.register("before-send.iam", answered)
    assert sign_in.make_device(USER).seed.reveal() == "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
    sign_in.make_password(USER, password, must_change=False)
    sign_in.replace_password(USER, password, must_change=False)
    assert password.reveal() not in caplog.text
    assert SEED_IN_XML not in caplog.text
    assert logging.getLogger("botocore.endpoint").level == logging.DEBUG
    client.create_login_profile(UserName=USER, Password="none-of-anybody")
    client.create_virtual_mfa_device(VirtualMFADeviceName=USER)
    assert "none-of-anybody" in caplog.text
    assert SEED_IN_XML in caplog.text


class WrongClock(FakeClock):
    """A machine whose clock is an hour slow."""

    def now(self) -> datetime:
        return datetime(2026, 11, 22, 10, 0, 0, tzinfo=UTC)


@pytest.fixture
def sign_in(aws: StubbedAws, acme: Manifest) -> AwsSignIn:
    aws.caller()
    return AwsSignIn(aws.sessions(), acme, WrongClock())


def dated(answer: Mapping[str, object], date: str) -> dict[str, object]:
    return {**answer, "ResponseMetadata": {"HTTPHeaders": {"date": date}}}


def test_the_time_is_that_of_the_last_answer_and_goes_on_with_the_machines_clock(
    sign_in: AwsSignIn, iam: Recorder
) -> None:
    assert sign_in.now() == WrongClock().now()
    iam.expect(
        "list_virtual_mfa_devices",
        UNASSIGNED,
        dated({"VirtualMFADevices": []}, "Sun, 22 Nov 2026 11:00:05 GMT"),
    )
    sign_in.unassigned_devices()
    assert sign_in.now() == datetime(2026, 11, 22, 11, 0, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("date", "hour"),
    [("Sun, 22 Nov 2026 12:00:00 GMT", 12), ("yesterday", 10), ("Fri, 31 Dec 9999 23:59:59 -9959", 10)],
    ids=["a date", "nonsense", "no date in UTC"],
)
def test_an_error_tells_the_time_as_well_and_nonsense_does_not(
    sign_in: AwsSignIn, iam: Recorder, date: str, hour: int
) -> None:
    iam.stubber.add_client_error(
        "delete_login_profile",
        "NoSuchEntity",
        expected_params={"UserName": USER},
        response_meta={"HTTPHeaders": {"date": date}},
    )
    sign_in.remove_password(USER)
    assert sign_in.now().hour == hour


def test_what_a_person_can_sign_in_with(sign_in: AwsSignIn, iam: Recorder) -> None:
    profile = {"UserName": USER, "CreateDate": LOCAL, "PasswordResetRequired": True}
    devices = [[{"UserName": USER, "SerialNumber": each, "EnableDate": LOCAL}] for each in (PASSKEY, SERIAL)]
    iam.expect("list_mfa_devices", {"UserName": USER}, {"MFADevices": devices[0], "IsTruncated": True, "Marker": "x"})
    iam.expect("list_mfa_devices", {"UserName": USER, "Marker": "x"}, {"MFADevices": devices[1]})
    iam.expect("get_login_profile", {"UserName": USER}, {"LoginProfile": profile})
    user = {"Path": "/break-glass/", "UserName": USER, "UserId": "AIDAEXAMPLEEXAMPLE", "CreateDate": LOCAL}
    answer = {**user, "Arn": f"arn:aws:iam::{SECURITY}:user/break-glass/{USER}", "PasswordLastUsed": LOCAL}
    iam.expect("get_user", {"UserName": USER}, {"User": answer})
    found = sign_in.read(USER)
    kept = (MfaDevice(PASSKEY, LONG_AGO), MfaDevice(SERIAL, LONG_AGO))
    assert found == Enrolment(Scope(SECURITY), USER, LONG_AGO, True, kept, LONG_AGO)
    assert [each.kind for each in found.devices] == ["passkey", "virtual"]


@pytest.mark.parametrize("exists", [True, False])
def test_who_has_nothing_or_does_not_exist_can_sign_in_with_nothing(
    sign_in: AwsSignIn, iam: Recorder, exists: bool
) -> None:
    if exists:
        iam.expect("list_mfa_devices", {"UserName": USER}, {"MFADevices": []})
        iam.refuse("get_login_profile", {"UserName": USER}, "NoSuchEntity", status=404)
    else:
        iam.refuse("list_mfa_devices", {"UserName": USER}, "NoSuchEntity", status=404)
    assert sign_in.read(USER) == Enrolment(Scope(SECURITY), USER)


@pytest.mark.parametrize("gone", [True, False])
def test_a_password_that_was_never_used(sign_in: AwsSignIn, iam: Recorder, gone: bool) -> None:
    iam.expect("list_mfa_devices", {"UserName": USER}, {"MFADevices": []})
    iam.expect("get_login_profile", {"UserName": USER}, {"LoginProfile": {"UserName": USER, "CreateDate": LONG_AGO}})
    if gone:
        iam.refuse("get_user", {"UserName": USER}, "NoSuchEntity", status=404)
    else:
        user = {"Path": "/break-glass/", "UserName": USER, "UserId": "AIDAEXAMPLEEXAMPLE", "CreateDate": LOCAL}
        answer = {**user, "Arn": f"arn:aws:iam::{SECURITY}:user/break-glass/{USER}"}
        iam.expect("get_user", {"UserName": USER}, {"User": answer})
    assert sign_in.read(USER) == Enrolment(Scope(SECURITY), USER, None if gone else LONG_AGO)


def test_devices_nobody_has_are_those_under_our_path(sign_in: AwsSignIn, iam: Recorder) -> None:
    listed = [{"SerialNumber": each} for each in (SERIAL, ELSEWHERE)]
    iam.expect("list_virtual_mfa_devices", UNASSIGNED, {"VirtualMFADevices": listed})
    assert sign_in.unassigned_devices() == [SERIAL]


def test_a_device_is_made_under_our_path_and_its_seed_is_a_secret(sign_in: AwsSignIn, iam: Recorder) -> None:
    made = {"SerialNumber": SERIAL, "Base32StringSeed": b"JBSWY3DPEHPK3PXP", "QRCodePNG": b"png"}
    asked = {"Path": "/break-glass/", "VirtualMFADeviceName": USER}
    iam.expect("create_virtual_mfa_device", asked, {"VirtualMFADevice": made})
    device = sign_in.make_device(USER)
    assert (device.serial_number, device.seed.reveal()) == (SERIAL, "JBSWY3DPEHPK3PXP")
    assert "JBSW" not in repr(device)


def test_a_device_of_this_name_is_there_already(sign_in: AwsSignIn, iam: Recorder) -> None:
    asked = {"Path": "/break-glass/", "VirtualMFADeviceName": USER}
    iam.refuse("create_virtual_mfa_device", asked, "EntityAlreadyExists", "exists", 409)
    with pytest.raises(RejectedError, match=USER):
        sign_in.make_device(USER)


def test_codes_are_accepted_or_not(sign_in: AwsSignIn, iam: Recorder) -> None:
    iam.expect("enable_mfa_device", ENABLE)
    iam.refuse("enable_mfa_device", ENABLE, "InvalidAuthenticationCode", status=403)
    assert [sign_in.enable_device(USER, SERIAL, CODES) for _ in range(2)] == [True, False]


def test_a_user_that_is_still_being_made_is_waited_for(aws: StubbedAws, acme: Manifest, iam: Recorder) -> None:
    """IAM refuses to enable a device while it makes a password; and knows a new user a moment later."""
    aws.caller()
    clock = WrongClock()
    iam.refuse("enable_mfa_device", ENABLE, "EntityTemporarilyUnmodifiable", status=409)
    iam.refuse("enable_mfa_device", ENABLE, "NoSuchEntity", status=404)
    iam.expect("enable_mfa_device", ENABLE)
    assert AwsSignIn(aws.sessions(), acme, clock).enable_device(USER, SERIAL, CODES)
    assert clock.slept == [1, 2]


def test_a_device_somebody_else_took(sign_in: AwsSignIn, iam: Recorder) -> None:
    iam.refuse("enable_mfa_device", ENABLE, "EntityAlreadyExists", "in use", 409)
    with pytest.raises(RejectedError, match="in use"):
        sign_in.enable_device(USER, SERIAL, CODES)


def test_a_device_is_taken_away_and_deleted(sign_in: AwsSignIn, iam: Recorder) -> None:
    """Deleted when it is deactivated everywhere."""
    iam.expect("deactivate_mfa_device", {"UserName": USER, "SerialNumber": SERIAL})
    iam.refuse("delete_virtual_mfa_device", {"SerialNumber": SERIAL}, "DeleteConflict", status=409)
    iam.expect("delete_virtual_mfa_device", {"SerialNumber": SERIAL})
    sign_in.remove_device(USER, SERIAL)


def test_a_device_that_is_gone_is_removed(sign_in: AwsSignIn, iam: Recorder) -> None:
    iam.refuse("deactivate_mfa_device", {"UserName": USER, "SerialNumber": SERIAL}, "NoSuchEntity", status=404)
    iam.refuse("delete_virtual_mfa_device", {"SerialNumber": SERIAL}, "NoSuchEntity", status=404)
    sign_in.remove_device(USER, SERIAL)


@pytest.mark.parametrize("serial", [ELSEWHERE, PASSKEY])
def test_a_device_that_is_none_of_ours_is_taken_away_and_not_deleted(
    sign_in: AwsSignIn, iam: Recorder, serial: str
) -> None:
    iam.expect("deactivate_mfa_device", {"UserName": USER, "SerialNumber": serial})
    sign_in.remove_device(USER, serial)


def test_only_a_device_nobody_has_is_deleted(sign_in: AwsSignIn, iam: Recorder) -> None:
    iam.expect("delete_virtual_mfa_device", {"SerialNumber": SERIAL})
    iam.refuse("delete_virtual_mfa_device", {"SerialNumber": SERIAL}, "NoSuchEntity", status=404)
    iam.refuse("delete_virtual_mfa_device", {"SerialNumber": SERIAL}, "DeleteConflict", "in use", 409)
    sign_in.delete_device(SERIAL)
    sign_in.delete_device(SERIAL)
    with pytest.raises(RejectedError, match="in use"):
        sign_in.delete_device(SERIAL)


def test_passwords_are_made_replaced_and_removed(sign_in: AwsSignIn, iam: Recorder) -> None:
    iam.refuse("create_login_profile", PROFILE, "NoSuchEntity", "a moment ago", 404)
    iam.expect("create_login_profile", PROFILE, {"LoginProfile": {"UserName": USER, "CreateDate": LONG_AGO}})
    sign_in.make_password(USER, PASSWORD, must_change=False)
    iam.refuse("update_login_profile", {**PROFILE, "PasswordResetRequired": True}, "EntityTemporarilyUnmodifiable")
    iam.expect("update_login_profile", {**PROFILE, "PasswordResetRequired": True})
    sign_in.replace_password(USER, PASSWORD, must_change=True)
    iam.expect("delete_login_profile", {"UserName": USER})
    iam.refuse("delete_login_profile", {"UserName": USER}, "NoSuchEntity", status=404)
    sign_in.remove_password(USER)
    sign_in.remove_password(USER)


def test_a_person_has_a_password_already(sign_in: AwsSignIn, iam: Recorder) -> None:
    iam.refuse("create_login_profile", PROFILE, "EntityAlreadyExists", "exists", 409)
    with pytest.raises(RejectedError, match=f"of {USER} in account {SECURITY}"):
        sign_in.make_password(USER, PASSWORD, must_change=False)


def test_what_aws_says_of_a_password_it_does_not_like_is_not_repeated(sign_in: AwsSignIn, iam: Recorder) -> None:
    said = f"Value '{PASSWORD.reveal()}' at 'password' failed"
    iam.refuse("update_login_profile", PROFILE, "ValidationError", said)
    with pytest.raises(RejectedError) as raised:
        sign_in.replace_password(USER, PASSWORD, must_change=False)
    assert (raised.value.subject, raised.value.message) == (USER, "AWS refused what it was given")
    assert PASSWORD.reveal() not in "".join(format_exception(raised.value))


def test_a_policy_that_asks_for_more(sign_in: AwsSignIn, iam: Recorder) -> None:
    iam.refuse("create_login_profile", PROFILE, "PasswordPolicyViolation", "Password does not conform", 400)
    with pytest.raises(RejectedError) as raised:
        sign_in.make_password(USER, PASSWORD, must_change=False)
    assert "password policy" in raised.value.advice


def test_denied_and_unreachable_are_told_apart(sign_in: AwsSignIn, iam: Recorder) -> None:
    iam.refuse("list_mfa_devices", {"UserName": USER}, "AccessDenied", "not authorized", 403)
    with pytest.raises(DeniedError, match="ListMFADevices"):
        sign_in.read(USER)
    iam.unreachable()
    with pytest.raises(UnavailableError):
        sign_in.unassigned_devices()


def test_the_security_account_is_entered_by_the_provisioning_role(aws: StubbedAws, acme: Manifest) -> None:
    aws.caller(account="999999999999", arn="arn:aws:iam::999999999999:user/admin")
    credentials = {
        "AccessKeyId": ACCESS_KEY,
        "SecretAccessKey": "s",
        "SessionToken": "t",
        "Expiration": LONG_AGO.replace(year=2999),
    }
    asked = {
        "RoleArn": f"arn:aws:iam::{SECURITY}:role/OrganizationAccountAccessRole",
        "RoleSessionName": "breakglass-admin",
    }
    aws.sts().expect("assume_role", asked, {"Credentials": credentials})
    aws.iam(ACCESS_KEY).expect("delete_login_profile", {"UserName": USER})
    AwsSignIn(aws.sessions(), acme, WrongClock()).remove_password(USER)
