"""The templates of the schedule agree with the names of the product, and only who provisions can deploy them."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

import pytest

from breakglass import naming, resources
from breakglass.documents import Document, text
from breakglass.estate.desired import desired
from breakglass.iam.evaluate import evaluate
from breakglass.iam.nouns import Decision, Request
from breakglass.iam.policies import Policies
from breakglass.iam.policy import policy
from breakglass.manifest.model import Manifest
from breakglass.resources import Key, Scope
from tests.by_hand import AUDIT, GIVEN, MAP, REGION, ROLE, VERIFICATION, Resolved, alarms, read

MADE = {
    "Key": "1234abcd",
    "Key.Arn": f"arn:aws:kms:{REGION}:{AUDIT}:key/1234abcd",
    "Evidence": f"break-glass-evidence-{AUDIT}-{REGION}",
    "Evidence.Arn": f"arn:aws:s3:::break-glass-evidence-{AUDIT}-{REGION}",
    "Log": "/aws/lambda/break-glass-verification",
    "Function": "break-glass-verification",
    "Live": f"arn:aws:lambda:{REGION}:{AUDIT}:function:break-glass-verification:live",
    "Undelivered.Arn": f"arn:aws:sqs:{REGION}:{AUDIT}:break-glass-verification-undelivered",
    "Undelivered.QueueName": "break-glass-verification-undelivered",
    "ScheduleRole.Arn": f"arn:aws:iam::{AUDIT}:role/somebody",
    "Topic": f"arn:aws:sns:{REGION}:{AUDIT}:break-glass-verification",
}
FUNCTION = str(MADE["Live"]).removesuffix(":live")
EVERYTHING: Document = {
    "Version": "2012-10-17",
    "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"},
}


def resolved(**given: object) -> Resolved:
    return Resolved(VERIFICATION, {**GIVEN, **given}, MADE)


def decided(asked: Request, *, identity: Document, resource: Document | None = None) -> Decision:
    held = Policies(identity=(policy(identity),), resource=policy(resource) if resource else None)
    return evaluate(asked, held).decision


def test_names_are_those_of_the_product() -> None:
    template = resolved()
    assert template.properties("Function")["FunctionName"] == naming.SCHEDULED
    assert template.properties("Undelivered")["QueueName"] == naming.UNVERIFIED
    assert template.properties("Log")["LogGroupName"] == f"/aws/lambda/{naming.SCHEDULED}"
    assert template.properties("Evidence")["BucketName"] == naming.evidence_bucket(AUDIT, REGION)
    assert naming.evidence_prefix("acme") in text(template.properties("EvidencePolicy")["PolicyDocument"])
    ours = {each["Namespace"] for each in alarms(template).values() if not each["Namespace"].startswith("AWS/")}
    assert ours == {naming.VERIFICATION_METRICS}


def test_nothing_of_it_has_a_name_that_verification_would_call_a_stray() -> None:
    """Alarms of our net begin alike, and all of the namespace of IAM is the product's own."""
    for name in (VERIFICATION, MAP):
        for each in read(name)["Resources"].values():
            made = each.get("Properties", {})
            assert not {"ManagedPolicyName", "UserName", "GroupName", "Path"} & made.keys()
            assert not str(made.get("AlarmName", "")).startswith(naming.ALERT_PREFIX)


def test_silence_is_told_after_hours_and_missing_data_is_silence() -> None:
    silence = alarms(resolved(SilencePeriodHours=30))["SilenceAlarm"]
    assert (silence["MetricName"], silence["Statistic"], silence["TreatMissingData"]) == (
        "CompletedRuns",
        "Sum",
        "breaching",
    )
    assert (silence["ComparisonOperator"], silence["Threshold"]) == ("LessThanThreshold", 1)
    assert (silence["Period"], silence["EvaluationPeriods"], silence["DatapointsToAlarm"]) == (3600, 30, 30)
    longest = read(VERIFICATION)["Parameters"]["SilencePeriodHours"]["MaxValue"]
    assert silence["Period"] * longest <= 604_800


