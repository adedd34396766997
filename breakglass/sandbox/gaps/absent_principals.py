"""moto takes trust in users and roles that do not exist; IAM refuses it. Seen in 5.2.1 and 5.2.5.

Account roots, services and `*` always exist; of accounts outside the organization nothing is known, so their
principals pass.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
"""

import re
from collections.abc import Iterator, Mapping

from moto.iam.exceptions import MalformedPolicyDocument
from moto.iam.models import IAMBackend, Role, User, iam_backends

from breakglass.sandbox.gaps.asked import Asked
from breakglass.sandbox.gaps.document_syntax import TRUST, statements

_ACCOUNT = re.compile(r"\d{12}")
_ARN = re.compile(r"arn:(?P<partition>[\w-]+):(?:iam|sts)::(?P<account>\d{12}):(?P<kind>[\w-]+)(?P<rest>/[^*?]+)?")


def check(asked: Asked) -> None:
    """Refuse a trust policy that names a principal which does not exist."""
    if asked.action not in TRUST:
        return
    for principal in _principals(asked.text(TRUST[asked.action])):
        if principal != "*" and not _ACCOUNT.fullmatch(principal) and not _exists(asked.backend, principal):
            raise MalformedPolicyDocument(f'Invalid principal in policy: "AWS":"{principal}"')


def _principals(document: str) -> Iterator[str]:
    for statement in statements(document):
        named = statement.get("Principal", statement.get("NotPrincipal"))
        listed = named.get("AWS", ()) if isinstance(named, Mapping) else ()
        yield from [listed] if isinstance(listed, str) else listed


def _exists(asking: IAMBackend, principal: str) -> bool:
    arn = _ARN.fullmatch(principal)
    if arn is None or arn["partition"] != asking.partition:
        return False
    kind, rest = arn["kind"], arn["rest"] or ""
    if kind == "root":
        return not rest
    if arn["account"] not in iam_backends:
        return bool(rest)
    backend = iam_backends[arn["account"]][asking.partition]
    if kind == "assumed-role":
        return any(rest.split("/")[1] == role.name for role in backend.roles.values())
    held: tuple[Role | User, ...] = (*backend.roles.values(), *backend.users.values())
    return any(each.arn == principal for each in held)
