"""What stands in the ARNs of a policy for what only an account or a manifest knows."""

import json
from dataclasses import dataclass
from typing import Final

from breakglass import naming
from breakglass.documents import Document, text


@dataclass(frozen=True, slots=True)
class Values:
    """What the placeholders of a policy stand for in one account."""

    partition: str = "aws"
    account: str = "222222222222"
    provisioning_role: str = naming.PROVISIONING_ROLE
    reserve_user: str = "kim-break-glass"
    reserve_team: str = "break-glass-incident"


EXAMPLE: Final = Values()
"""One account: what is proved of it is proved of all."""

WIDEST: Final = Values("aws-us-gov", "000000000000", "R" * 64, "u" * 64, "t" * 52)
"""The longest that each of them can be: what fits so fits everywhere."""


def expanded(document: Document, values: Values) -> Document:
    """Return a policy as it is in an account."""
    written = text(document)
    for name, value in (
        ("AWS::Partition", values.partition),
        ("AWS::AccountId", values.account),
        ("ProvisioningRole", values.provisioning_role),
        ("ReserveUser", values.reserve_user),
        ("ReserveTeam", values.reserve_team),
    ):
        written = written.replace(f"${{{name}}}", value)
    found: Document = json.loads(written)
    return found
