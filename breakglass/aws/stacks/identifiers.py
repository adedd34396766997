"""By what CloudFormation knows what it takes over: every type of ours that it can import, and its identifier.

It cannot read the policies of queues and of topics, so it cannot take them over; the update that follows puts them, as
they are, where they are. The same goes for a subscription nobody has confirmed: it has no ARN yet.
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/resource-import-supported-resources.html
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from breakglass import resources
from breakglass.aws import guardrails
from breakglass.aws.alerting import keys, topics
from breakglass.aws.failures import translated, understood
from breakglass.aws.sessions import Sessions
from breakglass.resources import KINDS, Resource

Identifier = Mapping[str, str]

_BY_ARN = {
    resources.MANAGED_POLICY: "PolicyArn",
    resources.RULE: "Arn",
    resources.TOPIC: "TopicArn",
}
_BY_NAME = frozenset(
    {
        resources.ALARM,
        resources.ALIAS,
        resources.BUCKET,
        resources.BUCKET_POLICY,
        resources.EVENT_BUS,
        resources.GROUP,
        resources.ROLE,
        resources.TRAIL,
        resources.USER,
    }
)


def identifier(sessions: Sessions, resource: Resource) -> Identifier | None:
    """Return by what CloudFormation can import a resource, or None where it cannot.

    Raises DeniedError, UnavailableError or RejectedError where AWS does not tell an identifier that it has drawn.
    """
    if resource.type in _BY_ARN:
        return {_BY_ARN[resource.type]: resource.arn}
    if resource.type in _BY_NAME:
        return {KINDS[resource.type].identity: resource.name}
    look = _DRAWN.get(resource.type)
    if look is None:
        return None
    with translated(resource.scope.account, resource.subject), understood(resource.scope.account):
        return look(sessions, resource)


def _key(sessions: Sessions, resource: Resource) -> Identifier | None:
    kms = sessions.client("kms", resource.scope.account, resource.scope.region)
    found = keys.by_alias(kms)
    return {"KeyId": found["KeyId"]} if found is not None else None


def _metric_filter(_sessions: Sessions, resource: Resource) -> Identifier | None:
    return {"LogGroupName": str(resource.properties["LogGroupName"]), "FilterName": resource.name}


def _queue(sessions: Sessions, resource: Resource) -> Identifier | None:
    sqs = sessions.client("sqs", resource.scope.account, resource.scope.region)
    return {"QueueUrl": sqs.get_queue_url(QueueName=resource.name)["QueueUrl"]}


def _policy(sessions: Sessions, resource: Resource) -> Identifier | None:
    return {"Id": guardrails.id_of(sessions.client("organizations", resource.scope.account), resource.name)}


def _subscription(sessions: Sessions, resource: Resource) -> Identifier | None:
    sns = sessions.client("sns", resource.scope.account, resource.scope.region)
    wanted = (resource.properties["Protocol"], resource.name)
    for each in topics.subscriptions(sns, str(resource.properties["TopicArn"])):
        if (each["Protocol"], each["Endpoint"]) == wanted and topics.is_confirmed(each):
            return {"Arn": each["SubscriptionArn"]}
    return None


_DRAWN: Mapping[str, Callable[[Sessions, Resource], Identifier | None]] = {
    resources.KEY: _key,
    resources.METRIC_FILTER: _metric_filter,
    resources.QUEUE: _queue,
    resources.SERVICE_CONTROL_POLICY: _policy,
    resources.SUBSCRIPTION: _subscription,
}
