"""A topic that tells people, with all it takes: its key, its policy, and everybody the manifest names."""

from collections.abc import Iterator

from breakglass import naming, resources
from breakglass.documents import Document, Json
from breakglass.estate.alerting import documents
from breakglass.estate.alerting.places import Place, arn
from breakglass.estate.alerting.queues import queue
from breakglass.manifest.model import Alerts
from breakglass.resources import Resource

_HOUR = 3600


def topic(place: Place, service: str, policy: Document) -> Iterator[Resource]:
    """Yield a topic that one service of AWS publishes to, under a policy.

    Encrypted with a key of our own: AWS's key lets no service publish.
    https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
    """
    scope = place.scope
    key: dict[str, Json] = {
        "Description": naming.ALERTS,
        "KeyPolicy": documents.key(scope, service, scope.account),
        "EnableKeyRotation": True,
        "Tags": place.owner,
    }
    alias: dict[str, Json] = {"AliasName": naming.ALERTS_KEY, "TargetKeyId": naming.ALERTS}
    itself: dict[str, Json] = {
        "TopicName": naming.ALERTS,
        "DisplayName": "Break-glass",
        "KmsMasterKeyId": naming.ALERTS_KEY,
        "Tags": place.owner,
    }
    yield Resource(resources.KEY, scope, key)
    yield Resource(resources.ALIAS, scope, alias)
    yield Resource(resources.TOPIC, scope, itself)
    yield Resource(resources.TOPIC_POLICY, scope, {"Topics": [topic_arn(place)], "PolicyDocument": policy})
    # It hears what people hear, for an hour: what the canary waits for comes out here.
    yield from queue(place, naming.CANARY_QUEUE, _HOUR, documents.canary_queue(place))
    canary = ("sqs", arn(scope, "sqs", naming.CANARY_QUEUE))
    for protocol, endpoint in (*receivers(place.manifest.alerts), canary):
        subscription: dict[str, Json] = {"TopicArn": topic_arn(place), "Protocol": protocol, "Endpoint": endpoint}
        yield Resource(resources.SUBSCRIPTION, scope, subscription)


def receivers(alerts: Alerts) -> Iterator[tuple[str, str]]:
    """Yield whom every topic tells: the protocol and the endpoint, as SNS calls them."""
    yield from (("email", each) for each in alerts.email)
    yield from (("https", each) for each in alerts.https)
    yield from (("sqs", each) for each in alerts.sqs)


def topic_arn(place: Place) -> str:
    """Return the ARN of the topic of a place."""
    return arn(place.scope, "sns", naming.ALERTS)
