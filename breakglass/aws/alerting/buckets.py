"""The bucket that holds the log files of the security account's own trail.

Its name is found by prefix: the account it is in does not tell whose trail it serves. Every call names the owner it
expects, since a bucket's name is anybody's until it is taken.
https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-owner-condition.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, cast

from breakglass import naming, resources
from breakglass.aws import values
from breakglass.aws.absent import absent
from breakglass.aws.found import Found
from breakglass.aws.sessions import Sessions
from breakglass.documents import Json
from breakglass.resources import Resource, Scope

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import ServerSideEncryptionRuleOutputTypeDef

_GONE = "NoSuchBucket"
_PREFIX = naming.trail_bucket("*", "*").partition("*")[0]


def read(sessions: Sessions, found: Found) -> None:
    """Add the buckets with names of ours and their policies: one call for all, and six for each."""
    scope = found.survey.scope
    s3 = sessions.client("s3", scope.account, scope.region)
    with found.part("the buckets", resources.BUCKET, resources.BUCKET_POLICY):
        pages = s3.get_paginator("list_buckets").paginate(Prefix=_PREFIX, BucketRegion=scope.region)
        for name in [each["Name"] for page in pages for each in page["Buckets"]]:
            with found.part(f"the bucket {name}", resources.BUCKET), absent(_GONE):
                found.resources.append(_bucket(s3, scope, name))
            with found.part(f"the policy of the bucket {name}", resources.BUCKET_POLICY):
                found.resources += _policy(s3, scope, name)


def _policy(s3: S3Client, scope: Scope, name: str) -> list[Resource]:
    with absent(_GONE, "NoSuchBucketPolicy"):
        policy = s3.get_bucket_policy(Bucket=name, ExpectedBucketOwner=scope.account)["Policy"]
        properties: dict[str, Json] = {"Bucket": name, "PolicyDocument": values.document(policy)}
        return [Resource(resources.BUCKET_POLICY, scope, properties)]
    return []


def _bucket(s3: S3Client, scope: Scope, name: str) -> Resource:
    told = s3.get_bucket_versioning(Bucket=name, ExpectedBucketOwner=scope.account)
    status = cast("Mapping[str, str]", told).get("Status")  # absent where it was never switched on
    properties: dict[str, Json] = {
        "BucketName": name,
        "BucketEncryption": _encryption(s3, scope, name),
        "PublicAccessBlockConfiguration": _public_access(s3, scope, name),
        "VersioningConfiguration": {"Status": status} if status else None,
        "OwnershipControls": _ownership(s3, scope, name),
        "Tags": resources.tags(_tags(s3, scope, name)),
    }
    return Resource(resources.BUCKET, scope, properties)


def _encryption(s3: S3Client, scope: Scope, name: str) -> Json:
    with absent("ServerSideEncryptionConfigurationNotFoundError"):
        told = s3.get_bucket_encryption(Bucket=name, ExpectedBucketOwner=scope.account)
        rules = told["ServerSideEncryptionConfiguration"]["Rules"]
        return {"ServerSideEncryptionConfiguration": [_encryption_rule(each) for each in rules]}
    return None


def _encryption_rule(rule: ServerSideEncryptionRuleOutputTypeDef) -> Json:
    default = rule.get("ApplyServerSideEncryptionByDefault", {"SSEAlgorithm": "AES256"})
    properties: dict[str, Json] = {
        "ServerSideEncryptionByDefault": values.given(
            {"SSEAlgorithm": default["SSEAlgorithm"], "KMSMasterKeyID": default.get("KMSMasterKeyID")}
        ),
        "BucketKeyEnabled": rule.get("BucketKeyEnabled") or None,
    }
    return values.given(properties)


def _public_access(s3: S3Client, scope: Scope, name: str) -> Json:
    with absent("NoSuchPublicAccessBlockConfiguration"):
        told = s3.get_public_access_block(Bucket=name, ExpectedBucketOwner=scope.account)
        return {key: bool(value) for key, value in told["PublicAccessBlockConfiguration"].items()}
    return None


def _ownership(s3: S3Client, scope: Scope, name: str) -> Json:
    with absent("OwnershipControlsNotFoundError"):
        told = s3.get_bucket_ownership_controls(Bucket=name, ExpectedBucketOwner=scope.account)
        return {"Rules": [{"ObjectOwnership": each["ObjectOwnership"]} for each in told["OwnershipControls"]["Rules"]]}
    return None


def _tags(s3: S3Client, scope: Scope, name: str) -> Mapping[str, str]:
    with absent("NoSuchTagSet"):
        told = s3.get_bucket_tagging(Bucket=name, ExpectedBucketOwner=scope.account)
        return values.tags((each["Key"], each["Value"]) for each in told["TagSet"])
    return {}
