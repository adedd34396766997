"""What whoever makes a request chooses: keys they set in the same call, and values that policies compare those with.

A condition on nothing else keeps nobody out, if there is a choice that meets it. What a thing is like that is asked for
(its tags among that), and which service or access point a request comes through, is no choice: the playbook is about
that thing, and the way there is where people are.
https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice, product
from typing import Final

from breakglass.iam.nouns import Condition, Statement

MOST: Final = 512
"""Choices looked at: where none of so many meets all conditions, none is known to."""

_CHOSEN: Final = tuple(
    (re.compile(actions), re.compile(keys))
    for actions, keys in (
        (
            r"(?!sts:|kms:create(grant|alias))[^:]+:(allocate|copy|create|import|register|run|tag).*|rds:restore.*",
            r"aws:(requesttag/.+|tagkeys)",
        ),
        (
            r"s3:(createbucket|putbucketacl|(put|replicate|restore)object.*)",
            r"s3:(x-amz-|requestobjecttag|object-lock-).+",
        ),
        (r"s3:.*", r"s3:x-amz-content-sha256"),
        (r"s3:list.*", r"s3:(delimiter|max-keys)"),
        (r"kms:(encrypt|generatedatakey.*|reencryptto)", r"kms:encryption(algorithm|context(:.+|keys))"),
        (r"kms:creategrant", r"kms:(grantoperations|grantconstrainttype|granteeprincipal|retiringprincipal)"),
        (
            r"ec2:(runinstances|createvolume|copy(image|snapshot))",
            r"ec2:(ebsoptimized|encrypted|instancemarkettype|instancetype|kmskeyid|metadatahttp.+|tenancy|volume.+)",
        ),
        (r"rds:(create|restore).*", r"rds:(databaseclass|multiaz|piops|req-tag/.+|storagesize|vpc)"),
        (r"iam:(create(role|user)|put(role|user)permissionsboundary)", r"iam:permissionsboundary"),
    )
)
"""Actions and keys of them, in lower case: what is not here is no choice."""


def is_choice(action: str, key: str) -> bool:
    """Tell whether whoever asks for an action sets a key by themselves, and loses nothing by it."""
    return any(of.fullmatch(action.lower()) and keys.fullmatch(key) for of, keys in _CHOSEN)


def choices(statements: Iterable[Statement], keys: Iterable[str]) -> Iterator[Mapping[str, tuple[str, ...]]]:
    """Yield choices for keys: of each key nothing, or what a statement compares it with, up to `MOST` of them."""
    values: dict[str, dict[tuple[str, ...], None]] = {each: {(): None} for each in sorted(keys)}
    for condition in (each for statement in statements for each in statement.conditions):
        if condition.key in values:
            values[condition.key] |= dict.fromkeys(_compared(condition))
    for chosen in islice(product(*values.values()), MOST):
        yield dict(zip(values, chosen, strict=True))


def _compared(condition: Condition) -> Iterator[tuple[str, ...]]:
    """Yield values that a condition compares a key with, wildcards filled, and one that it does not name."""
    for each in condition.values:
        yield (each.replace("*", "x").replace("?", "x"),)
    yield ("another",)
