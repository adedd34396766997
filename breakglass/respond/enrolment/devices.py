"""Virtual MFA devices of a person: their names, and how one is enabled."""

from collections.abc import Callable, Collection, Iterator
from typing import Final

from breakglass import naming
from breakglass.cloud import Clock, NewDevice, SignIn
from breakglass.errors import RejectedError
from breakglass.facts import Enrolment, MfaDevice
from breakglass.respond.enrolment.codes import STEP, codes
from breakglass.respond.enrolment.patience import awaited

MOST: Final = 8
"""MFA devices of one user.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
"""

_TRIES: Final = 3


def virtual(found: Enrolment) -> tuple[MfaDevice, ...]:
    """Return the devices that hold a seed; a key somebody carries is not exchanged by us."""
    return tuple(each for each in found.devices if each.kind == "virtual")


def left_over(found: Enrolment, unassigned: Collection[str]) -> Iterator[str]:
    """Yield the serial numbers of devices nobody has whose names are this user's: an enrolment was broken off."""
    yield from (serial for serial in slots(found).values() if serial in unassigned)


def free_name(found: Enrolment) -> str:
    """Return the name of the next device; RejectedError where the user has as many as there can be."""
    taken = {each.serial_number for each in found.devices}
    if len(taken) < MOST:
        return next(name for name, serial in slots(found).items() if serial not in taken)
    raise RejectedError(
        f"{found.user} has {MOST} MFA devices, and AWS allows no more",
        subject=found.user,
        advice=f"take one away, as the provisioning role: aws iam deactivate-mfa-device --user-name {found.user} "
        f"--serial-number {found.devices[0].serial_number}",
    )


def enable(sign_in: SignIn, clock: Clock, user: str, device: NewDevice, tell: Callable[[str], None]) -> None:
    """Give a user a device; codes that are not accepted are followed by the next ones, three times in all.

    Raises RejectedError where none of them is accepted, or where somebody has the device.
    """
    for attempt in range(_TRIES):
        if attempt:
            tell(f"{user}: AWS did not accept the codes; waiting {STEP} seconds for the next")
            clock.sleep(STEP)
        if sign_in.enable_device(user, device.serial_number, codes(device.seed, sign_in.now())):
            return
    raise RejectedError(
        f"AWS accepts no code of the new MFA device of {user}",
        subject=device.serial_number,
        advice="see that nobody else enrolls the same person now",
    )


def shown(sign_in: SignIn, clock: Clock, user: str, serial_number: str) -> MfaDevice:
    """Return an enabled device as it reads back; RejectedError where it does not."""

    def held(found: Enrolment) -> bool:
        return any(each.serial_number == serial_number for each in found.devices)

    found, there = awaited(clock, lambda: sign_in.read(user), held)
    if there:
        return next(each for each in found.devices if each.serial_number == serial_number)
    raise RejectedError(
        f"the new MFA device of {user} was enabled and does not read back",
        subject=serial_number,
        advice="see that nobody else enrolls the same person now",
    )


def slots(found: Enrolment) -> dict[str, str]:
    """Return the names a user's devices can have, and their serial numbers."""
    scope = found.scope
    names = [naming.mfa_device_name(found.user, number) for number in range(1, MOST + 1)]
    return {name: naming.mfa_arn(scope.partition, scope.account, name) for name in names}
