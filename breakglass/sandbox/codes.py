"""The codes of virtual MFA devices: six digits for every half minute, each of them good once.

Good are the codes of now and of the half minutes before and after it. AWS would also enable a device with older ones,
and leave it out of step until it is resynchronized; here nothing is, so that such codes are refused.
https://datatracker.ietf.org/doc/html/rfc6238
https://docs.aws.amazon.com/IAM/latest/APIReference/API_EnableMFADevice.html
"""

from datetime import datetime
from hmac import compare_digest

from moto.iam.models import User, VirtualMfaDevice, iam_backends
from pyotp import TOTP

_STEP = 30
"""Seconds for which a code is shown."""
_EITHER_SIDE = 1
_SPENT = "last_step_spent"


def spend(device: VirtualMfaDevice, codes: tuple[str, ...], now: datetime) -> bool:
    """Tell whether these are the codes of consecutive steps up to about now; then none up to the last is good again."""
    current, totp = int(now.timestamp()) // _STEP, TOTP(device.base32_string_seed)
    spent: int = vars(device).get(_SPENT, -1)
    for last in range(current - _EITHER_SIDE, current + _EITHER_SIDE + 1):
        first = last + 1 - len(codes)
        shown = (totp.generate_otp(step).encode() for step in range(first, last + 1))
        if first > spent and all(map(compare_digest, shown, map(str.encode, codes))):
            vars(device)[_SPENT] = last
            return True
    return False


def devices(user: User, partition: str) -> tuple[VirtualMfaDevice, ...]:
    """Return the virtual devices of a user: of what else a user has, no code is known."""
    known = iam_backends[user.account_id][partition].virtual_mfa_devices
    return tuple(known[serial] for serial in user.mfa_devices if serial in known)
