"""What the operations of AWS Sign-In on resource policies ask, of the caller's own account.

https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssignin.html
"""

from collections.abc import Iterator

from breakglass.sandbox.judgement.ask import Ask, CannotJudgeError
from breakglass.sandbox.judgement.held import Held
from breakglass.sandbox.request import Request
from breakglass.sandbox.sessions import Session

_POLICY = frozenset(
    {
        "DeleteConsoleAuthorizationConfiguration",
        "DeleteResourcePermissionStatement",
        "GetConsoleAuthorizationConfiguration",
        "GetResourcePolicy",
        "ListResourcePermissionStatements",
        "PutConsoleAuthorizationConfiguration",
        "PutResourcePermissionStatement",
    }
)


def asks(_held: Held, session: Session, request: Request) -> Iterator[Ask]:
    """Yield what a call of AWS Sign-In asks; raises CannotJudgeError."""
    target = request.parameters.get("targetId", session.account)
    if request.action not in _POLICY or target != session.account:
        about = " of another account" if target != session.account else ""
        raise CannotJudgeError(f"{request.operation}{about} is not modelled")
    yield Ask(request.operation, "*", account=session.account)
