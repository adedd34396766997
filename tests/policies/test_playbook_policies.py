"""The shipped policies are sound, do what their playbooks need, and nothing beside."""

import json
import re
from collections.abc import Collection, Mapping

import pytest

from breakglass import data
from breakglass.authorization.reading import ACCOUNT, actions, conditions, statements
from breakglass.authorization.reference import expand
from breakglass.documents import Document
from breakglass.naming import GRANT_ACCESS, OWNER_TAG
from breakglass.playbooks.denials import denials
from tests.policies.judge import OURS, allows, faults

PLAYBOOKS = (
    "compromised-credentials",
    "data-breach",
    "denial-of-service",
    "federation-misconfigured",
    "identity-provider",
    "lost-access",
    "open-security-group",
    "ransomware",
    "root-account",
)
SHELLS = ("data-breach", "lost-access", "ransomware")
"""Those whose steps open a shell."""

SECRETS = ("data-breach", "denial-of-service", "identity-provider", "lost-access", "ransomware")
"""Those whose steps read secrets prepared for them."""

SHARED = ("HandsOffBreakGlass", "HandsOffAlerting", "HandsOffGuardrails")

ORDINARY = f"arn:aws:iam::{ACCOUNT}:user/mallory"
INSTANCE = f"arn:aws:ec2:eu-west-1:{ACCOUNT}:instance/i-0123456789abcdef0"
GROUP = f"arn:aws:ec2:eu-west-1:{ACCOUNT}:security-group/sg-0123456789abcdef0"
SNAPSHOT = "arn:aws:ec2:eu-west-1::snapshot/snap-0123456789abcdef0"
MANAGED = f"arn:aws:ssm:eu-west-1:{ACCOUNT}:managed-instance/mi-0123456789abcdef0"
VOLUME = f"arn:aws:ec2:eu-west-1:{ACCOUNT}:volume/vol-0123456789abcdef0"
PROVIDER = f"arn:aws:iam::{ACCOUNT}:saml-provider/corporate"
KEY = f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/1234"
DATABASE = f"arn:aws:rds:eu-west-1:{ACCOUNT}:db:orders"
FOREIGN_SNAPSHOT = "arn:aws:rds:eu-west-1:777777777777:snapshot:planted"
RESTORE_ROLE = f"arn:aws:iam::{ACCOUNT}:role/BreakGlassRestore"
SCP = f"arn:aws:organizations::{ACCOUNT}:policy/o-acme12345/service_control_policy/p-bad12345"
TAG_POLICY = f"arn:aws:organizations::{ACCOUNT}:policy/o-acme12345/tag_policy/p-tag12345"
FULL_ACCESS = "arn:aws:organizations::aws:policy/service_control_policy/p-FullAWSAccess"
UNIT = f"arn:aws:organizations::{ACCOUNT}:ou/o-acme12345/ou-ab12-prod1234"
SHELL = f"arn:aws:ssm:eu-west-1:{ACCOUNT}:document/SSM-SessionManagerRunShell"
FORWARD = "arn:aws:ssm:eu-west-1::document/AWS-StartPortForwardingSession"
CLOSE_SSH = "arn:aws:ssm:eu-west-1::document/AWS-DisableIncomingSSHOnPort22"
RUNS = f"arn:aws:ssm:eu-west-1:{ACCOUNT}:automation-execution/4105a4fc-f944-11e6-9d32-0a1b2c3d495f"
RUN = "arn:aws:ssm:eu-west-1::document/AWS-RunShellScript"
SAML = f"arn:aws:iam::{ACCOUNT}:saml-provider/okta"
OIDC = f"arn:aws:iam::{ACCOUNT}:oidc-provider/login.acme.example"
SCALING = f"arn:aws:autoscaling:eu-west-1:{ACCOUNT}:autoScalingGroup:1234:autoScalingGroupName/shop"
FUNCTION = f"arn:aws:lambda:eu-west-1:{ACCOUNT}:function:resize-images"


def secret(name: str) -> str:
    return f"arn:aws:secretsmanager:eu-west-1:{ACCOUNT}:secret:{name}-AbCdEf"


def quota(name: str) -> str:
    return f"arn:aws:servicequotas:eu-west-1:{ACCOUNT}:{name}"


def waf(name: str) -> str:
    return f"arn:aws:wafv2:eu-west-1:{ACCOUNT}:{name}/1234"


