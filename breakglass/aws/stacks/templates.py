"""How a template gets to CloudFormation: in the call itself, or, where it is too large for one, through a bucket.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
"""

import hashlib
from collections.abc import Mapping
from typing import TypedDict
from urllib.parse import urlencode

import yaml

from breakglass import naming
from breakglass.aws.failures import translated, understood
from breakglass.aws.stacks.desk import Desk
from breakglass.documents import Json
from breakglass.errors import RejectedError

MOST_BYTES = 51_200
"""What CloudFormation takes in a call."""

_ENDINGS = {"aws-cn": "amazonaws.com.cn"}


class Sent(TypedDict, total=False):
    """A template as the calls of CloudFormation take it: one of the two."""

    TemplateBody: str
    TemplateURL: str


def sent(desk: Desk, template: str, name: str) -> Sent:
    """Return a template as it is sent, after it has been put into the bucket if it is too large.

    Where the bucket keeps versions its address names the version: whoever else may write there changes nothing of it.
    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cfn-console-create-stack.html
    Raises RejectedError where there is no bucket, and what S3 refuses.
    """
    body = template.encode()
    if len(body) <= MOST_BYTES:
        return {"TemplateBody": template}
    bucket = desk.settings.template_bucket
    if bucket is None:
        raise RejectedError(
            f"the template of {name} has {len(body):,} bytes, and CloudFormation takes {MOST_BYTES:,} in a call",
            subject=name,
            advice=f"make a bucket in account {desk.account} that the organization may read from, and write its name "
            "into `stacksets.template_bucket` in the manifest",
        )
    key = f"{naming.CHANNEL_PREFIX}/{digest(template)}.yaml"
    s3 = desk.sessions.client("s3", desk.account, desk.region)
    with translated(desk.account, f"the template of {name} in the bucket {bucket}"), understood(desk.account):
        put = s3.put_object(
            Bucket=bucket, Key=key, Body=body, ContentType="application/yaml", ExpectedBucketOwner=desk.account
        )
    ending = _ENDINGS.get(desk.manifest.partition, "amazonaws.com")
    version = put.get("VersionId", "")
    pinned = "?" + urlencode({"versionId": version}) if version else ""
    return {"TemplateURL": f"https://s3.{desk.region}.{ending}/{bucket}/{key}{pinned}"}


def digest(template: str) -> str:
    """Return the SHA-256 of a template, in hexadecimal."""
    return hashlib.sha256(template.encode()).hexdigest()


def same(given: object, template: str) -> bool:
    """Tell whether a template as CloudFormation returns it is this one.

    It may drop white space around it; botocore has read what is JSON.
    """
    if isinstance(given, Mapping):
        return given == read(template)
    return isinstance(given, str) and given.strip() == template.strip()


def read(template: str) -> Mapping[str, Json]:
    """Return a template as a mapping."""
    found: Mapping[str, Json] = yaml.safe_load(template)
    return found
