"""Whatever test makes the product call AWS: the operation is in the product's own table, or the test fails.

The product's clients are told from a test's own (an intruder's, a reader's) by the user agent they add.
"""

from collections.abc import Mapping
from typing import Any

from botocore.model import OperationModel
from botocore.session import Session

from breakglass.aws.operations import OPERATIONS

OURS = "breakglass/"
DECLARED = frozenset((each.service, each.name) for each in OPERATIONS)


class Watch:
    """Hears every call of every botocore session made while it is registered as an initializer."""

    def __init__(self) -> None:
        self.undeclared: list[str] = []

    def attend(self, session: Session) -> None:
        session.register("before-parameter-build", lambda **call: self._hear(call["model"], call["context"]))

    def _hear(self, model: OperationModel, context: Mapping[str, Any]) -> None:
        called = (model.service_model.service_name, model.name)
        if OURS in (context["client_config"].user_agent_extra or "") and called not in DECLARED:
            self.undeclared.append(":".join(called))
