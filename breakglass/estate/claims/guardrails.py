"""Claims about the namespace: under the guardrails nobody but the provisioning role makes or changes anything in it.

Everybody is taken to have every right of their own, so that what is proved rests on the guardrails alone. Who may
become the provisioning role stands in a trust policy that the toolkit does not make: what is claimed is that nobody in
a member account can change it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial

from breakglass import naming
from breakglass.documents import Document, Json
from breakglass.estate.access import Access
from breakglass.estate.claims.case import ANYTHING, NOTHING, Case, allow
from breakglass.estate.documents import document
from breakglass.iam.prove import Documents, Question, Setting, Verdict, everybody, prove
from breakglass.manifest.model import Manifest

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
    PassRole PutRolePermissionsBoundary PutRolePolicy TagRole UntagRole UpdateAssumeRolePolicy UpdateRole
    UpdateRoleDescription"""
WRITES = {"user": _USERS, "group": _GROUPS, "policy": _POLICIES, "mfa": _DEVICES, "role": _ROLES}
"""Kind of resource -> the actions of IAM that make or change one.

https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html
"""

_SCHEDULE = {
    f"alarm:{naming.VERIFICATION_ALARMS}?*": (
        "cloudwatch",
        "DeleteAlarms DisableAlarmActions PutAlarmMuteRule PutCompositeAlarm PutMetricAlarm SetAlarmState",
    ),
    f"function:{naming.SCHEDULED}*": (
        "lambda",
        """AddPermission CreateAlias CreateFunction CreateFunctionUrlConfig DeleteAlias DeleteFunction
        DeleteFunctionEventInvokeConfig PublishVersion PutFunctionConcurrency PutFunctionEventInvokeConfig
        RemovePermission UpdateAlias UpdateFunctionCode UpdateFunctionConfiguration UpdateFunctionEventInvokeConfig""",
    ),
    f"schedule/default/{naming.SCHEDULED}*": ("scheduler", "CreateSchedule DeleteSchedule UpdateSchedule"),
    f"stateMachine:{naming.SCHEDULED}*": (
        "states",
        "CreateStateMachine DeleteStateMachine PublishStateMachineVersion UpdateStateMachine",
    ),
}
"""What verifies on schedule -> its service, and the actions that change or silence it."""

_KEYS = """AttachUserPolicy CreateAccessKey CreateServiceSpecificCredential DeleteUserPermissionsBoundary PutUserPolicy
    ResetServiceSpecificCredential UpdateAccessKey UpdateSSHPublicKey UpdateServiceSpecificCredential
    UpdateSigningCertificate UploadSSHPublicKey UploadSigningCertificate"""


def only_the_provisioning_role(manifest: Manifest, access: Access) -> Iterator[Case]:
    """In the security account nobody else makes or changes a user, group, policy, device or role of the namespace.

    Roles named like emergency roles are among them: people may have a right to them in any account. StackSets with the
    roles of AWS Organizations pass one of the path on, to what forwards events, and no more. The role that grants
    access, where there is one, moves people into teams and out of them, and ends sign-ins.
    """
    account = manifest.security_account
    for kind, actions in WRITES.items():
        resources = _roles(manifest, account)
        if kind != "role":
            resources = (naming.iam_arn(manifest.partition, account, f"{kind}{naming.PATH}?*"),)
        allowed = _exceptions(manifest, account).get(kind, NOTHING)
        deed = _Deed(kind, _iam(actions), resources, _exempt(manifest, account), allowed)
        yield _denied(manifest, access, account, deed)


def _exceptions(manifest: Manifest, account: str) -> Mapping[str, Document]:
    """Return by kind of resource what others than the provisioning role may do to it."""
    found: dict[str, Document] = {}
    if manifest.is_service_managed:
        found["role"] = _forwarding(manifest, account)
    if manifest.granting:
        found["group"] = _granting(manifest, "group", ["iam:AddUserToGroup", "iam:RemoveUserFromGroup"])
        found["user"] = _granting(manifest, "user", ["iam:DeleteLoginProfile"])
    return found


