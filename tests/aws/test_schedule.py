"""What the function that verifies on schedule is to AWS, call by call."""

from datetime import UTC, datetime

import pytest

from breakglass.aws.evidence_store import S3EvidenceStore
from breakglass.aws.findings_hub import SecurityHub
from breakglass.aws.meter import CloudWatchMeter
from breakglass.aws.sessions import Identity, Sessions
from breakglass.cloud import Point
from breakglass.documents import Document
from breakglass.errors import DeniedError, RejectedError, UnavailableError
from tests.aws.stubs import ACCESS_KEY, PROD, REGIONS, SECRET_KEY, SESSION_TOKEN, StubbedAws

AUDIT = "333333333333"
ROLE = f"arn:aws:iam::{AUDIT}:role/break-glass/BreakGlassVerification"
SESSION = f"arn:aws:sts::{AUDIT}:assumed-role/BreakGlassVerification/break-glass-verification"
HERE = "eu-west-1"
PRODUCT = f"arn:aws:securityhub:{HERE}:{AUDIT}:product/{AUDIT}/default"
FILTERS = {
    "ProductArn": [{"Value": PRODUCT, "Comparison": "EQUALS"}],
    "GeneratorId": [{"Value": "breakglass/", "Comparison": "PREFIX"}],
    "ProductFields": [{"Key": "breakglass/manifest", "Value": "acme", "Comparison": "EQUALS"}],
    "RecordState": [{"Value": "ACTIVE", "Comparison": "EQUALS"}],
}
MOMENT = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)


def finding(number: int = 1) -> dict[str, object]:
    return {
        "SchemaVersion": "2018-10-08",
        "Id": f"breakglass/acme/{number}",
        "ProductArn": PRODUCT,
        "GeneratorId": "breakglass/drift",
        "AwsAccountId": AUDIT,
        "CreatedAt": "2026-11-21T03:00:00.000Z",
        "UpdatedAt": "2026-11-22T03:00:00.000Z",
        "Title": "DRIFT",
        "Description": "it differs",
        "Resources": [{"Type": "AwsAccount", "Id": f"AWS::::Account:{PROD}"}],
    }


def plain(number: int) -> Document:
    return finding(number)  # type: ignore[return-value]  # all of it is JSON


def sessions(aws: StubbedAws) -> Sessions:
    """Return the sessions of a function in the audit account."""
    aws.caller(AUDIT, SESSION)
    return Sessions(
        provisioning_role="break-glass/BreakGlassVerifier",
        partition="aws",
        regions=REGIONS,
        everywhere=True,
        session=aws.session,
    )


def assumed(aws: StubbedAws, account: str) -> None:
    aws.sts().expect(
        "assume_role",
        {
            "RoleArn": f"arn:aws:iam::{account}:role/break-glass/BreakGlassVerifier",
            "RoleSessionName": "breakglass-break-glass-verification",
        },
        {
            "Credentials": {
                "AccessKeyId": ACCESS_KEY,
                "SecretAccessKey": SECRET_KEY,
                "SessionToken": SESSION_TOKEN,
                "Expiration": MOMENT.replace(year=2999),
            }
        },
    )


@pytest.mark.parametrize("account", [AUDIT, PROD])
def test_the_verifier_is_assumed_in_every_account_and_in_the_callers_own_too(aws: StubbedAws, account: str) -> None:
    found = sessions(aws)
    assumed(aws, account)
    aws.iam(ACCESS_KEY).expect("get_account_password_policy", {}, {"PasswordPolicy": {}})
    found.client("iam", account).get_account_password_policy()
    aws.verify()


def test_whoever_is_the_verification_role_does_not_assume_it_once_more(aws: StubbedAws) -> None:
    found = sessions(aws)
    client = found.become(ROLE, REGIONS[0], "probe-1")
    assert client is aws.sts().client
    aws.verify()


@pytest.mark.parametrize(
    ("arn", "expected"),
    [
        (SESSION, True),
        (f"arn:aws:sts::{PROD}:assumed-role/BreakGlassVerification/x", False),
        (f"arn:aws:sts::{AUDIT}:assumed-role/BreakGlassVerificationToo/x", False),
        (f"arn:aws:iam::{AUDIT}:user/BreakGlassVerification/x", False),
        (f"arn:aws-cn:sts::{AUDIT}:assumed-role/BreakGlassVerification/x", True),
    ],
)
def test_a_session_of_a_role_is_told_by_account_and_name(arn: str, expected: bool) -> None:
    assert Identity(AUDIT, arn).is_session_of(ROLE) is expected


