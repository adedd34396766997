"""Keys and buckets answer as those of AWS do, and requests to S3 are read strictly."""

import json

import pytest

from tests.sandbox.alerted import policy
from tests.sandbox.services import aws_client
from tests.sandbox.support import FORM, PROD, REGION, SECURITY, Clients, refused, send, signed

BUCKET = "break-glass-trail-111111111111-eu-west-1"
WHERE = {"LocationConstraint": REGION}


def test_a_key_s_life(aws: Clients) -> None:
    kms = aws_client(aws, "kms")
    key = kms.create_key(Description="d", Tags=[{"TagKey": "a", "TagValue": "b"}])["KeyMetadata"]
    identifier, arn = key["KeyId"], key["Arn"]
    assert key["Description"] == "d"
    kms.create_alias(AliasName="alias/x", TargetKeyId=arn)
    assert kms.describe_key(KeyId="alias/x")["KeyMetadata"]["KeyId"] == identifier
    assert [each["KeyId"] for each in kms.list_keys()["Keys"]] == [identifier]
    assert identifier in {each.get("TargetKeyId") for each in kms.list_aliases()["Aliases"]}
    kms.enable_key_rotation(KeyId=arn)
    assert kms.get_key_rotation_status(KeyId=identifier)["KeyRotationEnabled"]
    kms.disable_key_rotation(KeyId=identifier)
    kms.disable_key(KeyId=arn)
    kms.enable_key(KeyId=arn)
    kms.tag_resource(KeyId=identifier, Tags=[{"TagKey": "c", "TagValue": "d"}])
    kms.untag_resource(KeyId=identifier, TagKeys=["a"])
    assert kms.list_resource_tags(KeyId=arn)["Tags"] == [{"TagKey": "c", "TagValue": "d"}]
    kms.update_key_description(KeyId=arn, Description="e")
    assert "kms:*" in kms.get_key_policy(KeyId=arn, PolicyName="default")["Policy"]
    other = kms.create_key()["KeyMetadata"]["KeyId"]
    kms.update_alias(AliasName="alias/x", TargetKeyId=other)
    kms.schedule_key_deletion(KeyId=arn, PendingWindowInDays=7)
    with refused("KMSInvalidStateException"):
        kms.enable_key(KeyId=arn)
    with refused("KMSInvalidStateException"):
        kms.create_alias(AliasName="alias/y", TargetKeyId=identifier)
    kms.cancel_key_deletion(KeyId=arn)
    kms.delete_alias(AliasName="alias/x")
    with refused("NotFoundException"):
        kms.describe_key(KeyId="alias/x")
    with refused("ValidationException"):
        kms.schedule_key_deletion(KeyId=arn, PendingWindowInDays=1)


def test_the_policy_of_a_key_is_always_asked(aws: Clients) -> None:
    kms = aws_client(aws, "kms")
    admin = aws.administrator_of(SECURITY)
    only = policy({"Principal": {"AWS": f"arn:aws:iam::{SECURITY}:user/admin"}, "Action": "kms:*", "Resource": "*"})
    key = kms.create_key(Policy=only)["KeyMetadata"]["Arn"]
    with refused("AccessDeniedException", "no resource-based policy allows"):
        kms.describe_key(KeyId=key)
    with refused("AccessDeniedException"):
        kms.create_alias(AliasName="alias/x", TargetKeyId=key)
    assert aws_client(aws, "kms", keys=admin).describe_key(KeyId=key)["KeyMetadata"]["Arn"] == key
    absent = key[:-4] + "0000"
    with refused("NotFoundException"):
        kms.describe_key(KeyId=absent)
    with refused("AccessDeniedException"):
        aws_client(aws, "kms", PROD).describe_key(KeyId=absent)


def test_a_bucket_is_born_closed(aws: Clients) -> None:
    s3 = aws_client(aws, "s3")
    s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration=WHERE)
    assert all(s3.get_public_access_block(Bucket=BUCKET)["PublicAccessBlockConfiguration"].values())
    (rule,) = s3.get_bucket_encryption(Bucket=BUCKET)["ServerSideEncryptionConfiguration"]["Rules"]
    assert rule["ApplyServerSideEncryptionByDefault"] == {"SSEAlgorithm": "AES256"}
    (owned,) = s3.get_bucket_ownership_controls(Bucket=BUCKET)["OwnershipControls"]["Rules"]
    assert owned == {"ObjectOwnership": "BucketOwnerEnforced"}
    assert "Status" not in s3.get_bucket_versioning(Bucket=BUCKET)
    for code, read in {"NoSuchTagSet": s3.get_bucket_tagging, "NoSuchBucketPolicy": s3.get_bucket_policy}.items():
        with refused(code):
            read(Bucket=BUCKET)


