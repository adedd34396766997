"""moto lacks AWS's own managed policies unless it loads all of them for every account. Seen in 5.2.1 and 5.2.5.

Here one exists from the first call that names it; lists show only those.
https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-vs-inline.html
"""

import json
from collections.abc import Mapping
from functools import cache

from moto.iam.aws_managed_policies import aws_managed_policies_data
from moto.iam.models import AWSManagedPolicy

from breakglass.sandbox.gaps.asked import Asked


def check(asked: Asked) -> None:
    """Make the policy of AWS that is named known to the account."""
    backend = asked.backend
    for arn in {asked.text("PolicyArn"), asked.text("PermissionsBoundary")} - backend.managed_policies.keys():
        if not arn.startswith(f"arn:{backend.partition}:iam::aws:policy/"):
            continue
        name = arn.rpartition("/")[2]
        data = _policies().get(name)
        if data is None:
            continue
        policy = AWSManagedPolicy.from_data(name, backend.account_id, backend.region_name, dict(data))
        if policy.arn == arn:
            backend.managed_policies[arn] = policy
            backend.aws_managed_policies.append(policy)


@cache
def _policies() -> Mapping[str, Mapping[str, object]]:
    policies: Mapping[str, Mapping[str, object]] = json.loads(aws_managed_policies_data)
    return policies
