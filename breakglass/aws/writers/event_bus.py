"""Event buses: made with their description and tags, then opened to those whom their policy names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from breakglass.aws.writers import difference
from breakglass.aws.writers.settling import UNKNOWN_PRINCIPAL, settled
from breakglass.cloud import Clock
from breakglass.resources import Resource

if TYPE_CHECKING:
    from mypy_boto3_events import EventBridgeClient

_BUSY = "ConcurrentModificationException"
_SETTINGS = ("Description", "KmsKeyIdentifier")


def create(events: EventBridgeClient, resource: Resource, clock: Clock) -> None:
    """Make the bus, then give it its policy."""
    description = difference.text(resource, "Description")
    events.create_event_bus(Name=resource.name, Description=description, Tags=difference.tag_list(resource.tags))
    update(events, difference.bare(resource, "Policy"), resource, clock)


def update(events: EventBridgeClient, before: Resource, after: Resource, clock: Clock) -> None:
    """Set what differs; a key that is not named is AWS's own.

    https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_UpdateEventBus.html
    """
    name = after.name
    if any(before.properties.get(each) != after.properties.get(each) for each in _SETTINGS):
        events.update_event_bus(Name=name, Description=difference.text(after, "Description"))
    if before.properties.get("Policy") != after.properties.get("Policy"):
        _open(events, after, clock)
    if added := difference.tags_set(before, after):
        events.tag_resource(ResourceARN=after.arn, Tags=added)
    if dropped := difference.tags_dropped(before, after):
        events.untag_resource(ResourceARN=after.arn, TagKeys=dropped)


def delete(events: EventBridgeClient, resource: Resource, _clock: Clock) -> None:
    """Delete the bus, whose rules are gone; AWS takes one that is gone for deleted.

    https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_DeleteEventBus.html
    """
    events.delete_event_bus(Name=resource.name)


def _open(events: EventBridgeClient, bus: Resource, clock: Clock) -> None:
    if "Policy" not in bus.properties:
        events.remove_permission(EventBusName=bus.name, RemoveAllPermissions=True)
        return
    policy = difference.document(bus, "Policy")
    settled(clock, lambda: events.put_permission(EventBusName=bus.name, Policy=policy), UNKNOWN_PRINCIPAL, _BUSY)
