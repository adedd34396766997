"""IAM's answers as resources: the properties CloudFormation would write for what is there.

GetAccountAuthorizationDetails tells neither the description of a managed policy nor the description and the session
length of a role; the latter come from ListRoles, the former is read as absent.
https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountAuthorizationDetails.html
https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListRoles.html
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, cast
from urllib.parse import unquote

from breakglass import resources
from breakglass.aws import values
from breakglass.documents import Json
from breakglass.errors import UnavailableError
from breakglass.facts import IdleVersion
from breakglass.resources import Resource, Scope

if TYPE_CHECKING:
    from mypy_boto3_iam.type_defs import (
        AttachedPermissionsBoundaryTypeDef,
        AttachedPolicyTypeDef,
        GroupDetailTypeDef,
        ManagedPolicyDetailTypeDef,
        PasswordPolicyTypeDef,
        PolicyDetailTypeDef,
        PolicyDocumentTypeDef,
        PolicyVersionTypeDef,
        RoleDetailTypeDef,
        RoleTypeDef,
        TagTypeDef,
        UserDetailTypeDef,
    )

_PASSWORD_SWITCHES = (
    "RequireSymbols",
    "RequireNumbers",
    "RequireUppercaseCharacters",
    "RequireLowercaseCharacters",
    "AllowUsersToChangePassword",
    "HardExpiry",
)


def user(scope: Scope, detail: UserDetailTypeDef) -> Resource:
    """Return a user with its groups, boundary, policies and tags."""
    properties: dict[str, Json] = {
        "UserName": detail["UserName"],
        "Path": detail["Path"],
        "PermissionsBoundary": _boundary(detail.get("PermissionsBoundary", {})),
        "Groups": detail.get("GroupList", ()),
        "ManagedPolicyArns": _attached(detail.get("AttachedManagedPolicies", ())),
        "Policies": _inline(detail.get("UserPolicyList", ())),
        "Tags": resources.tags(tags(detail.get("Tags", ()))),
    }
    return Resource(resources.USER, scope, properties)


def group(scope: Scope, detail: GroupDetailTypeDef) -> Resource:
    """Return a group with its policies; its members are properties of the users."""
    properties: dict[str, Json] = {
        "GroupName": detail["GroupName"],
        "Path": detail["Path"],
        "ManagedPolicyArns": _attached(detail.get("AttachedManagedPolicies", ())),
        "Policies": _inline(detail.get("GroupPolicyList", ())),
    }
    return Resource(resources.GROUP, scope, properties)


def role(scope: Scope, detail: RoleDetailTypeDef, listed: RoleTypeDef | None) -> Resource:
    """Return a role from its details and its row in ListRoles.

    Raises UnavailableError where ListRoles does not know it: a role without its session length is not read.
    """
    if listed is None or "MaxSessionDuration" not in listed:
        raise _incomplete(scope, detail["RoleName"], "the role's session length")
    properties: dict[str, Json] = {
        "RoleName": detail["RoleName"],
        "Path": detail["Path"],
        "Description": listed.get("Description", ""),
        "AssumeRolePolicyDocument": _document(detail["AssumeRolePolicyDocument"]),
        "MaxSessionDuration": listed["MaxSessionDuration"],
        "ManagedPolicyArns": _attached(detail.get("AttachedManagedPolicies", ())),
        "Policies": _inline(detail.get("RolePolicyList", ())),
        "PermissionsBoundary": _boundary(detail.get("PermissionsBoundary", {})),
        "Tags": resources.tags(tags(detail.get("Tags", ()))),
    }
    return Resource(resources.ROLE, scope, properties)


def managed_policy(scope: Scope, detail: ManagedPolicyDetailTypeDef) -> Resource:
    """Return a managed policy with the document of its default version: the one in effect.

    Raises UnavailableError where AWS does not tell that version.
    """
    versions = [each for each in detail.get("PolicyVersionList", ()) if each.get("IsDefaultVersion")]
    if not versions:
        raise _incomplete(scope, detail["PolicyName"], "the policy's default version")
    return _policy(scope, detail, versions[0])


def idle_versions(scope: Scope, detail: ManagedPolicyDetailTypeDef) -> Iterator[IdleVersion]:
    """Yield the versions of a managed policy that are not in effect."""
    for version in detail.get("PolicyVersionList", ()):
        if not version.get("IsDefaultVersion"):
            yield IdleVersion(_policy(scope, detail, version), version["VersionId"])


def password_policy(scope: Scope, policy: PasswordPolicyTypeDef) -> Resource:
    """Return the account's password policy; what is switched off is false, what is not limited is absent.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_PasswordPolicy.html
    """
    switches: dict[str, Json] = {name: bool(policy.get(name, False)) for name in _PASSWORD_SWITCHES}
    limits: dict[str, Json] = {
        "MinimumPasswordLength": policy.get("MinimumPasswordLength"),
        "MaxPasswordAge": policy.get("MaxPasswordAge") or None,
        "PasswordReusePrevention": policy.get("PasswordReusePrevention") or None,
    }
    return Resource(resources.PASSWORD_POLICY, scope, {**switches, **limits})


def tags(given: Iterable[TagTypeDef]) -> Mapping[str, str]:
    """Return tags by key, without those of AWS's own."""
    return values.tags((each["Key"], each["Value"]) for each in given)


def _policy(scope: Scope, detail: ManagedPolicyDetailTypeDef, version: PolicyVersionTypeDef) -> Resource:
    properties: dict[str, Json] = {
        "ManagedPolicyName": detail["PolicyName"],
        "Path": detail["Path"],
        "PolicyDocument": _document(version["Document"]),
    }
    return Resource(resources.MANAGED_POLICY, scope, properties)


def _boundary(attached: AttachedPermissionsBoundaryTypeDef) -> Json:
    return attached.get("PermissionsBoundaryArn")


def _attached(policies: Iterable[AttachedPolicyTypeDef]) -> Json:
    return [each["PolicyArn"] for each in policies]


def _inline(policies: Iterable[PolicyDetailTypeDef]) -> Json:
    return [_inline_policy(each["PolicyName"], _document(each["PolicyDocument"])) for each in policies]


def _inline_policy(name: str, document: Json) -> Json:
    found = _parsed(document) if isinstance(document, str) else document
    return (
        resources.inline_policy(name, found)
        if isinstance(found, Mapping)
        else {
            "PolicyName": name,
            "PolicyDocument": document,
        }
    )


def _parsed(written: str) -> Json:
    try:
        found: Json = json.loads(written)
    except ValueError:
        return written
    return found


def _document(given: PolicyDocumentTypeDef | str) -> Json:
    """Return a document as IAM sends it, without the escapes, or as botocore has decoded it."""
    return _unquoted(given) if isinstance(given, str) else cast("Json", given)


@lru_cache(maxsize=256)
def _unquoted(text: str) -> str:
    """Undo what IAM does to a document, once for the many accounts that have the same.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_PolicyDetail.html
    """
    return unquote(text)


def _incomplete(scope: Scope, name: str, what: str) -> UnavailableError:
    return UnavailableError(
        f"AWS does not tell {what} of {name} in account {scope.account}",
        subject=name,
        advice="run the command again: it was being made or deleted while we looked",
    )
