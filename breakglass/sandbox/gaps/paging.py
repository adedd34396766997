"""moto pages few of IAM's lists, some of them wrongly, and does not always say whether there is more.

Seen in 5.2.1 and 5.2.5. AWS pages all of them, at 100 items where nothing is asked for.
https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountAuthorizationDetails.html
"""

from collections.abc import Iterable

from moto.core.common_types import TYPE_RESPONSE
from moto.core.responses import ActionResult
from moto.iam.exceptions import ValidationError
from moto.iam.responses import IamResponse

from breakglass.sandbox.gaps.asked import Asked

_LISTS: dict[str, tuple[str, ...]] = {
    "GetAccountAuthorizationDetails": ("UserDetailList", "GroupDetailList", "RoleDetailList", "Policies"),
    "GetGroup": ("Users",),
    "ListAccessKeys": ("AccessKeyMetadata",),
    "ListAttachedGroupPolicies": ("AttachedPolicies",),
    "ListAttachedRolePolicies": ("AttachedPolicies",),
    "ListAttachedUserPolicies": ("AttachedPolicies",),
    "ListEntitiesForPolicy": ("PolicyUsers", "PolicyRoles", "PolicyGroups"),
    "ListGroupPolicies": ("PolicyNames",),
    "ListGroups": ("Groups",),
    "ListGroupsForUser": ("Groups",),
    "ListInstanceProfiles": ("InstanceProfiles",),
    "ListInstanceProfilesForRole": ("InstanceProfiles",),
    "ListMFADevices": ("MFADevices",),
    "ListPolicies": ("Policies",),
    "ListPolicyVersions": ("Versions",),
    "ListRolePolicies": ("PolicyNames",),
    "ListRoles": ("Roles",),
    "ListRoleTags": ("Tags",),
    "ListSSHPublicKeys": ("SSHPublicKeys",),
    "ListServiceSpecificCredentials": ("ServiceSpecificCredentials",),
    "ListSigningCertificates": ("Certificates",),
    "ListUserPolicies": ("PolicyNames",),
    "ListUserTags": ("Tags",),
    "ListUsers": ("Users",),
    "ListVirtualMFADevices": ("VirtualMFADevices",),
}
"""Operation -> the lists of its result, paged as if they were one."""

_DEFAULT = 100
_EVERYTHING = 10**9
"""More items than moto could hold: what it is asked for, so that pages are cut here alone."""


def check(asked: Asked) -> None:
    """Refuse a marker that was never given out."""
    if asked.text("Marker") and not asked.text("Marker").isdecimal():
        raise ValidationError("Invalid Marker.")


class Paging(IamResponse):
    """Cuts pages from whole lists, whatever the operation; markers count items."""

    _start = 0
    _size = _DEFAULT

    def call_action(self) -> TYPE_RESPONSE:
        """Carry the operation out on everything, and remember which page is wanted."""
        if self._get_action() in _LISTS:
            self._start = int(self.params.pop("Marker", None) or 0)
            self._size = int(self.params.pop("MaxItems", None) or _DEFAULT)
            self.params["MaxItems"] = _EVERYTHING
        return super().call_action()

    def serialized(self, action_result: ActionResult) -> TYPE_RESPONSE:
        """Write the page that is wanted."""
        lists = _LISTS.get(self._get_action(), ())
        if lists and isinstance(action_result.result, dict):
            self._cut(action_result.result, lists)
        return super().serialized(action_result)

    def _cut(self, result: dict[str, object], lists: tuple[str, ...]) -> None:
        end = self._start + self._size
        whole = [(name, item) for name in lists for item in _items(result.get(name))]
        for name in lists:
            result[name] = [item for owner, item in whole[self._start : end] if owner == name]
        more = end < len(whole)
        result["IsTruncated"] = more
        result["Marker"] = str(end) if more else None


def _items(value: object) -> tuple[object, ...]:
    return tuple(value) if isinstance(value, Iterable) else ()
