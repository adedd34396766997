"""What the operations of IAM Access Analyzer ask.

https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsiamaccessanalyzer.html
"""

from collections.abc import Iterator

from breakglass.sandbox.judgement.ask import Ask, CannotJudgeError, request_tags
from breakglass.sandbox.judgement.held import Held
from breakglass.sandbox.judgement.place import Place
from breakglass.sandbox.request import Request
from breakglass.sandbox.sessions import Session

_BY_ARN = frozenset({"ListFindings", "UpdateFindings"})
_OF_NOTHING = frozenset({"CheckAccessNotGranted", "CheckNoNewAccess", "ListAnalyzers", "ValidatePolicy"})


def asks(held: Held, session: Session, request: Request) -> Iterator[Ask]:
    """Yield what a call of IAM Access Analyzer asks; raises CannotJudgeError."""
    place, keys = Place(held.partition, session.account, request.region), request_tags(request.parameters)
    yield Ask(request.operation, _resource(place, request), keys)


def _resource(place: Place, request: Request) -> str:
    action, parameters = request.action, request.parameters
    if action in _OF_NOTHING:
        return "*"
    if action == "CreateAnalyzer":
        return place.arn("access-analyzer", f"analyzer/{parameters.get('analyzerName', '')}")
    if action == "DeleteAnalyzer":
        return place.arn("access-analyzer", request.path.removeprefix("/"))
    if action in _BY_ARN:
        return parameters.get("analyzerArn", "")
    raise CannotJudgeError(f"{request.operation} is not modelled")
