"""The policies of an account's keys and buckets, in the manifest's regions.

- Keys that AWS manages are left out: nobody can change their policies. They are known by their aliases, which nobody
  else can give: one list for all of them, instead of a call for each key.
  https://docs.aws.amazon.com/kms/latest/APIReference/API_ListAliases.html
- A denial that comes from the policy of a key or bucket itself is no gap in what was read, but what was looked for:
  whoever shuts out the role that reads policies does so by leaving it out of a list. Every other denial is unread.
  https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Final

from botocore.exceptions import ClientError

from breakglass import posture
from breakglass.aws import values
from breakglass.aws.absent import KMS, absent
from breakglass.aws.alerting.keys import POLICY_NAME
from breakglass.aws.failures import in_region
from breakglass.aws.found import Found
from breakglass.aws.sessions import Sessions
from breakglass.documents import Json
from breakglass.lock_outs import ResourcePolicy

if TYPE_CHECKING:
    from mypy_boto3_kms import KMSClient
    from mypy_boto3_s3 import S3Client

_OF_AWS: Final = "alias/aws/"
_BY_ITSELF: Final = "resource-based policy"
"""How AWS says that it was the resource's own policy that denied, or did not allow."""


def read(sessions: Sessions, found: Found) -> None:
    """Add the policies of the keys and buckets in each region; one that cannot be read hides no other."""
    for region in found.survey.regions:
        with found.part(f"the policies of keys in {region}", posture.RESOURCE_POLICY), in_region(region):
            _read_keys(sessions.client("kms", found.survey.scope.account, region), found)
        with found.part(f"the policies of buckets in {region}", posture.RESOURCE_POLICY), in_region(region):
            _read_buckets(sessions.client("s3", found.survey.scope.account, region), found, region)


def _read_keys(client: KMSClient, found: Found) -> None:
    aliases = (each for page in client.get_paginator("list_aliases").paginate() for each in page["Aliases"])
    managed = {each.get("TargetKeyId") for each in aliases if each["AliasName"].startswith(_OF_AWS)}
    keys = (each for page in client.get_paginator("list_keys").paginate() for each in page["Keys"])
    for arn in [each["KeyArn"] for each in keys if each["KeyId"] not in managed]:
        with found.part(f"the policy of the key {arn}", posture.RESOURCE_POLICY):
            _add(found, arn, partial(_key_policy, client, arn))


def _key_policy(client: KMSClient, key: str) -> Iterator[Json]:
    with absent(KMS):
        yield values.document(client.get_key_policy(KeyId=key, PolicyName=POLICY_NAME)["Policy"])


def _read_buckets(client: S3Client, found: Found, region: str) -> None:
    scope = found.survey.scope
    pages = client.get_paginator("list_buckets").paginate(BucketRegion=region)
    for name in [each["Name"] for page in pages for each in page["Buckets"]]:
        with found.part(f"the policy of the bucket {name}", posture.RESOURCE_POLICY):
            arn = f"arn:{scope.partition}:s3:::{name}"
            _add(found, arn, partial(_bucket_policy, client, name, scope.account))


def _bucket_policy(client: S3Client, bucket: str, owner: str) -> Iterator[Json]:
    with absent("NoSuchBucket", "NoSuchBucketPolicy"):
        yield values.document(client.get_bucket_policy(Bucket=bucket, ExpectedBucketOwner=owner)["Policy"])


def _add(found: Found, arn: str, ask: Callable[[], Iterator[Json]]) -> None:
    try:
        documents = [*ask()]
    except ClientError as error:
        if _BY_ITSELF not in error.response["Error"].get("Message", ""):
            raise
        documents = [None]
    found.facts.extend(ResourcePolicy(found.survey.scope, arn, each) for each in documents)
