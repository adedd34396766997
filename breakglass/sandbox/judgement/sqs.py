"""What the operations of SQS ask: a queue's policy is asked as well.

https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsqs.html
"""

import re
from collections.abc import Iterator

from breakglass.sandbox.judgement.ask import Ask, CannotJudgeError, request_tags
from breakglass.sandbox.judgement.held import Held
from breakglass.sandbox.judgement.place import Place
from breakglass.sandbox.request import Request
from breakglass.sandbox.sessions import Session

_BY_NAME = frozenset({"CreateQueue", "GetQueueUrl"})
_BY_URL = """
    DeleteMessage DeleteQueue GetQueueAttributes ListQueueTags PurgeQueue ReceiveMessage SendMessage SetQueueAttributes
    TagQueue UntagQueue
"""
_URL = re.compile(r"https?://[^/]+/(\d{12})/([A-Za-z0-9_.-]+)")


def asks(held: Held, session: Session, request: Request) -> Iterator[Ask]:
    """Yield what a call of SQS asks; raises CannotJudgeError."""
    place, parameters = Place(held.partition, session.account, request.region), request.parameters
    keys = request_tags(parameters)
    if request.action == "ListQueues":
        yield Ask(request.operation, "*", keys)
        return
    arn = _queue(place, request)
    queue = place.queue(arn)
    yield Ask(request.operation, arn, keys, str(queue.policy or "") if queue else "")
    if request.action == "CreateQueue" and "aws:TagKeys" in keys:
        yield Ask("sqs:TagQueue", arn, keys)


def _queue(place: Place, request: Request) -> str:
    if request.action in _BY_NAME:
        account = request.parameters.get("QueueOwnerAWSAccountId") or place.account
        return Place(place.partition, account, place.region).arn("sqs", request.parameters.get("QueueName", ""))
    if request.action not in _BY_URL.split():
        raise CannotJudgeError(f"{request.operation} is not modelled")
    found = _URL.fullmatch(request.parameters.get("QueueUrl", ""))
    if found is None:
        raise CannotJudgeError("QueueUrl is no URL of a queue")
    return Place(place.partition, found[1], place.region).arn("sqs", found[2])
