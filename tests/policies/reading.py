"""Reads a policy document statement by statement, as it stands in one workload account."""

from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import TypeAlias

from breakglass.documents import Document, Json
from breakglass.resources import items
from tests.policies.reference import Action, expand

Statement: TypeAlias = Mapping[str, Json]

ACCOUNT = "222222222222"


def statements(document: Document, effect: str) -> list[Statement]:
    """Return the statements of one effect."""
    return [each for each in items(document["Statement"]) if isinstance(each, Mapping) and each["Effect"] == effect]


def strings(statement: Statement, element: str) -> list[str]:
    """Return the values of an element, however many there are."""
    value = statement.get(element, ())
    return [str(each) for each in ([value] if isinstance(value, str) else items(value))]


def resources(statement: Statement) -> list[str]:
    """Return the resources of a statement as they are in an account."""
    filled = (each.replace("${AWS::Partition}", "aws") for each in strings(statement, "Resource"))
    here = (each.replace("${AWS::AccountId}", ACCOUNT) for each in filled)
    return [each.replace("${ProvisioningRole}", "OrganizationAccountAccessRole") for each in here]


def actions(statement: Statement) -> list[Action]:
    """Return every action a statement names."""
    return [action for pattern in strings(statement, "Action") for action in expand(pattern)]


def conditions(statement: Statement) -> list[tuple[str, str, str]]:
    """Return (operator, key, value) for every value of every condition."""
    blocks = statement.get("Condition", {})
    assert isinstance(blocks, Mapping)
    return [
        (operator, key, str(value))
        for operator, block in blocks.items()
        if isinstance(block, Mapping)
        for key, values in block.items()
        for value in ([values] if isinstance(values, str) else items(values))
    ]


def allows(document: Document, action: str, arn: str) -> bool:
    """Tell whether the policy allows this under some condition, and denies it under none."""
    return any(_covers(each, action, arn) for each in statements(document, "Allow")) and not denies(
        document, action, arn
    )


def denies(document: Document, action: str, arn: str) -> bool:
    """Tell whether the policy denies this whatever the conditions."""
    return any(_covers(each, action, arn) for each in statements(document, "Deny") if "Condition" not in each)


def _covers(statement: Statement, action: str, arn: str) -> bool:
    named = is_named(action, strings(statement, "Action" if "Action" in statement else "NotAction"))
    return named == ("Action" in statement) and any(fnmatchcase(arn, each) for each in resources(statement))


def is_named(action: str, patterns: list[str]) -> bool:
    """Tell whether one of the patterns matches an action, whatever the case."""
    return any(fnmatchcase(action.lower(), pattern.lower()) for pattern in patterns)
