"""moto never asks whether a bucket lets CloudTrail write. Seen in 5.2.5.

https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-s3-bucket-policy-for-cloudtrail.html
"""

from moto.core.exceptions import JsonRESTError
from moto.s3.models import s3_backends

from breakglass.sandbox.judgement.ask import Keys
from breakglass.sandbox.judgement.documents import lets_service

_CLOUDTRAIL = "cloudtrail.amazonaws.com"
_ACL: Keys = {"s3:x-amz-acl": ("bucket-owner-full-control",)}


def check(name: str, trail: str, account: str, partition: str) -> None:
    """Refuse a bucket that does not exist, or into which the trail of an account, given by its ARN, may not write."""
    where, owner = s3_backends.bucket_accounts.get(name, ("", ""))
    if where != partition:
        raise JsonRESTError("S3BucketDoesNotExistException", f"S3 bucket {name} does not exist!")
    held = s3_backends[owner][where].buckets[name].policy
    policy, bucket = held.decode() if held else "", f"arn:{partition}:s3:::{name}"
    keys: Keys = {"aws:SourceArn": (trail,), "aws:SourceAccount": (account,)}
    may = lets_service(policy, _CLOUDTRAIL, "s3:GetBucketAcl", bucket, keys)
    files = f"{bucket}/AWSLogs/{account}/CloudTrail/x"
    if not may or not lets_service(policy, _CLOUDTRAIL, "s3:PutObject", files, {**keys, **_ACL}):
        message = f"Incorrect S3 bucket policy is detected for bucket: {name}"
        raise JsonRESTError("InsufficientS3BucketPolicyException", message)
