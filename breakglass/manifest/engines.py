"""What cannot be true together in what a manifest says of its engine: StackSets, and the units they deploy to."""

from collections.abc import Callable, Iterator, Sequence
from typing import TypeAlias

from breakglass.manifest.sheet import Sheet
from breakglass.manifest.tree import List, Problem, select

Rule: TypeAlias = Callable[[Sheet], Iterator[Problem]]

STACKSETS = "stacksets"
SERVICE_MANAGED = "service-managed"


def _unsaid(sheet: Sheet) -> Iterator[Problem]:
    for engine in sheet.texts("engine"):
        if engine.text == STACKSETS and sheet.lacks(STACKSETS):
            yield engine.problem("needs the key `stacksets`, with at least the region of its stacks under `regions`")


def _collision(sheet: Sheet) -> Iterator[Problem]:
    """An account has a role's name but once, in whatever region the stack that makes it is.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-role.html
    """
    for regions in select(sheet.root, "stacksets.regions"):
        if isinstance(regions, List) and len(regions.items) > 1:
            yield regions.problem(
                f"lists {len(regions.items)} regions: a role's name exists but once in an account, so the stack in the"
                " second region would fail; keep one. Stacks for what is in regions go to all of those by themselves"
            )


def _delegated(sheet: Sheet) -> Iterator[Problem]:
    if _permission_model(sheet) != SERVICE_MANAGED:
        return
    for account in sheet.texts("stacksets.administrator_account"):
        if account.text == sheet.value("security_account"):
            yield account.problem(
                "is the security account: whoever deploys from there changes what protects the emergency users;"
                " register another member account as delegated administrator"
            )


def _idle_role(sheet: Sheet) -> Iterator[Problem]:
    if _permission_model(sheet) == SERVICE_MANAGED:
        for role in select(sheet.root, "stacksets.administration_role"):
            yield role.problem("is read only with `permission_model: self-managed`: write that, or leave this out")


def _permission_model(sheet: Sheet) -> str:
    path = "stacksets.permission_model"
    return "" if path in sheet.wrong else sheet.value(path, SERVICE_MANAGED)


def _root(sheet: Sheet) -> Iterator[Problem]:
    for unit in sheet.texts("organizational_units[].id"):
        if unit.text.startswith("r-"):
            yield unit.problem(
                "is the root, under which the security account is as well, and no playbook is carried out there:"
                " list the units below it"
            )


def _nowhere(sheet: Sheet) -> Iterator[Problem]:
    """Emergency access to the management account alone is no emergency access."""
    keys = ("accounts", "organizational_units")
    found = [node for key in keys for node in select(sheet.root, key)]
    if all(sheet.lacks(key) for key in keys):
        yield sheet.root.problem("no account is listed: name at least one under `accounts` or `organizational_units`")
    elif found and all(isinstance(each, List) and not each.items for each in found):
        yield found[0].problem("no account is listed: name at least one here or under `organizational_units`")


RULES: Sequence[Rule] = (_unsaid, _collision, _delegated, _idle_role, _root, _nowhere)