def test_a_verifier_that_is_not_there_is_made_by_apply(aws: StubbedAws) -> None:
    found = sessions(aws)
    arn = f"arn:aws:iam::{PROD}:role/break-glass/BreakGlassVerifier"
    aws.sts().refuse(
        "assume_role",
        {"RoleArn": arn, "RoleSessionName": "breakglass-break-glass-verification"},
        "AccessDenied",
        "not authorized",
        403,
    )
    with pytest.raises(DeniedError) as raised:
        found.client("iam", PROD)
    assert "`breakglass apply` makes it again" in raised.value.advice


@pytest.mark.parametrize("key", ["", "arn:aws:kms:eu-west-1:333333333333:key/1"])
def test_evidence_is_put_with_a_checksum_into_a_bucket_of_the_own_account(aws: StubbedAws, key: str) -> None:
    store = S3EvidenceStore(sessions(aws), "evidence", HERE, key)
    expected = {
        "Bucket": "evidence",
        "Key": "verification/acme/1.json",
        "Body": b"{}",
        "ContentType": "application/json",
        "ChecksumAlgorithm": "SHA256",
        "ExpectedBucketOwner": AUDIT,
    }
    aws.service("s3").expect(
        "put_object", {**expected, "ServerSideEncryption": "aws:kms", "SSEKMSKeyId": key} if key else expected
    )
    store.put("verification/acme/1.json", b"{}", "application/json")
    aws.verify()


@pytest.mark.parametrize(("code", "error"), [("AccessDenied", DeniedError), ("NoSuchBucket", RejectedError)])
def test_evidence_that_is_not_kept_is_told(aws: StubbedAws, code: str, error: type[Exception]) -> None:
    store = S3EvidenceStore(sessions(aws), "evidence", HERE)
    parameters = {"Bucket": "evidence", "Key": "k", "Body": b"", "ContentType": "text/html"}
    parameters |= {"ChecksumAlgorithm": "SHA256", "ExpectedBucketOwner": AUDIT}
    aws.service("s3").refuse("put_object", parameters, code, "no", 403)
    with pytest.raises(error, match="s3://evidence/k"):
        store.put("k", b"", "text/html")


def test_a_bucket_that_cannot_be_reached(aws: StubbedAws) -> None:
    store = S3EvidenceStore(sessions(aws), "evidence", HERE)
    aws.service("s3").unreachable()
    with pytest.raises(UnavailableError):
        store.put("k", b"", "text/html")


def test_metrics_are_put_a_thousand_at_a_time(aws: StubbedAws) -> None:
    meter = CloudWatchMeter(sessions(aws), HERE)
    points = [Point("Findings", number, {"Manifest": "acme"}) for number in range(1001)]
    for batch in (points[:1000], points[1000:]):
        data = [
            {
                "MetricName": "Findings",
                "Dimensions": [{"Name": "Manifest", "Value": "acme"}],
                "Timestamp": MOMENT,
                "Value": each.value,
                "Unit": "Count",
            }
            for each in batch
        ]
        aws.service("cloudwatch").expect("put_metric_data", {"Namespace": "BreakGlassVerification", "MetricData": data})
    meter.put(points, MOMENT)
    aws.verify()


def test_what_security_hub_knows_is_read_to_the_last_page(aws: StubbedAws) -> None:
    hub = SecurityHub(sessions(aws), HERE)
    service = aws.service("securityhub")
    service.expect(
        "get_findings", {"Filters": FILTERS, "MaxResults": 100}, {"Findings": [finding(1)], "NextToken": "n"}
    )
    service.expect(
        "get_findings", {"Filters": FILTERS, "MaxResults": 100, "NextToken": "n"}, {"Findings": [finding(2)]}
    )
    known = hub.known("breakglass/", {"breakglass/manifest": "acme"})
    assert [each["Id"] for each in known] == ["breakglass/acme/1", "breakglass/acme/2"]
    aws.verify()


