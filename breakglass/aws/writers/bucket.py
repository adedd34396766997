"""Buckets of evidence: made, closed to the public, and never deleted.

Every call names the owner it expects: a name that is not ours may be somebody else's bucket.
https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-owner-condition.html
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, cast

from breakglass.aws.writers import difference
from breakglass.aws.writers.settling import settled
from breakglass.cloud import Clock
from breakglass.documents import Json
from breakglass.resources import Resource, items

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.literals import BucketLocationConstraintType
    from mypy_boto3_s3.type_defs import (
        CreateBucketConfigurationTypeDef,
        OwnershipControlsUnionTypeDef,
        PublicAccessBlockConfigurationTypeDef,
        ServerSideEncryptionConfigurationUnionTypeDef,
        VersioningConfigurationTypeDef,
    )

_CLASSIC = "us-east-1"
"""The one region that is not named as a place.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html
"""
SETTLES = ("NoSuchBucket", "OperationAborted")
"""What S3 answers while a bucket is not known everywhere, or it is at work on it itself."""


def create(s3: S3Client, resource: Resource, clock: Clock) -> None:
    """Make the bucket in its region, with its tags so that it is known to be ours, then close it.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucketConfiguration.html
    """
    configuration: CreateBucketConfigurationTypeDef = {"Tags": difference.tag_list(resource.tags)}
    if resource.scope.region != _CLASSIC:
        configuration["LocationConstraint"] = cast("BucketLocationConstraintType", resource.scope.region)
    s3.create_bucket(Bucket=resource.name, CreateBucketConfiguration=configuration)
    update(s3, difference.bare(resource, *_SETTINGS), resource, clock)


def update(s3: S3Client, before: Resource, after: Resource, clock: Clock) -> None:
    """Set what differs, what closes the bucket first."""
    for name, put in _SETTINGS.items():
        wanted = after.properties.get(name)
        if isinstance(wanted, Mapping) and before.properties.get(name) != wanted:
            _put(s3, after, put, clock, wanted)
    if before.tags != after.tags:
        _put(s3, after, _tags, clock, {})


def delete(_s3: S3Client, _resource: Resource, _clock: Clock) -> None:
    """Leave it in place: it holds evidence."""


def _put(
    s3: S3Client,
    bucket: Resource,
    put: Callable[[S3Client, Resource, Mapping[str, Json]], None],
    clock: Clock,
    value: Mapping[str, Json],
) -> None:
    settled(clock, lambda: put(s3, bucket, value), *SETTLES)


def _public_access(s3: S3Client, bucket: Resource, value: Mapping[str, Json]) -> None:
    blocked = cast("PublicAccessBlockConfigurationTypeDef", value)
    s3.put_public_access_block(
        Bucket=bucket.name,
        PublicAccessBlockConfiguration=blocked,
        ExpectedBucketOwner=bucket.scope.account,
    )


def _ownership(s3: S3Client, bucket: Resource, value: Mapping[str, Json]) -> None:
    controls = cast("OwnershipControlsUnionTypeDef", value)
    s3.put_bucket_ownership_controls(
        Bucket=bucket.name, OwnershipControls=controls, ExpectedBucketOwner=bucket.scope.account
    )


def _encryption(s3: S3Client, bucket: Resource, value: Mapping[str, Json]) -> None:
    rules = (each for each in items(value["ServerSideEncryptionConfiguration"]) if isinstance(each, Mapping))
    named = [{"ApplyServerSideEncryptionByDefault": each["ServerSideEncryptionByDefault"]} for each in rules]
    encryption = cast("ServerSideEncryptionConfigurationUnionTypeDef", {"Rules": named})
    s3.put_bucket_encryption(
        Bucket=bucket.name,
        ServerSideEncryptionConfiguration=encryption,
        ExpectedBucketOwner=bucket.scope.account,
    )


def _versioning(s3: S3Client, bucket: Resource, value: Mapping[str, Json]) -> None:
    versioning = cast("VersioningConfigurationTypeDef", value)
    s3.put_bucket_versioning(
        Bucket=bucket.name, VersioningConfiguration=versioning, ExpectedBucketOwner=bucket.scope.account
    )


def _tags(s3: S3Client, bucket: Resource, _value: Mapping[str, Json]) -> None:
    s3.put_bucket_tagging(
        Bucket=bucket.name,
        Tagging={"TagSet": difference.tag_list(bucket.tags)},
        ExpectedBucketOwner=bucket.scope.account,
    )


_SETTINGS: Mapping[str, Callable[[S3Client, Resource, Mapping[str, Json]], None]] = {
    "PublicAccessBlockConfiguration": _public_access,
    "OwnershipControls": _ownership,
    "BucketEncryption": _encryption,
    "VersioningConfiguration": _versioning,
}
