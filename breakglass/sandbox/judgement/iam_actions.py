"""The operations of IAM by what they are about; what has no row here is denied as not modelled.

https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html
"""

from collections.abc import Mapping

USER, GROUP, ROLE, POLICY, MFA, PROFILE, NOTHING = "user", "group", "role", "policy", "mfa", "instance-profile", "*"

NAMES = {USER: "UserName", GROUP: "GroupName", ROLE: "RoleName", PROFILE: "InstanceProfileName"}
"""The parameter that names what an operation is about."""

_ROWS = {
    USER: """
        AttachUserPolicy ChangePassword CreateAccessKey CreateLoginProfile CreateServiceSpecificCredential
        DeactivateMFADevice DeleteAccessKey DeleteLoginProfile DeleteSSHPublicKey DeleteServiceSpecificCredential
        DeleteSigningCertificate DeleteUser DeleteUserPermissionsBoundary DeleteUserPolicy DetachUserPolicy
        EnableMFADevice GetLoginProfile GetMFADevice GetSSHPublicKey GetUser GetUserPolicy ListAccessKeys
        ListAttachedUserPolicies ListGroupsForUser ListMFADevices ListSSHPublicKeys ListServiceSpecificCredentials
        ListSigningCertificates ListUserPolicies ListUserTags PutUserPermissionsBoundary PutUserPolicy
        ResetServiceSpecificCredential ResyncMFADevice TagUser UntagUser UpdateAccessKey UpdateLoginProfile
        UpdateSSHPublicKey UpdateServiceSpecificCredential UpdateSigningCertificate UpdateUser UploadSSHPublicKey
        UploadSigningCertificate
    """,
    GROUP: """
        AddUserToGroup AttachGroupPolicy DeleteGroup DeleteGroupPolicy DetachGroupPolicy GetGroup GetGroupPolicy
        ListAttachedGroupPolicies ListGroupPolicies PutGroupPolicy RemoveUserFromGroup UpdateGroup
    """,
    ROLE: """
        AttachRolePolicy DeleteRole DeleteRolePermissionsBoundary DeleteRolePolicy DetachRolePolicy GetRole
        GetRolePolicy ListAttachedRolePolicies ListInstanceProfilesForRole ListRolePolicies ListRoleTags
        PutRolePermissionsBoundary PutRolePolicy TagRole UntagRole UpdateAssumeRolePolicy UpdateRole
        UpdateRoleDescription
    """,
    POLICY: """
        CreatePolicyVersion DeletePolicy DeletePolicyVersion GetPolicy GetPolicyVersion ListEntitiesForPolicy
        ListPolicyTags ListPolicyVersions SetDefaultPolicyVersion TagPolicy UntagPolicy
    """,
    MFA: "DeleteVirtualMFADevice",
    PROFILE: """
        AddRoleToInstanceProfile DeleteInstanceProfile GetInstanceProfile RemoveRoleFromInstanceProfile
        TagInstanceProfile UntagInstanceProfile
    """,
    NOTHING: """
        CreateAccountAlias DeleteAccountAlias DeleteAccountPasswordPolicy GenerateCredentialReport
        GetAccountAuthorizationDetails GetAccountPasswordPolicy GetAccountSummary GetCredentialReport
        ListAccountAliases ListGroups ListInstanceProfiles ListOpenIDConnectProviders ListPolicies ListRoles
        ListSAMLProviders ListServerCertificates ListUsers ListVirtualMFADevices UpdateAccountPasswordPolicy
    """,
}

ABOUT: Mapping[str, str] = {action: kind for kind, row in _ROWS.items() for action in row.split()}
"""Operation -> the type of the existing thing it is about."""

NEW = {
    "CreateGroup": (GROUP, "GroupName"),
    "CreateInstanceProfile": (PROFILE, "InstanceProfileName"),
    "CreatePolicy": (POLICY, "PolicyName"),
    "CreateRole": (ROLE, "RoleName"),
    "CreateUser": (USER, "UserName"),
    "CreateVirtualMFADevice": (MFA, "VirtualMFADeviceName"),
}
"""Operation -> the type of what it makes, and the parameter with its name; `Path` is the other half of the ARN."""

MOVES = {"UpdateGroup": "NewGroupName", "UpdateUser": "NewUserName"}
"""Operations that also need the right to what the thing is called afterwards.

https://docs.aws.amazon.com/IAM/latest/UserGuide/id_users_rename.html
"""

OWN = frozenset(
    {
        "ChangePassword",
        "CreateAccessKey",
        "CreateLoginProfile",
        "DeactivateMFADevice",
        "DeleteAccessKey",
        "DeleteLoginProfile",
        "DeleteServiceSpecificCredential",
        "DeleteSigningCertificate",
        "GetLoginProfile",
        "GetUser",
        "ListAccessKeys",
        "ListMFADevices",
        "ListSSHPublicKeys",
        "ListServiceSpecificCredentials",
        "ListSigningCertificates",
        "ResetServiceSpecificCredential",
        "UpdateAccessKey",
        "UpdateServiceSpecificCredential",
        "UpdateSigningCertificate",
        "UploadSigningCertificate",
    }
)
"""Operations that mean the caller where they name no user."""

BOUNDED = frozenset(
    {
        "AttachRolePolicy",
        "AttachUserPolicy",
        "CreateRole",
        "CreateUser",
        "DeleteRole",
        "DeleteRolePermissionsBoundary",
        "DeleteRolePolicy",
        "DeleteUserPermissionsBoundary",
        "DeleteUserPolicy",
        "DetachRolePolicy",
        "DetachUserPolicy",
        "GetRole",
        "PutRolePermissionsBoundary",
        "PutRolePolicy",
        "PutUserPermissionsBoundary",
        "PutUserPolicy",
        "UpdateAssumeRolePolicy",
        "UpdateRole",
        "UpdateRoleDescription",
    }
)
"""Operations with the key iam:PermissionsBoundary."""

ATTACHING = frozenset(f"{verb}{kind}Policy" for verb in ("Attach", "Detach") for kind in ("Group", "Role", "User"))
"""Operations with the key iam:PolicyARN."""

OF_EVERYONE = "ListServiceSpecificCredentials"
"""The one operation that `AllUsers` makes one about all users.

https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListServiceSpecificCredentials.html
"""


def is_of_everyone(action: str, all_users: str) -> bool:
    """Tell whether an operation is about all users."""
    return action == OF_EVERYONE and all_users.lower() == "true"
