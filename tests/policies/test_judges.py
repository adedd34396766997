"""The judges can fail: every planted mistake is found, and the policy it was planted in is clean without it."""

from collections.abc import Mapping

import pytest

from breakglass import data
from breakglass.authorization.reference import expand, overlap
from breakglass.documents import Document, Json
from breakglass.resources import items
from tests.policies.judge import faults

HERE = "arn:${AWS::Partition}:%s:*:${AWS::AccountId}:%s"
RUNS = HERE % ("ssm", "automation-execution/*")
SOUND = data.playbook_policy("ransomware")


UNFENCED: Json = {"StringNotEquals": {"ssm:resourceTag/break-glass-shell": "never"}}


def planted(**statement: Json) -> list[str]:
    """Judge a sound policy with one more statement."""
    extra = {"Sid": "Planted", "Effect": "Allow", "Resource": "*", **statement}
    return faults({**SOUND, "Statement": [*items(SOUND["Statement"]), extra]})


def altered(sid: str, **elements: Json) -> list[str]:
    """Judge a sound policy with elements of one statement changed; None takes an element out."""
    return faults({**SOUND, "Statement": [_altered(each, sid, elements) for each in items(SOUND["Statement"])]})


def _altered(statement: Json, sid: str, elements: Mapping[str, Json]) -> Json:
    assert isinstance(statement, Mapping)
    changed = {**statement, **elements} if statement["Sid"] == sid else statement
    return {key: value for key, value in changed.items() if value is not None}


def without(sid: str) -> Document:
    kept = [each for each in items(SOUND["Statement"]) if isinstance(each, Mapping) and each["Sid"] != sid]
    return {**SOUND, "Statement": kept}


def test_the_policy_mistakes_are_planted_in_is_sound() -> None:
    assert faults(SOUND) == []


@pytest.mark.parametrize(
    ("action", "fault"),
    [
        ("*", "* is every action"),
        ("iam:*", "iam:* is every action"),
        ("iam:Put*", "iam:Put* lets a responder give oneself or another more rights: iam:PutRolePolicy"),
        ("IAM:attachrolepolicy", "lets a responder give oneself or another more rights: iam:AttachRolePolicy"),
        ("iam:Update?ssumeRolePolicy", "more rights: iam:UpdateAssumeRolePolicy"),
        ("iam:CreateAccessKey", "make or renew a credential: iam:CreateAccessKey"),
        ("sts:AssumeRole", "become somebody else: sts:AssumeRole"),
        ("ec2:*", "ec2:* is every action"),
        ("ec2:Stop*", "ec2:Stop* writes: ec2:StopInstances"),
        ("ec2:Describe*", "read the data the playbook protects: ec2:DescribeInstanceAttribute"),
        ("s3:Get*", "read the data the playbook protects: s3:GetObject"),
        ("s3:PutBucketPolicy", "loosen what keeps others out: s3:PutBucketPolicy"),
        ("s3:PutLifecycleConfiguration", "destroy data, backups or evidence: s3:PutLifecycleConfiguration"),
        ("backup:List*", "backup:List* writes: backup:ListIndexedRecoveryPointsForSearch"),
        ("guardduty:ArchiveFindings", "guardduty:ArchiveFindings changes what watches"),
        ("cloudwatch:PutMetricAlarm", "cloudwatch:PutMetricAlarm changes what watches"),
        ("ec2:DescribeInstanses", "no action is named ec2:DescribeInstanses"),
        ("ec3:DescribeInstances", "no action is named ec3:DescribeInstances"),
        ("iam:PassRole", "iam:PassRole in Planted is not bound"),
        ("codebuild:StartBuildBatch", "run code where a stronger role waits: codebuild:StartBuildBatch"),
        ("eks:AssociateAccessPolicy", "give oneself or another more rights: eks:AssociateAccessPolicy"),
        ("ssm:GetParametersByPath", "read the data the playbook protects: ssm:GetParametersByPath"),
        ("lambda:AddLayerVersionPermission", "lambda:AddLayerVersionPermission manages permissions"),
        ("ecr:SetRepositoryPolicy", "ecr:SetRepositoryPolicy manages permissions"),
        ("lambda:InvokeFunction", "lambda:InvokeFunction in Planted is not bound"),
        ("rds:ModifyDBSnapshotAttribute", "rds:ModifyDBSnapshotAttribute in Planted is not bound"),
        ("rds:ModifyDBClusterSnapshotAttribute", "rds:ModifyDBClusterSnapshotAttribute in Planted is not bound"),
        ("secretsmanager:RotateSecret", "secretsmanager:RotateSecret in Planted is not bound"),
        ("ssm:StartSession", "ssm:StartSession in Planted is not bound"),
        ("ssm:ResumeSession", "ssm:ResumeSession in Planted is not bound"),
        ("ssm:SendCommand", "ssm:SendCommand in Planted is not bound"),
        ("ec2:CreateTags", "ec2:CreateTags in Planted is not bound"),
        ("rds:AddTagsToResource", "rds:AddTagsToResource in Planted is not bound"),
        ("kms:Decrypt", "kms:Decrypt in Planted is not bound"),
        ("kms:CreateGrant", "kms:CreateGrant in Planted is not bound"),
        ("secretsmanager:GetSecretValue", "secretsmanager:GetSecretValue in Planted is not bound"),
        ("iam:UpdateSAMLProvider", "iam:UpdateSAMLProvider in Planted is not bound"),
        ("lambda:PutFunctionConcurrency", "lambda:PutFunctionConcurrency in Planted is not bound"),
        ("organizations:AttachPolicy", "organizations:AttachPolicy in Planted is not bound"),
        ("wafv2:UpdateIPSet", "wafv2:UpdateIPSet in Planted is not bound"),
        ("wafv2:UpdateRuleGroup", "wafv2:UpdateRuleGroup in Planted is not bound"),
        ("wafv2:UpdateWebACL", "loosen what keeps others out: wafv2:UpdateWebACL"),
    ],
)
def test_an_action_too_many_is_found(action: str, fault: str) -> None:
    assert any(fault in each for each in planted(Action=action))


