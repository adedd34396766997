"""What a finding concerns, in the words of the AWS Security Finding Format.

https://docs.aws.amazon.com/securityhub/latest/userguide/asff-resources.html
"""

import re
from collections.abc import Mapping
from typing import Final

from breakglass import naming
from breakglass.documents import Json
from breakglass.manifest.model import Manifest
from breakglass.report.verification.wording import shortened

_ARN = re.compile(r"arn:[a-z-]+:(?P<service>[a-z0-9-]+):(?P<region>[a-z0-9-]*):\d*:(?P<rest>.+)", re.DOTALL)
_WORD = re.compile(r"[a-z-]+")

_TYPES: Final[Mapping[tuple[str, str], str]] = {
    ("cloudtrail", "trail"): "AwsCloudTrailTrail",
    ("cloudwatch", "alarm"): "AwsCloudWatchAlarm",
    ("events", "event-bus"): "AwsEventsEventbus",
    ("iam", "group"): "AwsIamGroup",
    ("iam", "policy"): "AwsIamPolicy",
    ("iam", "role"): "AwsIamRole",
    ("iam", "user"): "AwsIamUser",
    ("kms", "key"): "AwsKmsKey",
}
"""By service and kind of an ARN."""

_SERVICES: Final[Mapping[str, str]] = {"s3": "AwsS3Bucket", "sns": "AwsSnsTopic", "sqs": "AwsSqsQueue"}
"""By service, where ARNs tell no kind."""


def resources_of(manifest: Manifest, subject: str, account: str) -> list[Json]:
    """Return what a finding concerns: its subject where AWS has a name for it, and the account it is in."""
    arn = _user_arn(manifest, subject) if _is_user(subject) else subject
    found = _ARN.fullmatch(arn)
    concerned = account or manifest.audit_account
    whole: Json = {"Type": "AwsAccount", "Id": f"AWS::::Account:{concerned}", "Partition": manifest.partition}
    if found is None:
        return [whole]
    itself = {
        "Type": _type(found["service"], found["rest"]),
        "Id": shortened(arn, 512),
        "Partition": manifest.partition,
    }
    return [{**itself, "Region": found["region"]} if found["region"] else itself, whole]


def _is_user(subject: str) -> bool:
    return subject.endswith(naming.USER_SUFFIX) and ":" not in subject and "/" not in subject


def _user_arn(manifest: Manifest, name: str) -> str:
    return naming.iam_arn(manifest.partition, manifest.security_account, f"user{naming.PATH}{name}")


def _type(service: str, rest: str) -> str:
    word = _WORD.match(rest)
    kind = word[0] if word else ""
    return _TYPES.get((service, kind)) or _SERVICES.get(service, "Other")
