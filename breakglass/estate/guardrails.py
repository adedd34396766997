"""The two service control policies that hold the namespace: without them, trust by namespace is only as good as the
IAM administrators of the security account.

They live in the management account, which they do not bind: whatever they lock, that account unlocks. Service-linked
roles are not bound either.
https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from breakglass import naming, resources
from breakglass.documents import Document, Json
from breakglass.estate.broadening import broadens
from breakglass.estate.documents import document
from breakglass.manifest.model import Manifest
from breakglass.resources import GROUP, ROLE, SERVICE_CONTROL_POLICY, USER, Key, Resource, Scope, items

_WRITES = [f"iam:{verb}*" for verb in ("Attach", "Create", "Delete", "Detach", "Put", "Set", "Tag", "Untag", "Update")]
"""Every way to change a role or a policy, as the names of IAM's actions begin."""

_NAMED = (f"role/{naming.ROLE_PREFIX}*", f"role/*/{naming.ROLE_PREFIX}*")
"""Emergency roles. Under a path the name is as good as taken: IAM gives each once in an account."""

_LEAVE = "organizations:LeaveOrganization"

_USER_WRITES = sorted(
    [*_WRITES, *(f"iam:{verb}*" for verb in ("Add", "Deactivate", "Enable", "Remove", "Reset", "Resync", "Upload"))]
)
"""Every way to change a user, a group, a credential or an MFA device as well."""


_JOIN = "iam:AddUserToGroup"
_MOVES = [_JOIN, "iam:DeleteLoginProfile", "iam:RemoveUserFromGroup"]
"""How people are moved between teams, and how a sign-in is ended."""

_SEALED = [
    _JOIN,
    "iam:DeleteAccountAlias",
    "iam:DeleteAccountPasswordPolicy",
    "iam:SetSTSRegionalEndpointStatus",
    "iam:SetSecurityTokenServicePreferences",
    "iam:UpdateAccountPasswordPolicy",
    "signin:Delete*",
    "signin:Put*",
]
"""The rules of passwords, of tokens, and of who may sign in; and any group, as its policies would be the user's."""

_MEMBER = [
    "account:CloseAccount",
    "account:DisableRegion",
    "account:EnableRegion",
    "organizations:AcceptHandshake",
    _LEAVE,
]
"""An account that leaves the organization leaves its service control policies behind; where a region is opened, no rule
listens yet: that is the management account's to do.
"""

_KEYS = [
    "iam:AttachUserPolicy",
    "iam:CreateAccessKey",
    "iam:CreateServiceSpecificCredential",
    "iam:DeleteUserPermissionsBoundary",
    "iam:PutUserPolicy",
    "iam:ResetServiceSpecificCredential",
    "iam:UpdateAccessKey",
    "iam:UpdateSSHPublicKey",
    "iam:UpdateServiceSpecificCredential",
    "iam:UpdateSigningCertificate",
    "iam:UploadSSHPublicKey",
    "iam:UploadSigningCertificate",
]

_CHANGES: Mapping[str, Sequence[str]] = {
    "cloudwatch": ("Delete", "Disable", "Put", "Set"),
    "lambda": ("Add", "Create", "Delete", "Publish", "Put", "Remove", "Update"),
    "scheduler": ("Create", "Delete", "Update"),
    "sns": ("Add", "Create", "Delete", "Put", "Remove", "Set"),
    "states": ("Create", "Delete", "Publish", "Update"),
}
"""How the names of actions begin that change an alarm, a function, a schedule, a topic or a state machine.

https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
"""


def guardrails(manifest: Manifest, scope: Scope) -> Iterator[Resource]:
    """Yield the two policies: one upon the security account, one upon the root of the organization."""
    security = manifest.security_account
    namespace = namespace_guardrail(
        scope.partition,
        security,
        manifest.provisioning_role,
        stacksets=manifest.is_service_managed,
        granting=manifest.granting,
    )
    yield _guardrail(manifest, scope, naming.NAMESPACE_GUARDRAIL, "emergency users", namespace, security)
    roles = roles_guardrail(scope.partition, manifest.audit_account, manifest.provisioning_role)
    yield _guardrail(manifest, scope, naming.ROLES_GUARDRAIL, "emergency roles", roles, naming.ORGANIZATION_ROOT)


