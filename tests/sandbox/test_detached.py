"""A sandbox in the foreground, and one left running behind: found, used and ended from elsewhere."""

import os
import signal
import sys
from pathlib import Path

import boto3
import pytest

from breakglass.errors import UnavailableError, UsageError
from breakglass.manifest.model import Manifest
from breakglass.sandbox import detached, state
from breakglass.sandbox.environment import UNSET, merged
from breakglass.sandbox.server import Sandbox
from breakglass.sandbox.state import State
from tests.conftest import ACME
from tests.sandbox.support import MANAGEMENT, ONCE

FOREGROUND = """
import sys, yaml
from pydantic import TypeAdapter
from breakglass.manifest.model import Manifest
from breakglass.sandbox.detached import serve
from breakglass.sandbox.server import Sandbox

_, manifest, _, port = sys.argv[1:]
with open(manifest) as file:
    raw = yaml.safe_load(file)
serve(Sandbox(TypeAdapter(Manifest).validate_python(raw), int(port)), lambda state: None)
"""
PROGRAM = (sys.executable, "-W", "error", "-c", FOREGROUND)


@pytest.fixture(autouse=True)
def runtime(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))


def identity(environment: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> str:
    with monkeypatch.context() as patched:
        for name in UNSET:
            patched.delenv(name, raising=False)
        for name, value in merged(os.environ, environment).items():
            patched.setenv(name, value)
        return boto3.Session().client("sts", config=ONCE).get_caller_identity()["Account"]


def test_one_left_behind_is_found_and_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "absent")
    started = detached.start(ACME, program=PROGRAM)
    try:
        assert started.pid != os.getpid()
        assert state.running() == started
        assert identity(dict(started.environment), monkeypatch) == MANAGEMENT
        with pytest.raises(UsageError, match=started.url):
            detached.start(ACME, program=PROGRAM)
    finally:
        assert detached.stop() == started
    assert state.running() is None
    assert not state.is_alive(started.pid)
    assert not (state.folder() / "sandbox.log").read_text()
    assert detached.stop() is None


def test_one_that_does_not_come_up_says_why() -> None:
    with pytest.raises(UnavailableError, match="no such luck"):
        detached.start(ACME, program=(sys.executable, "-c", "raise SystemExit('no such luck')"))
    assert state.running() is None


def test_one_left_behind_is_started_as_it_was_asked_for() -> None:
    echo = (sys.executable, "-c", "import sys; raise SystemExit(' '.join(sys.argv[1:]))")
    with pytest.raises(UnavailableError, match=f"-m {ACME} --port 7 --dead-region eu-west-1"):
        detached.start(ACME, 7, ["--dead-region", "eu-west-1"], program=echo)


def test_one_that_says_nothing() -> None:
    with pytest.raises(UnavailableError, match="it said nothing"):
        detached.start(ACME, program=(sys.executable, "-c", ""))


def test_one_that_takes_too_long_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(detached, "_START", 0.1)
    monkeypatch.setattr(detached, "PROGRAM", ())
    with pytest.raises(UnavailableError):
        detached.start(ACME, program=(sys.executable, "-c", "import signal; signal.pause()"))


def test_one_that_does_not_end(monkeypatch: pytest.MonkeyPatch, acme: Manifest) -> None:
    monkeypatch.setattr(detached, "_STOP", 0.1)
    sent: list[int] = []
    monkeypatch.setattr("os.kill", lambda _pid, number: sent.append(number))
    with Sandbox(acme) as sandbox:
        state.save(State(sandbox.url, os.getpid(), {}))
        with pytest.raises(UnavailableError, match="does not end"):
            detached.stop()
    assert signal.SIGTERM in sent


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_foreground_ends_when_asked_and_cleans_up(acme: Manifest, number: signal.Signals) -> None:
    seen: list[State | None] = []

    def ready(told: State) -> None:
        seen.append(state.running())
        assert told == seen[0]
        os.kill(os.getpid(), number)

    before = signal.getsignal(number)
    detached.serve(Sandbox(acme), ready)
    assert seen[0] is not None
    assert state.running() is None
    assert signal.getsignal(number) is before


def test_the_foreground_cleans_up_after_an_error(acme: Manifest) -> None:
    def ready(_told: State) -> None:
        raise ConnectionError

    with pytest.raises(ConnectionError):
        detached.serve(Sandbox(acme), ready)
    assert state.running() is None


def test_a_second_foreground_is_refused(acme: Manifest) -> None:
    with Sandbox(acme) as sandbox:
        state.save(State(sandbox.url, os.getpid(), sandbox.environment()))
        with pytest.raises(UsageError, match="sandbox already runs at"):
            detached.serve(Sandbox(acme), lambda _: None)
        assert state.running() is not None
