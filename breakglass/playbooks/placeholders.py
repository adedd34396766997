"""What stands in the ARNs of a policy for what only an account or a manifest knows."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from breakglass import naming
from breakglass.documents import Document, Json, text
from breakglass.resources import items


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


RESERVE: Final = "${Reserve"
"""How a placeholder begins that stands for several."""

_AT_ONCE: Final = 20
"""Resources of one statement: a user's ARN takes up to 117 characters, and a policy must have room for them."""


def for_reserve(document: Document, users: Sequence[str], teams: Sequence[str]) -> Document:
    """Return a policy with one ARN for each user in reserve, and for each group they may be moved into.

    Only a `Resource` is filled in, written as a string or a list. A statement of many is divided by its resources. An
    Allow that is left without any is left out; a Deny then holds for everything.
    """
    names = {"${ReserveTeam}": teams, "${ReserveUser}": users}
    listed = document["Statement"]
    given = (listed,) if isinstance(listed, Mapping) else items(listed)
    return {**document, "Statement": [each for statement in given for each in _filled(statement, names)]}


def misplaced(statement: Json) -> bool:
    """Whether a statement names people in reserve where nobody fills them in: anywhere but in a Resource."""
    return isinstance(statement, Mapping) and RESERVE.casefold() in text({**statement, "Resource": ""}).casefold()


def _filled(statement: Json, names: Mapping[str, Sequence[str]]) -> Iterator[Json]:
    if not isinstance(statement, Mapping) or RESERVE not in text({"Resource": statement.get("Resource")}):
        yield statement
        return
    written = statement["Resource"]
    given = [written] if isinstance(written, str) else items(written)
    found = [name for each in given for name in _each_of(str(each), names)]
    if not found and statement["Effect"] == "Deny":
        found = ["*"]
    for start in range(0, len(found), _AT_ONCE):
        more: dict[str, Json] = {"Sid": f"{statement['Sid']}{start}"} if start and "Sid" in statement else {}
        yield {**statement, **more, "Resource": list[Json](found[start : start + _AT_ONCE])}


def _each_of(resource: str, names: Mapping[str, Sequence[str]]) -> list[str]:
    found = next((each for each in names if each in resource), None)
    return [resource] if found is None else [resource.replace(found, name) for name in names[found]]