@pytest.mark.parametrize(
    ("resource", "action", "fault"),
    [
        (HERE % ("ec2", "volume/*"), "ec2:StopInstances", "ec2:StopInstances can never match in Planted"),
        (HERE % ("ec2", "instance/*"), "ec2:DescribeVpcs", "ec2:DescribeVpcs can never match in Planted"),
        (HERE % ("ec2", "snapshot/*"), "ec2:LockSnapshot", "snapshot/* fits no action of Planted"),
        (HERE % ("ssm", "instance/*"), "ssm:StartSession", "ssm:StartSession can never match in Planted"),
    ],
)
def test_a_resource_that_fits_no_action_is_found(resource: str, action: str, fault: str) -> None:
    assert any(fault in each for each in planted(Action=action, Resource=resource))


def test_a_type_of_resource_aws_also_asks_about_is_missed() -> None:
    found = altered("SnapshotDisks", Resource=[HERE % ("ec2", "instance/*"), HERE % ("ec2", "volume/*")])
    assert "ec2:CreateSnapshots is allowed on no snapshot" in found


@pytest.mark.parametrize(
    "condition",
    [
        {"StringEquals": {"ec2:ResorceTag/x": "y"}},
        {"StringEquals": {"rds:PubliclyAccessible": "false"}},
        {"Bool": {"aws:MultiFactorAuthPresent": "true"}},
        {"BoolIfExists": {"aws:MultiFactorAuthPresent": "true"}},
        {"Null": {"ec2:CreateAction": "false"}},
    ],
)
def test_a_condition_that_cannot_hold_is_found(condition: Json) -> None:
    found = planted(Action="ec2:StopInstances", Resource=HERE % ("ec2", "instance/*"), Condition=condition)
    assert any("cannot hold in Planted" in each for each in found)


def test_a_key_that_only_some_actions_carry_is_dead_for_the_others_unless_its_absence_is_fine() -> None:
    database = {"Action": ["rds:CreateDBInstance", "rds:CreateDBSnapshot"], "Resource": HERE % ("rds", "*")}
    assert planted(**database, Condition={"Bool": {"rds:PubliclyAccessible": "false"}}) == [
        "Bool rds:PubliclyAccessible cannot hold in Planted"
    ]
    assert planted(**database, Condition={"BoolIfExists": {"rds:PubliclyAccessible": "false"}}) == []


@pytest.mark.parametrize(
    ("sid", "condition"),
    [
        ("HandRoleToBackup", None),
        ("HandRoleToBackup", {"StringEqualsIfExists": {"iam:PassedToService": "backup.amazonaws.com"}}),
        ("DecryptSecrets", {"StringNotEquals": {"kms:ViaService": "secretsmanager.*"}}),
        ("DecryptSecrets", {"StringLike": {"kms:ViaService": "*"}}),
        ("DecryptSecrets", {"StringLike": {"kms:ViaService": ["secretsmanager.*", "*"]}}),
        ("RestoreEncrypted", {"Bool": {"kms:GrantIsForAWSResource": "false"}}),
    ],
)
def test_a_loosened_condition_is_found(sid: str, condition: Json) -> None:
    assert any("is not bound as it must be" in each for each in altered(sid, Condition=condition))


@pytest.mark.parametrize("policy", ["policy/o-*/service_control_policy/p-*", "policy/o-*/resource_control_policy/p-*"])
def test_attaching_a_policy_nobody_vouched_for_is_found(policy: str) -> None:
    arn = "arn:${AWS::Partition}:organizations::${AWS::AccountId}:" + policy
    fault = "organizations:AttachPolicy in Planted is not bound as it must be"
    assert fault in planted(Action="organizations:AttachPolicy", Resource=arn)


