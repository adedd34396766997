"""A queue with the policy that says who sends to it."""

from collections.abc import Iterator

from breakglass import resources
from breakglass.documents import Document, Json
from breakglass.estate.alerting.places import Place
from breakglass.resources import Resource


def queue(place: Place, name: str, seconds: int, policy: Document) -> Iterator[Resource]:
    """Yield a queue that keeps its messages for so many seconds, encrypted by SQS itself."""
    itself: dict[str, Json] = {
        "QueueName": name,
        "MessageRetentionPeriod": seconds,
        "SqsManagedSseEnabled": True,
        "Tags": place.owner,
    }
    yield Resource(resources.QUEUE, place.scope, itself)
    yield Resource(resources.QUEUE_POLICY, place.scope, {"Queues": [name], "PolicyDocument": policy})
