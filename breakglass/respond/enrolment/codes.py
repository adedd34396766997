"""Codes of a virtual MFA device, as an authenticator shows them: six digits, for 30 seconds each.

https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_mfa_enable_virtual.html
"""

from datetime import datetime
from typing import Final

import pyotp

from breakglass.secret import Secret

STEP: Final = 30
"""Seconds a code is shown for."""


def codes(seed: Secret, now: datetime) -> tuple[Secret, Secret]:
    """Return two consecutive codes: of the step before `now` and of the step it is in, never of one to come.

    A code of the future would take from the person the one they are shown when they first sign in.
    """
    device, step = pyotp.TOTP(seed.reveal(), interval=STEP), int(now.timestamp()) // STEP
    return Secret(device.generate_otp(step - 1)), Secret(device.generate_otp(step))
