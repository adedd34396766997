"""Policy documents as values: one canonical form for equal meaning, and the size AWS counts.

AWS returns a document as it was written, save for lists of one, order and white space; comparing the canonical
forms makes a plan a true diff. Only what cannot change the meaning is normalised.
"""

import json
from collections.abc import Mapping, Sequence
from typing import TypeAlias

Json: TypeAlias = "str | int | float | bool | Mapping[str, Json] | Sequence[Json] | None"
Document: TypeAlias = Mapping[str, Json]

_UNORDERED = frozenset({"Action", "NotAction", "Resource", "NotResource", "Principal", "NotPrincipal", "Condition"})
"""The statement elements whose lists are sets of alternatives.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html
"""


_MAPPINGS = (dict, Mapping)
"""What nearly all are is asked for first: the other question costs six times as much."""


def canonical(document: Document) -> Document:
    """Return the document with its alternatives sorted, lists of one unwrapped and statements always a list.

    The order of statements is kept: it means nothing to AWS, and everything to the person who reads the diff.
    """
    statements = document.get("Statement", ())
    listed = [statements] if isinstance(statements, Mapping) else statements
    if not isinstance(listed, Sequence) or isinstance(listed, str):
        return document
    return {**document, "Statement": tuple(_statement(each) for each in listed)}


_COMPACT = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False)


def text(document: Document) -> str:
    """Return the document as compact JSON: what is sent to AWS."""
    return _COMPACT.encode(document)


def size(document: Document) -> int:
    """Return the characters of a document as IAM counts them against its quotas: without white space.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
    """
    return sum(not character.isspace() for character in text(document))


def _statement(statement: Json) -> Json:
    if not isinstance(statement, Mapping):
        return statement
    return {key: _alternatives(value) if key in _UNORDERED else value for key, value in sorted(statement.items())}


def _alternatives(value: Json) -> Json:
    """Sort what is a set at any depth: `Condition` nests two levels, `Principal` one."""
    if isinstance(value, str):
        return value
    if isinstance(value, _MAPPINGS):
        return {key: _alternatives(inner) for key, inner in sorted(value.items())}
    if isinstance(value, Sequence):
        unique = {each if isinstance(each, str) else json.dumps(each, sort_keys=True): each for each in value}
        ordered = tuple(unique[key] for key in sorted(unique))
        return ordered[0] if len(ordered) == 1 else ordered
    return value
