"""What exists taken over by a new stack, without a moment in which it is not there.

A change set of type IMPORT makes a stack of what CloudFormation can import, and of nothing else; then the stack gets
the whole template. Every step that is done already is not done again.
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/import-resources-manually.html
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, cast

from breakglass.aws.stacks import causes, templates
from breakglass.aws.stacks import home as homes
from breakglass.aws.stacks.change_set import import_into
from breakglass.aws.stacks.desk import Desk
from breakglass.aws.stacks.home import Home
from breakglass.aws.stacks.identifiers import identifier
from breakglass.aws.stacks.stack import has_template
from breakglass.documents import Json
from breakglass.errors import RejectedError, UnavailableError
from breakglass.stacks import Adoption

if TYPE_CHECKING:
    from mypy_boto3_cloudformation.type_defs import ResourceToImportTypeDef


def take_over(desk: Desk, home: Home, template: str, adoption: Adoption) -> str:
    """Have a stack with this template hold what is there, and return its id.

    Raises DeniedError, UnavailableError or RejectedError.
    """
    told = homes.settled(desk, home)
    if told is None or told["StackStatus"] == homes.REVIEW:
        _import(desk, home, template, adoption)
    else:
        homes.changeable(home, told)
    if not has_template(desk, home, template):
        homes.update(desk, home, template)
    stack = homes.found(desk, home)
    if stack is None:
        raise UnavailableError(f"the stack {home.name} is gone", subject=home.account, advice=causes.AGAIN)
    return stack["StackId"]


def _import(desk: Desk, home: Home, template: str, adoption: Adoption) -> None:
    known = {name: identifier(desk.sessions, each) for name, each in adoption.resources.items()}
    body = templates.read(template)
    declared = cast("Mapping[str, Json]", body["Resources"])
    taken = {name: declared[name] for name in declared if known.get(name)}
    if not taken:
        homes.create(desk, home, template)
        return
    _require_whole(home, taken, declared)
    imports: list[ResourceToImportTypeDef] = [
        {
            "ResourceType": adoption.resources[name].type,
            "LogicalResourceId": name,
            "ResourceIdentifier": known[name] or {},
        }
        for name in taken
    ]
    part = template if taken.keys() == declared.keys() else json.dumps({**body, "Resources": taken}, indent=1)
    import_into(desk, home, part, imports)


def _require_whole(home: Home, taken: Mapping[str, Json], declared: Mapping[str, Json]) -> None:
    """See that what is taken over points at nothing that is not: an import makes nothing."""
    lacking = sorted({each for body in taken.values() for each in _pointed(body)} & (declared.keys() - taken.keys()))
    if lacking:
        raise RejectedError(
            f"{', '.join(lacking)} is not there in account {home.account}, and what is there needs it",
            subject=home.account,
            advice="`breakglass deploy` makes it directly; then run `breakglass adopt` again",
        )


def _pointed(value: Json) -> Iterator[str]:
    """Yield the logical ids a part of a template points at."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            if key == "Ref":
                yield str(inner)
            elif key == "Fn::GetAtt" and isinstance(inner, list):
                yield str(inner[0])
            else:
                yield from _pointed(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _pointed(inner)
