"""moto's accounts have no root user, and its summary never tells of a key of one. Seen in 5.2.5.

Only a root user makes such a key, signed in to the console or in a session of its own: here whoever runs the sandbox.
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_root-user_manage_add-key.html
"""

from moto.core.responses import ActionResult
from moto.iam.models import IAMBackend
from moto.iam.responses import IamResponse

_ATTRIBUTE = "root_has_keys"


def give(backend: IAMBackend, *, keys: bool = True) -> None:
    """Give the root user of an account access keys, or take them away."""
    vars(backend)[_ATTRIBUTE] = keys


class RootKeys(IamResponse):
    """The summary of an account."""

    def get_account_summary(self) -> ActionResult:
        """Return what moto counts, and whether the root user has keys."""
        counted = self.backend.get_account_summary().summary_map
        present = int(vars(self.backend).get(_ATTRIBUTE, False))
        return ActionResult({"SummaryMap": {**counted, "AccountAccessKeysPresent": present}})
