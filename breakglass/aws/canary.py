"""What the canary does in AWS: a role assumed without a person, an alarm looked at, a queue listened to."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection
from datetime import UTC
from typing import TYPE_CHECKING

from breakglass import naming
from breakglass.aws.failures import translated, understood
from breakglass.aws.sessions import Sessions
from breakglass.errors import CredentialsError, DeniedError, RejectedError
from breakglass.facts import AlarmState
from breakglass.manifest.model import Manifest
from breakglass.resources import TOPIC, Resource, Scope

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

_HIDDEN = 30
"""Seconds a message is kept from whoever asks next, so that the next batch is another one."""

_BATCHES = 500
"""Batches of at most ten messages read at a time: more than a storm of alarms leaves in an hour."""

_SHORTEST = 900
"""Seconds a session of the canary lasts: the least there is.

https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
"""


class AwsCanary:
    """The canary of a manifest, with the sessions given; see `cloud.Canary`. It is for one thread."""

    def __init__(self, sessions: Sessions, manifest: Manifest) -> None:
        self._sessions = sessions
        self._manifest = manifest
        self._heard: defaultdict[Scope, dict[str, str]] = defaultdict(dict)

    def assume(self, region: str, role: str, session: str) -> DeniedError | None:
        """Assume a role as the verification role, through STS in a region; return the denial, if it is denied."""
        manifest = self._manifest
        verification = naming.verification_arn(manifest.partition, manifest.audit_account)
        sts = self._sessions.become(verification, region, session)
        account = role.split(":")[4]
        advice = f"see that {role} exists and trusts {verification}, and that no service control policy forbids it"
        try:
            with translated(account, role, if_denied=advice):
                sts.assume_role(RoleArn=role, RoleSessionName=session, DurationSeconds=_SHORTEST)
        except CredentialsError:
            raise
        except DeniedError as denial:
            return denial
        return None

    def alarm(self, name: str) -> AlarmState:
        """Return the state of an alarm of the net; RejectedError where there is none.

        https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricAlarm.html
        """
        trail = self._manifest.trail
        cloudwatch = self._sessions.client("cloudwatch", trail.account, trail.region)
        with translated(trail.account, name), understood(trail.account):
            found = cloudwatch.describe_alarms(AlarmNames=[name], AlarmTypes=["MetricAlarm"])["MetricAlarms"]
            if found:
                since = found[0].get("StateTransitionedTimestamp", found[0]["StateUpdatedTimestamp"])
                return AlarmState(found[0]["StateValue"], since.astimezone(UTC))
        repair = f"`breakglass {self._manifest.writer}`"
        advice = f"{repair} makes it again; see with `breakglass activity` what was done meanwhile"
        raise RejectedError(
            f"there is no alarm {name} in {trail.region} of {trail.account}", subject=name, advice=advice
        )

    def heard(self, scope: Scope) -> Collection[str]:
        """Return what the canary's queue in a region of an account has heard; messages are left to be deleted by age.

        A message is hidden for a moment and remembered here, so that none is read for ever while others wait.
        https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html
        """
        sqs = self._sessions.client("sqs", scope.account, scope.region)
        known = self._heard[scope]
        topic = Resource(TOPIC, scope, {"TopicName": naming.ALERTS}).arn
        with translated(scope.account, f"the queue {naming.CANARY_QUEUE} in {scope.region}"), understood(scope.account):
            url = sqs.get_queue_url(QueueName=naming.CANARY_QUEUE)["QueueUrl"]
            for _ in range(_BATCHES):
                batch = _batch(sqs, url)
                known.update({each: _told(body, topic) for each, body in batch.items()})
                if not batch:
                    break
        return known.values()


def _batch(sqs: SQSClient, url: str) -> dict[str, str]:
    """Return at most ten messages by their ids."""
    answer = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, VisibilityTimeout=_HIDDEN)
    return {each["MessageId"]: each["Body"] for each in answer.get("Messages", ())}


def _told(body: str, topic: str) -> str:
    """Return what the topic told; nothing of what anybody else put there.

    https://docs.aws.amazon.com/sns/latest/dg/sns-sqs-as-subscriber.html
    """
    try:
        envelope = json.loads(body)
    except (ValueError, RecursionError):
        return ""
    if not isinstance(envelope, dict) or (envelope.get("Type"), envelope.get("TopicArn")) != ("Notification", topic):
        return ""
    return str(envelope.get("Message", ""))
