"""What the function is asked to do, and what it refuses."""

import pytest

from breakglass.errors import UsageError
from breakglass.scheduled.settings import Settings
from breakglass.scheduled.task import Kind, Task, task

REQUEST = "0a1b2c3d-0000-4000-8000-000000000001"
SCHEDULER = {"version": "0", "source": "aws.scheduler", "detail-type": "Scheduled Event", "detail": "{}"}
ACCOUNT = {"task": "account", "account": "222222222222", "run": "r1", "enrolled": ["ana-break-glass"]}


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        ({}, Task(Kind.EVERYTHING, REQUEST)),
        (SCHEDULER, Task(Kind.EVERYTHING, REQUEST)),
        ({"task": "shared"}, Task(Kind.SHARED, REQUEST)),
        ({"task": "shared", "run": "r1"}, Task(Kind.SHARED, "r1")),
        (ACCOUNT, Task(Kind.ACCOUNT, "r1", "222222222222", frozenset({"ana-break-glass"}))),
        ({"task": "finish", "run": "r1"}, Task(Kind.FINISH, "r1")),
    ],
)
def test_what_an_event_asks_for(event: object, expected: Task) -> None:
    assert task(event, REQUEST) == expected


@pytest.mark.parametrize(
    "event",
    [
        None,
        "shared",
        {"task": "everything"},
        {"task": None},
        {"task": ["shared"]},
        {"task": "shared", "run": "../../etc"},
        {"task": "finish"},
        {"task": "finish", "run": ""},
        {**ACCOUNT, "account": "prod"},
        {**ACCOUNT, "account": 222222222222},
        {**ACCOUNT, "run": None},
        {**ACCOUNT, "enrolled": "ana-break-glass"},
        {**ACCOUNT, "enrolled": [1]},
        {"task": "account", "account": "222222222222", "run": "r1"},
    ],
)
def test_what_asks_for_nothing_there_is(event: object) -> None:
    with pytest.raises(UsageError) as raised:
        task(event, REQUEST)
    assert "docs/reference/schedule.md" in raised.value.advice


def test_the_evidence_of_steps_is_apart() -> None:
    steps = [task(each, REQUEST) for each in ({}, {"task": "shared"}, ACCOUNT)]
    assert [each.place for each in steps] == ["", "shared", "222222222222"]


def test_settings_of_the_environment() -> None:
    assert Settings.of({"AWS_REGION": "eu-west-1"}) == Settings("eu-west-1", "", "", security_hub=True)
    told = {"BREAKGLASS_EVIDENCE_BUCKET": "b", "BREAKGLASS_EVIDENCE_KEY": "k", "BREAKGLASS_SECURITY_HUB": "off"}
    assert Settings.of({"AWS_REGION": "eu-west-1", **told}) == Settings("eu-west-1", "b", "k", security_hub=False)


@pytest.mark.parametrize("environment", [{}, {"AWS_REGION": "eu-west-1", "BREAKGLASS_SECURITY_HUB": "false"}])
def test_settings_that_mean_nothing(environment: dict[str, str]) -> None:
    with pytest.raises(UsageError, match="means nothing"):
        Settings.of(environment)
