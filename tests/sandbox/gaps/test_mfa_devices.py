from __future__ import annotations

from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

import pytest

from breakglass.errors import UsageError
from breakglass.sandbox.faults import Fault
from breakglass.sandbox.server import Sandbox
from tests.sandbox.authenticator import STEP, give, make, steady
from tests.sandbox.support import SECURITY, arn, refused

if TYPE_CHECKING:
    from mypy_boto3_iam import IAMClient


@pytest.fixture(autouse=True)
def users(sandbox: Sandbox, iam: IAMClient) -> None:
    steady(sandbox.clock)
    iam.create_user(UserName="ana", Path="/break-glass/")
    iam.create_user(UserName="bo")


def test_the_seeds_of_devices_are_shown_once(iam: IAMClient, sandbox: Sandbox) -> None:
    device = make(iam, sandbox.clock, path="/break-glass/")
    assert device.serial_number == arn("mfa/break-glass/m")
    listed = iam.list_virtual_mfa_devices()["VirtualMFADevices"]
    assert [each["SerialNumber"] for each in listed] == [device.serial_number]
    assert not {"Base32StringSeed", "QRCodePNG", "EnableDate", "User"} & set(listed[0])
    with refused("EntityAlreadyExists"):
        make(iam, sandbox.clock, path="/break-glass/")


def test_a_device_is_one_user_s(iam: IAMClient, sandbox: Sandbox) -> None:
    device, free = give(iam, sandbox.clock, "ana"), make(iam, sandbox.clock, "free")
    codes = device.pair
    assigned = iam.list_virtual_mfa_devices(AssignmentStatus="Assigned")["VirtualMFADevices"]
    unassigned = iam.list_virtual_mfa_devices(AssignmentStatus="Unassigned")["VirtualMFADevices"]
    (held,) = iam.list_mfa_devices(UserName="ana")["MFADevices"]
    assert [(each["User"]["UserName"], each["User"]["Arn"]) for each in assigned] == [
        ("ana", arn("user/break-glass/ana"))
    ]
    assert [each["SerialNumber"] for each in unassigned] == [free.serial_number]
    assert (held["SerialNumber"], held["UserName"]) == (device.serial_number, "ana")
    for user in ("ana", "bo"):
        with refused("EntityAlreadyExists"):
            iam.enable_mfa_device(UserName=user, SerialNumber=device.serial_number, **codes)
    with refused("NoSuchEntity"):
        iam.enable_mfa_device(UserName="bo", SerialNumber=arn("mfa/absent"), **codes)
    with refused("NoSuchEntity"):
        iam.enable_mfa_device(UserName="chidi", SerialNumber=free.serial_number, **free.pair)
    with refused("NoSuchEntity"):
        iam.deactivate_mfa_device(UserName="bo", SerialNumber=device.serial_number)
    with refused("DeleteConflict", "deactivate"):
        iam.delete_virtual_mfa_device(SerialNumber=device.serial_number)
    iam.deactivate_mfa_device(UserName="ana", SerialNumber=device.serial_number)
    assert not iam.list_mfa_devices(UserName="ana")["MFADevices"]
    iam.delete_virtual_mfa_device(SerialNumber=device.serial_number)
    with refused("NoSuchEntity"):
        iam.delete_virtual_mfa_device(SerialNumber=device.serial_number)


def test_eight_devices_to_a_user(iam: IAMClient, sandbox: Sandbox) -> None:
    for number in range(8):
        give(iam, sandbox.clock, "ana", f"m{number}")
    with refused("LimitExceeded"):
        give(iam, sandbox.clock, "ana", "m8")


@pytest.mark.parametrize(("first", "second"), [(-1, 0), (-2, -1), (0, 1)])
def test_two_codes_in_a_row_enable_a_device(iam: IAMClient, sandbox: Sandbox, first: int, second: int) -> None:
    device = make(iam, sandbox.clock)
    codes = {"AuthenticationCode1": device.code(first), "AuthenticationCode2": device.code(second)}
    iam.enable_mfa_device(UserName="ana", SerialNumber=device.serial_number, **codes)
    assert iam.list_mfa_devices(UserName="ana")["MFADevices"]


