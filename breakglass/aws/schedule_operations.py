"""Every operation of the function that verifies on schedule, besides what `verify` reads: a part of the table.

Actions, resources and condition keys are those of
https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html
https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssecurityhub.html
https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatch.html
"""

from breakglass import naming
from breakglass.aws.rows import EVERYWHERE, SCHEDULE, rows
from breakglass.operations import Operation

_EVIDENCE = (f"arn:${{Partition}}:s3:::{naming.evidence_bucket('${Account}', '*')}/{naming.EVIDENCE}/*",)
_PRODUCT = ("arn:${Partition}:securityhub:*:${Account}:product/${Account}/default",)
"""What findings of an account's own are imported as.

https://docs.aws.amazon.com/securityhub/latest/userguide/finding-update-batchimportfindings.html
"""
_HUB = ("arn:${Partition}:securityhub:*:${Account}:hub/default",)
_OURS = {"StringEquals": {"cloudwatch:namespace": naming.VERIFICATION_METRICS}}

SCHEDULED: tuple[Operation, ...] = (
    *rows("PutObject", _EVIDENCE, (), SCHEDULE, service="s3"),
    *rows("BatchImportFindings", _PRODUCT, (), SCHEDULE, service="securityhub"),
    *rows("BatchUpdateFindings GetFindings", _HUB, (), SCHEDULE, service="securityhub"),
    *rows("PutMetricData", EVERYWHERE, (), SCHEDULE, service="cloudwatch", condition=_OURS),
)
