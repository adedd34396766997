"""moto leaves names, ids and boundary counts out of the policies GetAccountAuthorizationDetails tells.

Seen in 5.2.1 and 5.2.5.
https://docs.aws.amazon.com/IAM/latest/APIReference/API_ManagedPolicyDetail.html
"""

from collections import Counter

from moto.core.responses import ActionResult
from moto.iam.responses import IamResponse

from breakglass.sandbox.gaps.asked import holders
from breakglass.sandbox.gaps.permissions_boundaries import boundary


class PolicyDetails(IamResponse):
    """The operation that tells everything at once."""

    def get_account_authorization_details(self) -> ActionResult:
        """Tell users, groups, roles and policies."""
        bounds = Counter(boundary(each) for each in holders(self.backend))
        # moto writes out what it finds as an attribute of this name
        for policy in self.backend.managed_policies.values():
            vars(policy)["policy_name"] = policy.name
            vars(policy)["policy_id"] = policy.id
            vars(policy)["permissions_boundary_usage_count"] = bounds[policy.arn]
        return super().get_account_authorization_details()
