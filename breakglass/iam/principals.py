"""Who asks, what AWS says of them by itself, and whom a Principal element means.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from typing import Final, TypeAlias

from breakglass.errors import UsageError
from breakglass.iam.arns import ACCOUNT
from breakglass.iam.nouns import UNKNOWN, Context, Principals, Values
from breakglass.iam.truth import MAYBE, NO, YES, Truth


class Kind(Enum):
    """The kinds of principals that make requests; the value is aws:PrincipalType, where AWS documents one."""

    USER = "User"
    ROLE = "AssumedRole"
    FEDERATED_USER = "FederatedUser"
    ROOT = "Account"
    SERVICE = ""
    PROVIDER = "(provider)"


@dataclass(frozen=True, slots=True)
class Requester:
    """A principal taken apart: `name` is the user's, role's or federated user's, `session` a role session's.

    `account` is empty for a service and for a provider outside IAM; `derived` holds the condition keys that AWS sets
    from the principal alone.
    """

    kind: Kind
    arn: str
    account: str = ""
    name: str = ""
    session: str = ""
    derived: tuple[tuple[str, Values], ...] = ()


_ARN: Final = re.compile(r"arn:(aws[a-z-]*):(iam|sts)::([0-9]{12}):([^:*?]+(?::[^*?]*)?)")
_SERVICE: Final = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)*\.amazonaws\.com(\.cn)?")
_WEB_PROVIDERS: Final = frozenset(
    {"accounts.google.com", "cognito-identity.amazonaws.com", "graph.facebook.com", "www.amazon.com"}
)
_PATH_NOT_IN_SESSION: Final = ("AWSReservedSSO_", "AWSServiceRoleFor")
"""Roles that lie under a path of AWS's own, which the ARN of their session does not show."""

_SERVICE_LINKED: Final = ":role/aws-service-role/"


@lru_cache(maxsize=65536)
def requester(principal: str) -> Requester:
    """Take a principal apart. Raises UsageError for one that is not modelled."""
    if principal in _WEB_PROVIDERS:
        return Requester(Kind.PROVIDER, principal)
    if _SERVICE.fullmatch(principal):
        derived = {"aws:principalisawsservice": "true", "aws:principalservicename": principal}
        return Requester(Kind.SERVICE, principal, derived=tuple((key, (value,)) for key, value in derived.items()))
    found = _ARN.fullmatch(principal)
    if found:
        _, service, account, resource = found.groups()
        built = _of_iam(principal, account, resource) if service == "iam" else _of_sts(principal, account, resource)
        if built:
            return built
    raise UsageError(
        f"not a principal that makes requests: {principal}",
        subject=principal,
        advice="give the ARN of a user, role, role session, federated user, account root or identity provider, "
        "or a service principal",
    )


def is_service_linked(who: Requester, context: Context) -> bool:
    """Tell whether the role is a service-linked one, by the path that is reserved for them.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html
    """
    if who.kind is not Kind.ROLE:
        return False
    arns = context.get("aws:principalarn", ())
    return _SERVICE_LINKED in who.arn or (len(arns) == 1 and _SERVICE_LINKED in arns[0])


def _of_iam(arn: str, account: str, resource: str) -> Requester | None:
    kind, _, path = resource.partition("/")
    name = path.rpartition("/")[2]
    if resource == "root":
        return Requester(Kind.ROOT, arn, account, derived=_derived(Kind.ROOT, arn, account))
    if not name:
        return None
    if kind == "user":
        return Requester(Kind.USER, arn, account, name, derived=_derived(Kind.USER, arn, account, name))
    if kind == "role":
        return Requester(Kind.ROLE, arn, account, name, derived=_derived(Kind.ROLE, arn, account))
    if kind in ("saml-provider", "oidc-provider"):
        return Requester(Kind.PROVIDER, arn, account)
    return None


def _of_sts(arn: str, account: str, resource: str) -> Requester | None:
    kind, _, rest = resource.partition("/")
    name, _, session = rest.partition("/")
    if kind == "assumed-role" and name and session and "/" not in session:
        role = arn.replace(":sts:", ":iam:", 1).replace(f":{resource}", f":role/{name}")
        return Requester(Kind.ROLE, arn, account, name, session, _derived(Kind.ROLE, role, account))
    if kind == "federated-user" and name and not session:
        return Requester(Kind.FEDERATED_USER, arn, account, name, derived=_derived(Kind.FEDERATED_USER, arn, account))
    return None


def _derived(kind: Kind, arn: str, account: str, username: str = "") -> tuple[tuple[str, Values], ...]:
    """Return the keys; that of a session's role is its ARN without a path, which the caller's context may correct."""
    hidden = arn.rpartition(":role/")[2].startswith(_PATH_NOT_IN_SESSION)
    keys: list[tuple[str, Values]] = [
        ("aws:principalarn", UNKNOWN if hidden else (arn,)),
        ("aws:principalaccount", (account,)),
        ("aws:principaltype", (kind.value,)),
        ("aws:principalisawsservice", ("false",)),
    ]
    return (*keys, ("aws:username", (username,))) if username else tuple(keys)