def test_findings_are_imported_a_hundred_at_a_time_and_those_not_taken_are_told_at_the_end(aws: StubbedAws) -> None:
    hub = SecurityHub(sessions(aws), HERE)
    all_of_them = [finding(number) for number in range(150)]
    failed = [{"Id": "breakglass/acme/3", "ErrorCode": "InvalidInput", "ErrorMessage": "too long"}]
    service = aws.service("securityhub")
    service.expect(
        "batch_import_findings",
        {"Findings": all_of_them[:100]},
        {"FailedCount": 1, "SuccessCount": 99, "FailedFindings": failed},
    )
    service.expect("batch_import_findings", {"Findings": all_of_them[100:]}, {"FailedCount": 0, "SuccessCount": 50})
    with pytest.raises(RejectedError, match=r"1 of 150 findings.*breakglass/acme/3: too long"):
        hub.put([plain(number) for number in range(150)])
    aws.verify()


@pytest.mark.parametrize("counts", [{"FailedCount": 1, "SuccessCount": 1}, {"FailedCount": 0, "SuccessCount": 1}])
def test_a_finding_that_was_not_taken_and_is_not_named_is_told(aws: StubbedAws, counts: dict[str, int]) -> None:
    aws.service("securityhub").expect("batch_import_findings", {"Findings": [finding(1), finding(2)]}, counts)
    with pytest.raises(RejectedError, match=r"1 of 2 findings.*AWS does not say why"):
        SecurityHub(sessions(aws), HERE).put([plain(1), plain(2)])


def test_security_hub_that_is_not_enabled(aws: StubbedAws) -> None:
    hub = SecurityHub(sessions(aws), HERE)
    aws.service("securityhub").refuse(
        "get_findings", {"Filters": FILTERS, "MaxResults": 100}, "AccessDeniedException", "not subscribed", 403
    )
    with pytest.raises(DeniedError) as raised:
        hub.known("breakglass/", {"breakglass/manifest": "acme"})
    assert "enable AWS Security Hub" in raised.value.advice


def test_work_on_findings_is_marked_and_what_is_not_there_is_told(aws: StubbedAws) -> None:
    hub = SecurityHub(sessions(aws), HERE)
    identifiers = [{"Id": each, "ProductArn": PRODUCT} for each in ("a", "b")]
    answer = {
        "ProcessedFindings": [identifiers[0]],
        "UnprocessedFindings": [
            {"FindingIdentifier": identifiers[1], "ErrorCode": "FindingNotFound", "ErrorMessage": "no such finding"}
        ],
    }
    asked = {
        "FindingIdentifiers": identifiers,
        "Workflow": {"Status": "SUPPRESSED"},
        "Note": {"Text": "why", "UpdatedBy": "breakglass"},
    }
    aws.service("securityhub").expect("batch_update_findings", asked, answer)
    with pytest.raises(RejectedError, match=r"1 of 2 findings.*b: no such finding"):
        hub.mark({"b", "a"}, "SUPPRESSED", "why", "breakglass")
    aws.verify()


def test_work_on_many_findings_is_marked_a_hundred_at_a_time(aws: StubbedAws) -> None:
    hub = SecurityHub(sessions(aws), HERE)
    ids = [f"{number:03}" for number in range(101)]
    for batch in (ids[:100], ids[100:]):
        asked = {
            "FindingIdentifiers": [{"Id": each, "ProductArn": PRODUCT} for each in batch],
            "Workflow": {"Status": "NEW"},
            "Note": {"Text": "why", "UpdatedBy": "breakglass"},
        }
        aws.service("securityhub").expect(
            "batch_update_findings",
            asked,
            {"ProcessedFindings": asked["FindingIdentifiers"], "UnprocessedFindings": []},
        )
    hub.mark(ids, "NEW", "why", "breakglass")
    aws.verify()


def test_work_on_a_finding_that_aws_says_nothing_of_was_not_marked(aws: StubbedAws) -> None:
    asked = {
        "FindingIdentifiers": [{"Id": "a", "ProductArn": PRODUCT}],
        "Workflow": {"Status": "NEW"},
        "Note": {"Text": "why", "UpdatedBy": "breakglass"},
    }
    answer: dict[str, object] = {"ProcessedFindings": [], "UnprocessedFindings": []}
    aws.service("securityhub").expect("batch_update_findings", asked, answer)
    with pytest.raises(RejectedError, match=r"1 of 1 findings.*a: AWS does not say why"):
        SecurityHub(sessions(aws), HERE).mark(["a"], "NEW", "why", "breakglass")
