"""Claims about what the roles may do: playbook roles never raise rights, the verifier only reads."""

from collections.abc import Iterator
from functools import partial

from breakglass import naming
from breakglass.documents import Document, text
from breakglass.estate.access import Access
from breakglass.estate.claims.case import NOTHING, Case, allow, delegation, deny
from breakglass.estate.documents import document
from breakglass.iam.prove import Documents, Question, Setting, Verdict, prove
from breakglass.manifest.model import Manifest
from breakglass.resources import Resource

_NEW_RIGHTS = [
    *(f"iam:{verb}*" for verb in ("Add", "Attach", "Create", "Deactivate", "Detach", "Enable", "Put", "Remove")),
    *(f"iam:{verb}*" for verb in ("Reset", "Resync", "Set", "Tag", "Untag", "Upload")),
    *(f"iam:Delete{what}Policy" for what in ("Group", "Role", "User")),
    *(f"iam:Delete{what}PermissionsBoundary" for what in ("Role", "User")),
    *(f"iam:Update{what}" for what in ("AssumeRolePolicy", "Group", "LoginProfile", "Role", "User")),
    *("sts:Assume*", "sts:GetFederationToken", "organizations:CreatePolicy", "organizations:UpdatePolicy"),
    *(f"sso:{verb}*" for verb in ("Attach", "Create", "Put", "Update")),
    *(f"organizations:{deed}" for deed in ("DisablePolicyType", "PutResourcePolicy", "RegisterDelegatedAdministrator")),
    *("eks:AssociateAccessPolicy", "eks:CreateAccessEntry", "eks:UpdateAccessEntry", "sso:Associate*"),
    *(f"identitystore:{verb}*" for verb in ("Create", "Update")),
    *(f"rolesanywhere:{verb}*" for verb in ("Create", "Enable", "Update")),
    *("sso:DeletePermissionsBoundaryFromPermissionSet", "iam:UpdateSSHPublicKey", "iam:UpdateSigningCertificate"),
    *("kms:PutKeyPolicy", "lambda:AddPermission", "s3:PutBucketPolicy", "secretsmanager:PutResourcePolicy"),
]
"""How rights and credentials are made, widened or handed on."""

_OTHERS_RIGHTS = [
    *(f"cloudformation:{deed}" for deed in ("CreateChangeSet", "CreateStack*", "ExecuteChangeSet", "UpdateStack*")),
    *(f"ec2:{deed}" for deed in ("AssociateIamInstanceProfile", "ReplaceIamInstanceProfileAssociation")),
    *(f"ec2:{deed}" for deed in ("ModifyInstanceAttribute", "RequestSpot*", "RunInstances")),
    *(f"ecs:{deed}" for deed in ("ExecuteCommand", "RegisterTaskDefinition", "RunTask", "UpdateService")),
    *("codebuild:StartBuild*", "elasticmapreduce:AddJobFlowSteps", "glue:CreateJob", "glue:UpdateDevEndpoint"),
    *("sagemaker:CreatePresigned*", "states:StartExecution", "states:UpdateStateMachine"),
    *(f"lambda:{deed}" for deed in ("CreateFunction*", "UpdateFunction*")),
    *(f"ssm:{deed}" for deed in ("CreateAssociation", "CreateDocument", "RegisterTask*", "StartAssociationsOnce")),
    "ssm:UpdateDocument*",
]
"""How code is run where another role waits; a shell on a host through Session Manager is what a playbook is for."""

_PASSED = {"StringEquals": {"iam:PassedToService": "backup.amazonaws.com"}}
"""The one service a playbook hands a role to, which restores what was lost and cannot be told to do anything else."""

_AWS_RUNBOOKS = ("ssm:*::automation-definition/*", "ssm:*::document/*", "ssm:*:*:automation-execution/*")
"""AWS's own runbooks, whose ARNs hold no account, and their runs: without a role to pass, one has the caller's rights.

A role that is named in the call or in the runbook itself has to be passed.
https://docs.aws.amazon.com/systems-manager/latest/userguide/running-simple-automations.html
https://docs.aws.amazon.com/systems-manager/latest/userguide/automation-troubleshooting.html
"""

