"""From a topic to its receivers: what may be published, who has confirmed, and which queue lets it in.

https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html
"""

import json
from datetime import datetime
from uuid import uuid4

from moto.sns.models import SNSBackend, Subscription, Topic, sns_backends
from moto.sqs.models import sqs_backends

from breakglass.iam.arns import account_of
from breakglass.sandbox.chain.authority import CLOUDWATCH, SNS, Source, may_use_key
from breakglass.sandbox.gaps.subscription_confirmation import confirm, confirmation, of_topic
from breakglass.sandbox.gaps.topic_attributes import outbox
from breakglass.sandbox.judgement.ask import Keys
from breakglass.sandbox.judgement.documents import lets_service
from breakglass.sandbox.judgement.held import Held
from breakglass.sandbox.judgement.place import Place, existing
from breakglass.sandbox.record import Mail, Record

_UNTITLED = "AWS Notification Message"
_CONFIRM = "AWS Notification - Subscription Confirmation"


class Topics:
    """The topics of the organization, and what goes out of them."""

    def __init__(self, held: Held, mail: Record[Mail], *, people_confirm: bool) -> None:
        self._held = held
        self._mail = mail
        self._people_confirm = people_confirm

    def publish(self, arn: str, subject: str, message: str, source: Source, now: datetime) -> bool:
        """Publish on behalf of a service; tell whether the topic took it."""
        place = self._place(arn)
        topic = place.topic(arn)
        if topic is None or not lets_service(topic.policy, source.service, "sns:Publish", arn, self._keys(source)):
            return False
        if not may_use_key(self._held, place, topic.kms_master_key_id, source):
            return False
        self._deliver(topic, subject, message, now)
        return True

    def flush(self, now: datetime) -> None:
        """Send out what waits: what somebody published, and the tokens of new subscriptions."""
        for backend in existing(sns_backends):
            for topic in backend.topics.values():
                while outbox(topic):
                    self._deliver(topic, *outbox(topic).pop(0), now)
                self._ask_for_confirmation(backend, topic, now)

    def confirm(self, address: str) -> int:
        """Confirm every subscription that waits for an address, unauthenticated; return how many."""
        waiting = [
            (backend, each)
            for backend in existing(sns_backends)
            for each in backend.subscriptions.values()
            if each.endpoint == address and not confirmation(each).confirmed
        ]
        for backend, each in waiting:
            confirm(backend, each.topic.arn, confirmation(each).token, authenticated=False)
        return len(waiting)

    def _place(self, arn: str) -> Place:
        return Place(self._held.partition, "", "").of(arn)

    def _keys(self, source: Source) -> Keys:
        """Return the keys of a publication; the policy topics are born with lets alarms of their account publish.

        https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html
        """
        owner: Keys = {"aws:SourceOwner": (account_of(source.arn),)} if source.service == CLOUDWATCH else {}
        return source.keys(self._held) | owner

    def _deliver(self, topic: Topic, subject: str, message: str, now: datetime) -> None:
        body = {"Type": "Notification", "MessageId": str(uuid4()), "TopicArn": topic.arn, "Message": message}
        if subject:
            body["Subject"] = subject
        for each in of_topic(topic.sns_backend, topic.arn):
            if confirmation(each).confirmed:
                raw = str(each.attributes.get("RawMessageDelivery")).lower() == "true"
                self._hand_over(each, subject or _UNTITLED, message, message if raw else _written(body, now))

    def _ask_for_confirmation(self, backend: SNSBackend, topic: Topic, now: datetime) -> None:
        for each in of_topic(backend, topic.arn):
            state = confirmation(each)
            if state.confirmed or state.told:
                continue
            state.told = True
            region = topic.sns_backend.region_name
            link = f"https://sns.{region}.amazonaws.com/?Action=ConfirmSubscription&TopicArn={topic.arn}"
            body = {"Type": "SubscriptionConfirmation", "TopicArn": topic.arn, "Token": state.token}
            told = {**body, "SubscribeURL": f"{link}&Token={state.token}", "Message": _CONFIRM}
            self._hand_over(each, _CONFIRM, told["SubscribeURL"], _written(told, now))
            if self._people_confirm:
                confirm(backend, topic.arn, state.token, authenticated=True)

    def _hand_over(self, subscription: Subscription, subject: str, text: str, body: str) -> None:
        """Give an endpoint a message: text to people, the whole body to programs."""
        if subscription.protocol != "sqs":
            said = text if subscription.protocol == "email" else body
            self._mail.add(Mail(subscription.endpoint, subject, said))
            return
        send(self._held, subscription.endpoint, body, Source(SNS, subscription.topic.arn))


def send(held: Held, queue_arn: str, body: str, source: Source, attributes: dict[str, str] | None = None) -> bool:
    """Put a message into a queue on behalf of a service; tell whether the queue took it."""
    place = Place(held.partition, "", "").of(queue_arn)
    queue = place.queue(queue_arn)
    if queue is None:
        return False
    allowed = lets_service(str(queue.policy or ""), source.service, "sqs:SendMessage", queue_arn, source.keys(held))
    if not allowed or not may_use_key(held, place, queue.attributes.get("KmsMasterKeyId") or "", source):
        return False
    told = {name: {"DataType": "String", "StringValue": value} for name, value in (attributes or {}).items()}
    sqs_backends[place.account][place.region].send_message(queue.name, body, message_attributes=told)
    return True


def _written(body: dict[str, str], now: datetime) -> str:
    return json.dumps({**body, "Timestamp": now.strftime("%Y-%m-%dT%H:%M:%S.000Z")}, indent=2)