@pytest.mark.parametrize(
    ("action", "resource", "condition"),
    [
        ("ssm:StartSession", [HERE % ("ec2", "instance/*"), HERE % ("ssm", "document/*")], UNFENCED),
        (
            "ssm:StartSession",
            [HERE % ("ec2", "instance/*"), HERE % ("ssm", "document/SSM-SessionManagerRunShell")],
            None,
        ),
        ("ssm:SendCommand", [HERE % ("ec2", "instance/*"), "arn:${AWS::Partition}:ssm:*::document/AWS-Run*"], UNFENCED),
        ("ssm:SendCommand", "*", UNFENCED),
        (
            "ec2:CreateTags",
            HERE % ("ec2", "instance/*"),
            {"ForAllValues:StringEquals": {"aws:TagKeys": "break-glass-shell"}},
        ),
    ],
)
def test_a_shell_a_command_or_a_label_beyond_what_is_meant_is_found(
    action: str, resource: Json, condition: Json
) -> None:
    found = planted(Action=action, Resource=resource, **({"Condition": condition} if condition else {}))
    assert any(f"{action} in Planted is not bound as it must be" in each for each in found)


def test_passing_any_role_to_backup_is_found() -> None:
    found = altered("HandRoleToBackup", Resource="arn:${AWS::Partition}:iam::${AWS::AccountId}:role/*")
    assert found == ["iam:PassRole in HandRoleToBackup is not bound as it must be"]


@pytest.mark.parametrize(
    "runbook",
    [
        "*",
        HERE % ("ssm", "document/*"),
        HERE % ("ssm", "automation-definition/Own:*"),
        "arn:${AWS::Partition}:ssm:*:777777777777:document/AWS-DisableIncomingSSHOnPort22",
        "arn:${AWS::Partition}:ssm:*::document/*",
        "arn:${AWS::Partition}:ssm:*::automation-definition/*",
    ],
)
def test_starting_any_runbook_but_a_named_one_of_aws_is_found(runbook: str) -> None:
    found = planted(Action="ssm:StartAutomationExecution", Resource=[runbook, RUNS])
    assert "ssm:StartAutomationExecution in Planted is not bound as it must be" in found


def test_starting_a_named_runbook_of_aws_is_sound() -> None:
    named = ("document/AWS-CloseSecurityGroup", "automation-definition/AWS-CloseSecurityGroup:*")
    runbooks = [f"arn:${{AWS::Partition}}:ssm:*::{each}" for each in named]
    found = planted(Action="ssm:StartAutomationExecution", Resource=[*runbooks, RUNS])
    assert [each for each in found if "Planted" in each or "StartAutomationExecution" in each] == []


@pytest.mark.parametrize(
    ("sid", "fault"),
    [
        ("HandsOffBreakGlass", "iam:UpdateAccessKey on arn:aws:iam::111111111111:user/break-glass/ana-break-glass"),
        ("HandsOffBreakGlass", "iam:UpdateAssumeRolePolicy on arn:aws:iam::222222222222:role/BREAK-GLASS-RANSOMWARE"),
        ("HandsOffBreakGlass", "iam:AddUserToGroup on arn:aws:iam::111111111111:group/break-glass/incident"),
        ("HandsOffAlerting", "cloudtrail:StopLogging on *"),
        ("HandsOffAlerting", "sts:AssumeRole on arn:aws:iam::222222222222:role/Admin"),
    ],
)
def test_a_missing_denial_is_found(sid: str, fault: str) -> None:
    assert f"{fault} is not denied" in faults(without(sid))


def test_a_denial_under_a_condition_denies_nothing_for_sure() -> None:
    found = altered("HandsOffAlerting", Condition={"Bool": {"aws:SecureTransport": "false"}})
    assert "cloudtrail:StopLogging on * is not denied" in found


@pytest.mark.parametrize(
    ("statement", "fault"),
    [
        ({"Action": "ec2:DescribeVpcs", "Sid": "SeeBackups"}, "'SeeBackups' is no name or not the only one"),
        ({"Action": "ec2:DescribeVpcs", "Sid": "see vpcs"}, "'see vpcs' is no name or not the only one"),
        ({"NotAction": "iam:PassRole"}, "Planted has unknown elements"),
        ({"Action": "ec2:DescribeVpcs", "Principal": "*"}, "Planted has unknown elements"),
        ({"Action": ["ec2:DescribeVpcs"] * 400}, "characters are more than 6144"),
    ],
)
def test_a_malformed_statement_is_found(statement: Mapping[str, Json], fault: str) -> None:
    assert any(fault in each for each in planted(**statement))


def test_an_older_language_is_found() -> None:
    assert "the version is not 2012-10-17" in faults({**SOUND, "Version": "2008-10-17"})


@pytest.mark.parametrize(
    ("left", "right", "answer"),
    [
        ("", "", True),
        ("*", "", True),
        ("a", "", False),
        ("a*c", "abc", True),
        ("a*", "*b", True),
        ("a*c", "b*", False),
        ("**x", "yx", True),
    ],
)
def test_globs_overlap_when_some_text_matches_both(left: str, right: str, answer: bool) -> None:
    assert overlap(left, right) is answer
    assert overlap(right, left) is answer


def test_a_pattern_stands_for_every_action_it_matches_whatever_its_case() -> None:
    assert [each.name for each in expand("ec2:list*inrecyclebin")] == [
        "ec2:ListImagesInRecycleBin",
        "ec2:ListSnapshotsInRecycleBin",
        "ec2:ListVolumesInRecycleBin",
    ]
