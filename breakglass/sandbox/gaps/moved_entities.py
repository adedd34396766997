"""moto loses a user's tags and keys when it is moved or renamed, and does not move groups. Seen in 5.2.1 and 5.2.5.

https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateUser.html
https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateGroup.html
"""

from moto.core.responses import ActionResult
from moto.iam.responses import IamResponse


class MovedEntities(IamResponse):
    """The operations that give users and groups another path or name."""

    def update_user(self) -> ActionResult:
        """Move or rename a user with all that is its own."""
        user = self.backend.get_user(self._get_param("UserName"))
        tags = self.backend.list_user_tags(user.name)
        self.backend.tagger.delete_all_tags_for_resource(user.arn)
        result = super().update_user()
        self.backend.tagger.tag_resource(user.arn, tags)
        for key in user.access_keys:
            key.user_name = user.name
        return result

    def update_group(self) -> ActionResult:
        """Move or rename a group."""
        group = self.backend.get_group(self._get_param("GroupName"))
        result = super().update_group()
        group.path = self._get_param("NewPath") or group.path
        return result
