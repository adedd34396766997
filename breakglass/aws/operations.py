"""Every operation of AWS the toolkit calls, and what it needs for it: the one table `permissions` is computed from.

A name an operation is not given here by us but finds (a stranger's instance profile, a person's MFA device) has no
narrower pattern than its type. Actions, resources and condition keys are those of
https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html
https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsorganizations.html
"""

from breakglass import naming
from breakglass.aws.alerting_operations import ALERTING
from breakglass.aws.lock_out_operations import LOCK_OUTS
from breakglass.aws.rows import (
    CANARY,
    CHANGE,
    CREDENTIALS,
    DISCOVER,
    ENROLL,
    ENROLMENT,
    EVERYWHERE,
    IDENTIFY,
    LOG,
    MAKE,
    NEVER,
    OFFBOARD,
    PATTERNS,
    READ,
    REMOVE,
    UNITS,
    rows,
)
from breakglass.aws.schedule_operations import SCHEDULED
from breakglass.aws.stack_operations import STACKING
from breakglass.aws.surroundings_operations import SURROUNDINGS
from breakglass.aws.watching_operations import WATCHING
from breakglass.operations import Operation
from breakglass.resources import GROUP, MANAGED_POLICY, PASSWORD_POLICY, ROLE, SERVICE_CONTROL_POLICY, USER

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

_OUR_DEVICES = (f"{_PREFIX}mfa{naming.PATH}*",)

_PROVISIONING_ROLES = ("arn:${Partition}:iam::${Member}:role/${ProvisioningRole}",)
_SECURITY_ROLE = ("arn:${Partition}:iam::${Security}:role/${ProvisioningRole}",)
_ORGANIZATION = "arn:${Partition}:organizations::${Management}:"
_SCPS = (f"{_ORGANIZATION}policy/${{Organization}}/service_control_policy/*",)
_UNITS = (f"{_ORGANIZATION}ou/${{Organization}}/*",)
_TARGETS = (f"{_ORGANIZATION}account/${{Organization}}/${{Security}}", f"{_ORGANIZATION}root/${{Organization}}/*")
_ANY_TARGET = tuple(f"{_ORGANIZATION}{kind}/${{Organization}}/*" for kind in ("account", "ou", "root"))
"""Wherever others have attached a guardrail of ours, it is detached from."""

_BOUNDED = {"StringEquals": {"iam:PermissionsBoundary": naming.boundary_arn("${Partition}", "${Security}")}}
_OURS = {"ArnLike": {"iam:PolicyARN": _POLICIES[0]}}