def test_silence_is_told_by_what_aws_counts_too() -> None:
    """Whoever writes a log event can put data into a namespace that AWS does not keep to itself."""
    function = "break-glass-verification"
    own = alarms(resolved(SilencePeriodHours=30))["NotStartedAlarm"]
    machine = f"arn:aws:states:{REGION}:{AUDIT}:stateMachine:{function}"
    made = {"Machine": machine, "Log.Arn": "log", "MachineRole.Arn": "role", "ScheduleRole.Arn": "role"}
    given = {"TopicArn": MADE["Topic"], "FunctionArn": MADE["Live"], "SilencePeriodHours": 30}
    mapped = alarms(Resolved(MAP, given, made))["SilenceAlarm"]
    for each, counts in ((own, "Invocations"), (mapped, "ExecutionsSucceeded")):
        assert each["Namespace"].startswith("AWS/")
        assert (each["MetricName"], each["Statistic"], each["TreatMissingData"]) == (counts, "Sum", "breaching")
        assert (each["ComparisonOperator"], each["Threshold"]) == ("LessThanThreshold", 1)
        assert (each["Period"], each["EvaluationPeriods"], each["DatapointsToAlarm"]) == (3600, 30, 30)
        assert each["AlarmActions"] == [MADE["Topic"]]
        assert each["AlarmName"].startswith(naming.VERIFICATION_ALARMS)
    dimensions = {each["Name"]: each["Value"] for each in own["Dimensions"]}
    assert dimensions == {"FunctionName": function, "Resource": f"{function}:live"}
    # What a map runs for single accounts is counted under the machine's ARN and a label.
    assert mapped["Dimensions"] == [{"Name": "StateMachineArn", "Value": machine}]


def test_the_code_is_one_version_of_one_object() -> None:
    """What CloudFormation uploads is callable before any hash is compared."""
    code = resolved().properties("Function")["Code"]
    assert code["S3ObjectVersion"] == GIVEN["CodeObjectVersion"]
    asked = read(VERIFICATION)["Parameters"]["CodeObjectVersion"]
    assert "Default" not in asked
    assert re.fullmatch(asked["AllowedPattern"], str(GIVEN["CodeObjectVersion"]))
    for unversioned in ("", "null"):
        assert not re.fullmatch(asked["AllowedPattern"], unversioned)


def test_a_version_is_told_apart_in_the_room_there_is() -> None:
    told = resolved(CodeKey="k" * 1024, Architecture="x86_64", SecurityHub="off").properties("Version")["Description"]
    assert len(told) + len("mrk-1234abcd12ab34cd56ef1234567890ab") <= 256
    assert all(str(each) in told for each in (GIVEN["CodeSha256"], MADE["Key"], "x86_64", "off"))


@pytest.mark.parametrize("given", [{}, {"AlarmTopicArn": "arn:aws:sns:eu-west-1:333333333333:pager"}])
def test_every_alarm_is_told(given: Mapping[str, object]) -> None:
    template = resolved(**given)
    told = given.get("AlarmTopicArn") or MADE["Topic"]
    assert {tuple(each["AlarmActions"]) for each in alarms(template).values()} == {(told,)}
    assert {*alarms(template)} == {
        *("CriticalAlarm", "ErrorsAlarm", "HighAlarm", "NotProvedAlarm", "NotStartedAlarm", "SilenceAlarm"),
        "UndeliveredAlarm",
    }
    for each in alarms(template).values():
        assert each["AlarmName"].startswith("BreakGlassVerification-")


def test_evidence_stays_is_encrypted_and_is_nobody_else_s() -> None:
    bucket = read(VERIFICATION)["Resources"]["Evidence"]
    assert (bucket["DeletionPolicy"], bucket["UpdateReplacePolicy"]) == ("RetainExceptOnCreate", "Retain")
    properties = resolved(ObjectLockMode="COMPLIANCE", EvidenceRetentionDays=7).properties("Evidence")
    retention = properties["ObjectLockConfiguration"]["Rule"]["DefaultRetention"]
    assert (properties["ObjectLockEnabled"], retention) == (True, {"Mode": "COMPLIANCE", "Days": 7})
    assert properties["VersioningConfiguration"] == {"Status": "Enabled"}
    assert set(properties["PublicAccessBlockConfiguration"].values()) == {True}
    key = read(VERIFICATION)["Resources"]["Key"]
    assert (key["DeletionPolicy"], key["Properties"]["EnableKeyRotation"]) == ("RetainExceptOnCreate", True)


