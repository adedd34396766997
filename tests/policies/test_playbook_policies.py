"""The shipped policies are sound, do what their playbooks need, and nothing beside."""

import json
import re

import pytest

from breakglass import data
from breakglass.authorization.reading import ACCOUNT, actions, conditions, statements
from breakglass.authorization.reference import expand
from breakglass.documents import Document
from breakglass.naming import OWNER_TAG
from tests.policies.judge import OURS, allows, faults

PLAYBOOKS = ("data-breach", "lost-access", "ransomware")
SHARED = ("HandsOffBreakGlass", "HandsOffAlerting")

ORDINARY = f"arn:aws:iam::{ACCOUNT}:user/mallory"
INSTANCE = f"arn:aws:ec2:eu-west-1:{ACCOUNT}:instance/i-0123456789abcdef0"
GROUP = f"arn:aws:ec2:eu-west-1:{ACCOUNT}:security-group/sg-0123456789abcdef0"
SNAPSHOT = "arn:aws:ec2:eu-west-1::snapshot/snap-0123456789abcdef0"
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
RUN = "arn:aws:ssm:eu-west-1::document/AWS-RunShellScript"


def secret(name: str) -> str:
    return f"arn:aws:secretsmanager:eu-west-1:{ACCOUNT}:secret:{name}-AbCdEf"


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
    ("ransomware", "kms:CancelKeyDeletion", KEY),
    ("data-breach", "s3:PutBucketPublicAccessBlock", "arn:aws:s3:::orders"),
    ("data-breach", "ec2:ResetSnapshotAttribute", SNAPSHOT),
    ("data-breach", "rds:ModifyDBSnapshotAttribute", f"arn:aws:rds:eu-west-1:{ACCOUNT}:snapshot:orders"),
    ("data-breach", "ec2:RevokeSecurityGroupIngress", GROUP),
    ("data-breach", "secretsmanager:RotateSecret", secret("orders/database")),
    ("lost-access", "iam:GetRolePolicy", f"arn:aws:iam::{ACCOUNT}:role/BREAK-GLASS-LOST-ACCESS"),
    ("lost-access", "iam:SimulatePrincipalPolicy", ORDINARY),
    ("lost-access", "organizations:DetachPolicy", SCP),
    ("lost-access", "organizations:DetachPolicy", UNIT),
    ("lost-access", "organizations:AttachPolicy", FULL_ACCESS),
    ("lost-access", "ssm:SendCommand", RUN),
    *((playbook, "ssm:StartSession", SHELL) for playbook in PLAYBOOKS),
    *((playbook, "secretsmanager:GetSecretValue", secret(f"break-glass/{playbook}/vendor")) for playbook in PLAYBOOKS),
]

CANNOT = [
    ("ransomware", "iam:PassRole", f"arn:aws:iam::{ACCOUNT}:role/Admin"),
    ("ransomware", "iam:PassRole", f"arn:aws:iam::{ACCOUNT}:role/service-role/AWSBackupDefaultServiceRole"),
    ("ransomware", "rds:RestoreDBInstanceFromDBSnapshot", FOREIGN_SNAPSHOT),
    ("ransomware", "ssm:SendCommand", RUN),
    ("ransomware", "organizations:DetachPolicy", SCP),
    ("data-breach", "ec2:StopInstances", INSTANCE),
    ("data-breach", "rds:CreateDBSnapshot", DATABASE),
    ("data-breach", "lambda:InvokeFunction", f"arn:aws:lambda:eu-west-1:{ACCOUNT}:function:checkout"),
    ("lost-access", "organizations:DetachPolicy", TAG_POLICY),
    ("lost-access", "organizations:DetachPolicy", FULL_ACCESS),
    ("lost-access", "organizations:AttachPolicy", SCP),
    ("lost-access", "iam:UpdateAccessKey", ORDINARY),
    *((playbook, "iam:UpdateAccessKey", OURS[-1]) for playbook in PLAYBOOKS),
    *((playbook, "ssm:StartSession", FORWARD) for playbook in PLAYBOOKS),
    *((playbook, "secretsmanager:GetSecretValue", secret("orders/database")) for playbook in PLAYBOOKS),
]

RIGHTS_OVER_RIGHTS = {
    "ransomware": {"iam:DeleteLoginProfile", "iam:PassRole", "iam:UpdateAccessKey"},
    "data-breach": {"iam:DeleteLoginProfile", "iam:UpdateAccessKey"},
    "lost-access": {
        "iam:UpdateOpenIDConnectProviderThumbprint",
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
    assert data.playbook_names() == PLAYBOOKS


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


def test_the_denials_are_the_same_in_every_policy() -> None:
    denials = [statements(data.playbook_policy(playbook), "Deny")[:2] for playbook in PLAYBOOKS]
    assert [each["Sid"] for each in denials[0]] == list(SHARED)
    assert denials[1:] == denials[:-1]


def test_a_guardrail_of_ours_is_never_lifted() -> None:
    tagged = ("Null", f"aws:ResourceTag/{OWNER_TAG}", "false")
    assert condition(data.playbook_policy("lost-access"), "HandsOffGuardrails") == [tagged]


@pytest.mark.parametrize("playbook", PLAYBOOKS)
def test_a_responder_ends_own_sessions_only(playbook: str) -> None:
    own = ("StringLike", "ssm:resourceTag/aws:ssmmessages:session-id", "${aws:userid}")
    assert condition(data.playbook_policy(playbook), "OwnShells") == [own]


def test_a_fenced_host_takes_neither_shell_nor_command() -> None:
    fence = ("StringNotEquals", "ssm:resourceTag/break-glass-shell", "never")
    sids = [*((playbook, "OpenShells") for playbook in PLAYBOOKS), ("lost-access", "RunCommands")]
    assert all(fence in condition(data.playbook_policy(playbook), sid) for playbook, sid in sids)


@pytest.mark.parametrize("playbook", PLAYBOOKS)
def test_only_known_variables_are_used(playbook: str) -> None:
    text = json.dumps(data.playbook_policy(playbook))
    assert set(re.findall(r"\$\{[^}]*\}", text)) == {
        "${AWS::Partition}",
        "${AWS::AccountId}",
        "${ProvisioningRole}",
        "${aws:userid}",
    }
