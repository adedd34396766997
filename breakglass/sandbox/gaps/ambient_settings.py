"""moto lets environment variables decide the account and whether it checks signatures and policies by itself.

Here the door has decided both. Seen in 5.2.1 and 5.2.5.
"""

from moto.core.responses import BaseResponse


class AmbientSettings(BaseResponse):
    """Takes the account from the door, and asks nobody whether the call may go on."""

    def get_current_account(self) -> str:
        """Return the account the door named."""
        return str(self.headers["x-moto-account-id"])

    def _authenticate_and_authorize_normal_action(self, resource: str = "*") -> None:
        """Let everything pass: the door has judged it."""
