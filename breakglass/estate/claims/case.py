"""A claim, the cases it is made of, and the reference documents every room of claims needs.

A reference says what may be allowed at most. It is written in this package and depends on no document that is judged.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from breakglass import naming
from breakglass.documents import Document, Json
from breakglass.estate.access import Access
from breakglass.estate.documents import document
from breakglass.iam.prove import Verdict
from breakglass.manifest.model import Manifest


@dataclass(frozen=True, slots=True)
class Case:
    """A claim about one subject. Cases of one `likeness` ask the same, which is asked once."""

    subject: str
    likeness: str
    judge: Callable[[], Verdict]


Cases: TypeAlias = Callable[[Manifest, Access], Iterator[Case]]


@dataclass(frozen=True, slots=True)
class Claim:
    """One sentence about every set-up, and the demand it answers, by its id in docs/reference/controls.md."""

    id: str
    sentence: str
    source: str
    cases: Cases
    supposing: str = ""
    """What is supposed of the layers it does not rest on; the documents of a counterexample say the same."""
    playbook: str = ""
    """The playbook of the security account it is about: where the manifest has none such, nothing is claimed."""


def allow(actions: Json, resource: Json = "*", condition: Json = None) -> Document:
    """Return a statement that allows."""
    statement: dict[str, Json] = {"Effect": "Allow", "Action": actions, "Resource": resource}
    return {**statement, "Condition": condition} if condition else statement


def deny(actions: Json, resource: Json = "*") -> Document:
    """Return a statement that denies."""
    return {"Effect": "Deny", "Action": actions, "Resource": resource}


ANYTHING = document(allow("*"))
NOTHING = document()


def delegation(partition: str, account: str) -> Document:
    """Return the resource policy of whatever leaves it to an account whom it lets in, roles and keys included.

    What a principal may do in other accounts depends on both sides; this is the one that stops nobody.
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html
    """
    return document({**allow("*"), "Principal": {"AWS": naming.root_arn(partition, account)}})