def namespace_guardrail(
    partition: str, security: str, provisioning_role: str, *, stacksets: bool = False, granting: bool = False
) -> Document:
    """Return what nobody in the security account may do to the namespace, save the provisioning role.

    Where StackSets deliver the rules there, they pass the role that forwards events, to the service that does. Where
    people in reserve can be moved, the role that moves them is let through for exactly that.
    """

    def own(resource: str) -> str:
        return naming.iam_arn(partition, security, resource)

    provisioner = own(f"role/{provisioning_role}")
    everybody_else = {"ArnNotEquals": {"aws:PrincipalArn": provisioner}}
    granter = naming.granter_arn(partition, security)
    moving: Document = {"ArnNotEquals": {"aws:PrincipalArn": [provisioner, granter]}} if granting else everybody_else
    users = own(f"user{naming.PATH}*")
    named = [own(f"{kind}{naming.PATH}*") for kind in ("user", "group", "policy", "mfa", "role")]
    # The provisioning role is among them: who could rewrite its trust could become it. Emergency roles are: people may
    # have a right to such a name in any account, and the guardrail of all accounts exempts StackSets.
    sealed = [*map(own, _NAMED), provisioner]
    closed = [*named, *sealed]
    passing = _passing(own, sealed, everybody_else) if stacksets else ()
    return document(
        _deny("Admin", _USER_WRITES if stacksets else [*_USER_WRITES, "iam:PassRole"], closed, moving),
        *passing,
        _deny("Sealed", [each for each in _SEALED if not (granting and each == _JOIN)], "*", everybody_else),
        *(_grants(own, granter, moving) if granting else ()),
        _deny("Member", _MEMBER, "*"),
        _deny(
            "Bounded",
            ["iam:CreateUser", "iam:PutUserPermissionsBoundary"],
            users,
            {"StringNotEquals": {"iam:PermissionsBoundary": naming.boundary_arn(partition, security)}},
        ),
        # Without a condition: not even the provisioning role gives a person a key or a right, or takes the boundary.
        _deny("Keyless", _KEYS, users),
    )


def _grants(own: Callable[[str], str], granter: str, moving: Document) -> Iterator[Document]:
    """Yield who may move people, and what that role may not do: anything else, or move anybody elsewhere.

    AWS authorizes the two moves on the group, and the end of a sign-in on the user: whom it moves, nothing can bind.
    https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html
    """
    itself = {"ArnEquals": {"aws:PrincipalArn": granter}}
    spared = [*_MOVES, "iam:Get*", "iam:List*"]
    ours = [own(f"{kind}{naming.PATH}*") for kind in ("group", "user")]
    yield _deny("Groups", [_JOIN], "*", moving)
    # Of IAM alone: to deny a role the actions of signing in is to keep its sessions out of the console.
    yield {"Sid": "GrantsOnly", "Effect": "Deny", "NotAction": spared, "Resource": own("*"), "Condition": itself}
    yield {"Sid": "GrantsOurs", "Effect": "Deny", "Action": _MOVES, "NotResource": ours, "Condition": itself}


def _passing(own: Callable[[str], str], sealed: Sequence[str], everybody_else: Document) -> Iterator[Document]:
    """Yield who may pass roles of the namespace where StackSets deliver rules: they too, to what forwards events."""
    roles, execution = own(f"role{naming.PATH}*"), own(f"role/{naming.STACKSETS_ROLE}")
    either = {"ArnNotLike": {"aws:PrincipalArn": [sealed[-1], execution]}}
    elsewhere = {"StringNotEquals": {"iam:PassedToService": naming.EVENTS_SERVICE}}
    yield _deny("Pass", ["iam:PassRole"], roles, either)
    yield _deny("PassEvents", ["iam:PassRole"], roles, {**everybody_else, **elsewhere})
    yield _deny("PassAdmin", ["iam:PassRole"], list(sealed), everybody_else)


def roles_guardrail(partition: str, audit: str, provisioning_role: str) -> Document:
    """Return what nobody in any account may do to the emergency roles, save who provisions them.

    In the audit account neither to the roles that start verification, and to what verifies.
    StackSets is the other way to provision; its roles are made by a service-linked role, and by nobody else here.
    """

    def anywhere(resource: str) -> str:
        return naming.iam_arn(partition, "*", resource)

    provisioner, stacksets = anywhere(f"role/{provisioning_role}"), anywhere(f"role/{naming.STACKSETS_ROLE}")
    protected = [*_NAMED, f"role{naming.PATH}*", f"policy{naming.PATH}*"]
    return document(
        _deny(
            "Roles",
            [*_WRITES, "iam:PassRole"],
            [*map(anywhere, protected), _starters(partition, audit), provisioner],
            {"ArnNotLike": {"aws:PrincipalArn": [provisioner, stacksets]}},
        ),
        _deny("StackSets", [*_WRITES, "iam:PassRole"], stacksets),
        *_metrics(partition),
        *_schedule(partition, audit, provisioner),
        _deny("Member", [_LEAVE], "*"),
    )


def _starters(partition: str, audit: str) -> str:
    return naming.iam_arn(partition, audit, f"role/{naming.SCHEDULE_ROLES}*")