CAN = [
    ("ransomware", "cloudtrail:LookupEvents", "*"),
    ("ransomware", "ec2:ModifyNetworkInterfaceAttribute", GROUP),
    ("ransomware", "ec2:StopInstances", INSTANCE),
    ("ransomware", "iam:UpdateAccessKey", ORDINARY),
    ("ransomware", "ec2:CreateSnapshots", SNAPSHOT),
    ("ransomware", "ec2:LockSnapshot", SNAPSHOT),
    ("ransomware", "backup:StartRestoreJob", "arn:aws:ec2:eu-west-1::image/ami-1"),
    ("ransomware", "iam:PassRole", RESTORE_ROLE),
    ("ransomware", "rds:RestoreDBInstanceToPointInTime", DATABASE),
    ("ransomware", "ec2:RestoreVolumeFromRecycleBin", VOLUME),
    ("ransomware", "kms:CancelKeyDeletion", KEY),
    ("ransomware", "s3:GetEncryptionConfiguration", "arn:aws:s3:::orders"),
    ("data-breach", "s3:PutBucketPublicAccessBlock", "arn:aws:s3:::orders"),
    ("data-breach", "ec2:ResetSnapshotAttribute", SNAPSHOT),
    ("data-breach", "rds:ModifyDBSnapshotAttribute", f"arn:aws:rds:eu-west-1:{ACCOUNT}:snapshot:orders"),
    ("data-breach", "ec2:RevokeSecurityGroupIngress", GROUP),
    ("data-breach", "s3:GetBucketPolicy", "arn:aws:s3:::orders"),
    ("data-breach", "secretsmanager:RotateSecret", secret("orders/database")),
    ("lost-access", "iam:GetRolePolicy", f"arn:aws:iam::{ACCOUNT}:role/BREAK-GLASS-LOST-ACCESS"),
    ("lost-access", "iam:SimulatePrincipalPolicy", ORDINARY),
    ("lost-access", "organizations:DetachPolicy", SCP),
    ("lost-access", "organizations:DetachPolicy", UNIT),
    ("lost-access", "organizations:AttachPolicy", FULL_ACCESS),
    ("lost-access", "iam:UpdateSAMLProvider", PROVIDER),
    ("lost-access", "ssm:SendCommand", RUN),
    ("lost-access", "ssm:SendCommand", MANAGED),
    ("denial-of-service", "autoscaling:SetDesiredCapacity", SCALING),
    ("denial-of-service", "cloudwatch:GetMetricData", "*"),
    ("denial-of-service", "ec2:RevokeSecurityGroupIngress", GROUP),
    ("denial-of-service", "lambda:PutFunctionConcurrency", FUNCTION),
    ("denial-of-service", "servicequotas:RequestServiceQuotaIncrease", quota("lambda/L-B99A9384")),
    ("denial-of-service", "support:CreateCase", "*"),
    ("denial-of-service", "wafv2:UpdateIPSet", waf("regional/ipset/break-glass-block-v4")),
    ("denial-of-service", "wafv2:UpdateIPSet", waf("global/ipset/break-glass-block-v6")),
    ("denial-of-service", "wafv2:UpdateRuleGroup", waf("regional/rulegroup/break-glass-brake")),
    ("federation-misconfigured", "iam:GetRole", f"arn:aws:iam::{ACCOUNT}:role/Operations"),
    ("federation-misconfigured", "iam:UpdateSAMLProvider", SAML),
    ("federation-misconfigured", "iam:UpdateOpenIDConnectProviderThumbprint", OIDC),
    ("federation-misconfigured", "sso:ProvisionPermissionSet", "arn:aws:sso:::permissionSet/ssoins-1/ps-1"),
    ("identity-provider", "cloudtrail:LookupEvents", "*"),
    ("identity-provider", "iam:DeleteLoginProfile", ORDINARY),
    ("identity-provider", "iam:UpdateAccessKey", ORDINARY),
    ("identity-provider", "identitystore:ListUsers", "*"),
    ("identity-provider", "organizations:AttachPolicy", SCP),
    ("identity-provider", "organizations:AttachPolicy", UNIT),
    ("identity-provider", "organizations:DetachPolicy", SCP),
    *((playbook, "ssm:StartSession", each) for playbook in SHELLS for each in (MANAGED, SHELL)),
    *((playbook, "secretsmanager:GetSecretValue", secret(f"break-glass/{playbook}/vendor")) for playbook in SECRETS),
    ("compromised-credentials", "iam:GetAccessKeyLastUsed", ORDINARY),
    ("compromised-credentials", "iam:UpdateAccessKey", ORDINARY),
    ("compromised-credentials", "iam:DeleteLoginProfile", ORDINARY),
    ("compromised-credentials", "iam:DeleteServiceSpecificCredential", ORDINARY),
    ("compromised-credentials", "iam:GetRole", f"arn:aws:iam::{ACCOUNT}:role/BREAK-GLASS-RANSOMWARE"),
    ("compromised-credentials", "ec2:ModifyNetworkInterfaceAttribute", GROUP),
    ("compromised-credentials", "ec2:StopInstances", INSTANCE),
    ("compromised-credentials", "ec2:StartInstances", INSTANCE),
    ("compromised-credentials", "secretsmanager:RotateSecret", secret("orders/database")),
    ("open-security-group", "config:GetResourceConfigHistory", "*"),
    ("open-security-group", "ec2:RevokeSecurityGroupIngress", GROUP),
    ("open-security-group", "ssm:StartAutomationExecution", CLOSE_SSH),
    ("open-security-group", "ssm:StartAutomationExecution", RUNS),
    ("root-account", "account:ListRegions", f"arn:aws:account::{ACCOUNT}:account"),
    ("root-account", "organizations:ListParents", f"arn:aws:organizations::{ACCOUNT}:ou/o-abc/ou-abcd-12345678"),
    ("root-account", "organizations:ListPoliciesForTarget", f"arn:aws:organizations::{ACCOUNT}:root/o-abc/r-abcd"),
    ("root-account", "iam:GetAccountSummary", "*"),
    ("root-account", "iam:GenerateCredentialReport", "*"),
    ("root-account", "iam:ListOrganizationsFeatures", "*"),
]

