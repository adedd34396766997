"""moto deletes users with credentials, groups with members, policies and MFA devices in use. Seen in 5.2.1 and 5.2.5.

https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteUser.html
https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteGroup.html
https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeletePolicy.html
https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteVirtualMFADevice.html
"""

from collections.abc import Mapping

from moto.iam.exceptions import DeleteConflictException

from breakglass.sandbox.gaps.asked import Asked, holders
from breakglass.sandbox.gaps.permissions_boundaries import boundary
from breakglass.sandbox.gaps.service_specific_credentials import credentials


def check(asked: Asked) -> None:
    """Refuse to delete what something else still hangs on."""
    if asked.action == "DeleteUser":
        _user(asked)
    elif asked.action == "DeleteGroup":
        _group(asked)
    elif asked.action == "DeletePolicy":
        _policy(asked)
    elif asked.action == "DeleteVirtualMFADevice":
        device = asked.backend.virtual_mfa_devices.get(asked.text("SerialNumber"))
        if device is not None and device.enable_date is not None:
            raise DeleteConflictException("MFA VirtualDevice in use. Must deactivate first.")


def _user(asked: Asked) -> None:
    user = asked.backend.get_user(asked.text("UserName"))
    left = {
        "remove users from group": user.group_list,
        "delete login profile": user.password,
        "delete access keys": user.access_keys,
        "delete signing certificates": user.signing_certificates,
        "delete SSH public keys": user.ssh_public_keys,
        "delete service specific credentials": credentials(user),
        "deactivate MFA devices": user.mfa_devices,
        "detach all policies": user.managed_policies,
        "delete policies": user.policies,
    }
    _refuse(left)


def _group(asked: Asked) -> None:
    group = asked.backend.get_group(asked.text("GroupName"))
    left = {
        "remove users from group": group.users,
        "detach all policies": group.managed_policies,
        "delete policies": group.policies,
    }
    _refuse(left)


def _policy(asked: Asked) -> None:
    policy = asked.backend.get_policy(asked.text("PolicyArn"))
    held = holders(asked.backend)
    if any(policy.arn in each.managed_policies or boundary(each) == policy.arn for each in held):
        raise DeleteConflictException("Cannot delete a policy attached to entities.")
    if len(policy.versions) > 1:
        raise DeleteConflictException("This policy has more than one version: delete the others first.")


def _refuse(left: Mapping[str, object]) -> None:
    for what, there in left.items():
        if there:
            raise DeleteConflictException(f"Cannot delete entity, must {what} first.")
