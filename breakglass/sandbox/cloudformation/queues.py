"""AWS::SQS::Queue and AWS::SQS::QueuePolicy.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sqs-queue.html
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sqs-queuepolicy.html
"""

import json
from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

from breakglass.documents import Json
from breakglass.sandbox.cloudformation.place import Place
from breakglass.sandbox.cloudformation.steps import Step, different, document, given, listed, tags

_ATTRIBUTES = ("MessageRetentionPeriod", "SqsManagedSseEnabled")


class Queue:
    """A queue."""

    known = frozenset({"QueueName", "Tags", *_ATTRIBUTES})
    fixed = frozenset({"QueueName"})
    name = "QueueName"

    def ref(self, properties: Mapping[str, Json], place: Place) -> str:
        """Return the queue's URL."""
        return f"https://sqs.{place.region}.amazonaws.com/{place.account}/{properties['QueueName']}"

    def attributes(self, properties: Mapping[str, Json], place: Place) -> Mapping[str, str]:
        """Return the queue's ARN and name."""
        name = str(properties["QueueName"])
        return {"Arn": place.arn("sqs", name), "QueueName": name}

    def found(self, properties: Mapping[str, Json], _place: Place) -> Step | None:
        """Return the look at it: a queue with the same attributes would just be there."""
        return Step("sqs", "GetQueueUrl", given(properties, "QueueName"))

    def make(self, properties: Mapping[str, Json], place: Place) -> Iterator[Step]:
        """Yield the queue."""
        more: dict[str, Json] = {"Attributes": _attributes(properties), "tags": dict(tags(properties, place))}
        yield Step("sqs", "CreateQueue", {**given(properties, "QueueName"), **more})

    def change(self, before: Mapping[str, Json], after: Mapping[str, Json], place: Place) -> Iterator[Step]:
        """Yield its attributes, then its tags."""
        url: dict[str, Json] = {"QueueUrl": self.ref(after, place)}
        yield Step("sqs", "SetQueueAttributes", {**url, "Attributes": _attributes(after)})
        if "Tags" in different(before, after):
            yield Step("sqs", "TagQueue", {**url, "Tags": dict(tags(after, place))})

    def delete(self, properties: Mapping[str, Json], place: Place) -> Iterator[Step]:
        """Yield its deletion."""
        yield Step("sqs", "DeleteQueue", {"QueueUrl": self.ref(properties, place)})


class QueuePolicy:
    """The policy of queues, which has no name of its own: Ref is the policy's first queue."""

    known = frozenset({"PolicyDocument", "Queues"})
    fixed = frozenset({"Queues"})
    name = "Queues"

    def ref(self, properties: Mapping[str, Json], _place: Place) -> str:
        """Return the name of its first queue."""
        return urlsplit(_queues(properties)[0]).path.rpartition("/")[2]

    def attributes(self, _properties: Mapping[str, Json], _place: Place) -> Mapping[str, str]:
        """Return nothing: it has no attributes."""
        return {}

    def found(self, _properties: Mapping[str, Json], _place: Place) -> Step | None:
        """Say that one that is there is no matter: it is replaced."""
        return None

    def make(self, properties: Mapping[str, Json], _place: Place) -> Iterator[Step]:
        """Yield the policy, once for each queue."""
        yield from _policies(properties, document(properties["PolicyDocument"]))

    def change(self, _before: Mapping[str, Json], after: Mapping[str, Json], place: Place) -> Iterator[Step]:
        """Yield the policy anew."""
        yield from self.make(after, place)

    def delete(self, properties: Mapping[str, Json], _place: Place) -> Iterator[Step]:
        """Yield an empty policy for each queue."""
        yield from _policies(properties, "")


def _attributes(properties: Mapping[str, Json]) -> dict[str, Json]:
    return {name: value if isinstance(value, str) else json.dumps(value) for name, value in _given(properties)}


def _given(properties: Mapping[str, Json]) -> Iterator[tuple[str, Json]]:
    yield from given(properties, *_ATTRIBUTES).items()


def _queues(properties: Mapping[str, Json]) -> list[str]:
    return [str(each) for each in listed(properties["Queues"])]


def _policies(properties: Mapping[str, Json], policy: str) -> Iterator[Step]:
    for url in _queues(properties):
        yield Step("sqs", "SetQueueAttributes", {"QueueUrl": url, "Attributes": {"Policy": policy}})