@pytest.mark.parametrize(
    ("first", "second"), [(0, 0), (0, -1), (-2, 0), (-1, 1), (1, 2), (-3, -2), (100, 101), (-101, -100)]
)
def test_no_other_two_codes_do(iam: IAMClient, sandbox: Sandbox, first: int, second: int) -> None:
    device = make(iam, sandbox.clock)
    codes = {"AuthenticationCode1": device.code(first), "AuthenticationCode2": device.code(second)}
    with refused("InvalidAuthenticationCode"):
        iam.enable_mfa_device(UserName="ana", SerialNumber=device.serial_number, **codes)
    assert not iam.list_mfa_devices(UserName="ana")["MFADevices"]
    iam.enable_mfa_device(UserName="ana", SerialNumber=device.serial_number, **device.pair)


@pytest.mark.parametrize("wrong", ["", "12345", "abcdef", "é" * 6])
def test_what_is_no_code_enables_nothing(iam: IAMClient, sandbox: Sandbox, wrong: str) -> None:
    device = make(iam, sandbox.clock)
    for codes in ((device.code(-1), wrong), (wrong, device.code())):
        with refused("InvalidAuthenticationCode"):
            iam.enable_mfa_device(
                UserName="ana",
                SerialNumber=device.serial_number,
                AuthenticationCode1=codes[0],
                AuthenticationCode2=codes[1],
            )


def test_codes_of_another_device_enable_nothing(iam: IAMClient, sandbox: Sandbox) -> None:
    mine, other = make(iam, sandbox.clock, "mine"), make(iam, sandbox.clock, "other")
    with refused("InvalidAuthenticationCode"):
        iam.enable_mfa_device(UserName="ana", SerialNumber=mine.serial_number, **other.pair)


def test_a_code_stays_spent_when_the_device_is_taken_away(iam: IAMClient, sandbox: Sandbox) -> None:
    device = give(iam, sandbox.clock, "ana")
    iam.deactivate_mfa_device(UserName="ana", SerialNumber=device.serial_number)
    for _ in range(2):
        with refused("InvalidAuthenticationCode"):
            iam.enable_mfa_device(UserName="bo", SerialNumber=device.serial_number, **device.pair)
        sandbox.clock.advance(STEP)
    iam.enable_mfa_device(UserName="bo", SerialNumber=device.serial_number, **device.pair)


def test_codes_and_dates_follow_the_sandbox_s_clock(iam: IAMClient, sandbox: Sandbox) -> None:
    sandbox.clock.advance(600)
    device = make(iam, sandbox.clock)
    answer = iam.enable_mfa_device(UserName="ana", SerialNumber=device.serial_number, **device.pair)
    date = parsedate_to_datetime(answer["ResponseMetadata"]["HTTPHeaders"]["date"])
    (held,) = iam.list_mfa_devices(UserName="ana")["MFADevices"]
    (listed,) = iam.list_virtual_mfa_devices()["VirtualMFADevices"]
    for moment in (date, held["EnableDate"], listed["EnableDate"]):
        assert abs((sandbox.clock.now() - moment.astimezone(UTC)).total_seconds()) < 10


def test_a_user_in_the_making_is_told_as_aws_tells_it(iam: IAMClient, sandbox: Sandbox) -> None:
    device = make(iam, sandbox.clock)
    sandbox.faults.plant(Fault("EntityTemporarilyUnmodifiable", action="iam:EnableMFADevice"))
    with pytest.raises(iam.exceptions.EntityTemporarilyUnmodifiableException) as caught:
        iam.enable_mfa_device(UserName="ana", SerialNumber=device.serial_number, **device.pair)
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 409
    with pytest.raises(iam.exceptions.InvalidAuthenticationCodeException) as wrong:
        iam.enable_mfa_device(
            UserName="ana", SerialNumber=device.serial_number, AuthenticationCode1="1", AuthenticationCode2="2"
        )
    assert wrong.value.response["ResponseMetadata"]["HTTPStatusCode"] == 403


def test_a_passkey_is_registered_by_hand(iam: IAMClient, sandbox: Sandbox) -> None:
    serial = sandbox.register_passkey(SECURITY, "ana")
    assert serial.startswith(arn("u2f/user/ana/"))
    (held,) = iam.list_mfa_devices(UserName="ana")["MFADevices"]
    assert held["SerialNumber"] == serial
    assert not iam.list_virtual_mfa_devices()["VirtualMFADevices"]
    with refused("DeleteConflict", "MFA"):
        iam.delete_user(UserName="ana")
    iam.deactivate_mfa_device(UserName="ana", SerialNumber=serial)
    iam.delete_user(UserName="ana")
    with pytest.raises(UsageError, match="no user ana"):
        sandbox.register_passkey(SECURITY, "ana")
