"""Which account a finding concerns: what is wrong lies in one of them, whoever reported it."""

import re
from typing import Final

from breakglass import naming
from breakglass.findings import Finding
from breakglass.manifest.model import Manifest

_ACCOUNT: Final = re.compile(r"(?:arn:[^:]*:[^:]*:[^:]*:)?([0-9]{12})(?![0-9]).*", re.DOTALL)
"""An id, a scope as it is shown, or an ARN with an account in it."""

_GUARDRAILS: Final = frozenset({naming.NAMESPACE_GUARDRAIL, naming.ROLES_GUARDRAIL})


def account_of(finding: Finding, manifest: Manifest) -> str:
    """Return the id of the account a finding concerns."""
    return finding.account or account_in(finding.subject, manifest)


def account_in(subject: str, manifest: Manifest) -> str:
    """Return the id of the account a subject lies in.

    Users are those of the security account, guardrails those of the management account; what is about several accounts,
    or about none, is told of the security account, from which access starts.
    """
    of = subject.rpartition(" of ")[2]  # such as `subscription oncall@acme.example in eu-west-1 of 333333333333`
    found = _ACCOUNT.fullmatch(of) or _ACCOUNT.fullmatch(subject)
    if found:
        return found[1]
    return manifest.management_account.id if of in _GUARDRAILS else manifest.security_account