_IAM_WRITES = [
    *(f"iam:{verb}*" for verb in ("Add", "Attach", "Change", "Create", "Deactivate", "Delete", "Detach", "Enable")),
    *(f"iam:{verb}*" for verb in ("Put", "Remove", "Reset", "Resync", "Set", "Tag", "Untag", "Update", "Upload")),
]
_WATCHERS = ("cloudtrail", "cloudwatch", "events", "logs", "sns")
"""The services that hold the trail and the alerts."""

_SETTINGS = [
    *("account:ListRegions", "iam:Get*", "iam:List*", "organizations:Describe*", "organizations:List*"),
    *("cloudtrail:DescribeTrails", "cloudtrail:GetEventSelectors", "cloudtrail:GetTrailStatus", "cloudtrail:ListTags"),
    *("cloudwatch:DescribeAlarms", "cloudwatch:GetAlarmMuteRule", "cloudwatch:ListAlarmMuteRules"),
    *("events:Describe*", "events:List*", "kms:Describe*", "kms:Get*", "kms:List*"),
    *(
        "logs:DescribeLogGroups",
        "logs:DescribeMetricFilters",
        "s3:GetBucket*",
        "s3:GetEncryptionConfiguration",
        "s3:ListAllMyBuckets",
    ),
    *("sns:Get*", "sns:List*", "sqs:Get*", "sqs:List*"),
    *("access-analyzer:Check*", "access-analyzer:List*", "access-analyzer:ValidatePolicy"),
    *("account:GetAlternateContact", "config:Describe*"),
    *("signin:GetConsoleAuthorizationConfiguration", "signin:GetResourcePolicy"),
]
"""How things are set up, and what AWS thinks of it: what is logged, alarmed, sent or stored none of these tells."""

_READS = ("Describe", "Filter", "Get", "List", "Lookup", "StartQuery", "StopQuery")


def never_raise_rights(manifest: Manifest, access: Access) -> Iterator[Case]:
    """A playbook role can neither make rights or credentials, for itself or for anybody, nor borrow another role's."""
    yield from _of_every_role(access, no_new_rights(manifest.partition), manifest)


def never_touch_the_namespace(manifest: Manifest, access: Access) -> Iterator[Case]:
    """A playbook role changes nothing of what emergency access is made of."""
    reference = namespace_untouched(manifest.partition, manifest.provisioning_role)
    yield from _of_every_role(access, reference, manifest)


def only_grants(manifest: Manifest, access: Access) -> Iterator[Case]:
    """The role that grants access moves people between the teams of those in reserve, and ends their sign-ins.

    Whom it moves no policy can bind: AWS authorizes a move on the group alone.
    https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html
    """

    def own(resource: str) -> str:
        return naming.iam_arn(manifest.partition, manifest.security_account, resource)

    teams = sorted({team for each in manifest.reserve for team in each.teams})
    groups = [own(f"group{naming.PATH}{naming.group_name(each)}") for each in teams]
    users = [own(f"user{naming.PATH}{naming.user_name(each.id)}") for each in manifest.reserve]
    reference = document(
        allow(["cloudtrail:LookupEvents", "iam:Get*", "iam:List*"]),
        allow(["iam:AddUserToGroup", "iam:RemoveUserFromGroup"], groups),
        allow("iam:DeleteLoginProfile", users),
    )
    yield from (within(role, access, reference) for role in access.playbook_roles if _is_granter(role, manifest))


def never_silence_the_watch(_manifest: Manifest, access: Access) -> Iterator[Case]:
    """A playbook role reads the trail, its log group and the alarms, and changes nothing there."""
    yield from _of_every_role(access, watch_unbroken())


