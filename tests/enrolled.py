"""Everybody enrolled by plain boto3: who is not is a finding, and what a story tells of is another one."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import boto3
import pyotp

from breakglass import naming
from breakglass.manifest.model import Manifest
from breakglass.sandbox.server import Sandbox

if TYPE_CHECKING:
    from mypy_boto3_iam import IAMClient

PASSWORD = "aB3-" * 8
STEP = timedelta(seconds=30)


def enroll_everybody(sandbox: Sandbox, manifest: Manifest) -> None:
    """Give every user of a manifest an MFA device and a password, as the provisioning role of the security account."""
    iam = _security(sandbox, manifest)
    for each in manifest.responders:
        enroll(iam, naming.user_name(each.id), sandbox.clock.now())


def mark(sandbox: Sandbox, manifest: Manifest, user: str) -> None:
    """Leave the mark of an enrolment that was killed."""
    name = naming.enrolment_mark(user)
    _security(sandbox, manifest).create_virtual_mfa_device(Path=naming.PATH, VirtualMFADeviceName=name)


def enroll(iam: IAMClient, user: str, now: datetime) -> None:
    """Give a user a device, with the codes of the last step and of this one, and then a password."""
    give_device(iam, user, naming.mfa_device_name(user), now)
    iam.create_login_profile(UserName=user, Password=PASSWORD)


def give_device(iam: IAMClient, user: str, name: str, now: datetime) -> None:
    """Give a user a device of this name."""
    device = iam.create_virtual_mfa_device(Path=naming.PATH, VirtualMFADeviceName=name)["VirtualMFADevice"]
    totp = pyotp.TOTP(device["Base32StringSeed"].decode())
    first, second = (totp.at(moment) for moment in (now - STEP, now))
    iam.enable_mfa_device(
        UserName=user, SerialNumber=device["SerialNumber"], AuthenticationCode1=first, AuthenticationCode2=second
    )


def disenroll(iam: IAMClient, user: str) -> None:
    """Take from a user what they sign in with."""
    with suppress(iam.exceptions.NoSuchEntityException):
        iam.delete_login_profile(UserName=user)
    for each in iam.list_mfa_devices(UserName=user)["MFADevices"]:
        iam.deactivate_mfa_device(UserName=user, SerialNumber=each["SerialNumber"])
        iam.delete_virtual_mfa_device(SerialNumber=each["SerialNumber"])


def _security(sandbox: Sandbox, manifest: Manifest) -> IAMClient:
    """Return plain boto3 in the security account, whatever the environment leads to."""
    environment = sandbox.environment()
    session = boto3.Session(
        environment["AWS_ACCESS_KEY_ID"],
        environment["AWS_SECRET_ACCESS_KEY"],
        region_name=environment["AWS_REGION"],
    )
    role = f"arn:{manifest.partition}:iam::{manifest.security_account}:role/{manifest.provisioning_role}"
    sts = session.client("sts", endpoint_url=sandbox.url)
    given = sts.assume_role(RoleArn=role, RoleSessionName="test")["Credentials"]
    return session.client(
        "iam",
        endpoint_url=sandbox.url,
        aws_access_key_id=given["AccessKeyId"],
        aws_secret_access_key=given["SecretAccessKey"],
        aws_session_token=given["SessionToken"],
    )
