"""What scheduled verification tells is taken as by AWS: objects under a lock, data of metrics, findings."""

import json
from collections.abc import Callable, Sequence
from datetime import timedelta

import pytest

from tests.sandbox.alerted import policy
from tests.sandbox.services import aws_client
from tests.sandbox.support import REGION, SECURITY, Clients, refused

BUCKET = "break-glass-evidence-111111111111-eu-west-1"
KEY = "verification/acme/2026/11/22/050000Z.json"
WHERE = {"LocationConstraint": REGION}
PRODUCT = f"arn:aws:securityhub:{REGION}:{SECURITY}:product/{SECURITY}/default"


def locked(aws: Clients, mode: str = "GOVERNANCE") -> str:
    s3 = aws_client(aws, "s3")
    s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration=WHERE, ObjectLockEnabledForBucket=True)
    rule = {"DefaultRetention": {"Mode": mode, "Days": 400}}
    s3.put_object_lock_configuration(
        Bucket=BUCKET, ObjectLockConfiguration={"ObjectLockEnabled": "Enabled", "Rule": rule}
    )
    kept = s3.get_object_lock_configuration(Bucket=BUCKET)["ObjectLockConfiguration"]["Rule"]["DefaultRetention"]
    assert (kept["Mode"], kept["Days"]) == (mode, 400)
    return BUCKET


def test_an_object_under_a_lock_stays(aws: Clients) -> None:
    s3 = aws_client(aws, "s3")
    locked(aws)
    put = s3.put_object(Bucket=BUCKET, Key=KEY, Body=b"one", ContentType="text/html", ChecksumAlgorithm="SHA256")
    again = s3.put_object(Bucket=BUCKET, Key=KEY, Body=b"two")["VersionId"]
    assert put["VersionId"] != again
    read = s3.get_object(Bucket=BUCKET, Key=KEY, VersionId=put["VersionId"])
    assert (read["Body"].read(), read["ObjectLockMode"]) == (b"one", "GOVERNANCE")
    assert s3.get_object(Bucket=BUCKET, Key=KEY)["Body"].read() == b"two"
    assert [each["Key"] for each in s3.list_objects_v2(Bucket=BUCKET, Prefix="verification/")["Contents"]] == [KEY]
    with refused("AccessDenied"):
        s3.delete_object(Bucket=BUCKET, Key=KEY, VersionId=again)
    s3.delete_object(Bucket=BUCKET, Key=KEY, VersionId=again, BypassGovernanceRetention=True)
    s3.delete_object(Bucket=BUCKET, Key=KEY)
    with refused("NoSuchKey"):
        s3.get_object(Bucket=BUCKET, Key=KEY)


def test_of_objects_only_what_evidence_takes_is_modelled(aws: Clients) -> None:
    s3 = aws_client(aws, "s3")
    locked(aws)
    with refused("NotImplemented", "PUT of tagging"):
        s3.put_object_tagging(Bucket=BUCKET, Key=KEY, Tagging={"TagSet": []})
    with refused("501"):
        s3.head_object(Bucket=BUCKET, Key=KEY)
    with refused("NotImplemented", "x-amz-object-lock-mode"):
        s3.put_object(Bucket=BUCKET, Key=KEY, Body=b"", ObjectLockMode="GOVERNANCE")
    with refused("NoSuchBucket"):
        s3.put_object(Bucket="somebody-else-s", Key=KEY, Body=b"")


