"""What a target gets of an event, as the guide of EventBridge shows it."""

import json

import pytest

from breakglass.sandbox.chain.transformer import at, rendered

EVENT = {
    "id": "1",
    "time": "2026-01-02T03:04:05Z",
    "detail": {"who": 'ana "a"', "count": 2, "resources": [{"ARN": "arn:x"}], "nested": {"a": "b"}},
}
RULE = "arn:aws:events:eu-west-1:111111111111:rule/break-glass/BreakGlass-Page"


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("$.detail.count", 2),
        ("$.detail.resources[0].ARN", "arn:x"),
        ("$.detail.resources[1].ARN", None),
        ("$.detail.resources.x", None),
        ("$.detail.who.x", None),
        ("$.absent", None),
        ("$", EVENT),
    ],
)
def test_paths(path: str, found: object) -> None:
    assert at(EVENT, path) == found


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ('"<who> did <count> times"', '"ana \\"a\\" did 2 times"'),
        ('{"who": <who>, "count": <count>}', '{"who": "ana \\"a\\"", "count": 2}'),
        ('"<nested> and <absent>."', '"{\\"a\\": \\"b\\"} and ."'),
        ("<absent>", '""'),
        ('"<unknown>"', '"<unknown>"'),
        ('"<aws.events.rule-name> at <aws.events.event.ingestion-time>"', '"BreakGlass-Page at 2026-01-02T03:04:05Z"'),
    ],
)
def test_templates(template: str, text: str) -> None:
    paths = {"who": "$.detail.who", "count": "$.detail.count", "nested": "$.detail.nested", "absent": "$.absent"}
    target = {"InputTransformer": {"InputPathsMap": paths, "InputTemplate": template}}
    assert rendered(target, EVENT, RULE) == text


def test_the_whole_event() -> None:
    assert (
        json.loads(rendered({"InputTransformer": {"InputTemplate": "<aws.events.event.json>"}}, EVENT, RULE)) == EVENT
    )
    assert json.loads(rendered({}, EVENT, RULE)) == EVENT
