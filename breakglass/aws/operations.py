"""Every operation of AWS the toolkit calls, and what it needs for it: the one table `permissions` is computed from.

A name an operation is not given here by us but finds (a stranger's instance profile, a person's MFA device) has no
narrower pattern than its type. Actions, resources and condition keys are those of
https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html
https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsorganizations.html
"""

from collections.abc import Collection, Iterator, Mapping

from breakglass import naming
from breakglass.operations import Operation, Phase
from breakglass.resources import GROUP, MANAGED_POLICY, PASSWORD_POLICY, ROLE, SERVICE_CONTROL_POLICY, USER

_EVERYWHERE = ("*",)
_PREFIX = "arn:${Partition}:iam::${Account}:"
_NEW_USERS = (f"{_PREFIX}user{naming.PATH}*",)
_USERS = (*_NEW_USERS, f"{_PREFIX}user/*{naming.USER_SUFFIX}")
"""The second for a user that was moved out of the path: it is moved back, or deleted."""
_ANY_USER = (f"{_PREFIX}user/*",)
_GROUPS = (f"{_PREFIX}group{naming.PATH}*",)
_ROLES = (f"{_PREFIX}role{naming.PATH}*", f"{_PREFIX}role/{naming.ROLE_PREFIX}*")
_POLICIES = (f"{_PREFIX}policy{naming.PATH}*",)
_PROFILES = (f"{_PREFIX}instance-profile/*",)
_DEVICES = (f"{_PREFIX}mfa/*",)
"""Only devices that are deactivated can be deleted, and only those of our users can be deactivated.

https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteVirtualMFADevice.html
"""

_PROVISIONING_ROLES = ("arn:${Partition}:iam::${Member}:role/${ProvisioningRole}",)
_ORGANIZATION = "arn:${Partition}:organizations::${Management}:"
_SCPS = (f"{_ORGANIZATION}policy/${{Organization}}/service_control_policy/*",)
_TARGETS = (f"{_ORGANIZATION}account/${{Organization}}/${{Security}}", f"{_ORGANIZATION}root/${{Organization}}/*")
_ANY_TARGET = tuple(f"{_ORGANIZATION}{kind}/${{Organization}}/*" for kind in ("account", "ou", "root"))
"""Wherever others have attached a guardrail of ours, it is detached from."""

_BOUNDED = {"StringEquals": {"iam:PermissionsBoundary": naming.boundary_arn("${Partition}", "${Security}")}}
_OURS = {"ArnLike": {"iam:PolicyARN": _POLICIES[0]}}

_IDENTIFY: frozenset[Phase] = frozenset({"identify"})
_DISCOVER: frozenset[Phase] = frozenset({"discover"})
_READ: frozenset[Phase] = frozenset({"read"})
_CREDENTIALS: frozenset[Phase] = frozenset({"credentials", "remove"})
_MAKE: frozenset[Phase] = frozenset({"make"})
_REMOVE: frozenset[Phase] = frozenset({"remove"})
_CHANGE: frozenset[Phase] = frozenset({"make", "remove"})
_NEVER: frozenset[Phase] = frozenset()


def _rows(
    names: str,
    resources: tuple[str, ...],
    types: Collection[str],
    phases: frozenset[Phase],
    *,
    service: str = "iam",
    condition: Mapping[str, Mapping[str, str]] | None = None,
    also: tuple[str, ...] = (),
) -> Iterator[Operation]:
    """Yield a row for each name, authorized as the action of the same name."""
    for name in names.split():
        action = f"{service}:{name}"
        yield Operation(service, name, phases, frozenset(types), resources, (action,), condition or {}, also)


