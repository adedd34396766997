"""What the operations of Account Management ask, of the caller's own account.

https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsaccountmanagement.html
"""

from collections.abc import Iterator

from breakglass.sandbox.judgement.ask import Ask, CannotJudgeError, Keys
from breakglass.sandbox.judgement.held import Held
from breakglass.sandbox.request import Request
from breakglass.sandbox.sessions import Session

_REGIONS = frozenset({"EnableRegion", "ListRegions"})
_CONTACTS = frozenset({"DeleteAlternateContact", "GetAlternateContact", "PutAlternateContact"})
_KEYS = {"AlternateContactType": "account:AlternateContactTypes", "RegionName": "account:TargetRegion"}


def asks(held: Held, session: Session, request: Request) -> Iterator[Ask]:
    """Yield what a call of Account Management asks; raises CannotJudgeError."""
    if request.action not in _REGIONS | _CONTACTS or "AccountId" in request.parameters:
        about = " of another account" if "AccountId" in request.parameters else ""
        raise CannotJudgeError(f"{request.operation}{about} is not modelled")
    keys: Keys = {key: (request.parameters[name],) for name, key in _KEYS.items() if name in request.parameters}
    yield Ask(request.operation, f"arn:{held.partition}:account::{session.account}:account", keys)
