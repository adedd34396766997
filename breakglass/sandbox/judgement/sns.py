"""What the operations of SNS ask: a topic's policy is asked as well.

https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsns.html
"""

from collections.abc import Iterator, Mapping

from moto.sns.models import Topic

from breakglass.sandbox.judgement.ask import Ask, CannotJudgeError, Keys, request_tags
from breakglass.sandbox.judgement.held import Held
from breakglass.sandbox.judgement.place import Place
from breakglass.sandbox.request import Request
from breakglass.sandbox.sessions import Session

_ROWS = {
    "TopicArn": """
        ConfirmSubscription DeleteTopic GetTopicAttributes ListSubscriptionsByTopic Publish SetTopicAttributes Subscribe
    """,
    "ResourceArn": "ListTagsForResource TagResource UntagResource",
    "SubscriptionArn": "GetSubscriptionAttributes Unsubscribe",
}
_TOPIC = {action: parameter for parameter, row in _ROWS.items() for action in row.split()}
"""Operation -> the parameter that names its topic; the ARN of a subscription begins with the topic's."""

_BEARER = (
    '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}]}'
)
"""Who has the token of a subscription may confirm it, whosoever the topic is.

https://docs.aws.amazon.com/sns/latest/api/API_ConfirmSubscription.html
"""


def asks(held: Held, session: Session, request: Request) -> Iterator[Ask]:
    """Yield what a call of SNS asks; raises CannotJudgeError."""
    place = Place(held.partition, session.account, request.region)
    keys = {**request_tags(request.parameters), **_keys(session, request.parameters)}
    if request.action == "ListTopics":
        yield Ask(request.operation, "*", keys)
    elif request.action == "CreateTopic":
        yield from _created(place, request, keys)
    elif request.action in _TOPIC:
        arn = ":".join(request.parameters.get(_TOPIC[request.action], "").split(":")[:6])
        if arn.count(":") < 5 or "*" in arn or "?" in arn:
            raise CannotJudgeError(f"{_TOPIC[request.action]} is no ARN")
        topic = place.topic(arn)
        policy = _BEARER if request.action == "ConfirmSubscription" else topic.policy if topic else ""
        yield Ask(request.operation, arn, keys, policy)
        if request.action == "Publish" and topic is not None:
            yield from _encrypted(place.of(arn), topic)
    else:
        raise CannotJudgeError(f"{request.operation} is not modelled")


def _encrypted(place: Place, topic: Topic) -> Iterator[Ask]:
    """Yield what is asked of the key of a topic on behalf of who publishes.

    https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
    """
    key = place.key(topic.kms_master_key_id) if topic.kms_master_key_id else None
    if key is not None:
        for action in ("kms:GenerateDataKey", "kms:Decrypt"):
            yield Ask(action, key.arn, policy=str(key.policy))


def _created(place: Place, request: Request, keys: Keys) -> Iterator[Ask]:
    arn = place.arn("sns", request.parameters.get("Name", ""))
    yield Ask(request.operation, arn, keys)
    if "aws:TagKeys" in keys:
        yield Ask("sns:TagResource", arn, keys)


def _keys(session: Session, parameters: Mapping[str, str]) -> Keys:
    """Return the keys of SNS; AWS:SourceOwner, in the policy topics are born with, is the caller's account.

    https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html
    """
    keys: Keys = {"aws:SourceOwner": (session.account,)}
    given = {"sns:Protocol": parameters.get("Protocol"), "sns:Endpoint": parameters.get("Endpoint")}
    return keys | {name: (value,) for name, value in given.items() if value}
