"""What the users of the security account sign in with, as AWS has it: passwords and MFA devices.

- The time is AWS's own: this machine's, put right by the Date header of every answer. A code of an MFA device computed
  by a clock that is wrong would not be accepted, or would be one of the future.
- What was asked for with a secret in it is never repeated, whatever AWS says of it, nor logged, whatever is set.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Final

from breakglass import naming
from breakglass.aws import enrolments
from breakglass.aws.failures import translated, understood
from breakglass.aws.sessions import Sessions
from breakglass.aws.unheard import unheard
from breakglass.aws.writers.difference import gone_is_done
from breakglass.aws.writers.settling import settled
from breakglass.cloud import NewDevice, Timer
from breakglass.errors import BreakglassError
from breakglass.facts import Enrolment
from breakglass.manifest.model import Manifest
from breakglass.secret import Secret

if TYPE_CHECKING:
    from mypy_boto3_iam import IAMClient

_UNSETTLED: Final = ("EntityTemporarilyUnmodifiable", "NoSuchEntity")
"""What IAM answers while a user, a device or a password made a moment ago is not everywhere yet.

https://docs.aws.amazon.com/IAM/latest/APIReference/API_EnableMFADevice.html
"""


class AwsSignIn:
    """The sign-in of the users of a manifest, with the sessions given; see `cloud.SignIn`. It is for one thread."""

    def __init__(self, sessions: Sessions, manifest: Manifest, clock: Timer) -> None:
        self._sessions = sessions
        self._scope = manifest.scope(manifest.security_account)
        self._clock = clock
        self._ahead = timedelta()

    def now(self) -> datetime:
        """Return what AWS says the time is, in UTC: never later than it is, as the header has whole seconds."""
        return self._clock.now() + self._ahead

    def read(self, user: str) -> Enrolment:
        """Return what a user can sign in with; nothing, where there is no such user."""
        with self._iam(user) as iam:
            try:
                found = enrolments.of_user(iam, self._scope, user)
                return found if found.password_since is None else replace(found, last_used=_last_used(iam, user))
            except iam.exceptions.NoSuchEntityException:
                return Enrolment(self._scope, user)

    def unassigned_devices(self) -> Collection[str]:
        """Return the serial numbers of the virtual devices under our path that nobody has."""
        with self._iam() as iam:
            return [each.serial_number for each in enrolments.unassigned(iam, self._scope)]

    def make_device(self, name: str) -> NewDevice:
        """Make a virtual device under our path; RejectedError where there is one of this name.

        https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateVirtualMFADevice.html
        """
        with self._iam(f"the MFA device {name}") as iam:
            made = iam.create_virtual_mfa_device(Path=naming.PATH, VirtualMFADeviceName=name)["VirtualMFADevice"]
            return NewDevice(made["SerialNumber"], Secret(made["Base32StringSeed"].decode("ascii")))

    def enable_device(self, user: str, serial_number: str, codes: tuple[Secret, Secret]) -> bool:
        """Give a user a device, with two consecutive codes of it; False where AWS does not accept the codes.

        https://docs.aws.amazon.com/IAM/latest/APIReference/API_EnableMFADevice.html
        """
        first, second = (code.reveal() for code in codes)
        with self._iam(user, *codes) as iam:
            try:
                settled(
                    self._clock,
                    lambda: iam.enable_mfa_device(
                        UserName=user,
                        SerialNumber=serial_number,
                        AuthenticationCode1=first,
                        AuthenticationCode2=second,
                    ),
                    *_UNSETTLED,
                )
            except iam.exceptions.InvalidAuthenticationCodeException:
                return False
        return True

    def remove_device(self, user: str, serial_number: str) -> None:
        """Take a device from a user, if the user has it, and delete it, if it is a virtual one under our path.

        https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeactivateMFADevice.html
        """
        with self._iam(user) as iam:
            with gone_is_done(iam):
                settled(
                    self._clock,
                    lambda: iam.deactivate_mfa_device(UserName=user, SerialNumber=serial_number),
                    "EntityTemporarilyUnmodifiable",
                )
            if self._is_ours(serial_number):
                with gone_is_done(iam):
                    settled(
                        self._clock,
                        lambda: iam.delete_virtual_mfa_device(SerialNumber=serial_number),
                        "DeleteConflict",  # it is deactivated, and not everywhere yet
                    )

    def delete_device(self, serial_number: str) -> None:
        """Delete a virtual device that nobody has, if there is one; RejectedError where somebody has it.

        https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteVirtualMFADevice.html
        """
        with self._iam(serial_number) as iam, gone_is_done(iam):
            iam.delete_virtual_mfa_device(SerialNumber=serial_number)

    def make_password(self, user: str, password: Secret, *, must_change: bool) -> None:
        """Let a user sign in; RejectedError where the user has a password.

        https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateLoginProfile.html
        """
        with self._iam(user, password) as iam:
            settled(
                self._clock,
                lambda: iam.create_login_profile(
                    UserName=user, Password=password.reveal(), PasswordResetRequired=must_change
                ),
                "NoSuchEntity",
            )

    def replace_password(self, user: str, password: Secret, *, must_change: bool) -> None:
        """Replace the password of a user who has one.

        https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateLoginProfile.html
        """
        with self._iam(user, password) as iam:
            settled(
                self._clock,
                lambda: iam.update_login_profile(
                    UserName=user, Password=password.reveal(), PasswordResetRequired=must_change
                ),
                "EntityTemporarilyUnmodifiable",
            )

    def remove_password(self, user: str) -> None:
        """Let a user sign in no more; nothing where there is no password.

        https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteLoginProfile.html
        """
        with self._iam(user) as iam, gone_is_done(iam):
            settled(self._clock, lambda: iam.delete_login_profile(UserName=user), "EntityTemporarilyUnmodifiable")

    @contextmanager
    def _iam(self, subject: str = "", *secrets: Secret) -> Iterator[IAMClient]:
        """Lend a client that tells the time, and translate what goes wrong with it."""
        account = self._scope.account
        iam = self._sessions.client("iam", account)
        # Known by its id, so that a client that serves for many calls is asked the time once for each answer.
        iam.meta.events.register("after-call.iam", self._hear, unique_id=f"breakglass-clock-{id(self)}")
        with unheard(), _unsaid(secrets), translated(account, subject), understood(account):
            yield iam

    def _hear(self, parsed: Mapping[str, Mapping[str, Mapping[str, str]]], **_: object) -> None:
        """Take the time from an answer, be it an error."""
        with suppress(LookupError, OverflowError, ValueError):
            date = parsedate_to_datetime(parsed["ResponseMetadata"]["HTTPHeaders"]["date"])
            self._ahead = date.astimezone(UTC) - self._clock.now()

    def _is_ours(self, serial_number: str) -> bool:
        return serial_number.startswith(naming.mfa_arn(self._scope.partition, self._scope.account, ""))


@contextmanager
def _unsaid(secrets: Collection[Secret]) -> Iterator[None]:
    """Let no error repeat a secret: of a value it does not like, AWS may say which it was."""
    try:
        yield
    except BreakglassError as error:
        if not any(secret.reveal() in error.message for secret in secrets):
            raise
        raise type(error)("AWS refused what it was given", subject=error.subject, advice=error.advice) from None


def _last_used(iam: IAMClient, user: str) -> datetime | None:
    """Return when the password was last used; AWS says nothing where it never was.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_User.html
    """
    return iam.get_user(UserName=user)["User"].get("PasswordLastUsed")
