"""Rules: written whole, with their targets; a new target is there before an old one goes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, cast

from breakglass import documents
from breakglass.aws.absent import EVENTS, absent
from breakglass.aws.alerting import events as reading
from breakglass.aws.writers import difference
from breakglass.aws.writers.settling import settled
from breakglass.cloud import Clock
from breakglass.documents import Document, Json
from breakglass.errors import RejectedError
from breakglass.resources import Resource, items

if TYPE_CHECKING:
    from mypy_boto3_events import EventBridgeClient
    from mypy_boto3_events.literals import RuleStateType
    from mypy_boto3_events.type_defs import (
        PutTargetsResponseTypeDef,
        RemoveTargetsResponseTypeDef,
        TargetUnionTypeDef,
    )

_BUSY = "ConcurrentModificationException"
_UNKNOWN_ROLE = "cannot be assumed by principal"
"""What EventBridge says of a role it does not know yet."""


def create(events: EventBridgeClient, resource: Resource, clock: Clock) -> None:
    """Make the rule, then give it its targets."""
    _put(events, resource, clock)
    _aim(events, difference.bare(resource, "Targets"), resource, clock)


def update(events: EventBridgeClient, before: Resource, after: Resource, clock: Clock) -> None:
    """Write the rule whole where anything of it differs, then its targets."""
    bare = (difference.bare(each, "Targets") for each in (before, after))
    if len({documents.text(each.properties) for each in bare}) > 1:
        _put(events, after, clock)
    _aim(events, before, after, clock)


def delete(events: EventBridgeClient, resource: Resource, clock: Clock) -> None:
    """Take all targets away, then delete the rule.

    https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_DeleteRule.html
    """
    bus = difference.text(resource, "EventBusName")
    with absent(EVENTS):
        _drop(events, resource, [each["Id"] for each in reading.targets(events, resource.name, bus)], clock)
        settled(clock, lambda: events.delete_rule(Name=resource.name, EventBusName=bus), _BUSY)


def _put(events: EventBridgeClient, rule: Resource, clock: Clock) -> None:
    settled(
        clock,
        lambda: events.put_rule(
            Name=rule.name,
            EventBusName=difference.text(rule, "EventBusName"),
            Description=difference.text(rule, "Description"),
            EventPattern=documents.text(cast("Document", rule.properties["EventPattern"])),
            State=cast("RuleStateType", rule.properties["State"]),
        ),
        _BUSY,
    )


def _aim(events: EventBridgeClient, before: Resource, after: Resource, clock: Clock) -> None:
    """Set the targets that are new or differ, and drop those nobody wants."""
    old, new = _targets(before), _targets(after)
    changed = [cast("TargetUnionTypeDef", each) for name, each in new.items() if old.get(name) != each]
    bus = difference.text(after, "EventBusName")
    if changed:
        answer = settled(
            clock,
            lambda: events.put_targets(Rule=after.name, EventBusName=bus, Targets=changed),
            _BUSY,
            _UNKNOWN_ROLE,
        )
        _all_done(answer, after)
    _drop(events, after, sorted(old.keys() - new.keys()), clock)


def _drop(events: EventBridgeClient, rule: Resource, ids: list[str], clock: Clock) -> None:
    bus = difference.text(rule, "EventBusName")
    if ids:
        answer = settled(clock, lambda: events.remove_targets(Rule=rule.name, EventBusName=bus, Ids=ids), _BUSY)
        _all_done(answer, rule)


def _targets(rule: Resource) -> Mapping[str, Mapping[str, Json]]:
    listed = (each for each in items(rule.properties["Targets"]) if isinstance(each, Mapping))
    return {str(each["Id"]): each for each in listed}


def _all_done(answer: PutTargetsResponseTypeDef | RemoveTargetsResponseTypeDef, rule: Resource) -> None:
    """Raise RejectedError where AWS answers well and still has not done all of it."""
    if answer["FailedEntryCount"]:
        failed = "; ".join(f"{each['TargetId']}: {each['ErrorMessage']}" for each in answer["FailedEntries"])
        raise RejectedError(
            f"EventBridge did not change every target of the rule {rule.name}: {failed}",
            subject=rule.subject,
            advice="mend what AWS says and run the command again",
        )