def test_a_bucket_s_life(aws: Clients) -> None:
    s3 = aws_client(aws, "s3")
    s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration=WHERE, ObjectOwnership="BucketOwnerPreferred")
    (owned,) = s3.get_bucket_ownership_controls(Bucket=BUCKET)["OwnershipControls"]["Rules"]
    assert owned == {"ObjectOwnership": "BucketOwnerPreferred"}
    s3.put_bucket_ownership_controls(
        Bucket=BUCKET, OwnershipControls={"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}
    )
    closed = dict.fromkeys(("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), True)
    s3.put_public_access_block(Bucket=BUCKET, PublicAccessBlockConfiguration={**closed, "BlockPublicAcls": False})
    assert not s3.get_public_access_block(Bucket=BUCKET)["PublicAccessBlockConfiguration"]["BlockPublicAcls"]
    encryption = {"Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms"}}]}
    s3.put_bucket_encryption(Bucket=BUCKET, ServerSideEncryptionConfiguration=encryption)
    s3.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
    s3.put_bucket_tagging(Bucket=BUCKET, Tagging={"TagSet": [{"Key": "a", "Value": "b"}]})
    assert s3.get_bucket_versioning(Bucket=BUCKET)["Status"] == "Enabled"
    assert s3.get_bucket_tagging(Bucket=BUCKET)["TagSet"] == [{"Key": "a", "Value": "b"}]
    assert s3.get_bucket_location(Bucket=BUCKET)["LocationConstraint"] == REGION
    assert s3.head_bucket(Bucket=BUCKET)["BucketRegion"] == REGION
    assert [each["Name"] for each in s3.list_buckets()["Buckets"]] == [BUCKET]
    document = policy({"Principal": "*", "Action": "s3:GetObject", "Resource": f"arn:aws:s3:::{BUCKET}/*"})
    s3.put_bucket_policy(Bucket=BUCKET, Policy=document)
    assert json.loads(s3.get_bucket_policy(Bucket=BUCKET)["Policy"]) == json.loads(document)
    s3.delete_bucket_policy(Bucket=BUCKET)
    s3.delete_bucket(Bucket=BUCKET)
    with refused("404"):
        s3.head_bucket(Bucket=BUCKET)


def test_a_bucket_of_another_account(aws: Clients) -> None:
    aws_client(aws, "s3").create_bucket(Bucket=BUCKET, CreateBucketConfiguration=WHERE)
    other = aws_client(aws, "s3", PROD)
    with refused("BucketAlreadyExists"):
        other.create_bucket(Bucket=BUCKET, CreateBucketConfiguration=WHERE)
    with refused("AccessDenied"):
        other.get_bucket_policy(Bucket=BUCKET)
    with refused("403"):
        aws_client(aws, "s3").head_bucket(Bucket=BUCKET, ExpectedBucketOwner=PROD)
    aws_client(aws, "s3").head_bucket(Bucket=BUCKET, ExpectedBucketOwner=SECURITY)
    named = {"Principal": {"AWS": PROD}, "Action": "s3:GetBucketLocation", "Resource": f"arn:aws:s3:::{BUCKET}"}
    aws_client(aws, "s3").put_bucket_policy(Bucket=BUCKET, Policy=policy(named))
    assert other.get_bucket_location(Bucket=BUCKET)["LocationConstraint"] == REGION


def test_buckets_are_listed_by_how_their_names_begin(aws: Clients) -> None:
    s3 = aws_client(aws, "s3")
    for name in (BUCKET, "another-one"):
        s3.create_bucket(Bucket=name, CreateBucketConfiguration=WHERE)
    assert [each["Name"] for each in s3.list_buckets(Prefix=BUCKET[:5])["Buckets"]] == [BUCKET]


def test_what_of_s3_is_not_known_is_refused(aws: Clients) -> None:
    s3 = aws_client(aws, "s3")
    s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration=WHERE)
    asked: list[tuple[str, dict[str, object]]] = [
        ("put_object", {"Bucket": BUCKET, "Key": "k", "Body": b"x", "ACL": "private"}),
        ("get_object", {"Bucket": BUCKET, "Key": "k", "PartNumber": 1}),
        ("get_bucket_acl", {"Bucket": BUCKET}),
        ("list_objects_v2", {"Bucket": BUCKET, "StartAfter": "k"}),
        ("list_buckets", {"ContinuationToken": "x"}),
        ("create_bucket", {"Bucket": "another-one", "ACL": "private"}),
    ]
    for operation, parameters in asked:
        with refused("NotImplemented"):
            getattr(s3, operation)(**parameters)


@pytest.mark.parametrize(("method", "path"), [("GET", "/"), ("POST", "/x"), ("POST", "/?policy")])
def test_of_the_other_services_every_operation_is_a_post(aws: Clients, method: str, path: str) -> None:
    headers = signed(aws.sandbox, aws.administrator)
    status, body = send(aws.sandbox, b"", {**headers, "Content-Type": FORM}, method=method, path=path)
    assert (status, "InvalidAction" in body) == (400, True)
