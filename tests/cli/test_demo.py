"""The demo tells its story, and does not say that it came out as told when it did not."""

import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

import pytest

from breakglass.cli import demo, story
from breakglass.cli.main import run
from breakglass.findings import Finding, Severity
from breakglass.sandbox.emulator import Emulator
from breakglass.sandbox.judgement.decide import Decision
from breakglass.sandbox.request import Request
from breakglass.sandbox.sessions import Session
from tests.declared import Watch

DEEDS = ("cloudwatch:DisableAlarmActions", "iam:CreateAccessKey")


@pytest.fixture(autouse=True)
def deeds_of_the_intruder(watch: Watch, every_call_is_declared: None) -> Iterator[None]:  # noqa: ARG001 - ends before it
    """Take back what the demo's intruder does with the product's own clients."""
    yield
    watch.undeclared = [each for each in watch.undeclared if each not in DEEDS]


def tell_only(patch: pytest.MonkeyPatch, *titles: str) -> None:
    """Leave the first step of each of these titles."""
    first = {step.title: step for step in reversed(demo.STEPS)}
    patch.setattr(demo, "STEPS", tuple(first[title] for title in titles))


def test_every_step_comes_out_as_told(capsys: pytest.CaptureFixture[str]) -> None:
    before = dict(os.environ)
    assert run(["demo"]) == 0
    out = capsys.readouterr().out
    assert "Every step came out as told." in out
    assert "\x1b" not in out
    for code in ("ACCESS_KEY", "USER_POLICY", "DRIFT", "NAMESPACE_OPEN"):
        assert code in out
    for kind in ("service control policy", "permissions boundary"):
        assert f"with an explicit deny in a {kind}" in out
    assert dict(os.environ) == before


def test_a_step_that_does_not_come_out_as_told_ends_the_story(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    one_more = (Finding("DRIFT", Severity.LOW, "x", "x", "x"),)
    monkeypatch.setattr(story.Story, "verify", lambda _self: one_more)
    tell_only(monkeypatch, "verify")
    assert run(["demo"]) == 1
    assert "Every step came out as told." not in capsys.readouterr().out


def test_a_call_that_should_be_denied_and_is_not_ends_the_story(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    judge = Emulator.decide

    def grant(emulator: Emulator, session: Session, request: Request, now: datetime) -> Decision:
        decision = judge(emulator, session, request, now)
        return replace(decision, allowed=True, account=decision.account or session.account)

    monkeypatch.setattr(Emulator, "decide", grant)
    for last in ("people", "a guardrail"):
        with monkeypatch.context() as patch:
            tell_only(patch, "apply", "enroll", last)
            assert run(["demo"]) == 1
        out = capsys.readouterr().out
        assert last in out
        assert "This did not come out as told." in out


def test_without_the_extra_it_says_which_one_is_missing(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("breakglass.sandbox.find_spec", lambda _name: None)
    commands = (["up"], ["env"], ["sign-in", "ana"], ["down"])
    for arguments in (["demo"], *(["sandbox", *command] for command in commands)):
        assert run(arguments) == 2
        assert ".[sandbox]" in capsys.readouterr().err
