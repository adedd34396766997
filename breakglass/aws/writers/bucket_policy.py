"""The policy of a bucket of evidence: written whole, and never taken away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from breakglass.aws.writers import bucket, difference
from breakglass.aws.writers.settling import UNKNOWN_PRINCIPAL, settled
from breakglass.cloud import Clock
from breakglass.resources import Resource

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


def create(s3: S3Client, resource: Resource, clock: Clock) -> None:
    """Write the policy, as soon as the bucket and the principals it names are known."""
    policy, owner = difference.document(resource, "PolicyDocument"), resource.scope.account
    settled(
        clock,
        lambda: s3.put_bucket_policy(Bucket=resource.name, Policy=policy, ExpectedBucketOwner=owner),
        UNKNOWN_PRINCIPAL,
        *bucket.SETTLES,
    )


def update(s3: S3Client, _before: Resource, after: Resource, clock: Clock) -> None:
    """Write the policy."""
    create(s3, after, clock)


def delete(_s3: S3Client, _resource: Resource, _clock: Clock) -> None:
    """Leave it in place, as its bucket is."""
