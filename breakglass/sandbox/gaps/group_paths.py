"""moto lists groups of all paths, whichever is asked for. Seen in 5.2.1 and 5.2.5.

https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListGroups.html
"""

from moto.core.responses import ActionResult
from moto.iam.responses import IamResponse


class GroupPaths(IamResponse):
    """The operation that lists groups."""

    def list_groups(self) -> ActionResult:
        """List the groups below a path."""
        prefix = self._get_param("PathPrefix", "/")
        groups = [group for group in self.backend.list_groups() if group.path.startswith(prefix)]
        return ActionResult({"Groups": groups})