KEY = f"{MADE['Evidence.Arn']}/verification/acme/2026/11/22/050000Z.json"
SESSION = f"arn:aws:sts::{AUDIT}:assumed-role/BreakGlassVerification/run"


@pytest.mark.parametrize(
    ("action", "resource", "keys", "expected"),
    [
        ("s3:PutObject", KEY, {}, Decision.ALLOWED),
        (
            "s3:PutObject",
            KEY,
            {
                "s3:x-amz-server-side-encryption": ("aws:kms",),
                "s3:x-amz-server-side-encryption-aws-kms-key-id": (str(MADE["Key.Arn"]),),
            },
            Decision.ALLOWED,
        ),
        ("s3:PutObject", KEY, {"s3:x-amz-server-side-encryption": ("AES256",)}, Decision.EXPLICIT_DENY),
        ("s3:PutObject", KEY, {"aws:SecureTransport": ("false",)}, Decision.EXPLICIT_DENY),
        ("s3:PutObject", KEY, {"aws:PrincipalOrgID": ("o-other12345",)}, Decision.EXPLICIT_DENY),
        ("s3:PutObject", KEY.replace("/acme/", "/other/"), {}, Decision.EXPLICIT_DENY),
        (
            "s3:PutObject",
            KEY,
            {"s3:x-amz-server-side-encryption-aws-kms-key-id": (f"arn:aws:kms:{REGION}:{AUDIT}:key/another",)},
            Decision.EXPLICIT_DENY,
        ),
        (
            "s3:PutObject",
            KEY,
            {"s3:x-amz-server-side-encryption-customer-algorithm": ("AES256",)},
            Decision.EXPLICIT_DENY,
        ),
        ("s3:GetObject", KEY, {}, Decision.EXPLICIT_DENY),
        ("s3:DeleteObjectVersion", KEY, {}, Decision.EXPLICIT_DENY),
        ("s3:PutBucketPolicy", str(MADE["Evidence.Arn"]), {}, Decision.EXPLICIT_DENY),
        ("s3:BypassGovernanceRetention", KEY, {}, Decision.EXPLICIT_DENY),
    ],
)
def test_the_bucket_lets_the_role_put_evidence_and_nothing_else_whatever_its_rights(
    action: str, resource: str, keys: Mapping[str, tuple[str, ...]], expected: Decision
) -> None:
    always = {
        "aws:PrincipalArn": (ROLE,),
        "aws:PrincipalOrgID": ("o-acme12345",),
        "aws:PrincipalIsAWSService": ("false",),
        "aws:SecureTransport": ("true",),
    }
    asked = Request(SESSION, action, resource, AUDIT, {**always, **keys})
    held = resolved().properties("EvidencePolicy")["PolicyDocument"]
    assert decided(asked, identity=EVERYTHING, resource=held) is expected


def test_the_key_lets_the_role_make_data_keys_and_read_nothing() -> None:
    held = resolved().properties("Key")["KeyPolicy"]
    key = str(MADE["Key.Arn"])
    for action, expected in {"kms:GenerateDataKey": "allowed", "kms:Decrypt": "explicit_deny"}.items():
        asked = Request(SESSION, action, key, AUDIT, {"aws:PrincipalArn": (ROLE,)})
        assert decided(asked, identity=EVERYTHING, resource=held) == expected


def guarded(acme: Manifest, role: str, action: str, resource: str, account: str = AUDIT, **keys: str) -> Decision:
    """Return what the guardrail of all accounts lets a role of an account do that has every right."""
    guardrail = Key(Scope(acme.management_account.id), resources.SERVICE_CONTROL_POLICY, naming.ROLES_GUARDRAIL)
    content = desired(acme)[guardrail].properties["Content"]
    assert isinstance(content, Mapping)
    session = f"arn:aws:sts::{account}:assumed-role/{role.rpartition('/')[2]}/somebody"
    given = {name.replace("_", ":"): (value,) for name, value in keys.items()}
    given["aws:PrincipalArn"] = (f"arn:aws:iam::{account}:role/{role}",)
    levels = ((policy(EVERYTHING), policy(content)),)
    held = Policies(identity=(policy(EVERYTHING),), service_control=levels)
    return evaluate(Request(session, action, resource, account, given), held).decision