def _granting(manifest: Manifest, kind: str, actions: list[Json]) -> Document:
    """Return what the role that grants access may do to groups, or users, of the namespace."""
    account = manifest.security_account
    itself: Json = {"ArnEquals": {"aws:PrincipalArn": naming.granter_arn(manifest.partition, account)}}
    return document(allow(actions, naming.iam_arn(manifest.partition, account, f"{kind}{naming.PATH}*"), itself))


def _forwarding(manifest: Manifest, account: str) -> Document:
    """Return what StackSets need where they deliver rules: to pass a role of the namespace to what forwards events."""
    roles = naming.iam_arn(manifest.partition, account, f"role{naming.PATH}*")
    execution = naming.iam_arn(manifest.partition, account, f"role/{naming.STACKSETS_ROLE}")
    who = {"ArnLike": {"aws:PrincipalArn": execution}}
    return document(
        allow("iam:PassRole", roles, {**who, "StringEquals": {"iam:PassedToService": naming.EVENTS_SERVICE}})
    )


def only_the_provisioners(manifest: Manifest, access: Access) -> Iterator[Case]:
    """In any member account nobody else makes or changes a role or policy of the namespace, or who provisions."""
    for account in manifest.account_ids:
        if account not in (manifest.management_account.id, manifest.security_account):
            exempt = _exempt(manifest, account)
            yield _denied(manifest, access, account, _Deed("role", _iam(_ROLES), _roles(manifest, account), exempt))
            policies = (naming.iam_arn(manifest.partition, account, f"policy{naming.PATH}?*"),)
            yield _denied(manifest, access, account, _Deed("policy", _iam(_POLICIES), policies, exempt))


def only_the_schedule_verifies(manifest: Manifest, access: Access) -> Iterator[Case]:
    """In the audit account nobody but the provisioning role changes what verifies, or who starts it.

    The function is called by nobody else either, save by the roles that start it.
    """
    account = manifest.audit_account
    provisioner, stacksets = _provisioners(manifest, account)
    starters = naming.iam_arn(manifest.partition, account, f"role/{naming.SCHEDULE_ROLES}*")
    yield _denied(manifest, access, account, _Deed("starters", _iam(_ROLES), (starters,), (provisioner, stacksets)))
    for resource, (service, actions) in _SCHEDULE.items():
        asked = " ".join(f"{service}:{each}" for each in actions.split())
        arn = f"arn:{manifest.partition}:{service}:*:{account}:{resource}"
        yield _denied(manifest, access, account, _Deed(service, asked, (arn,), (provisioner,)))
    function = (f"arn:{manifest.partition}:lambda:*:{account}:function:{naming.SCHEDULED}*",)
    deed = _Deed("call", "lambda:InvokeFunction lambda:InvokeAsync", function, (provisioner, starters))
    yield _denied(manifest, access, account, deed)


def nobody_makes_keys(manifest: Manifest, access: Access) -> Iterator[Case]:
    """Nobody at all gives a user of the namespace a key or a policy, or takes its boundary."""
    account = manifest.security_account
    users = naming.iam_arn(manifest.partition, account, f"user{naming.PATH}?*")
    yield _denied(manifest, access, account, _Deed("keys", _iam(_KEYS), (users,)))


def every_user_is_bounded(manifest: Manifest, access: Access) -> Iterator[Case]:
    """Nobody at all makes a user of the namespace under another boundary than ours."""
    account = manifest.security_account
    boundary = naming.boundary_arn(manifest.partition, account)
    reference = document(allow("*", "*", {"StringEquals": {"iam:PermissionsBoundary": boundary}}))
    users = naming.iam_arn(manifest.partition, account, f"user{naming.PATH}?*")
    deed = _Deed("boundary", "iam:CreateUser iam:PutUserPermissionsBoundary", (users,), allowed=reference)
    yield _denied(manifest, access, account, deed)