CANNOT = [
    ("ransomware", "iam:PassRole", f"arn:aws:iam::{ACCOUNT}:role/Admin"),
    ("ransomware", "iam:PassRole", f"arn:aws:iam::{ACCOUNT}:role/service-role/AWSBackupDefaultServiceRole"),
    ("ransomware", "rds:RestoreDBInstanceFromDBSnapshot", FOREIGN_SNAPSHOT),
    ("ransomware", "ec2:CreateSnapshot", GROUP),
    ("ransomware", "ec2:RevokeSecurityGroupIngress", GROUP),
    ("ransomware", "ec2:StopInstances", VOLUME),
    ("ransomware", "s3:GetBucketPolicy", "arn:aws:s3:::orders"),
    ("ransomware", "s3:PutLifecycleConfiguration", "arn:aws:s3:::orders"),
    ("ransomware", "ssm:SendCommand", RUN),
    ("ransomware", "organizations:DetachPolicy", SCP),
    ("data-breach", "ec2:StopInstances", INSTANCE),
    ("data-breach", "rds:CreateDBSnapshot", DATABASE),
    ("data-breach", "s3:PutBucketPolicy", "arn:aws:s3:::orders"),
    ("data-breach", "lambda:InvokeFunction", f"arn:aws:lambda:eu-west-1:{ACCOUNT}:function:checkout"),
    ("lost-access", "organizations:DetachPolicy", TAG_POLICY),
    ("lost-access", "organizations:DetachPolicy", FULL_ACCESS),
    ("lost-access", "organizations:AttachPolicy", SCP),
    ("lost-access", "iam:GetAccountAuthorizationDetails", "*"),
    ("lost-access", "iam:UpdateAccessKey", ORDINARY),
    ("lost-access", "sso:CreateAccountAssignment", "*"),
    *((playbook, "iam:AddUserToGroup", OURS[0]) for playbook in PLAYBOOKS),
    ("denial-of-service", "autoscaling:UpdateAutoScalingGroup", SCALING),
    ("denial-of-service", "cloudwatch:DisableAlarmActions", "*"),
    ("denial-of-service", "ec2:AuthorizeSecurityGroupIngress", GROUP),
    ("denial-of-service", "iam:PassRole", f"arn:aws:iam::{ACCOUNT}:role/ShieldResponse"),
    ("denial-of-service", "servicequotas:RequestServiceQuotaIncrease", quota("iam/L-FE177D64")),
    ("denial-of-service", "wafv2:UpdateIPSet", waf("regional/ipset/allowed-partners")),
    ("denial-of-service", "wafv2:UpdateRuleGroup", waf("regional/rulegroup/base")),
    ("denial-of-service", "wafv2:UpdateWebACL", waf("regional/webacl/break-glass-shop")),
    ("federation-misconfigured", "iam:CreateSAMLProvider", SAML),
    ("federation-misconfigured", "iam:UpdateAccessKey", ORDINARY),
    ("federation-misconfigured", "iam:UpdateAssumeRolePolicy", f"arn:aws:iam::{ACCOUNT}:role/Operations"),
    ("federation-misconfigured", "sso:CreateAccountAssignment", "arn:aws:sso:::instance/ssoins-1"),
    ("federation-misconfigured", "sso-directory:ImportExternalIdPCertificate", "*"),
    ("identity-provider", "iam:DeleteAccessKey", ORDINARY),
    ("identity-provider", "iam:PutRolePolicy", f"arn:aws:iam::{ACCOUNT}:role/Operations"),
    ("identity-provider", "iam:UpdateSAMLProvider", SAML),
    ("identity-provider", "organizations:AttachPolicy", FULL_ACCESS),
    ("identity-provider", "organizations:AttachPolicy", TAG_POLICY),
    ("identity-provider", "sso:DeleteAccountAssignment", "arn:aws:sso:::instance/ssoins-1"),
    ("compromised-credentials", "iam:PutRolePolicy", f"arn:aws:iam::{ACCOUNT}:role/Admin"),
    ("compromised-credentials", "iam:DeleteAccessKey", ORDINARY),
    ("compromised-credentials", "iam:DeactivateMFADevice", ORDINARY),
    ("compromised-credentials", "iam:UpdateServiceSpecificCredential", ORDINARY),
    ("compromised-credentials", "ec2:RevokeSecurityGroupIngress", GROUP),
    ("compromised-credentials", "ec2:TerminateInstances", INSTANCE),
    ("compromised-credentials", "lambda:ListFunctions", "*"),
    ("open-security-group", "ec2:AuthorizeSecurityGroupIngress", GROUP),
    ("open-security-group", "ec2:ModifySecurityGroupRules", GROUP),
    ("open-security-group", "ec2:RevokeSecurityGroupEgress", GROUP),
    ("open-security-group", "ssm:StartAutomationExecution", f"arn:aws:ssm:eu-west-1:{ACCOUNT}:document/Own"),
    ("open-security-group", "ssm:StartAutomationExecution", "arn:aws:ssm:eu-west-1::document/AWS-CloseSecurityGroup"),
    ("open-security-group", "iam:PassRole", f"arn:aws:iam::{ACCOUNT}:role/Automation"),
    ("open-security-group", "ssm:SendCommand", RUN),
    ("root-account", "sts:AssumeRoot", f"arn:aws:iam::{ACCOUNT}:root"),
    ("root-account", "iam:DeleteLoginProfile", ORDINARY),
    ("root-account", "organizations:AttachPolicy", SCP),
    ("root-account", "iam:EnableOrganizationsRootSessions", "*"),
    *((playbook, "iam:UpdateAccessKey", OURS[-1]) for playbook in PLAYBOOKS),
    *((playbook, "ssm:StartSession", FORWARD) for playbook in PLAYBOOKS),
    *((playbook, "secretsmanager:GetSecretValue", secret("orders/database")) for playbook in PLAYBOOKS),
]

