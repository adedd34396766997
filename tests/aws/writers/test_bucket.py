"""The bucket of evidence and its policy."""

import pytest

from breakglass.errors import RejectedError
from breakglass.resources import BUCKET, BUCKET_POLICY, Resource, Scope
from tests.aws.alerting.support import PAIR, TAGS, resource
from tests.aws.alerting.test_buckets import AES, CLOSED, NAME, OF, POLICY, WANTED
from tests.aws.stubs import DOCUMENT, OTHER_DOCUMENT, SECURITY, Recorder, Sent, StubbedEstate

WRITTEN = {**OF, "Policy": Sent(DOCUMENT)}
PLACE = {"Bucket": NAME, "CreateBucketConfiguration": {"LocationConstraint": "us-west-2", "Tags": [PAIR]}}
RULES = {"Rules": [{"ApplyServerSideEncryptionByDefault": AES}]}
OWNED = {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}


def closed(s3: Recorder) -> None:
    s3.expect("put_public_access_block", {**OF, "PublicAccessBlockConfiguration": CLOSED})
    s3.expect("put_bucket_ownership_controls", {**OF, "OwnershipControls": sent(OWNED)})
    s3.expect("put_bucket_encryption", {**OF, "ServerSideEncryptionConfiguration": RULES})
    s3.expect("put_bucket_versioning", {**OF, "VersioningConfiguration": {"Status": "Enabled"}})


def sent(rules: dict[str, list[dict[str, str]]]) -> dict[str, object]:
    """Return it as a resource holds it: lists are tuples."""
    return {"Rules": tuple(rules["Rules"])}


def test_a_bucket_is_made_in_its_region_and_closed(estate: StubbedEstate, s3: Recorder) -> None:
    s3.expect("create_bucket", PLACE)
    closed(s3)
    estate.create(resource(BUCKET, **WANTED))


def test_the_first_region_is_no_place(estate: StubbedEstate, s3: Recorder) -> None:
    s3.expect("create_bucket", {"Bucket": NAME, "CreateBucketConfiguration": {"Tags": [PAIR]}})
    closed(s3)
    estate.create(Resource(BUCKET, Scope(SECURITY, "us-east-1"), WANTED))


def test_a_half_made_bucket_is_completed_by_an_update(estate: StubbedEstate, s3: Recorder) -> None:
    closed(s3)
    estate.update(resource(BUCKET, BucketName=NAME, Tags=TAGS), resource(BUCKET, **WANTED))


def test_tags_are_written_whole(estate: StubbedEstate, s3: Recorder) -> None:
    s3.expect("put_bucket_tagging", {**OF, "Tagging": {"TagSet": [PAIR]}})
    other = resource(BUCKET, **{**WANTED, "Tags": [PAIR, {"Key": "x", "Value": "y"}]})
    estate.update(other, resource(BUCKET, **WANTED))


def test_a_bucket_that_is_not_known_everywhere_yet_is_waited_for(estate: StubbedEstate, s3: Recorder) -> None:
    s3.expect("create_bucket", PLACE)
    blocked = {**OF, "PublicAccessBlockConfiguration": CLOSED}
    s3.refuse("put_public_access_block", blocked, "NoSuchBucket", status=404)
    s3.refuse("put_public_access_block", blocked, "OperationAborted", status=409)
    closed(s3)
    estate.create(resource(BUCKET, **WANTED))
    assert estate.clock.slept == [1, 2]


def test_only_what_differs_is_set(estate: StubbedEstate, s3: Recorder) -> None:
    s3.expect("put_bucket_versioning", {**OF, "VersioningConfiguration": {"Status": "Enabled"}})
    before = resource(BUCKET, **{**WANTED, "VersioningConfiguration": {"Status": "Suspended"}})
    estate.update(before, resource(BUCKET, **WANTED))


@pytest.mark.parametrize(
    ("code", "advice"), [("BucketAlreadyExists", "second_region"), ("BucketAlreadyOwnedByYou", "run the command again")]
)
def test_a_name_that_is_taken_comes_with_advice(estate: StubbedEstate, s3: Recorder, code: str, advice: str) -> None:
    s3.refuse("create_bucket", PLACE, code, status=409)
    with pytest.raises(RejectedError) as raised:
        estate.create(resource(BUCKET, **WANTED))
    assert advice in raised.value.advice


@pytest.mark.usefixtures("s3")
def test_evidence_is_never_deleted(estate: StubbedEstate) -> None:
    estate.delete(resource(BUCKET, **WANTED))
    estate.delete(POLICY)


def test_a_policy_is_written_as_soon_as_its_principals_are_known(estate: StubbedEstate, s3: Recorder) -> None:
    s3.refuse("put_bucket_policy", WRITTEN, "MalformedPolicy", "Invalid principal in policy")
    s3.expect("put_bucket_policy", WRITTEN)
    estate.create(POLICY)
    assert estate.clock.slept == [1]


def test_a_policy_is_written_whole(estate: StubbedEstate, s3: Recorder) -> None:
    s3.expect("put_bucket_policy", WRITTEN)
    estate.update(resource(BUCKET_POLICY, Bucket=NAME, PolicyDocument=OTHER_DOCUMENT), POLICY)
