"""moto confirms every subscription at once. Seen in 5.2.5.

AWS sends a token to the endpoint, save where the owner of a queue subscribes it, and delivers nothing before that
token has come back.
https://docs.aws.amazon.com/sns/latest/dg/SendMessageToSQS.html
https://docs.aws.amazon.com/sns/latest/dg/sns-send-message-to-sqs-cross-account.html
https://docs.aws.amazon.com/sns/latest/api/API_Subscribe.html
"""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast

from moto.core.responses import ActionResult
from moto.sns.exceptions import SNSInvalidParameter
from moto.sns.models import SNSBackend, Subscription
from moto.sns.responses import SNSResponse

from breakglass.iam.arns import account_of

CALLER = "x-caller-account"
"""The header in which the door tells who asks, where that is another account than the topic's."""

_ATTRIBUTE = "confirmation"
_PENDING = "PendingConfirmation"


@dataclass(slots=True)
class Confirmation:
    """Whether a subscription is confirmed, by which token it would be, and whether the endpoint was told."""

    token: str
    confirmed: bool
    told: bool = False


def confirmation(subscription: Subscription) -> Confirmation:
    """Return how it stands with a subscription."""
    found: Confirmation = vars(subscription)[_ATTRIBUTE]
    return found


def of_topic(backend: SNSBackend, topic_arn: str) -> Iterator[Subscription]:
    """Yield the subscriptions of a topic."""
    yield from (each for each in backend.subscriptions.values() if each.topic.arn == topic_arn)


def confirm(backend: SNSBackend, topic_arn: str, token: str, *, authenticated: bool) -> Subscription:
    """Confirm the subscription that a token was made for; raises SNSInvalidParameter where there is none."""
    for each in of_topic(backend, topic_arn):
        state = confirmation(each)
        if secrets.compare_digest(state.token.encode(), token.encode()):
            state.confirmed = True
            each.attributes |= {_PENDING: False, "ConfirmationWasAuthenticated": authenticated}
            return each
    raise SNSInvalidParameter("Invalid token")


class SubscriptionConfirmation(SNSResponse):
    """The operations on subscriptions."""

    def subscribe(self) -> ActionResult:
        """Make a subscription, confirmed if the queue is the caller's."""
        endpoint, protocol = str(self._get_param("Endpoint")), self._get_param("Protocol")
        _check(str(protocol), endpoint)
        made = cast("dict[str, str]", super().subscribe().result)
        subscription = self.backend.subscriptions[made["SubscriptionArn"]]
        if _ATTRIBUTE not in vars(subscription):
            caller = str(self.headers.get(CALLER) or self.current_account)
            own = protocol == "sqs" and account_of(endpoint) == caller
            vars(subscription)[_ATTRIBUTE] = Confirmation(secrets.token_hex(32), confirmed=own)
            subscription.owner = caller
            subscription.attributes |= {_PENDING: not own, "ConfirmationWasAuthenticated": own, "Owner": caller}
        if confirmation(subscription).confirmed or self._get_bool_param("ReturnSubscriptionArn"):
            return ActionResult(made)
        confirmation(subscription).told = False
        return ActionResult({"SubscriptionArn": "pending confirmation"})

    def confirm_subscription(self) -> ActionResult:
        """Confirm by the token that was sent to the endpoint."""
        topic = self.backend.get_topic(self._get_param("TopicArn"))
        authenticated = bool(self._get_bool_param("AuthenticateOnUnsubscribe"))
        found = confirm(self.backend, topic.arn, str(self._get_param("Token")), authenticated=authenticated)
        return ActionResult({"SubscriptionArn": found.arn})

    def list_subscriptions_by_topic(self) -> ActionResult:
        """Show the subscriptions; those that are not confirmed have no ARN yet."""
        listed = cast("dict[str, list[Subscription]]", super().list_subscriptions_by_topic().result)
        return ActionResult({**listed, "Subscriptions": [_shown(each) for each in listed["Subscriptions"]]})

    def get_topic_attributes(self) -> ActionResult:
        """Show a topic, with the numbers of its subscriptions."""
        result = cast("dict[str, dict[str, object]]", super().get_topic_attributes().result)
        states = [confirmation(each) for each in of_topic(self.backend, self._get_param("TopicArn"))]
        confirmed = sum(each.confirmed for each in states)
        counted = {"SubscriptionsConfirmed": confirmed, "SubscriptionsPending": len(states) - confirmed}
        return ActionResult({"Attributes": {**result["Attributes"], **counted}})


def _check(protocol: str, endpoint: str) -> None:
    wrong = {
        "email": "@" not in endpoint,
        "https": not endpoint.startswith("https://"),
        "sqs": not account_of(endpoint),
    }
    if wrong.get(protocol, True):
        raise SNSInvalidParameter(f"Invalid parameter: {protocol} endpoint")


def _shown(subscription: Subscription) -> dict[str, str]:
    confirmed = confirmation(subscription).confirmed
    return {
        "SubscriptionArn": subscription.arn if confirmed else _PENDING,
        "Owner": subscription.owner,
        "Protocol": subscription.protocol,
        "Endpoint": subscription.endpoint,
        "TopicArn": subscription.topic.arn,
    }