def test_a_role_may_put_what_a_bucket_s_policy_and_its_key_let_it(aws: Clients) -> None:
    s3, kms = aws_client(aws, "s3"), aws_client(aws, "kms")
    locked(aws)
    user = f"arn:aws:iam::{SECURITY}:user/writer"
    rights = policy(
        {"Action": ["s3:*"], "Resource": "*"},
        {"Action": "kms:GenerateDataKey", "Resource": "*", "Condition": {"StringLike": {"kms:ViaService": "s3.*"}}},
    )
    writer = aws_client(aws, "s3", keys=aws.user(SECURITY, "writer", rights))
    root = {"Principal": {"AWS": f"arn:aws:iam::{SECURITY}:root"}, "Action": "kms:*", "Resource": "*"}
    own = kms.create_key(Policy=policy(root))["KeyMetadata"]["Arn"]
    closed = kms.create_key(
        Policy=policy({**root, "Principal": {"AWS": f"arn:aws:iam::{SECURITY}:role/OrganizationAccountAccessRole"}})
    )["KeyMetadata"]["Arn"]
    rule = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": own}}
    s3.put_bucket_encryption(Bucket=BUCKET, ServerSideEncryptionConfiguration={"Rules": [rule]})
    put_only = {
        "Effect": "Deny",
        "Principal": "*",
        "NotAction": "s3:PutObject",
        "Resource": [f"arn:aws:s3:::{BUCKET}", f"arn:aws:s3:::{BUCKET}/*"],
        "Condition": {"ArnEquals": {"aws:PrincipalArn": user}},
    }
    s3.put_bucket_policy(Bucket=BUCKET, Policy=json.dumps({"Version": "2012-10-17", "Statement": [put_only]}))
    writer.put_object(Bucket=BUCKET, Key=KEY, Body=b"x", ServerSideEncryption="aws:kms", SSEKMSKeyId=own)
    writer.put_object(Bucket=BUCKET, Key=KEY, Body=b"x")
    with refused("AccessDenied", "kms:GenerateDataKey"):
        writer.put_object(Bucket=BUCKET, Key=KEY, Body=b"x", ServerSideEncryption="aws:kms", SSEKMSKeyId=closed)
    refusals: Sequence[Callable[[], object]] = (
        lambda: writer.get_object(Bucket=BUCKET, Key=KEY),
        lambda: writer.list_objects_v2(Bucket=BUCKET),
        lambda: writer.delete_object(Bucket=BUCKET, Key=KEY),
        lambda: writer.put_bucket_policy(Bucket=BUCKET, Policy="{}"),
    )
    for denied in refusals:
        with refused("AccessDenied", "explicit deny in a resource-based policy"):
            denied()


def test_data_is_dated_by_the_sandbox_s_clock_and_let_in_by_namespace(aws: Clients) -> None:
    cloudwatch = aws_client(aws, "cloudwatch", keys=aws.administrator_of(SECURITY))
    counted = policy(
        {
            "Action": "cloudwatch:PutMetricData",
            "Resource": "*",
            "Condition": {"StringEquals": {"cloudwatch:namespace": "BreakGlassVerification"}},
        }
    )
    meter = aws_client(aws, "cloudwatch", keys=aws.user(SECURITY, "meter", counted))
    aws.sandbox.clock.advance(86_400 * 3)
    dimensions = [{"Name": "Manifest", "Value": "acme"}]
    one = {"MetricName": "CompletedRuns", "Dimensions": dimensions, "Value": 1.0}
    meter.put_metric_data(Namespace="BreakGlassVerification", MetricData=[one])
    now = aws.sandbox.clock.now()
    query = {
        "Id": "m",
        "MetricStat": {
            "Metric": {"Namespace": "BreakGlassVerification", "MetricName": "CompletedRuns", "Dimensions": dimensions},
            "Period": 3600,
            "Stat": "Sum",
        },
    }
    found = cloudwatch.get_metric_data(
        MetricDataQueries=[query], StartTime=now - timedelta(hours=1), EndTime=now + timedelta(hours=1)
    )
    assert sum(found["MetricDataResults"][0]["Values"]) == 1
    with refused("AccessDenied"):
        meter.put_metric_data(Namespace="BreakGlass", MetricData=[one])
    for wrong in ({**one, "Timestamp": now - timedelta(days=20)}, {"MetricName": "x", "Values": [1.0]}):
        with refused("ValidationError"):
            cloudwatch.put_metric_data(Namespace="BreakGlassVerification", MetricData=[wrong])


def finding(identifier: str, hour: object = 5, **other: object) -> dict[str, object]:
    return {
        "SchemaVersion": "2018-10-08",
        "Id": identifier,
        "ProductArn": PRODUCT,
        "GeneratorId": "breakglass/acme/drift",
        "AwsAccountId": SECURITY,
        "CreatedAt": "2026-11-22T05:00:00Z",
        "UpdatedAt": f"2026-11-22T{hour:02}:00:00Z",
        "Title": "t",
        "Description": "d",
        "Severity": {"Label": "HIGH"},
        "Resources": [{"Type": "AwsAccount", "Id": f"AWS::::Account:{SECURITY}"}],
        **other,
    }


