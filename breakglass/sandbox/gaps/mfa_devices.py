"""moto shows the seeds of all virtual MFA devices, and enables devices that do not exist or are someone's.

Codes are still not checked: any six digits enable a device. Seen in 5.2.1 and 5.2.5.
https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListVirtualMFADevices.html
https://docs.aws.amazon.com/IAM/latest/APIReference/API_EnableMFADevice.html
"""

from moto.core.serialize import never_return
from moto.iam.exceptions import EntityAlreadyExists, LimitExceededException, NoSuchEntity

from breakglass.sandbox.gaps.asked import Asked

_MOST = 8

TRANSFORMERS = {
    "ListVirtualMFADevicesResponse.VirtualMFADevices.VirtualMFADevice.Base32StringSeed": never_return,
    "ListVirtualMFADevicesResponse.VirtualMFADevices.VirtualMFADevice.QRCodePNG": never_return,
}


def check(asked: Asked) -> None:
    """Refuse to enable what is no free virtual device; hardware is not modelled."""
    if asked.action != "EnableMFADevice":
        return
    user, serial = asked.backend.get_user(asked.text("UserName")), asked.text("SerialNumber")
    device = asked.backend.virtual_mfa_devices.get(serial)
    if device is None:
        raise NoSuchEntity(f"VirtualMFADevice with serial number {serial} does not exist.")
    if device.enable_date is not None:
        raise EntityAlreadyExists(f"MFADevice {serial} is already in use.")
    if len(user.mfa_devices) >= _MOST:
        raise LimitExceededException(f"Cannot exceed quota for MFADevicesPerUser: {_MOST}")
