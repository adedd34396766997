"""The StackSets of a manifest that it has no more: whose playbooks, or all of whose units, are gone from it.

https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ListStackSets.html
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import TYPE_CHECKING

from breakglass import naming
from breakglass.aws.stacks.desk import Desk, asked
from breakglass.aws.stacks.stack_sets import told_of
from breakglass.stacks import Delivery, StackSet

if TYPE_CHECKING:
    from mypy_boto3_cloudformation.type_defs import StackSetTypeDef


def others(desk: Desk, deliveries: Sequence[Delivery]) -> Sequence[StackSet]:
    """Return the StackSets of our name and with our tag that none of these is, as they stand in AWS."""
    return [
        _standing(desk, name, told)
        for name in _names(desk, {each.name for each in deliveries})
        if (told := told_of(desk, name)) is not None and _is_ours(desk, told)
    ]


def _names(desk: Desk, known: Collection[str]) -> Sequence[str]:
    prefix = f"{naming.STACK_PREFIX}{desk.manifest.name}-"
    with asked(desk.account, "the StackSets"):
        pages = desk.stack_sets.get_paginator("list_stack_sets").paginate(Status="ACTIVE", CallAs=desk.call_as)
        found = {each["StackSetName"] for page in pages for each in page["Summaries"]}
    return sorted(each for each in found - set(known) if each.startswith(prefix))


def _is_ours(desk: Desk, told: StackSetTypeDef) -> bool:
    """Tell by its tag: the names of the manifest `acme-two` begin as those of `acme` do."""
    return any(each in desk.tags for each in told.get("Tags", ()))


def _standing(desk: Desk, name: str, told: StackSetTypeDef) -> StackSet:
    with asked(desk.account, name):
        places = sorted(set(_places(desk, name)))
    return StackSet(
        name=name,
        template="",
        accounts=tuple(dict.fromkeys(account for account, _ in places)),
        regions=tuple(sorted({region for _, region in places})),
        is_global=False,
        units=tuple(sorted(told.get("OrganizationalUnitIds", ()))),
        partition=desk.manifest.partition,
    )


def _places(desk: Desk, name: str) -> Iterator[tuple[str, str]]:
    pages = desk.stack_sets.get_paginator("list_stack_instances").paginate(StackSetName=name, CallAs=desk.call_as)
    return ((each["Account"], each["Region"]) for page in pages for each in page["Summaries"])
