"""The policies of keys and buckets as KMS and S3 tell them, or keep to themselves."""

import json
from collections.abc import Mapping

import pytest

from breakglass import posture
from breakglass.errors import DeniedError, UnavailableError
from breakglass.facts import Survey
from breakglass.lock_outs import ResourcePolicy
from breakglass.resources import Scope
from tests.aws.stubs import DOCUMENT, SECURITY, Recorder, StubbedAws, StubbedEstate

HERE = Scope(SECURITY)
SURVEY = Survey(HERE, frozenset({posture.RESOURCE_POLICY}), regions=("eu-west-1",))
KEY = "arn:aws:kms:eu-west-1:111111111111:key/{}"
BUCKETS = {"BucketRegion": "eu-west-1"}
NO_POLICY = "User: x is not authorized to perform: kms:GetKeyPolicy because no resource-based policy allows it"
SHUT = "User: x is not authorized to perform: s3:GetBucketPolicy with an explicit deny in a resource-based policy"


@pytest.fixture
def kms(aws: StubbedAws) -> Recorder:
    return aws.service("kms")


@pytest.fixture
def s3(aws: StubbedAws) -> Recorder:
    return aws.service("s3")


@pytest.fixture
def estate(aws: StubbedAws) -> StubbedEstate:
    aws.iam()
    return StubbedEstate(aws)


def keys(kms: Recorder, *identifiers: str) -> None:
    aliases = [
        {"AliasName": "alias/aws/ebs", "TargetKeyId": "theirs"},
        {"AliasName": "alias/aws/rds"},
        {"AliasName": "alias/mine", "TargetKeyId": "0"},
    ]
    kms.expect("list_aliases", {}, {"Aliases": aliases})
    listed = [{"KeyId": each, "KeyArn": KEY.format(each)} for each in identifiers]
    kms.expect("list_keys", {}, {"Keys": listed})


def of_key(identifier: str) -> Mapping[str, object]:
    return {"KeyId": KEY.format(identifier), "PolicyName": "default"}


def buckets(s3: Recorder, *names: str) -> None:
    s3.expect("list_buckets", BUCKETS, {"Buckets": [{"Name": each} for each in names]})


def of_bucket(name: str) -> Mapping[str, object]:
    return {"Bucket": name, "ExpectedBucketOwner": SECURITY}


def test_policies_are_read_but_of_keys_that_aws_manages(estate: StubbedEstate, kms: Recorder, s3: Recorder) -> None:
    keys(kms, "0", "theirs")
    kms.expect("get_key_policy", of_key("0"), {"Policy": json.dumps(DOCUMENT)})
    buckets(s3, "one", "none", "gone")
    s3.expect("get_bucket_policy", of_bucket("one"), {"Policy": json.dumps(DOCUMENT)})
    s3.refuse("get_bucket_policy", of_bucket("none"), "NoSuchBucketPolicy")
    s3.refuse("get_bucket_policy", of_bucket("gone"), "NoSuchBucket")
    reading = estate.read(SURVEY)
    assert reading.unread == ()
    assert reading.facts == (
        ResourcePolicy(HERE, KEY.format(0), DOCUMENT),
        ResourcePolicy(HERE, "arn:aws:s3:::one", DOCUMENT),
    )


def test_what_denies_by_its_own_policy_is_told_and_what_is_denied_otherwise_is_unread(
    estate: StubbedEstate, kms: Recorder, s3: Recorder
) -> None:
    keys(kms, "0", "1")
    kms.refuse("get_key_policy", of_key("0"), "AccessDeniedException", NO_POLICY)
    kms.refuse("get_key_policy", of_key("1"), "NotFoundException")
    buckets(s3, "shut", "other")
    s3.refuse("get_bucket_policy", of_bucket("shut"), "AccessDenied", SHUT)
    s3.refuse("get_bucket_policy", of_bucket("other"), "AccessDenied", "Access Denied")
    reading = estate.read(SURVEY)
    assert reading.facts == (
        ResourcePolicy(HERE, KEY.format(0), None),
        ResourcePolicy(HERE, "arn:aws:s3:::shut", None),
    )
    (unread,) = reading.unread
    assert isinstance(unread.why, DeniedError)
    assert unread.what == "the policy of the bucket other"
    assert unread.types == {posture.RESOURCE_POLICY}


def test_a_service_that_does_not_answer_hides_no_other(estate: StubbedEstate, kms: Recorder, s3: Recorder) -> None:
    kms.unreachable()
    buckets(s3)
    (unread,) = estate.read(SURVEY).unread
    assert isinstance(unread.why, UnavailableError)
    assert unread.what == "the policies of keys in eu-west-1"
