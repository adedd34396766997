"""An authenticator app: the virtual MFA devices of the sandbox's users, and the codes they show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from pyotp import TOTP

from breakglass.sandbox.clock import SandboxClock

if TYPE_CHECKING:
    from mypy_boto3_iam import IAMClient

STEP = 30


@dataclass(frozen=True, slots=True)
class Device:
    """A virtual device, which shows what it would by the sandbox's clock."""

    serial_number: str
    seed: str
    clock: SandboxClock

    def code(self, later: int = 0) -> str:
        """Return the code of now, or of some steps later."""
        return TOTP(self.seed).at(self.clock.now() + timedelta(seconds=STEP * later))

    @property
    def pair(self) -> dict[str, str]:
        """The codes of the step before and of now, as EnableMFADevice takes them."""
        return {"AuthenticationCode1": self.code(-1), "AuthenticationCode2": self.code()}

    def next_code(self) -> str:
        """Wait for the next code, and return it."""
        self.clock.advance(STEP)
        return self.code()


def steady(clock: SandboxClock) -> None:
    """Go on to the beginning of a step, so that no other begins by itself."""
    clock.advance(STEP - clock.now().timestamp() % STEP)


def make(iam: IAMClient, clock: SandboxClock, name: str = "m", path: str = "/") -> Device:
    """Make a device that nobody has yet."""
    made = iam.create_virtual_mfa_device(VirtualMFADeviceName=name, Path=path)["VirtualMFADevice"]
    return Device(made["SerialNumber"], made["Base32StringSeed"].decode(), clock)


def give(iam: IAMClient, clock: SandboxClock, user: str, name: str = "m", path: str = "/") -> Device:
    """Make a device and enable it for a user."""
    device = make(iam, clock, name, path)
    iam.enable_mfa_device(UserName=user, SerialNumber=device.serial_number, **device.pair)
    return device
