"""AssumeRole with a code: MFA is proven beside the request, by the user whose device it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from breakglass.sandbox.server import Sandbox
from tests.sandbox.authenticator import Device, give, make, steady
from tests.sandbox.support import PROD, SECURITY, Clients, Keys, arn, identity_policy, refused, role_arn

if TYPE_CHECKING:
    from mypy_boto3_iam import IAMClient

ROLE = role_arn(PROD, "WithMfa")
MAY = identity_policy(Action="sts:AssumeRole", Condition={"NumericLessThan": {"aws:MultiFactorAuthAge": "60"}})
TRUST = identity_policy(
    Action="sts:AssumeRole",
    Principal={"AWS": arn("root")},
    Condition={"Bool": {"aws:MultiFactorAuthPresent": "true"}},
).replace('"Resource": "*", ', "")


@pytest.fixture(autouse=True)
def key(sandbox: Sandbox, aws: Clients) -> Keys:
    steady(sandbox.clock)
    aws.member(PROD).create_role(RoleName="WithMfa", AssumeRolePolicyDocument=TRUST)
    return aws.user(SECURITY, "ana", MAY)


@pytest.fixture
def device(sandbox: Sandbox, iam: IAMClient, key: Keys) -> Device:
    assert key.secret
    return give(iam, sandbox.clock, "ana")


def test_a_key_with_a_code_has_mfa_for_this_request(aws: Clients, sandbox: Sandbox, key: Keys, device: Device) -> None:
    with refused("AccessDenied", "not authorized to perform: sts:AssumeRole"):
        aws.assume(key, ROLE)
    code = device.next_code()
    sandbox.events.clear()
    session = aws.assume(key, ROLE, SerialNumber=device.serial_number, TokenCode=code)
    asked = [each["requestParameters"] for each in sandbox.events if each["eventName"] == "AssumeRole"]
    assert [each["serialNumber"] for each in asked] == [device.serial_number] * 2  # type: ignore[index]  # objects
    assert code not in str(asked)
    aws.sts(session).get_caller_identity()
    (called,) = (each for each in sandbox.events if each["eventName"] == "GetCallerIdentity")
    assert called["userIdentity"]["sessionContext"]["attributes"]["mfaAuthenticated"] == "true"  # type: ignore[index]  # an object
    with refused("AccessDenied", "not authorized to perform: sts:AssumeRole"):
        aws.assume(key, ROLE)


def test_a_session_without_mfa_gets_it_as_well(aws: Clients, device: Device) -> None:
    signed_in = aws.signed_in(SECURITY, "ana", mfa=False)
    with refused("AccessDenied", "not authorized"):
        aws.assume(signed_in, ROLE)
    assert aws.assume(signed_in, ROLE, SerialNumber=device.serial_number, TokenCode=device.next_code()).token


def test_a_code_is_good_once_and_near_its_time(aws: Clients, key: Keys, device: Device) -> None:
    code = device.next_code()
    assert aws.assume(key, ROLE, SerialNumber=device.serial_number, TokenCode=code).token
    for bad in (code, device.code(-1), device.code(2), device.code(50), "abcdef"):
        with refused("AccessDenied", "MultiFactorAuthentication failed with invalid MFA one time pass code."):
            aws.assume(key, ROLE, SerialNumber=device.serial_number, TokenCode=bad)


def test_a_device_of_nobody_or_of_another_proves_nothing(
    aws: Clients, iam: IAMClient, sandbox: Sandbox, key: Keys, device: Device
) -> None:
    other = aws.user(SECURITY, "bo", MAY)
    free = make(iam, sandbox.clock, "free")
    for keys, each in ((other, device), (key, free)):
        with refused("AccessDenied", "verify your MFA serial number is valid and associated with this user."):
            aws.assume(keys, ROLE, SerialNumber=each.serial_number, TokenCode=each.next_code())
    passkey = sandbox.register_passkey(SECURITY, "ana")
    with refused("AccessDenied", "invalid MFA one time pass code"):
        aws.assume(key, ROLE, SerialNumber=passkey, TokenCode=device.next_code())


def test_half_a_proof_is_none(aws: Clients, key: Keys, device: Device) -> None:
    for half in ({"SerialNumber": device.serial_number}, {"TokenCode": device.next_code()}):
        with refused("AccessDenied", "must provide both MFA serial number and one time pass code"):
            aws.assume(key, ROLE, **half)
    with refused("ValidationError", "serialNumber"):
        aws.assume(key, ROLE, SerialNumber="no serial", TokenCode=device.next_code())