KINDS: Final = ("AWS", "Service", "Federated", "CanonicalUser")
"""The kinds of entries a Principal element may hold."""


class Grade(Enum):
    """How directly an element names the requester: it settles which other policies still limit an Allow.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
    """

    DIRECT = 0
    """The user, the session, the service, or everyone: nothing of the principal's own is asked."""
    ROLE = 1
    """The role of the session: its boundary and session policies still limit."""
    ACCOUNT = 2
    """The account, which leaves it to the principal's own policies."""


Grades: TypeAlias = tuple[Truth, Truth, Truth]
"""Whether an element means the requester, by grade."""

NOBODY: Final[Grades] = (NO, NO, NO)
_DIRECT: Final[Grades] = (YES, NO, NO)
_ROLE: Final[Grades] = (NO, YES, NO)
_BY_ACCOUNT: Final[Grades] = (NO, NO, YES)
_PERHAPS: Final[Grades] = (MAYBE, NO, NO)
_NAMED: Final = re.compile(
    r"arn:aws[a-z-]*:(iam|sts)::([0-9]{12}):(root|(?:user|role|assumed-role|federated-user)/[^*?]+)"
)


def grades(element: Principals, who: Requester) -> Grades:
    """Return whether a Principal element means the requester, and how directly."""
    found = [_entry(kind, value, who) for kind, value in element.entries]
    return max(each[0] for each in found), max(each[1] for each in found), max(each[2] for each in found)


def exempts(element: Principals, who: Requester) -> Truth:
    """Return whether a NotPrincipal element leaves the requester out.

    AWS asks for the whole chain to be listed, account, role and session, or account and user: with a part of it
    only, it depends on the service.
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html
    """
    direct, role, account = grades(element, who)
    if MAYBE in (direct, role, account):
        return MAYBE
    if who.kind in (Kind.SERVICE, Kind.PROVIDER) or ("AWS", "*") in element.entries:
        return direct
    chain = {Kind.ROOT: (account,), Kind.ROLE: (direct, role, account)}.get(who.kind, (direct, account))
    listed = {each == YES for each in chain}
    return MAYBE if len(listed) == 2 else YES if True in listed else NO


def _entry(kind: str, value: str, who: Requester) -> Grades:
    if kind == "AWS":
        return _aws(value, who)
    if kind == "Service":
        return _DIRECT if who.kind is Kind.SERVICE and who.arn == value and value != "*" else NOBODY
    if kind == "Federated":
        return _federated(value, who)
    return _PERHAPS


def _federated(value: str, who: Requester) -> Grades:
    """A provider is meant by name; whether a role's session came through one is not modelled."""
    if who.kind is Kind.PROVIDER:
        return _DIRECT if who.arn == value else NOBODY
    return _PERHAPS if who.kind is Kind.ROLE else NOBODY


def _aws(value: str, who: Requester) -> Grades:
    if value == "*":
        return _DIRECT
    if ACCOUNT.fullmatch(value):
        return _account(value, who)
    found = _NAMED.fullmatch(value)
    if not found:
        return _PERHAPS
    _, account, resource = found.groups()
    if resource == "root":
        return _account(account, who)
    if account != who.account:
        return NOBODY
    return _NAMES[resource.partition("/")[0]](value, resource, who)


def _account(account: str, who: Requester) -> Grades:
    if account != who.account or who.kind is Kind.PROVIDER:
        return NOBODY
    return _BY_ACCOUNT


def _user(value: str, _resource: str, who: Requester) -> Grades:
    """A federated user's ARN does not say which user it comes from, and that user's ARN would mean it."""
    if who.kind is Kind.FEDERATED_USER:
        return (NO, MAYBE, NO)
    return _DIRECT if who.kind is Kind.USER and value == who.arn else NOBODY


def _role(value: str, resource: str, who: Requester) -> Grades:
    """A role's name is unique in its account, and its path is not part of the session's ARN."""
    if who.kind is not Kind.ROLE:
        return NOBODY
    if not who.session:
        return _ROLE if value == who.arn else NOBODY
    return _ROLE if resource.rpartition("/")[2] == who.name else NOBODY


def _session(value: str, resource: str, who: Requester) -> Grades:
    """Of a role without a session it is not known whether it is this session."""
    if who.kind is not Kind.ROLE:
        return NOBODY
    if not who.session:
        return _PERHAPS if resource.split("/")[1] == who.name else NOBODY
    return _DIRECT if value == who.arn else NOBODY


def _federated_user(value: str, _resource: str, who: Requester) -> Grades:
    return _DIRECT if who.kind is Kind.FEDERATED_USER and value == who.arn else NOBODY


_NAMES: Final[dict[str, Callable[[str, str, Requester], Grades]]] = {
    "user": _user,
    "role": _role,
    "assumed-role": _session,
    "federated-user": _federated_user,
}
