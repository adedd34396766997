"""What is called to see whether others keep responders out.

https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsorganizations.html
https://docs.aws.amazon.com/service-authorization/latest/reference/list_awskeymanagementservice.html
https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html
"""

from breakglass.aws.rows import EVERYWHERE, POSTURE, rows
from breakglass.operations import Operation
from breakglass.posture import GUARDED, RESOURCE_POLICY

_ORGANIZATION = "arn:${Partition}:organizations::${Management}:"
_POLICIES = (
    *(f"{_ORGANIZATION}policy/${{Organization}}/{kind}_control_policy/*" for kind in ("service", "resource")),
    *(f"arn:${{Partition}}:organizations::aws:policy/{kind}_control_policy/*" for kind in ("service", "resource")),
)
"""The second two are those AWS has made, such as FullAWSAccess.

https://docs.aws.amazon.com/organizations/latest/APIReference/API_PolicySummary.html
"""
_PARENTS = tuple(f"{_ORGANIZATION}{kind}/${{Organization}}/*" for kind in ("root", "ou"))
_KEYS = ("arn:${Partition}:kms:*:${Account}:key/*",)
_BUCKETS = ("arn:${Partition}:s3:::*",)

LOCK_OUTS: tuple[Operation, ...] = (
    *rows("ListPolicies ListRoots", EVERYWHERE, (GUARDED,), POSTURE, service="organizations"),
    *rows("DescribePolicy ListTargetsForPolicy", _POLICIES, (GUARDED,), POSTURE, service="organizations"),
    *rows(
        "ListAccountsForParent ListOrganizationalUnitsForParent",
        _PARENTS,
        (GUARDED,),
        POSTURE,
        service="organizations",
    ),
    *rows("ListAliases ListKeys", EVERYWHERE, (RESOURCE_POLICY,), POSTURE, service="kms"),
    *rows("GetKeyPolicy", _KEYS, (RESOURCE_POLICY,), POSTURE, service="kms"),
    *rows("ListBuckets=ListAllMyBuckets", EVERYWHERE, (RESOURCE_POLICY,), POSTURE, service="s3"),
    *rows("GetBucketPolicy", _BUCKETS, (RESOURCE_POLICY,), POSTURE, service="s3"),
)
