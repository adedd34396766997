import json

import pytest

from breakglass.documents import Json
from breakglass.resources import BUCKET, BUCKET_POLICY
from tests.aws.alerting.support import PAIR, SYSTEM, TAGS, read, resource
from tests.aws.stubs import DOCUMENT, SECURITY, Recorder, StubbedEstate

NAME = "break-glass-trail-111111111111-us-west-2"
LISTED = {"Prefix": "break-glass-trail-", "BucketRegion": "us-west-2"}
OF = {"Bucket": NAME, "ExpectedBucketOwner": SECURITY}
CLOSED = dict.fromkeys(("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"), True)
AES = {"SSEAlgorithm": "AES256"}
WANTED: dict[str, Json] = {
    "BucketName": NAME,
    "BucketEncryption": {"ServerSideEncryptionConfiguration": [{"ServerSideEncryptionByDefault": AES}]},
    "PublicAccessBlockConfiguration": {**CLOSED},
    "VersioningConfiguration": {"Status": "Enabled"},
    "OwnershipControls": {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]},
    "Tags": TAGS,
}
POLICY = resource(BUCKET_POLICY, Bucket=NAME, PolicyDocument=DOCUMENT)


def encrypted(**rule: object) -> dict[str, object]:
    return {"ServerSideEncryptionConfiguration": {"Rules": [rule]}}


def tell(s3: Recorder, **rule: object) -> None:
    s3.expect("get_bucket_versioning", OF, {"Status": "Enabled"})
    default = {"ApplyServerSideEncryptionByDefault": AES, "BucketKeyEnabled": False}
    s3.expect("get_bucket_encryption", OF, encrypted(**(rule or default)))
    s3.expect("get_public_access_block", OF, {"PublicAccessBlockConfiguration": CLOSED})
    rules = {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}
    s3.expect("get_bucket_ownership_controls", OF, {"OwnershipControls": rules})
    s3.expect("get_bucket_tagging", OF, {"TagSet": [SYSTEM, PAIR]})


def test_a_bucket_is_read_with_all_that_closes_it(estate: StubbedEstate, s3: Recorder) -> None:
    s3.expect("list_buckets", LISTED, {"Buckets": [], "ContinuationToken": "2"})
    s3.expect("list_buckets", {**LISTED, "ContinuationToken": "2"}, {"Buckets": [{"Name": NAME}]})
    tell(s3)
    s3.expect("get_bucket_policy", OF, {"Policy": json.dumps(DOCUMENT)})
    reading = read(estate, BUCKET, BUCKET_POLICY)
    assert reading.resources == (resource(BUCKET, **WANTED), POLICY)
    assert reading.unread == ()


def test_what_others_changed_of_the_encryption_shows(estate: StubbedEstate, s3: Recorder) -> None:
    s3.expect("list_buckets", LISTED, {"Buckets": [{"Name": NAME}]})
    key = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": "alias/x"}
    tell(s3, ApplyServerSideEncryptionByDefault=key, BucketKeyEnabled=True)
    s3.refuse("get_bucket_policy", OF, "NoSuchBucketPolicy")
    (found,) = read(estate, BUCKET).resources
    rule = {"BucketKeyEnabled": True, "ServerSideEncryptionByDefault": {**key}}
    assert found.properties["BucketEncryption"] == {"ServerSideEncryptionConfiguration": (rule,)}


def test_a_bucket_just_made_has_nothing_set(estate: StubbedEstate, s3: Recorder) -> None:
    s3.expect("list_buckets", LISTED, {"Buckets": [{"Name": NAME}]})
    s3.expect("get_bucket_versioning", OF)
    s3.refuse("get_bucket_encryption", OF, "ServerSideEncryptionConfigurationNotFoundError", status=404)
    s3.refuse("get_public_access_block", OF, "NoSuchPublicAccessBlockConfiguration", status=404)
    s3.refuse("get_bucket_ownership_controls", OF, "OwnershipControlsNotFoundError", status=404)
    s3.refuse("get_bucket_tagging", OF, "NoSuchTagSet", status=404)
    s3.refuse("get_bucket_policy", OF, "NoSuchBucketPolicy", status=404)
    reading = read(estate, BUCKET, BUCKET_POLICY)
    assert reading.resources == (resource(BUCKET, BucketName=NAME),)
    assert reading.unread == ()


@pytest.mark.parametrize("code", ["AccessDenied", "NoSuchBucket"])
def test_a_bucket_that_may_not_be_seen_is_unread_and_one_that_is_gone_is_absent(
    estate: StubbedEstate, s3: Recorder, code: str
) -> None:
    s3.expect("list_buckets", LISTED, {"Buckets": [{"Name": NAME}]})
    s3.refuse("get_bucket_versioning", OF, code)
    s3.refuse("get_bucket_policy", OF, code)
    reading = read(estate, BUCKET, BUCKET_POLICY)
    assert reading.resources == ()
    assert [each.types for each in reading.unread] == ([{BUCKET}, {BUCKET_POLICY}] if code == "AccessDenied" else [])


def test_buckets_that_may_not_be_listed_are_unread(estate: StubbedEstate, s3: Recorder) -> None:
    s3.refuse("list_buckets", LISTED, "AccessDenied")
    (unread,) = read(estate, BUCKET).unread
    assert unread.types == {BUCKET, BUCKET_POLICY}
