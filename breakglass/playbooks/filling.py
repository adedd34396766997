"""Placeholders filled in: those of a policy's ARNs, and what a responder fills in, with the examples."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from pydantic import JsonValue

from breakglass import naming
from breakglass.documents import Document, text
from breakglass.playbooks.rules import PLACEHOLDER


@dataclass(frozen=True, slots=True)
class Filling:
    """What the placeholders of a policy stand for in one account."""

    partition: str = "aws"
    account: str = "222222222222"
    provisioning_role: str = naming.PROVISIONING_ROLE
    reserve_user: str = "kim-break-glass"
    reserve_team: str = "break-glass-incident"


EXAMPLE: Final = Filling()
"""One account: what is proved of it is proved of all."""

WIDEST: Final = Filling("aws-us-gov", "000000000000", "R" * 64, "u" * 64, "t" * 52)
"""The longest that each of them can be: what fits so fits everywhere."""


def filled(document: Document, filling: Filling) -> Document:
    """Return a policy as it is in an account."""
    written = text(document)
    for name, value in (
        ("AWS::Partition", filling.partition),
        ("AWS::AccountId", filling.account),
        ("ProvisioningRole", filling.provisioning_role),
        ("ReserveUser", filling.reserve_user),
        ("ReserveTeam", filling.reserve_team),
    ):
        written = written.replace(f"${{{name}}}", value)
    found: Document = json.loads(written)
    return found


def exemplified(value: JsonValue, examples: Mapping[str, str]) -> JsonValue:
    """Return what a call takes, with the examples where a responder fills in; what has no example stays as it is."""
    match value:
        case str():
            return PLACEHOLDER.sub(lambda found: examples.get(found[1], found[0]), value)
        case list():
            return [exemplified(each, examples) for each in value]
        case dict():
            return {key: exemplified(each, examples) for key, each in value.items()}
        case _:
            return value
