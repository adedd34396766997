"""moto shows the seeds of all virtual MFA devices, and enables any device with any codes. Seen in 5.2.1 and 5.2.5.

https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListVirtualMFADevices.html
https://docs.aws.amazon.com/IAM/latest/APIReference/API_EnableMFADevice.html
"""

from moto.core.responses import ActionResult
from moto.core.serialize import never_return
from moto.iam.exceptions import EntityAlreadyExists, IAMException, LimitExceededException, NoSuchEntity
from moto.iam.responses import IamResponse

from breakglass.sandbox.codes import spend
from breakglass.sandbox.gaps.asked import Asked, time_of

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


class MfaDevices(IamResponse):
    """The operation that gives a user a device."""

    def enable_mfa_device(self) -> ActionResult:
        """Enable a device for two codes of it, one after the other."""
        serial, now = self._get_param("SerialNumber"), time_of(self.headers)
        device = self.backend.virtual_mfa_devices[serial]
        codes = tuple(self._get_param(f"AuthenticationCode{number}") or "" for number in (1, 2))
        if not spend(device, codes, now):
            raise IAMException("InvalidAuthenticationCode", "Authentication code for device is not valid.")
        result = super().enable_mfa_device()
        user = self.backend.get_user(self._get_param("UserName"))
        device.enable_date = user.mfa_devices[serial].enable_date = now
        return result
