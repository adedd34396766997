"""moto lets CreateRole pass any trust policy, and all identity policies name principals. Seen in 5.2.1 and 5.2.5.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
"""

import json
import re
from collections.abc import Iterator, Mapping

from moto.iam.exceptions import MalformedPolicyDocument
from moto.iam.policy_validation import IAMPolicyDocumentValidator, IAMTrustPolicyDocumentValidator

from breakglass.sandbox.gaps.asked import Asked

TRUST = {"CreateRole": "AssumeRolePolicyDocument", "UpdateAssumeRolePolicy": "PolicyDocument"}
"""The operations that set a trust policy, and the parameter that holds it."""

IDENTITY = frozenset({"CreatePolicy", "CreatePolicyVersion", "PutGroupPolicy", "PutRolePolicy", "PutUserPolicy"})
_PRINCIPALS = frozenset({"AWS", "CanonicalUser", "Federated", "Service"})


def check(asked: Asked) -> None:
    """Refuse documents that do not follow the grammar."""
    if asked.action in TRUST:
        check_trust(asked.text(TRUST[asked.action]))
    elif asked.action in IDENTITY:
        check_identity(asked.text("PolicyDocument"))


def check_trust(document: str) -> None:
    """Refuse what is no trust policy; raises MalformedPolicyDocument."""
    IAMTrustPolicyDocumentValidator(document).validate()
    for statement in _checked(document):
        _whom(statement)


def check_identity(document: str) -> None:
    """Refuse what is no policy of an identity or a session; raises MalformedPolicyDocument."""
    IAMPolicyDocumentValidator(document).validate()
    for statement in _checked(document):
        if "Principal" in statement or "NotPrincipal" in statement:
            raise MalformedPolicyDocument("Policy document should not specify a principal.")


def statements(document: str) -> Iterator[Mapping[str, object]]:
    """Yield the statements of a document that follows the grammar."""
    listed = json.loads(document)["Statement"]
    yield from [listed] if isinstance(listed, dict) else listed


def _checked(document: str) -> Iterator[Mapping[str, object]]:
    for statement in statements(document):
        if not re.fullmatch(r"[0-9A-Za-z]*", str(statement.get("Sid", ""))):
            raise MalformedPolicyDocument("Statement IDs (SID) must be alpha-numeric.")
        yield statement


def _whom(statement: Mapping[str, object]) -> None:
    named = statement.get("Principal", statement.get("NotPrincipal"))
    if named != "*" and not (isinstance(named, Mapping) and named and _PRINCIPALS.issuperset(named)):
        raise MalformedPolicyDocument("AssumeRolepolicy contained an invalid principal, or none.")