def passes(acme: Manifest, role: str, passed: str) -> Decision:
    return guarded(acme, role, "iam:PassRole", passed, iam_PassedToService="lambda.amazonaws.com")


@pytest.mark.parametrize("role", ["Admin", "AWSReservedSSO_Administrator_0123456789abcdef", "BreakGlassVerification"])
def test_nobody_but_who_provisions_gives_the_role_to_a_function(acme: Manifest, role: str) -> None:
    assert passes(acme, role, ROLE) is Decision.EXPLICIT_DENY
    assert passes(acme, acme.provisioning_role, ROLE) is Decision.ALLOWED


STARTERS = [
    (name, logical)
    for name, found in ((VERIFICATION, ["ScheduleRole"]), (MAP, ["MachineRole", "ScheduleRole"]))
    for logical in found
]


def starter(name: str, logical: str) -> str:
    """Return the name of a role that starts verification; CloudFormation would need no leave to make it."""
    named = read(name)["Resources"][logical]["Properties"]["RoleName"]["Fn::Sub"].replace("${AWS::Region}", REGION)
    assert isinstance(named, str)
    assert named.startswith(naming.SCHEDULE_ROLES)
    assert not naming.is_ours_by_name("role", named, "/")
    return named


@pytest.mark.parametrize(("name", "logical"), STARTERS)
def test_nobody_but_who_deploys_makes_or_gives_the_roles_that_start_it(acme: Manifest, name: str, logical: str) -> None:
    role = f"arn:aws:iam::{AUDIT}:role/{starter(name, logical)}"
    for action in ("iam:CreateRole", "iam:UpdateAssumeRolePolicy", "iam:PutRolePolicy", "iam:PassRole"):
        assert guarded(acme, "Admin", action, role) is Decision.EXPLICIT_DENY
        assert guarded(acme, acme.provisioning_role, action, role) is Decision.ALLOWED
        elsewhere = role.replace(AUDIT, "222222222222")
        assert guarded(acme, "Admin", action, elsewhere, account="222222222222") is Decision.ALLOWED


def test_roles_that_start_it_are_of_a_region_as_two_may_have_it() -> None:
    named = {read(name)["Resources"][logical]["Properties"]["RoleName"]["Fn::Sub"] for name, logical in STARTERS}
    assert len(named) == len(STARTERS)
    assert all(
        each.endswith("-${AWS::Region}") and len(each.replace("${AWS::Region}", "ap-southeast-99")) <= 64
        for each in named
    )


@pytest.mark.parametrize("who", ["Admin", "break-glass/BreakGlassVerification", "other/BreakGlassSchedule"])
@pytest.mark.parametrize("qualifier", ["", ":live", ":7"])
def test_nobody_calls_it_but_its_schedule_and_who_provisions(acme: Manifest, who: str, qualifier: str) -> None:
    """A call may say that a map is at its end; and what is called without a version is any code that was uploaded."""
    called = f"{FUNCTION}{qualifier}"
    for action in ("lambda:InvokeFunction", "lambda:InvokeAsync", "lambda:InvokeFunctionUrl"):
        assert guarded(acme, who, action, called) is Decision.EXPLICIT_DENY
    for starts in (acme.provisioning_role, *(starter(*each) for each in STARTERS)):
        assert guarded(acme, starts, "lambda:InvokeFunction", called) is Decision.ALLOWED
    assert guarded(acme, who, "lambda:InvokeFunction", called.replace(AUDIT, "222222222222")) is Decision.ALLOWED


