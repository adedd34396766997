"""What the operations of Security Hub ask: of an import the product whose findings they are, of all else the hub.

https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssecurityhub.html
"""

from collections.abc import Iterator

from breakglass.sandbox.judgement.ask import Ask, CannotJudgeError, Keys, listed
from breakglass.sandbox.judgement.held import Held
from breakglass.sandbox.judgement.place import Place
from breakglass.sandbox.request import Request
from breakglass.sandbox.sessions import Session

_OF_THE_HUB = frozenset({"BatchUpdateFindings", "EnableSecurityHub", "GetFindings"})


def asks(held: Held, session: Session, request: Request) -> Iterator[Ask]:
    """Yield what a call of Security Hub asks; raises CannotJudgeError."""
    place = Place(held.partition, session.account, request.region)
    if request.action in _OF_THE_HUB:
        yield Ask(request.operation, place.arn("securityhub", "hub/default"))
        return
    findings = tuple(listed(request.parameters, "Findings"))
    if request.action != "BatchImportFindings" or not findings:
        raise CannotJudgeError(f"{request.operation} of this is not modelled")
    for product, account in sorted({(each.get("ProductArn", ""), each.get("AwsAccountId", "")) for each in findings}):
        keys: Keys = {"securityhub:TargetAccount": (account,)}
        yield Ask(request.operation, product, keys, account=session.account)
