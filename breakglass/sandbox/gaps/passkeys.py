"""moto knows no passkeys; nor has the API a way to make one, which a person does in the console.

https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_mfa_enable_fido.html
"""

from datetime import datetime

from moto.iam.models import MFADevice, User

from breakglass.sandbox.sessions import new_identifier


def register(user: User, partition: str, now: datetime) -> str:
    """Give a user a passkey, and return its serial number."""
    key = f"{user.name}-{new_identifier('')}"
    serial = f"arn:{partition}:iam::{user.account_id}:u2f/user/{user.name}/{key}"
    user.mfa_devices[serial] = MFADevice(serial, "", "")
    user.mfa_devices[serial].enable_date = now
    return serial