def test_nobody_but_who_provisions_changes_what_tells_or_what_starts_it(acme: Manifest) -> None:
    at = f"{REGION}:{AUDIT}"
    parts = {
        f"arn:aws:cloudwatch:{at}:alarm:BreakGlassVerification-Silence": [
            *("DeleteAlarms", "DisableAlarmActions", "PutAlarmMuteRule", "PutMetricAlarm", "SetAlarmState")
        ],
        f"arn:aws:scheduler:{at}:schedule/default/{named(VERIFICATION)}": ["DeleteSchedule", "UpdateSchedule"],
        f"arn:aws:scheduler:{at}:schedule/default/{named(MAP)}": ["DeleteSchedule", "UpdateSchedule"],
        f"arn:aws:states:{at}:stateMachine:break-glass-verification": ["DeleteStateMachine", "UpdateStateMachine"],
        f"arn:aws:sns:{at}:break-glass-verification": ["DeleteTopic", "SetTopicAttributes"],
    }
    for arn, actions in parts.items():
        service = arn.split(":")[2]
        for action in actions:
            assert guarded(acme, "Admin", f"{service}:{action}", arn) is Decision.EXPLICIT_DENY
            assert guarded(acme, acme.provisioning_role, f"{service}:{action}", arn) is Decision.ALLOWED
            others = (arn.replace(AUDIT, "222222222222"), arn.replace("erification", "igour"))
            assert {guarded(acme, "Admin", f"{service}:{action}", each) for each in others} == {Decision.ALLOWED}


def named(template: str) -> str:
    """Return what a template calls its schedule."""
    found = read(template)["Resources"]["Daily"]["Properties"]["Name"]
    assert isinstance(found, str)
    return found


@pytest.mark.parametrize(
    "action", ["UpdateFunctionCode", "UpdateFunctionConfiguration", "UpdateAlias", "AddPermission"]
)
@pytest.mark.parametrize("resource", [FUNCTION, f"{FUNCTION}:live"])
def test_nobody_but_who_provisions_changes_what_the_role_runs(acme: Manifest, action: str, resource: str) -> None:
    assert guarded(acme, "Admin", f"lambda:{action}", resource) is Decision.EXPLICIT_DENY
    assert guarded(acme, acme.provisioning_role, f"lambda:{action}", resource) is Decision.ALLOWED
    other = resource.replace("break-glass-verification", "another")
    assert guarded(acme, "Admin", f"lambda:{action}", other) is Decision.ALLOWED


@pytest.mark.parametrize("role", ["Admin", "BreakGlassVerification", "OrganizationAccountAccessRole"])
def test_nobody_says_that_a_verification_ran_but_the_role_that_verifies(acme: Manifest, role: str) -> None:
    def puts(who: str, namespace: str) -> Decision:
        return guarded(acme, who, "cloudwatch:PutMetricData", "*", cloudwatch_namespace=namespace)

    assert puts(role, naming.VERIFICATION_METRICS) is Decision.EXPLICIT_DENY
    assert puts("break-glass/BreakGlassVerification", naming.VERIFICATION_METRICS) is Decision.ALLOWED
    assert puts(role, "Other") is Decision.ALLOWED


def states(machine: Mapping[str, Any]) -> Mapping[str, Any]:
    found: Mapping[str, Any] = machine["Properties"]["Definition"]["States"]
    return found


def test_the_map_verifies_what_is_shared_then_each_account_then_ends() -> None:
    machine = read(MAP)["Resources"]["Machine"]
    found = states(machine)
    assert [found[name].get("Next") for name in ("Shared", "Accounts", "Whole")] == ["Accounts", "Whole", None]
    assert found["Shared"]["Arguments"]["Payload"] == {"task": "shared"}
    assert found["Accounts"]["ItemSelector"]["task"] == "account"
    assert found["Finish"]["Arguments"]["Payload"]["task"] == "finish"
    child = found["Accounts"]["ItemProcessor"]
    assert child["ProcessorConfig"] == {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}
    # An account that is lost neither ends the others nor lets the run be completed.
    assert child["States"]["Account"]["Catch"][0]["Output"] == {"failed": True}
    assert found["Whole"]["Default"] == "Incomplete"


def test_the_map_s_roles_can_do_no_more_than_it_takes() -> None:
    made = read(MAP)["Resources"]
    actions = {
        name: {
            action
            for each in made[name]["Properties"]["Policies"][0]["PolicyDocument"]["Statement"]
            for action in ([each["Action"]] if isinstance(each["Action"], str) else each["Action"])
        }
        for name in ("MachineRole", "ScheduleRole")
    }
    assert actions["ScheduleRole"] == {"states:StartExecution", "sqs:SendMessage"}
    assert {each for each in actions["MachineRole"] if not each.startswith("logs:")} == {
        *("lambda:InvokeFunction", "states:DescribeExecution", "states:StartExecution", "states:StopExecution")
    }
    assert "iam:" not in json.dumps(made)