def test_findings_are_updated_and_what_people_wrote_on_them_stays(aws: Clients) -> None:
    hub = aws_client(aws, "securityhub")
    with refused("InvalidAccessException", "not subscribed"):
        hub.batch_import_findings(Findings=[finding("a")])
    hub.enable_security_hub(EnableDefaultStandards=False)
    made = hub.batch_import_findings(Findings=[finding("a"), finding("b", GeneratorId="other/x")])
    assert (made["SuccessCount"], made["FailedCount"]) == (2, 0)
    note = {"Text": "known", "UpdatedBy": "ana"}
    updated = hub.batch_update_findings(
        FindingIdentifiers=[{"Id": "a", "ProductArn": PRODUCT}, {"Id": "z", "ProductArn": PRODUCT}],
        Note=note,
        Workflow={"Status": "SUPPRESSED"},
    )
    assert [each["Id"] for each in updated["ProcessedFindings"]] == ["a"]
    assert [each["ErrorCode"] for each in updated["UnprocessedFindings"]] == ["FindingNotFound"]
    hub.batch_import_findings(Findings=[finding("a", 6, Title="new", Workflow={"Status": "NEW"})])
    hub.batch_import_findings(Findings=[finding("a", 4, Title="older")])
    ours = {"GeneratorId": [{"Value": "breakglass/", "Comparison": "PREFIX"}]}
    (found,) = hub.get_findings(Filters=ours)["Findings"]
    assert (found["Title"], found["Note"]["Text"], found["Workflow"]) == ("new", "known", {"Status": "SUPPRESSED"})
    open_ = {"WorkflowStatus": [{"Value": "SUPPRESSED", "Comparison": "NOT_EQUALS"}]}
    assert [each["Id"] for each in hub.get_findings(Filters=open_)["Findings"]] == ["b"]
    named = {"ProductFields": [{"Key": "breakglass/manifest", "Value": "acme", "Comparison": "EQUALS"}]}
    assert hub.get_findings(Filters=named)["Findings"] == []
    hub.batch_import_findings(Findings=[finding("b", 7, ProductFields={"breakglass/manifest": "acme"})])
    assert [each["Id"] for each in hub.get_findings(Filters=named)["Findings"]] == ["b"]
    first = hub.get_findings(MaxResults=1)
    rest = hub.get_findings(MaxResults=1, NextToken=first["NextToken"])
    assert [each["Findings"][0]["Id"] for each in (first, rest)] == ["a", "b"]
    assert "NextToken" not in rest


@pytest.mark.parametrize(
    "wrong",
    [{"Resources": []}, {"SchemaVersion": "1"}, {"AwsAccountId": "222222222222"}, {"Description": "d" * 250_000}],
)
def test_a_finding_that_security_hub_would_not_take_is_told(aws: Clients, wrong: dict[str, object]) -> None:
    hub = aws_client(aws, "securityhub")
    hub.enable_security_hub()
    answer = hub.batch_import_findings(Findings=[finding("a", **wrong), finding("b")])
    assert (answer["SuccessCount"], answer["FailedCount"], answer["FailedFindings"][0]["Id"]) == (1, 1, "a")
    lacking = {name: value for name, value in finding("c").items() if name != "Title"}
    assert "Title" in hub.batch_import_findings(Findings=[lacking])["FailedFindings"][0]["ErrorMessage"]


def test_what_is_not_modelled_of_security_hub_is_refused(aws: Clients) -> None:
    hub = aws_client(aws, "securityhub")
    hub.enable_security_hub()
    hub.batch_import_findings(Findings=[finding("a")])
    with refused("InvalidInputException"):
        hub.get_findings(Filters={"Title": [{"Value": "t", "Comparison": "EQUALS"}]})
    with refused("InvalidInputException"):
        hub.get_findings(Filters={"Id": [{"Value": "t", "Comparison": "CONTAINS"}]})
    with refused("InvalidInputException"):
        hub.batch_update_findings(FindingIdentifiers=[])
    with refused("AccessDeniedException", "not modelled"):
        hub.batch_import_findings(Findings=[])
    with refused("400"):
        hub.describe_hub()
