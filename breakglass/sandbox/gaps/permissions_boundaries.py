"""moto drops the boundary of a new user, cannot set or delete one, and takes policies that do not exist.

Seen in 5.2.1 and 5.2.5.
https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutUserPermissionsBoundary.html
"""

from moto.core.responses import ActionResult, EmptyResult
from moto.core.serialize import never_return
from moto.iam.exceptions import NoSuchEntity, ValidationError
from moto.iam.models import Group, Role, User
from moto.iam.responses import IamResponse

from breakglass.sandbox.gaps.asked import Asked

_ATTRIBUTE = "permissions_boundary"
"""Where moto's serializer looks for it; roles have a property of this name."""

TRANSFORMERS = {"ListUsersResponse.Users.User.PermissionsBoundary": never_return}
"""ListUsers leaves it out: https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListUsers.html"""


def check(asked: Asked) -> None:
    """Refuse a boundary that is no policy of this account or of AWS, and none where one is put."""
    arn = asked.text("PermissionsBoundary")
    if not arn and asked.action in ("PutRolePermissionsBoundary", "PutUserPermissionsBoundary"):
        raise ValidationError("Value at 'permissionsBoundary' failed to satisfy constraint: not empty")
    if arn and arn not in asked.backend.managed_policies:
        raise NoSuchEntity(f"Scope ARN: {arn} does not exist or is not attachable.")


def boundary(holder: User | Group | Role) -> str:
    """Return the ARN of a user's or role's boundary; empty where it has none."""
    if isinstance(holder, Role):
        return holder.permissions_boundary_arn or ""
    held: dict[str, str] = vars(holder).get(_ATTRIBUTE, {})
    return held.get("PermissionsBoundaryArn", "")


class UserBoundaries(IamResponse):
    """The operations that give a user a boundary and take it away."""

    def create_user(self) -> ActionResult:
        """Make a user within the boundary that is given."""
        result = super().create_user()
        if self._get_param("PermissionsBoundary"):
            self.put_user_permissions_boundary()
        return result

    def put_user_permissions_boundary(self) -> ActionResult:
        """Set or replace the boundary."""
        user = self.backend.get_user(self._get_param("UserName"))
        arn = self._get_param("PermissionsBoundary")
        vars(user)[_ATTRIBUTE] = {
            "PermissionsBoundaryType": "PermissionsBoundaryPolicy",
            "PermissionsBoundaryArn": arn,
        }
        return EmptyResult()

    def delete_user_permissions_boundary(self) -> ActionResult:
        """Take the boundary away."""
        user = self.backend.get_user(self._get_param("UserName"))
        vars(user).pop(_ATTRIBUTE, None)
        return EmptyResult()
