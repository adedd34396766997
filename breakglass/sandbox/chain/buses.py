"""The fast channel: event buses, their rules, and what the targets of a rule get.

Events of CloudTrail reach the default bus of their account and region; a rule may send them on to one other bus. What
a target does not take goes to its dead-letter queue.
https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-cloudtrail.html
https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-cross-account.html
https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html
"""

import json
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache

from moto.events.models import EventBus, Rule, events_backends

from breakglass.sandbox.chain.authority import EVENTS, Source, may_by_role
from breakglass.sandbox.chain.topics import Topics, send
from breakglass.sandbox.chain.transformer import rendered
from breakglass.sandbox.cloudtrail.event import SIGN_IN, Event
from breakglass.sandbox.gaps.bus_policies import policy
from breakglass.sandbox.judgement.ask import Ask
from breakglass.sandbox.judgement.decide import Moment
from breakglass.sandbox.judgement.held import Held
from breakglass.sandbox.judgement.place import Place
from breakglass.trail import event_pattern

ALL = "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"
"""The state of a rule that sees read-only management events as well.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-cloudtrail-management.html
"""

_TYPES = {SIGN_IN: "AWS Console Sign In via CloudTrail", "AwsServiceEvent": "AWS Service Event via CloudTrail"}
_CALL = "AWS API Call via CloudTrail"
_CACHED = 512
_ACCESS, _TARGET = "NO_PERMISSIONS", "INVALID_TARGET"


class Buses:
    """The event buses of the organization."""

    def __init__(self, held: Held, topics: Topics) -> None:
        self._held = held
        self._topics = topics

    def take(self, event: Event, now: datetime) -> None:
        """Put an event of CloudTrail upon the default bus of its account and region."""
        account, region = str(event["recipientAccountId"]), str(event["awsRegion"])
        backend = events_backends[account].get(region) if account in events_backends else None
        if backend is not None and backend.event_buses["default"].rules:
            self._put(backend.event_buses["default"], _enveloped(event), now, forwarded=False)

    def _put(self, bus: EventBus, event: Event, now: datetime, *, forwarded: bool) -> None:
        for rule in tuple(bus.rules.values()):
            if _fires(rule, event):
                for target in tuple(rule.targets):
                    failure = self._send(rule, target, event, now, forwarded=forwarded)
                    if failure:
                        self._bury(rule, target, event, failure)

    def _send(self, rule: Rule, target: Mapping[str, str], event: Event, now: datetime, *, forwarded: bool) -> str:
        """Give a target an event; return why it did not get it, or nothing."""
        arn, source = target["Arn"], Source(EVENTS, rule.arn)
        service = arn.split(":")[2]
        if service == "events" and not forwarded:
            return self._forward(rule, target, event, now)
        body = rendered(target, event, rule.arn)
        if service == "sns":
            return "" if self._topics.publish(arn, "", body, source, now) else _ACCESS
        if service == "sqs":
            return "" if send(self._held, arn, body, source) else _ACCESS
        return _TARGET

    def _forward(self, rule: Rule, target: Mapping[str, str], event: Event, now: datetime) -> str:
        """Send an event to another bus, by the role of the target and the policy of the bus."""
        arn, role = target["Arn"], target.get("RoleArn", "")
        place = Place(self._held.partition, "", "").of(arn)
        bus = place.bus(arn)
        if bus is None:
            return _TARGET
        asked = Ask("events:PutEvents", arn, policy=policy(bus))
        if not may_by_role(self._held, role, Source(EVENTS, rule.arn), asked, Moment(now, place.region)):
            return _ACCESS
        self._put(bus, event, now, forwarded=True)
        return ""

    def _bury(self, rule: Rule, target: Mapping[str, object], event: Event, why: str) -> None:
        grave = target.get("DeadLetterConfig")
        if isinstance(grave, Mapping):
            told = {"RULE_ARN": rule.arn, "TARGET_ARN": str(target["Arn"]), "ERROR_CODE": why}
            send(self._held, str(grave["Arn"]), json.dumps(event), Source(EVENTS, rule.arn), told)


def _enveloped(event: Event) -> Event:
    return {
        "version": "0",
        "id": event["eventID"],
        "detail-type": _TYPES.get(str(event["eventType"]), _CALL),
        "source": f"aws.{str(event['eventSource']).partition('.')[0]}",
        "account": event["recipientAccountId"],
        "time": event["eventTime"],
        "region": event["awsRegion"],
        "resources": [],
        "detail": event,
    }


def _fires(rule: Rule, event: Event) -> bool:
    detail = event["detail"]
    read_only = isinstance(detail, dict) and detail["readOnly"]
    seen = rule.state == ALL or (rule.state == "ENABLED" and not read_only)
    pattern = rule.event_pattern.dump()
    return seen and pattern is not None and _parsed(pattern).matches(event)


@lru_cache(maxsize=_CACHED)
def _parsed(pattern: str) -> event_pattern.EventPattern:
    return event_pattern.parse(json.loads(pattern))
