"""moto counts a policy twice that is attached twice, to a user or a role. Seen in 5.2.1 and 5.2.5.

https://docs.aws.amazon.com/IAM/latest/APIReference/API_AttachRolePolicy.html
"""

from moto.core.responses import ActionResult, EmptyResult
from moto.iam.responses import IamResponse


class Attachments(IamResponse):
    """The operations that attach managed policies: attaching again changes nothing."""

    def attach_role_policy(self) -> ActionResult:
        """Attach to a role."""
        role = self.backend.get_role(self._get_param("RoleName"))
        return EmptyResult() if self._get_param("PolicyArn") in role.managed_policies else super().attach_role_policy()

    def attach_user_policy(self) -> ActionResult:
        """Attach to a user."""
        user = self.backend.get_user(self._get_param("UserName"))
        return EmptyResult() if self._get_param("PolicyArn") in user.managed_policies else super().attach_user_policy()
