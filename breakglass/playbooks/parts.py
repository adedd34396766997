"""A playbook's policy in parts: what is too large for one managed policy becomes several, all attached to its role."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, TypeAlias

from breakglass.documents import Document, Json, size
from breakglass.resources import items

MOST_POLICY: Final = 6144
"""Characters of a managed policy, white space not counted.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
"""

MOST_POLICIES: Final = 10
"""Managed policies a role takes unless more were asked for: the same page."""

Division: TypeAlias = Sequence[Sequence[int]]
"""The indices of the statements that each part has."""


def division(widest: Document) -> Division:
    """Return how a policy is divided: whole statements, in their order, and one part alone if it fits.

    `widest` has the longest values for its placeholders, so that a policy is divided alike in every account and in
    templates. A statement that is too large by itself is a part of its own.
    """
    listed = statements(widest)
    groups: list[list[int]] = [[]]
    for index in range(len(listed)):
        more = [listed[each] for each in (*groups[-1], index)]
        if groups[-1] and size({**widest, "Statement": more}) > MOST_POLICY:
            groups.append([])
        groups[-1].append(index)
    return groups


def parts(document: Document, divided: Division) -> tuple[Document, ...]:
    """Return the documents of a policy that is divided so; the policy itself if it is not divided."""
    if len(divided) == 1:
        return (document,)
    listed = statements(document)
    return tuple({**document, "Statement": [listed[each] for each in group]} for group in divided)


def too_large(widest: Document) -> Iterator[tuple[int, int]]:
    """Yield the index of each statement that no managed policy has room for, and how many characters that would take.

    `widest` has the longest values for its placeholders.
    """
    for index, each in enumerate(statements(widest)):
        characters = size({**widest, "Statement": [each]})
        if characters > MOST_POLICY:
            yield index, characters


def statements(document: Document) -> Sequence[Json]:
    """Return the statements of a policy, also where there is but one and it stands without a list."""
    written = document["Statement"]
    return (written,) if isinstance(written, Mapping) else items(written)
