"""Claims about the namespace: under the guardrails nobody but the provisioning role makes or changes anything in it.

Everybody is taken to have every right of their own, so that what is proved rests on the guardrails alone. Who may
become the provisioning role stands in a trust policy that the toolkit does not make: what is claimed is that nobody in
a member account can change it.
"""

from collections.abc import Iterator, Sequence

from breakglass import naming
from breakglass.documents import Document
from breakglass.estate.access import Access
from breakglass.estate.claims.case import Case, allow, likeness
from breakglass.estate.documents import document
from breakglass.iam.prove import Documents, Question, Setting, Verdict, everybody, prove
from breakglass.manifest.model import Manifest

_ANYTHING = document(allow("*"))
_NOTHING: Document = {"Version": "2012-10-17", "Statement": []}

_USERS = """AttachUserPolicy CreateAccessKey CreateLoginProfile CreateServiceSpecificCredential CreateUser
    DeactivateMFADevice DeleteAccessKey DeleteLoginProfile DeleteSSHPublicKey DeleteServiceSpecificCredential
    DeleteSigningCertificate DeleteUser DeleteUserPermissionsBoundary DeleteUserPolicy DetachUserPolicy EnableMFADevice
    PutUserPermissionsBoundary PutUserPolicy ResetServiceSpecificCredential ResyncMFADevice TagUser UntagUser
    UpdateAccessKey UpdateLoginProfile UpdateSSHPublicKey UpdateServiceSpecificCredential UpdateSigningCertificate
    UpdateUser UploadSSHPublicKey UploadSigningCertificate"""
_GROUPS = """AddUserToGroup AttachGroupPolicy CreateGroup DeleteGroup DeleteGroupPolicy DetachGroupPolicy PutGroupPolicy
    RemoveUserFromGroup UpdateGroup"""
_POLICIES = """CreatePolicy CreatePolicyVersion DeletePolicy DeletePolicyVersion SetDefaultPolicyVersion TagPolicy
    UntagPolicy"""
_DEVICES = "CreateVirtualMFADevice DeleteVirtualMFADevice TagMFADevice UntagMFADevice"
_ROLES = """AttachRolePolicy CreateRole DeleteRole DeleteRolePermissionsBoundary DeleteRolePolicy DetachRolePolicy
    PutRolePermissionsBoundary PutRolePolicy TagRole UntagRole UpdateAssumeRolePolicy UpdateRole UpdateRoleDescription"""
WRITES = {"user": _USERS, "group": _GROUPS, "policy": _POLICIES, "mfa": _DEVICES, "role": _ROLES}
"""Kind of resource -> the actions of IAM that make or change one.

https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html
"""

_KEYS = """AttachUserPolicy CreateAccessKey CreateServiceSpecificCredential DeleteUserPermissionsBoundary PutUserPolicy
    ResetServiceSpecificCredential UpdateAccessKey UpdateSSHPublicKey UpdateServiceSpecificCredential
    UpdateSigningCertificate UploadSSHPublicKey UploadSigningCertificate"""


def only_the_provisioning_role(manifest: Manifest, access: Access) -> Iterator[Case]:
    """In the security account nobody else makes or changes a user, group, policy, device or role of the namespace."""
    account = manifest.security_account
    for kind, actions in WRITES.items():
        resources = [naming.iam_arn(manifest.partition, account, f"{kind}{naming.PATH}?*")]
        if kind == "role":
            resources += _roles(manifest, account)
        yield _under_guardrails(manifest, access, account, kind, actions, resources)


def only_the_provisioners(manifest: Manifest, access: Access) -> Iterator[Case]:
    """In any member account nobody else makes or changes a role or policy of the namespace, or who provisions."""
    for account in manifest.account_ids:
        if account not in (manifest.management_account.id, manifest.security_account):
            path = naming.iam_arn(manifest.partition, account, f"role{naming.PATH}?*")
            yield _under_guardrails(manifest, access, account, "role", _ROLES, [path, *_roles(manifest, account)])
            policies = [naming.iam_arn(manifest.partition, account, f"policy{naming.PATH}?*")]
            yield _under_guardrails(manifest, access, account, "policy", _POLICIES, policies)


def nobody_makes_keys(manifest: Manifest, access: Access) -> Iterator[Case]:
    """Nobody at all gives a user of the namespace a key or a policy, or takes its boundary."""
    account = manifest.security_account
    users = naming.iam_arn(manifest.partition, account, f"user{naming.PATH}?*")
    yield _under_guardrails(manifest, access, account, "keys", _KEYS, [users], exempt=())


def every_user_is_bounded(manifest: Manifest, access: Access) -> Iterator[Case]:
    """Nobody at all makes a user of the namespace under another boundary than ours."""
    account = manifest.security_account
    boundary = naming.boundary_arn(manifest.partition, account)
    reference = document(allow("*", "*", {"StringEquals": {"iam:PermissionsBoundary": boundary}}))
    users = naming.iam_arn(manifest.partition, account, f"user{naming.PATH}?*")
    actions = "CreateUser PutUserPermissionsBoundary"
    yield _under_guardrails(manifest, access, account, "boundary", actions, [users], exempt=(), reference=reference)


def _roles(manifest: Manifest, account: str) -> list[str]:
    names = (f"role/{naming.ROLE_PREFIX}?*", f"role/{manifest.provisioning_role}")
    return [naming.iam_arn(manifest.partition, account, each) for each in names]


def _exempt(manifest: Manifest, account: str) -> tuple[str, ...]:
    """Return the roles that provision, by the beginning of their ARNs."""
    own = naming.iam_arn(manifest.partition, account, f"role/{manifest.provisioning_role}")
    stacksets = naming.iam_arn(manifest.partition, account, f"role/{naming.STACKSETS_ROLE.rstrip('*')}")
    return (own,) if account == manifest.security_account else (own, stacksets)


def _under_guardrails(
    manifest: Manifest,
    access: Access,
    account: str,
    kind: str,
    actions: str,
    resources: Sequence[str],
    *,
    exempt: tuple[str, ...] | None = None,
    reference: Document = _NOTHING,
) -> Case:
    levels = access.guardrails(account)
    free = _exempt(manifest, account) if exempt is None else exempt

    def judge() -> Verdict:
        documents = Documents((_ANYTHING,), service_control=levels)
        limit = Documents((reference,))
        found = everybody(documents, limit, (account,), manifest.partition)
        bound = tuple(each for each in found if _is_bound(each, account, free))
        return prove(Question(bound, limit, tuple(f"iam:{each}" for each in actions.split()), tuple(resources)))

    written = "\n".join((kind, *(likeness(*level) for level in levels)))
    return Case(f"{account} {kind}", written, judge)


def _is_bound(setting: Setting, account: str, exempt: tuple[str, ...]) -> bool:
    """Tell whether somebody is a user, role or root of the account, and none of those who provision."""
    who = setting.principal.split(":")
    if len(who) < 6 or who[4] != account:
        return False
    (arn,) = setting.settled.get("aws:principalarn", (setting.principal,))
    return not any(arn == each or (each.endswith("-") and arn.startswith(each)) for each in exempt)
