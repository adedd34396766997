"""moto takes a role's description away when UpdateRole does not give one. Seen in 5.2.1 and 5.2.5.

https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateRole.html
"""

from moto.core.responses import ActionResult
from moto.iam.responses import IamResponse


class RoleUpdates(IamResponse):
    """The operation that changes description and duration."""

    def update_role(self) -> ActionResult:
        """Change what is given; without a duration the default of an hour applies, as AWS says."""
        role = self.backend.get_role(self._get_param("RoleName"))
        kept = role.description
        result = super().update_role()
        if self._get_param("Description") is None:
            role.description = kept
        return result