RIGHTS_OVER_RIGHTS: Mapping[str, Collection[str]] = {
    "denial-of-service": set(),
    "federation-misconfigured": {
        "iam:UpdateOpenIDConnectProviderThumbprint",
        "iam:UpdateSAMLProvider",
        "sso:ProvisionPermissionSet",
    },
    "identity-provider": {
        "iam:DeleteLoginProfile",
        "iam:UpdateAccessKey",
        "organizations:AttachPolicy",
        "organizations:DetachPolicy",
    },
    "compromised-credentials": {
        "iam:DeleteLoginProfile",
        "iam:DeleteServiceSpecificCredential",
        "iam:UpdateAccessKey",
    },
    "open-security-group": set(),
    "root-account": set(),
    "ransomware": {"iam:DeleteLoginProfile", "iam:PassRole", "iam:UpdateAccessKey"},
    "data-breach": {"iam:DeleteLoginProfile", "iam:UpdateAccessKey"},
    "lost-access": {
        "iam:UpdateSAMLProvider",
        "organizations:AttachPolicy",
        "organizations:DetachPolicy",
        "signin:DeleteConsoleAuthorizationConfiguration",
        "sso:ProvisionPermissionSet",
    },
}
"""Every change a policy allows in a service that governs access: one more is a decision, not a detail."""

GOVERNING = {"iam", "sts", "organizations", "sso", "sso-directory", "identitystore", "signin", "account"}