OPERATIONS: tuple[Operation, ...] = (
    # Needs no permission, and no policy can deny it:
    # https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
    Operation("sts", "GetCallerIdentity", _IDENTIFY),
    *_rows("AssumeRole", _PROVISIONING_ROLES, (), _READ, service="sts"),
    *_rows("DescribeOrganization", _EVERYWHERE, (), _IDENTIFY, service="organizations"),
    *_rows("ListAccounts", _EVERYWHERE, (), _DISCOVER, service="organizations"),
    # What is there. The lists cannot be narrowed and still list all there is.
    *_rows("GetAccountAuthorizationDetails", _EVERYWHERE, (USER, GROUP, ROLE, MANAGED_POLICY), _READ),
    *_rows("ListRoles", _EVERYWHERE, (ROLE,), _READ),
    *_rows("GetAccountPasswordPolicy", _EVERYWHERE, (PASSWORD_POLICY,), _READ),
    # Of a user that is ours by its tag alone as well: whoever renamed it may have given it a key.
    *_rows("ListAccessKeys ListSSHPublicKeys ListSigningCertificates", _ANY_USER, (USER,), _CREDENTIALS),
    *_rows("ListServiceSpecificCredentials", _EVERYWHERE, (USER,), _CREDENTIALS),
    # Users.
    *_rows("CreateUser", _NEW_USERS, (USER,), _MAKE, condition=_BOUNDED, also=("iam:TagUser",)),
    *_rows("PutUserPermissionsBoundary", _USERS, (USER,), _MAKE, condition=_BOUNDED),
    *_rows("TagUser UntagUser UpdateUser", _USERS, (USER,), _MAKE),
    *_rows("DeleteUserPolicy", _USERS, (USER,), _CHANGE),
    *_rows("DetachUserPolicy", _USERS, (USER, MANAGED_POLICY), _CHANGE),
    *_rows("DeactivateMFADevice DeleteLoginProfile DeleteUser", _USERS, (USER,), _REMOVE),
    *_rows("DeleteAccessKey DeleteSSHPublicKey DeleteSigningCertificate", _USERS, (USER,), _REMOVE),
    *_rows("DeleteServiceSpecificCredential", _USERS, (USER,), _REMOVE),
    *_rows("ListAttachedUserPolicies ListGroupsForUser ListMFADevices ListUserPolicies", _USERS, (USER,), _REMOVE),
    *_rows("DeleteVirtualMFADevice", _DEVICES, (USER,), _REMOVE),
    # Every user of ours has the boundary, and rights from its groups alone.
    *_rows("AttachUserPolicy DeleteUserPermissionsBoundary PutUserPolicy", _USERS, (USER,), _NEVER),
    # Groups: AWS authorizes their members on the group.
    *_rows("AttachGroupPolicy", _GROUPS, (GROUP,), _MAKE, condition=_OURS),
    *_rows("AddUserToGroup", _GROUPS, (USER,), _MAKE),
    *_rows("CreateGroup", _GROUPS, (GROUP,), _MAKE),
    *_rows("RemoveUserFromGroup", _GROUPS, (USER, GROUP), _CHANGE),
    *_rows("DeleteGroupPolicy", _GROUPS, (GROUP,), _CHANGE),
    *_rows("DetachGroupPolicy", _GROUPS, (GROUP, MANAGED_POLICY), _CHANGE),
    *_rows("DeleteGroup GetGroup ListAttachedGroupPolicies ListGroupPolicies", _GROUPS, (GROUP,), _REMOVE),
    # Groups have managed policies of ours, none inline; one that was moved out of the path is not ours any more.
    *_rows("PutGroupPolicy UpdateGroup", _GROUPS, (GROUP,), _NEVER),
    # Roles.
    *_rows("AttachRolePolicy", _ROLES, (ROLE,), _MAKE, condition=_OURS),
    *_rows("CreateRole", _ROLES, (ROLE,), _MAKE, also=("iam:TagRole",)),
    *_rows("TagRole UntagRole UpdateAssumeRolePolicy UpdateRole", _ROLES, (ROLE,), _MAKE),
    # A boundary that others put on a role of ours takes rights from it.
    *_rows("DeleteRolePermissionsBoundary", _ROLES, (ROLE,), _MAKE),
    *_rows("DeleteRolePolicy", _ROLES, (ROLE,), _CHANGE),
    *_rows("DetachRolePolicy", _ROLES, (ROLE, MANAGED_POLICY), _CHANGE),
    *_rows("DeleteRole ListAttachedRolePolicies ListInstanceProfilesForRole", _ROLES, (ROLE,), _REMOVE),
    *_rows("ListRolePolicies", _ROLES, (ROLE,), _REMOVE),
    *_rows("RemoveRoleFromInstanceProfile", _PROFILES, (ROLE,), _REMOVE),
    # Roles too have managed policies of ours, none inline, and no boundary.
    *_rows("PutRolePermissionsBoundary PutRolePolicy", _ROLES, (ROLE,), _NEVER),
    # Managed policies, and the one password policy.
    *_rows("CreatePolicy CreatePolicyVersion", _POLICIES, (MANAGED_POLICY,), _MAKE),
    *_rows("DeletePolicyVersion ListPolicyVersions", _POLICIES, (MANAGED_POLICY,), _CHANGE),
    *_rows("DeletePolicy ListEntitiesForPolicy", _POLICIES, (MANAGED_POLICY,), _REMOVE),
    *_rows("UpdateAccountPasswordPolicy", _EVERYWHERE, (PASSWORD_POLICY,), _MAKE),
    # Service control policies; attaching is authorized on the policy and on its target.
    *_rows("ListPolicies ListRoots", _EVERYWHERE, (SERVICE_CONTROL_POLICY,), _READ, service="organizations"),
    *_rows(
        "DescribePolicy ListTagsForResource ListTargetsForPolicy",
        _SCPS,
        (SERVICE_CONTROL_POLICY,),
        _READ,
        service="organizations",
    ),
    *_rows(
        "CreatePolicy",
        _SCPS,
        (SERVICE_CONTROL_POLICY,),
        _MAKE,
        service="organizations",
        also=("organizations:TagResource",),
    ),
    *_rows("TagResource UntagResource UpdatePolicy", _SCPS, (SERVICE_CONTROL_POLICY,), _MAKE, service="organizations"),
    *_rows("AttachPolicy", _SCPS + _TARGETS, (SERVICE_CONTROL_POLICY,), _MAKE, service="organizations"),
    *_rows("DetachPolicy", _SCPS + _ANY_TARGET, (SERVICE_CONTROL_POLICY,), _CHANGE, service="organizations"),
    *_rows("DeletePolicy", _SCPS, (SERVICE_CONTROL_POLICY,), _REMOVE, service="organizations"),
)