def _metrics(partition: str) -> Iterator[Document]:
    """Yield what nobody may put among the metrics that alarms of ours look at.

    This stops who puts data directly. A log event in the embedded metric format, and a metric filter, put data as the
    service: silence has a second alarm, of metrics in namespaces that AWS keeps to itself.
    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format.html
    """
    data = ["cloudwatch:PutMetricData"]
    # Metric filters put data as the service. Whoever else does holds an alarm where it is, and no trail logs it.
    yield _deny("Metrics", data, "*", {"StringEquals": {"cloudwatch:namespace": naming.METRIC_NAMESPACE}})
    # And whoever says that verification ran though it did not silences the alarm of silence.
    verification = naming.verification_arn(partition, "*")
    counted = {"StringEquals": {"cloudwatch:namespace": naming.VERIFICATION_METRICS}}
    yield _deny("Runs", data, "*", {**counted, "ArnNotLike": {"aws:PrincipalArn": verification}})


def _schedule(partition: str, audit: str, provisioner: str) -> Iterator[Document]:
    """Yield what nobody may do to what verifies on schedule in the audit account: change it, or call it.

    Its role is given to one function; who changed that one's code would need no right to give it. Who called it could
    say that a run was completed which was none. EventBridge Scheduler and Step Functions call it as the roles they are
    given, and a mute rule is asked for every alarm it names.
    https://docs.aws.amazon.com/scheduler/latest/UserGuide/setting-up.html#setting-up-execution-role
    https://docs.aws.amazon.com/step-functions/latest/dg/procedure-create-iam-role.html
    https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutAlarmMuteRule.html
    """

    def own(service: str, resource: str) -> str:
        return f"arn:{partition}:{service}:*:{audit}:{resource}*"

    function = own("lambda", f"function:{naming.SCHEDULED}")
    parts = [
        own("cloudwatch", f"alarm:{naming.VERIFICATION_ALARMS}"),
        function,
        own("scheduler", f"schedule/default/{naming.SCHEDULED}"),
        own("sns", naming.SCHEDULED),
        own("states", f"stateMachine:{naming.SCHEDULED}"),
    ]
    changes = [f"{service}:{verb}*" for service, verbs in _CHANGES.items() for verb in verbs]
    yield _deny("Schedule", changes, parts, {"ArnNotLike": {"aws:PrincipalArn": provisioner}})
    callers = [provisioner, _starters(partition, audit)]
    yield _deny("Call", ["lambda:Invoke*"], function, {"ArnNotLike": {"aws:PrincipalArn": callers}})


def holds(found: Resource, meant: Resource) -> bool:
    """Tell whether a guardrail that was found denies all that is meant, wherever that is meant."""
    upon = set(items(meant.properties["TargetIds"])) <= set(items(found.properties["TargetIds"]))
    return upon and not broadens(meant, found)


def precedence(keys: Iterable[Key], mended: Iterable[Key] = ()) -> Mapping[Key, frozenset[Key]]:
    """Return which of these come before which others as they come to be; as they go, it is the other way round.

    First what the provisioning role makes under no guardrail, which shows that it is there and can; then the guardrail
    of the security account before any user, and that of all accounts before any role. Guardrails that are there and
    are `mended` come before all else: they may stand in its way.
    """
    known, there = frozenset(keys), frozenset(mended)
    users, roles = _of_type(USER, known), _of_type(ROLE, known)
    guards = _of_type(SERVICE_CONTROL_POLICY, known)
    namespace = frozenset(key for key in guards if key.name == naming.NAMESPACE_GUARDRAIL)
    first = _of_type(GROUP, known) | {key for key in known if key.name == naming.BOUNDARY}
    return {
        **dict.fromkeys(known - guards, there),
        **dict.fromkeys(namespace, first),
        **dict.fromkeys(users, namespace | there),
        **dict.fromkeys(guards - namespace, users),
        **dict.fromkeys(roles, guards | there),
    }


def _of_type(type_: str, keys: frozenset[Key]) -> frozenset[Key]:
    return frozenset(key for key in keys if key.type == type_)


def _guardrail(manifest: Manifest, scope: Scope, name: str, what: str, content: Document, target: str) -> Resource:
    properties: dict[str, Json] = {
        "Name": name,
        "Type": "SERVICE_CONTROL_POLICY",
        "Description": f"Only the provisioning role changes {what}.",
        "Content": content,
        "TargetIds": [target],
        "Tags": resources.tags({naming.OWNER_TAG: manifest.name}),
    }
    return Resource(SERVICE_CONTROL_POLICY, scope, properties)


def _deny(sid: str, actions: Sequence[str], resource: Json, condition: Json = None) -> Document:
    statement: dict[str, Json] = {"Sid": sid, "Effect": "Deny", "Action": list(actions), "Resource": resource}
    return {**statement, "Condition": condition} if condition else statement
