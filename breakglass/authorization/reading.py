"""A policy document statement by statement, as it stands in one workload account."""

from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from typing import TypeAlias

from breakglass import naming
from breakglass.authorization.reference import Action, expand
from breakglass.documents import Document, Json
from breakglass.playbooks import parts
from breakglass.resources import items

Statement: TypeAlias = Mapping[str, Json]

ACCOUNT = "222222222222"


def numbered(document: Document) -> Iterator[tuple[int, Statement]]:
    """Yield every statement with its place in the document, from 0."""
    for index, each in enumerate(parts.statements(document)):
        if isinstance(each, Mapping):
            yield index, each


def of_effect(document: Document, effect: str) -> Iterator[tuple[int, Statement]]:
    """Yield the statements of one effect with their places."""
    return ((index, each) for index, each in numbered(document) if each["Effect"] == effect)


def statements(document: Document, effect: str) -> list[Statement]:
    """Return the statements of one effect."""
    return [each for _, each in of_effect(document, effect)]


def name(statement: Statement) -> str:
    """Return the name of a statement."""
    return str(statement.get("Sid", "the statement"))


def strings(statement: Statement, element: str) -> list[str]:
    """Return the values of an element, however many there are."""
    value = statement.get(element, ())
    return [str(each) for each in ([value] if isinstance(value, str) else items(value))]


def resources(statement: Statement) -> list[str]:
    """Return the resources of a statement as they are in an account."""
    return [filled(each) for each in strings(statement, "Resource")]


def filled(arn: str) -> str:
    """Return an ARN of a policy as it is in an account."""
    found = arn.replace("${AWS::Partition}", "aws").replace("${AWS::AccountId}", ACCOUNT)
    return found.replace("${ProvisioningRole}", naming.PROVISIONING_ROLE)


def actions(statement: Statement) -> list[Action]:
    """Return every action a statement names."""
    return [action for pattern in strings(statement, "Action") for action in expand(pattern)]


def conditions(statement: Statement) -> list[tuple[str, str, str]]:
    """Return (operator, key, value) for every value of every condition."""
    blocks = statement.get("Condition", {})
    return [
        (operator, key, str(value))
        for operator, block in (blocks.items() if isinstance(blocks, Mapping) else ())
        if isinstance(block, Mapping)
        for key, values in block.items()
        for value in ([values] if isinstance(values, str) else items(values))
    ]


def is_named(action: str, patterns: list[str]) -> bool:
    """Tell whether one of the patterns matches an action, whatever the case."""
    return any(fnmatchcase(action.lower(), pattern.lower()) for pattern in patterns)
