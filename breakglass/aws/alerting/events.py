"""The rules of ours, on the default bus and on the bus of ours, and that bus."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, cast

from breakglass import naming, resources
from breakglass.aws import values
from breakglass.aws.absent import EVENTS, absent
from breakglass.aws.found import Found
from breakglass.aws.sessions import Sessions
from breakglass.documents import Json
from breakglass.resources import Resource, Scope

if TYPE_CHECKING:
    from mypy_boto3_events import EventBridgeClient
    from mypy_boto3_events.type_defs import RuleTypeDef, TargetOutputTypeDef

_DEFAULT_BUS = "default"


def read(sessions: Sessions, found: Found) -> None:
    """Add the bus and the rules: two calls for the bus, and for the rules two and one for each."""
    survey = found.survey
    events = sessions.client("events", survey.scope.account, survey.scope.region)
    if resources.EVENT_BUS in survey.types:
        with found.part("the event bus", resources.EVENT_BUS), absent(EVENTS):
            found.resources.append(_bus(events, survey.scope))
    if resources.RULE in survey.types:
        with found.part("the rules", resources.RULE):
            found.resources += _rules(events, survey.scope)


def targets(events: EventBridgeClient, rule: str, bus: str) -> list[TargetOutputTypeDef]:
    """Return the targets of a rule, by their ids."""
    pages = events.get_paginator("list_targets_by_rule").paginate(Rule=rule, EventBusName=bus)
    return sorted((each for page in pages for each in page.get("Targets", ())), key=lambda target: target["Id"])


def _bus(events: EventBridgeClient, scope: Scope) -> Resource:
    bus = events.describe_event_bus(Name=naming.EVENT_BUS)
    tags = events.list_tags_for_resource(ResourceARN=bus["Arn"])["Tags"]
    properties: dict[str, Json] = {
        "Name": bus["Name"],
        "Description": bus.get("Description", ""),
        "Policy": values.optional_document(bus.get("Policy", "")),
        "KmsKeyIdentifier": bus.get("KmsKeyIdentifier") or None,
        "Tags": resources.tags(values.tags((each["Key"], each["Value"]) for each in tags)),
    }
    return Resource(resources.EVENT_BUS, scope, properties)


def _rules(events: EventBridgeClient, scope: Scope) -> Iterator[Resource]:
    for rule in _listed(events, _DEFAULT_BUS, naming.ALERT_PREFIX):
        yield _rule(events, scope, rule, _DEFAULT_BUS)
    for rule in _listed(events, naming.EVENT_BUS):
        yield _rule(events, scope, rule, naming.EVENT_BUS)


def _listed(events: EventBridgeClient, bus: str, prefix: str = "") -> list[RuleTypeDef]:
    """Return the rules of a bus, none where there is no such bus."""
    with absent(EVENTS):
        listing = events.get_paginator("list_rules")
        pages = listing.paginate(EventBusName=bus, NamePrefix=prefix) if prefix else listing.paginate(EventBusName=bus)
        return [each for page in pages for each in page["Rules"]]
    return []


def _rule(events: EventBridgeClient, scope: Scope, rule: RuleTypeDef, bus: str) -> Resource:
    properties: dict[str, Json] = {
        "Name": rule["Name"],
        "EventBusName": bus,
        "Description": rule.get("Description", ""),
        "EventPattern": values.optional_document(rule.get("EventPattern", "")),
        "ScheduleExpression": rule.get("ScheduleExpression") or None,
        "State": rule["State"],
        "Targets": [cast("Mapping[str, Json]", each) for each in targets(events, rule["Name"], bus)],
    }
    return Resource(resources.RULE, scope, properties)
