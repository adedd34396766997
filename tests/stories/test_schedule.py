"""A verification that stops running is told: alarms with the template's own properties, by the sandbox's clock."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from breakglass.sandbox.server import Sandbox
from tests.by_hand import AUDIT, GIVEN, REGION, ROLE, VERIFICATION, Resolved, alarms
from tests.stories.conftest import elsewhere

pytestmark = pytest.mark.uncounted

HOUR = 3600.0
BUCKET = f"break-glass-evidence-{AUDIT}-{REGION}"
KEY = "verification/acme/2026/11/22/050000Z.json"
ONCALL = "oncall@acme.example"


def verification(service: str, region: str = REGION) -> Any:  # noqa: ANN401 - a client of any service
    """Return plain boto3 as the role the function runs as."""
    sts = elsewhere("sts", AUDIT, region)
    given = sts.assume_role(RoleArn=ROLE, RoleSessionName="run")["Credentials"]
    return boto3.client(  # type: ignore[call-overload]
        service,
        region,
        aws_access_key_id=given["AccessKeyId"],
        aws_secret_access_key=given["SecretAccessKey"],
        aws_session_token=given["SessionToken"],
    )


@dataclass
class Scheduled:
    """What the template makes, as far as the sandbox has it, made by who provisions."""

    sandbox: Sandbox

    def deploy(self) -> None:
        kms, sns, s3 = (elsewhere(each, AUDIT, REGION) for each in ("kms", "sns", "s3"))
        topic = f"arn:aws:sns:{REGION}:{AUDIT}:break-glass-verification"
        made = {"Evidence.Arn": f"arn:aws:s3:::{BUCKET}", "Topic": topic, "Function": "f", "Undelivered.QueueName": "q"}
        template = Resolved(VERIFICATION, GIVEN, made)
        key = kms.create_key(Policy=json.dumps(template.properties("Key")["KeyPolicy"]))["KeyMetadata"]["Arn"]
        template = Resolved(VERIFICATION, GIVEN, {**made, "Key": key, "Key.Arn": key, "Evidence": BUCKET})
        evidence = template.properties("Evidence")
        s3.create_bucket(
            Bucket=BUCKET,
            CreateBucketConfiguration={"LocationConstraint": REGION},
            ObjectLockEnabledForBucket=evidence["ObjectLockEnabled"],
        )
        s3.put_object_lock_configuration(Bucket=BUCKET, ObjectLockConfiguration=evidence["ObjectLockConfiguration"])
        default = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key}
        rules = [{"ApplyServerSideEncryptionByDefault": default, "BucketKeyEnabled": True}]
        s3.put_bucket_encryption(Bucket=BUCKET, ServerSideEncryptionConfiguration={"Rules": rules})
        policy = template.properties("EvidencePolicy")["PolicyDocument"]
        s3.put_bucket_policy(Bucket=BUCKET, Policy=json.dumps(policy))
        sns.create_topic(Name="break-glass-verification", Attributes={"KmsMasterKeyId": key})
        policy = template.properties("TopicPolicy")["PolicyDocument"]
        sns.set_topic_attributes(TopicArn=topic, AttributeName="Policy", AttributeValue=json.dumps(policy))
        sns.subscribe(TopicArn=topic, Protocol="email", Endpoint=ONCALL)
        cloudwatch = elsewhere("cloudwatch", AUDIT, REGION)
        for each in alarms(template).values():
            cloudwatch.put_metric_alarm(**each)

    def run(self, *, critical: int = 0, completed: bool = True) -> None:
        """Tell of a run as the function does."""
        named = [{"Name": "Manifest", "Value": "acme"}]
        severity = [*named, {"Name": "Severity", "Value": "CRITICAL"}]
        told = [{"MetricName": "Findings", "Dimensions": severity, "Value": float(critical)}]
        if completed:
            told.append({"MetricName": "CompletedRuns", "Dimensions": named, "Value": 1.0})
        verification("cloudwatch").put_metric_data(Namespace="BreakGlassVerification", MetricData=told)

    def heard(self, hours: float = 0) -> list[str]:
        """Let time pass, and return what people were told since they were last listened to."""
        self.sandbox.clock.advance(hours * HOUR)
        elsewhere("cloudwatch", AUDIT, REGION).describe_alarms()
        told = [each.subject.partition(" in ")[0] for each in self.sandbox.mail if each.address == ONCALL]
        self.sandbox.mail.clear()
        return told


@pytest.fixture(scope="module")
def scheduled(standing: Sandbox) -> Scheduled:
    found = Scheduled(standing)
    found.deploy()
    found.heard()
    return found


@pytest.fixture(autouse=True)
def just_run(scheduled: Scheduled) -> None:
    """Each test begins just after a run that found nothing."""
    scheduled.run()
    scheduled.heard()


def test_silence_is_told_once_and_a_run_ends_it(scheduled: Scheduled) -> None:
    assert scheduled.heard(25) == []
    assert scheduled.heard(2) == ['ALARM: "BreakGlassVerification-Silence"']
    assert scheduled.heard(24) == []
    scheduled.run(completed=False)
    assert scheduled.heard() == []
    scheduled.run()
    assert scheduled.heard() == ['OK: "BreakGlassVerification-Silence"']


def test_daily_runs_keep_it_silent(scheduled: Scheduled) -> None:
    for _ in range(3):
        assert scheduled.heard(24) == []
        scheduled.run()


def test_each_run_with_critical_findings_is_told(scheduled: Scheduled) -> None:
    for _ in range(2):
        scheduled.run(critical=2)
        assert scheduled.heard() == ['ALARM: "BreakGlassVerification-Critical"']
        assert scheduled.heard(24) == []


def test_the_role_puts_its_evidence_and_can_do_nothing_else_with_it() -> None:
    s3 = verification("s3")
    put = s3.put_object(Bucket=BUCKET, Key=KEY, Body=b"{}", ChecksumAlgorithm="SHA256")
    auditor = elsewhere("s3", AUDIT, REGION)
    read = auditor.get_object(Bucket=BUCKET, Key=KEY)
    assert (read["Body"].read(), read["ObjectLockMode"]) == (b"{}", "GOVERNANCE")
    refusals: Sequence[Callable[[], object]] = (
        lambda: s3.get_object(Bucket=BUCKET, Key=KEY),
        lambda: s3.list_objects_v2(Bucket=BUCKET),
        lambda: s3.delete_object(Bucket=BUCKET, Key=KEY, VersionId=put["VersionId"]),
        lambda: s3.put_object(Bucket=BUCKET, Key="verification/other/x.json", Body=b"{}"),
        lambda: s3.put_bucket_policy(Bucket=BUCKET, Policy="{}"),
        lambda: verification("cloudwatch").put_metric_data(Namespace="BreakGlass", MetricData=[]),
        lambda: verification("cloudwatch").delete_alarms(AlarmNames=["BreakGlassVerification-Silence"]),
        lambda: auditor.delete_object(Bucket=BUCKET, Key=KEY, VersionId=put["VersionId"]),
    )
    for denied in refusals:
        with pytest.raises(ClientError, match="AccessDenied"):
            denied()


def test_the_role_imports_findings_of_its_own_account() -> None:
    elsewhere("securityhub", AUDIT, REGION).enable_security_hub(EnableDefaultStandards=False)
    hub = verification("securityhub")
    product = f"arn:aws:securityhub:{REGION}:{AUDIT}:product/{AUDIT}/default"
    finding = {
        "SchemaVersion": "2018-10-08",
        "Id": "acme/drift/1",
        "ProductArn": product,
        "GeneratorId": "breakglass/acme/drift",
        "AwsAccountId": AUDIT,
        "CreatedAt": "2026-11-22T05:00:00Z",
        "UpdatedAt": "2026-11-22T05:00:00Z",
        "Title": "t",
        "Description": "d",
        "Resources": [{"Type": "AwsAccount", "Id": f"AWS::::Account:{AUDIT}"}],
    }
    assert hub.batch_import_findings(Findings=[finding])["SuccessCount"] == 1
    ours = {"ProductArn": [{"Value": product, "Comparison": "EQUALS"}]}
    assert [each["Id"] for each in hub.get_findings(Filters=ours)["Findings"]] == ["acme/drift/1"]
    elsewhere_s = {**finding, "ProductArn": product.replace(f":{AUDIT}:product", ":222222222222:product")}
    with pytest.raises(ClientError, match="AccessDenied"):
        hub.batch_import_findings(Findings=[elsewhere_s])