OPERATIONS: tuple[Operation, ...] = (
    # Needs no permission, and no policy can deny it:
    # https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
    Operation("sts", "GetCallerIdentity", IDENTIFY),
    *rows("AssumeRole", _PROVISIONING_ROLES, (), READ | CANARY | LOG | PATTERNS, service="sts"),
    *rows("AssumeRole", _SECURITY_ROLE, (), ENROLL, service="sts"),
    *rows("DescribeOrganization", EVERYWHERE, (), IDENTIFY, service="organizations"),
    *rows("ListAccounts", EVERYWHERE, (), DISCOVER, service="organizations"),
    *rows("ListAccountsForParent ListOrganizationalUnitsForParent", _UNITS, (), UNITS, service="organizations"),
    # What is there. The lists cannot be narrowed and still list all there is.
    *rows("GetAccountAuthorizationDetails", EVERYWHERE, (USER, GROUP, ROLE, MANAGED_POLICY), READ),
    *rows("GetAccountAuthorizationDetails", EVERYWHERE, (USER,), ENROLL),
    *rows("ListRoles", EVERYWHERE, (ROLE,), READ),
    *rows("GetAccountPasswordPolicy", EVERYWHERE, (PASSWORD_POLICY,), READ),
    # Of a user that is ours by its tag alone as well: whoever renamed it may have given it a key.
    *rows("ListAccessKeys ListSSHPublicKeys ListSigningCertificates", _ANY_USER, (USER,), CREDENTIALS),
    *rows("ListServiceSpecificCredentials", EVERYWHERE, (USER,), CREDENTIALS),
    # What people sign in with.
    *rows("GetLoginProfile", _ANY_USER, (USER,), ENROLMENT),
    *rows("ListMFADevices", _ANY_USER, (USER,), ENROLMENT | REMOVE | OFFBOARD),
    *rows("ListUsers ListVirtualMFADevices", EVERYWHERE, (USER,), ENROLMENT),
    # Users.
    *rows("CreateUser", _NEW_USERS, (USER,), MAKE | ENROLL, condition=_BOUNDED, also=("iam:TagUser",)),
    *rows("PutUserPermissionsBoundary", _USERS, (USER,), MAKE, condition=_BOUNDED),
    *rows("TagUser UntagUser UpdateUser", _USERS, (USER,), MAKE),
    *rows("DeleteUserPolicy", _USERS, (USER,), CHANGE | OFFBOARD),
    *rows("DetachUserPolicy", _USERS, (USER, MANAGED_POLICY), CHANGE),
    *rows("DetachUserPolicy", _USERS, (USER,), OFFBOARD),
    *rows("DeactivateMFADevice DeleteLoginProfile DeleteUser", _USERS, (USER,), REMOVE | OFFBOARD),
    *rows("DeleteAccessKey DeleteSSHPublicKey DeleteSigningCertificate", _USERS, (USER,), REMOVE | OFFBOARD),
    *rows("DeleteServiceSpecificCredential", _USERS, (USER,), REMOVE | OFFBOARD),
    *rows("ListAttachedUserPolicies ListGroupsForUser ListUserPolicies", _USERS, (USER,), REMOVE | OFFBOARD),
    *rows("DeleteVirtualMFADevice", _DEVICES, (USER,), REMOVE | OFFBOARD),
    # What people sign in with. Enrolment has to do with users that are as the manifest says, so in our path.
    *rows("CreateLoginProfile DeactivateMFADevice DeleteLoginProfile EnableMFADevice", _NEW_USERS, (USER,), ENROLL),
    *rows("GetLoginProfile GetUser ListMFADevices UpdateLoginProfile", _NEW_USERS, (USER,), ENROLL),
    *rows("CreateVirtualMFADevice DeleteVirtualMFADevice", _OUR_DEVICES, (USER,), ENROLL),
    *rows("ListVirtualMFADevices", EVERYWHERE, (USER,), ENROLL),
    # Every user of ours has the boundary, and rights from its groups alone.
    *rows("AttachUserPolicy DeleteUserPermissionsBoundary PutUserPolicy", _USERS, (USER,), NEVER),
    # Groups: AWS authorizes their members on the group.
    *rows("AttachGroupPolicy", _GROUPS, (GROUP,), MAKE, condition=_OURS),
    *rows("AddUserToGroup", _GROUPS, (USER,), MAKE | ENROLL),
    *rows("CreateGroup", _GROUPS, (GROUP,), MAKE),
    *rows("RemoveUserFromGroup", _GROUPS, (USER, GROUP), CHANGE),
    *rows("RemoveUserFromGroup", _GROUPS, (USER,), OFFBOARD),
    *rows("DeleteGroupPolicy", _GROUPS, (GROUP,), CHANGE),
    *rows("DetachGroupPolicy", _GROUPS, (GROUP, MANAGED_POLICY), CHANGE),
    *rows("DeleteGroup GetGroup ListAttachedGroupPolicies ListGroupPolicies", _GROUPS, (GROUP,), REMOVE),
    # Groups have managed policies of ours, none inline; one that was moved out of the path is not ours any more.
    *rows("PutGroupPolicy UpdateGroup", _GROUPS, (GROUP,), NEVER),
    # Roles.
    *rows("AttachRolePolicy", _ROLES, (ROLE,), MAKE, condition=_OURS),
    *rows("CreateRole", _ROLES, (ROLE,), MAKE, also=("iam:TagRole",)),
    *rows("TagRole UntagRole UpdateAssumeRolePolicy UpdateRole", _ROLES, (ROLE,), MAKE),
    # A boundary that others put on a role of ours takes rights from it.
    *rows("DeleteRolePermissionsBoundary", _ROLES, (ROLE,), MAKE),
    *rows("DeleteRolePolicy", _ROLES, (ROLE,), CHANGE),
    *rows("DetachRolePolicy", _ROLES, (ROLE, MANAGED_POLICY), CHANGE),
    *rows("DeleteRole ListAttachedRolePolicies ListInstanceProfilesForRole", _ROLES, (ROLE,), REMOVE),
    *rows("ListRolePolicies", _ROLES, (ROLE,), REMOVE),
    *rows("RemoveRoleFromInstanceProfile", _PROFILES, (ROLE,), REMOVE),
    # Roles too have managed policies of ours, none inline, and no boundary.
    *rows("PutRolePermissionsBoundary PutRolePolicy", _ROLES, (ROLE,), NEVER),
    # Managed policies, and the one password policy.
    *rows("CreatePolicy CreatePolicyVersion", _POLICIES, (MANAGED_POLICY,), MAKE),
    *rows("DeletePolicyVersion ListPolicyVersions", _POLICIES, (MANAGED_POLICY,), CHANGE),
    *rows("DeletePolicy ListEntitiesForPolicy", _POLICIES, (MANAGED_POLICY,), REMOVE),
    *rows("UpdateAccountPasswordPolicy", EVERYWHERE, (PASSWORD_POLICY,), MAKE),
    # Service control policies; attaching is authorized on the policy and on its target.
    *rows("ListPolicies ListRoots", EVERYWHERE, (SERVICE_CONTROL_POLICY,), READ, service="organizations"),
    *rows(
        "DescribePolicy ListTagsForResource ListTargetsForPolicy",
        _SCPS,
        (SERVICE_CONTROL_POLICY,),
        READ,
        service="organizations",
    ),
    *rows(
        "CreatePolicy",
        _SCPS,
        (SERVICE_CONTROL_POLICY,),
        MAKE,
        service="organizations",
        also=("organizations:TagResource",),
    ),
    *rows("TagResource UntagResource UpdatePolicy", _SCPS, (SERVICE_CONTROL_POLICY,), MAKE, service="organizations"),
    *rows("AttachPolicy", _SCPS + _TARGETS, (SERVICE_CONTROL_POLICY,), MAKE, service="organizations"),
    *rows("DetachPolicy", _SCPS + _ANY_TARGET, (SERVICE_CONTROL_POLICY,), CHANGE, service="organizations"),
    *rows("DeletePolicy", _SCPS, (SERVICE_CONTROL_POLICY,), REMOVE, service="organizations"),
    # What notices every use, and what listens to it.
    *ALERTING,
    *WATCHING,
    # What becomes of a verification on schedule.
    *SCHEDULED,
    # What surrounds it.
    *SURROUNDINGS,
    # What may keep responders out.
    *LOCK_OUTS,
    # What StackSets deliver.
    *STACKING,
)
