"""AWS::Events::Rule.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-events-rule.html
"""

from collections.abc import Iterator, Mapping

from breakglass.documents import Json
from breakglass.sandbox.cloudformation.place import Place
from breakglass.sandbox.cloudformation.steps import Step, document, given, gone, listed, mapping


class Rule:
    """A rule of the default bus with its targets."""

    known = frozenset({"Description", "EventBusName", "EventPattern", "Name", "State", "Targets"})
    fixed = frozenset({"EventBusName", "Name"})
    name = "Name"

    def ref(self, properties: Mapping[str, Json], _place: Place) -> str:
        """Return the rule's name, after that of a bus that is not the default one."""
        bus = _bus(properties)
        return str(properties["Name"]) if bus == "default" else f"{bus}|{properties['Name']}"

    def attributes(self, properties: Mapping[str, Json], place: Place) -> Mapping[str, str]:
        """Return the rule's ARN."""
        bus = _bus(properties)
        folder = "" if bus == "default" else f"{bus}/"
        return {"Arn": place.arn("events", f"rule/{folder}{properties['Name']}")}

    def found(self, properties: Mapping[str, Json], _place: Place) -> Step | None:
        """Return the look at it: a rule that is put takes the place of one that was there."""
        return Step("events", "DescribeRule", given(properties, "Name", "EventBusName"))

    def make(self, properties: Mapping[str, Json], _place: Place) -> Iterator[Step]:
        """Yield the rule, then its targets."""
        rule = given(properties, "Name", "EventBusName", "Description", "State")
        yield Step("events", "PutRule", {**rule, "EventPattern": document(properties.get("EventPattern"))})
        targets = listed(properties.get("Targets"))
        if targets:
            yield Step("events", "PutTargets", {**_rule(properties), "Targets": targets})

    def change(self, before: Mapping[str, Json], after: Mapping[str, Json], place: Place) -> Iterator[Step]:
        """Yield the whole rule, then the targets it has no more."""
        yield from self.make(after, place)
        identifiers = list(gone(_targets(before), _targets(after)))
        if identifiers:
            yield Step("events", "RemoveTargets", {**_rule(after), "Ids": identifiers})

    def delete(self, properties: Mapping[str, Json], _place: Place) -> Iterator[Step]:
        """Yield the targets, then the rule."""
        identifiers = _targets(properties)
        if identifiers:
            yield Step("events", "RemoveTargets", {**_rule(properties), "Ids": identifiers})
        yield Step("events", "DeleteRule", given(properties, "Name", "EventBusName"))


def _bus(properties: Mapping[str, Json]) -> str:
    return str(properties.get("EventBusName", "default"))


def _rule(properties: Mapping[str, Json]) -> Mapping[str, Json]:
    return {"Rule": properties["Name"], **given(properties, "EventBusName")}


def _targets(properties: Mapping[str, Json]) -> list[Json]:
    return [mapping(each).get("Id") for each in listed(properties.get("Targets"))]