def no_new_rights(partition: str) -> Document:
    """Return what a playbook role may do at most so that it makes and borrows no rights."""
    others: Document = {"Effect": "Allow", "NotAction": "iam:PassRole", "Resource": "*"}
    passed = allow("iam:PassRole", naming.iam_arn(partition, "*", "role/BreakGlassRestore"), _PASSED)
    started: Document = {
        "Effect": "Deny",
        "Action": "ssm:StartAutomationExecution",
        "NotResource": [f"arn:{partition}:{each}" for each in _AWS_RUNBOOKS],
    }
    return document(others, passed, started, deny([*_NEW_RIGHTS, *_OTHERS_RIGHTS]))


def namespace_untouched(partition: str, provisioning_role: str) -> Document:
    """Return what a playbook role may do at most so that it changes nothing of emergency access."""
    protected = [
        *(f"{kind}{naming.PATH}*" for kind in ("user", "group", "policy", "mfa", "role")),
        f"role/{naming.ROLE_PREFIX}*",
        f"role/{provisioning_role}",
    ]
    arns = [naming.iam_arn(partition, "*", each) for each in protected]
    return document(allow("*"), deny(_IAM_WRITES, arns))


def watch_unbroken() -> Document:
    """Return what a playbook role may do at most so that it silences no trail and no alarm."""
    reads = [f"{service}:{verb}*" for service in _WATCHERS for verb in _READS]
    others: Document = {"Effect": "Allow", "NotAction": [f"{each}:*" for each in _WATCHERS], "Resource": "*"}
    return document(others, allow(reads))


def verifiers_only_read(_manifest: Manifest, access: Access) -> Iterator[Case]:
    """The verifier reads how things are set up, no data, and changes nothing."""
    for role in access.roles(naming.VERIFIER):
        yield within(role, access, document(allow(_SETTINGS)))


def canary_does_nothing(_manifest: Manifest, access: Access) -> Iterator[Case]:
    """The canary's session can do nothing: to assume it is all there is to it."""
    for role in access.roles(naming.role_name(naming.CANARY)):
        yield within(role, access, NOTHING)


def within(role: Resource, access: Access, reference: Document) -> Case:
    """Return the case that a session of the role stays within the reference."""
    documents = Documents(access.identity(role), boundary=access.boundary(role))
    written = access.likeness(*documents.identity, documents.boundary, account=role.scope.account, name=role.name)
    return Case(role.arn, written, partial(stays_within, role, documents, reference))


def session(role: Resource, documents: Documents) -> Setting:
    """Return a session of the role, under these documents; its name is anybody's."""
    arn = f"arn:{role.scope.partition}:sts::{role.scope.account}:assumed-role/{role.name}/somebody"
    settled = {"aws:principalarn": (role.arn,)}
    if not _asks_for_the_session(documents):  # where it only stands in resources, one session stands for all
        settled["aws:userid"] = ("AROAEXAMPLE:somebody",)
    return Setting(arn, documents, settled)


def _of_every_role(access: Access, reference: Document, manifest: Manifest | None = None) -> Iterator[Case]:
    """Yield a case for each playbook role; with the manifest, but for the one that grants access."""
    for role in access.playbook_roles:
        if manifest is None or not _is_granter(role, manifest):
            yield within(role, access, reference)


def _is_granter(role: Resource, manifest: Manifest) -> bool:
    """Tell whether a role is the one of the security account that the manifest lets move people."""
    return manifest.granting and role.arn == naming.granter_arn(manifest.partition, manifest.security_account)


def stays_within(role: Resource, documents: Documents, reference: Document) -> Verdict:
    """Judge whether whatever a session of the role may do, in whatever account, the reference allows as well."""
    leave = delegation(role.scope.partition, role.scope.account)
    held = Documents(documents.identity, leave, documents.boundary)
    return prove(Question((session(role, held),), Documents((reference,), leave)))


def _asks_for_the_session(documents: Documents) -> bool:
    found = (*documents.identity, documents.boundary or {}, documents.resource or {})
    return any('"aws:userid":' in text(each).lower() for each in found)