def condition(document: Document, sid: str) -> list[tuple[str, str, str]]:
    (statement,) = (each for effect in ("Allow", "Deny") for each in statements(document, effect) if each["Sid"] == sid)
    return conditions(statement)


def test_each_playbook_of_the_example_has_its_policy() -> None:
    assert set(data.playbook_names()) == {*PLAYBOOKS, GRANT_ACCESS}


@pytest.mark.parametrize("playbook", PLAYBOOKS)
def test_a_shipped_policy_is_sound(playbook: str) -> None:
    assert faults(data.playbook_policy(playbook)) == []


@pytest.mark.parametrize("playbook", PLAYBOOKS)
def test_a_shipped_policy_is_written_to_be_read(playbook: str) -> None:
    text = (data.folder("policies") / f"{playbook}.json").read_text("utf-8")
    assert text == json.dumps(json.loads(text), indent=2) + "\n"


@pytest.mark.parametrize(("playbook", "action", "arn"), CAN)
def test_a_responder_can(playbook: str, action: str, arn: str) -> None:
    assert expand(action)
    assert allows(data.playbook_policy(playbook), action, arn)


@pytest.mark.parametrize(("playbook", "action", "arn"), CANNOT)
def test_a_responder_can_not(playbook: str, action: str, arn: str) -> None:
    assert expand(action)
    assert not allows(data.playbook_policy(playbook), action, arn)


@pytest.mark.parametrize("playbook", PLAYBOOKS)
def test_what_a_responder_may_change_in_what_governs_access_is_counted(playbook: str) -> None:
    allowed = (action for each in statements(data.playbook_policy(playbook), "Allow") for action in actions(each))
    governing = {each.name for each in allowed if not each.reads and each.name.partition(":")[0] in GOVERNING}
    assert governing == RIGHTS_OVER_RIGHTS[playbook]


def test_root_is_only_looked_at() -> None:
    allowed = statements(data.playbook_policy("root-account"), "Allow")
    assert [action.name for each in allowed for action in actions(each) if not action.reads] == []


@pytest.mark.parametrize("playbook", PLAYBOOKS)
def test_the_denials_are_those_of_every_playbook(playbook: str) -> None:
    denied = statements(data.playbook_policy(playbook), "Deny")
    assert tuple(each["Sid"] for each in denied) == SHARED
    assert tuple(denied) == denials(playbook)


@pytest.mark.parametrize("playbook", PLAYBOOKS)
def test_a_guardrail_of_ours_is_never_lifted(playbook: str) -> None:
    tagged = ("Null", f"aws:ResourceTag/{OWNER_TAG}", "false")
    assert condition(data.playbook_policy(playbook), "HandsOffGuardrails") == [tagged]


@pytest.mark.parametrize(
    ("playbook", "sid"),
    [
        ("denial-of-service", "HoldFunctions"),
        ("federation-misconfigured", "MendIssuers"),
        ("federation-misconfigured", "MendProviders"),
        ("identity-provider", "ShutOutFederation"),
        ("lost-access", "MendProviders"),
    ],
)
def test_what_could_be_turned_against_its_owner_carries_its_owners_mark(playbook: str, sid: str) -> None:
    marked = ("StringEquals", "aws:ResourceTag/break-glass-repair", "allowed")
    assert condition(data.playbook_policy(playbook), sid) == [marked]


@pytest.mark.parametrize("playbook", SHELLS)
def test_a_responder_ends_own_sessions_only(playbook: str) -> None:
    own = ("StringLike", "ssm:resourceTag/aws:ssmmessages:session-id", "${aws:userid}")
    assert condition(data.playbook_policy(playbook), "OwnShells") == [own]


def test_a_fenced_host_takes_neither_shell_nor_command() -> None:
    fence = ("StringNotEquals", "ssm:resourceTag/break-glass-shell", "never")
    sids = [*((playbook, "OpenShells") for playbook in SHELLS), ("lost-access", "RunCommands")]
    assert all(fence in condition(data.playbook_policy(playbook), sid) for playbook, sid in sids)


@pytest.mark.parametrize("playbook", PLAYBOOKS)
def test_only_known_variables_are_used(playbook: str) -> None:
    text = json.dumps(data.playbook_policy(playbook))
    known = {"${AWS::Partition}", "${AWS::AccountId}", "${ProvisioningRole}"}
    assert set(re.findall(r"\$\{[^}]*\}", text)) == (known | {"${aws:userid}"} if playbook in SHELLS else known)