def nobody_joins_groups(manifest: Manifest, access: Access) -> Iterator[Case]:
    """A group made elsewhere in the account could hold any right within the boundary."""
    account = manifest.security_account
    groups = (naming.iam_arn(manifest.partition, account, "group/?*"),)
    allowed = _exceptions(manifest, account).get("group", NOTHING)
    deed = _Deed("groups", "iam:AddUserToGroup", groups, _exempt(manifest, account), allowed)
    yield _denied(manifest, access, account, deed)


def nobody_makes_provisioners(manifest: Manifest, access: Access) -> Iterator[Case]:
    """What is exempt from a guardrail must not be made under it; AWS's own service-linked roles make these."""
    for account in _members(manifest):
        roles = (naming.iam_arn(manifest.partition, account, f"role/{naming.STACKSETS_ROLE}"),)
        yield _denied(manifest, access, account, _Deed("stacksets", _iam(_ROLES), roles))


def nobody_leaves(manifest: Manifest, access: Access) -> Iterator[Case]:
    """Outside the organization no service control policy binds an account."""
    for account in _members(manifest):
        yield _denied(manifest, access, account, _Deed("membership", "organizations:LeaveOrganization", ()))


def _members(manifest: Manifest) -> Iterator[str]:
    yield from (each for each in manifest.account_ids if each != manifest.management_account.id)


def _iam(actions: str) -> str:
    return " ".join(f"iam:{each}" for each in actions.split())


def _roles(manifest: Manifest, account: str) -> tuple[str, ...]:
    names = (f"role{naming.PATH}?*", f"role/{naming.ROLE_PREFIX}?*", f"role/{manifest.provisioning_role}")
    return tuple(naming.iam_arn(manifest.partition, account, each) for each in names)


def _exempt(manifest: Manifest, account: str) -> tuple[str, ...]:
    """Return the roles that may change the namespace in an account."""
    own, stacksets = _provisioners(manifest, account)
    return (own,) if account == manifest.security_account else (own, stacksets)


def _provisioners(manifest: Manifest, account: str) -> tuple[str, str]:
    """Return the role that provisions, and those of StackSets."""
    own = naming.iam_arn(manifest.partition, account, f"role/{manifest.provisioning_role}")
    return own, naming.iam_arn(manifest.partition, account, f"role/{naming.STACKSETS_ROLE}")


@dataclass(frozen=True, slots=True)
class _Deed:
    """What somebody would do in an account: actions on resources, save who is exempt and what is allowed."""

    name: str
    actions: str
    resources: tuple[str, ...]
    exempt: tuple[str, ...] = ()
    """ARNs, or with an asterisk at the end what they begin with."""
    allowed: Document = field(default_factory=lambda: NOTHING)


def _denied(manifest: Manifest, access: Access, account: str, deed: _Deed) -> Case:
    levels = access.guardrails(account)
    written = "\n".join((deed.name, *(access.likeness(*level, account=account) for level in levels)))
    return Case(f"{account} {deed.name}", written, partial(_judge, manifest, levels, account, deed))


def _judge(manifest: Manifest, levels: tuple[tuple[Document, ...], ...], account: str, deed: _Deed) -> Verdict:
    documents, limit = Documents((ANYTHING,), service_control=levels), Documents((deed.allowed,))
    found = everybody(documents, limit, (account,), manifest.partition)
    bound = tuple(each for each in found if _is_bound(each, account, deed.exempt))
    actions = tuple(deed.actions.split())
    return prove(Question(bound, limit, actions, deed.resources))


def _is_bound(setting: Setting, account: str, exempt: tuple[str, ...]) -> bool:
    """Tell whether somebody is a user, role or root of the account, and none of those who provision."""
    who = setting.principal.split(":")
    if len(who) < 6 or who[4] != account:
        return False
    (arn,) = setting.settled.get("aws:principalarn", (setting.principal,))
    if ":role/aws-service-role/" in arn:  # no guardrail binds service-linked roles, which AWS alone gives their rights
        return False
    return not any(arn == each or (each.endswith("*") and arn.startswith(each[:-1])) for each in exempt)
