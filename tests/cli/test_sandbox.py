"""The sandbox from the command line: what another shell is told, and who is signed in there."""

from __future__ import annotations

import io
import os
import shlex
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from pathlib import Path

import boto3
import pytest

from breakglass.cli import sandbox as commands
from breakglass.cli.main import run
from breakglass.sandbox import detached, state
from breakglass.sandbox.detached import Serving
from breakglass.sandbox.server import Sandbox
from breakglass.sandbox.state import State
from tests.conftest import ACME, manifest
from tests.sandbox.authenticator import Device, give, steady
from tests.sandbox.support import SECURITY, Clients, identity_policy

USER, PASSWORD, OTHER = "ana-break-glass", "Correct-Horse-Battery-9", "Other-Horse-Battery-10"
ACTIONS = ["iam:ChangePassword", "signin:AuthorizeOAuth2Access", "signin:CreateOAuth2Token"]

Type = Callable[..., None]


@pytest.fixture(scope="module")
def running() -> Iterator[Sandbox]:
    with Sandbox(manifest()) as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(running: Sandbox, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Sandbox]:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    state.save(State(running.url, os.getpid(), running.environment()))
    yield running
    running.reset()


@pytest.fixture
def device(sandbox: Sandbox) -> Device:
    steady(sandbox.clock)
    iam = Clients(sandbox).member(SECURITY)
    iam.create_user(UserName=USER, Path="/break-glass/")
    iam.put_user_policy(UserName=USER, PolicyName="p", PolicyDocument=identity_policy(Action=ACTIONS))
    iam.create_login_profile(UserName=USER, Password=PASSWORD)
    return give(iam, sandbox.clock, USER)


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> Type:
    """Put these lines on standard input."""
    return lambda *lines: monkeypatch.setattr("sys.stdin", io.StringIO("".join(f"{line}\n" for line in lines)))


def become(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Do what a shell does that evaluates this."""
    for line in text.splitlines():
        word, *names = shlex.split(line)
        for name in names:
            if word == "unset":
                monkeypatch.delenv(name, raising=False)
            else:
                monkeypatch.setenv(*name.split("=", 1))


def whoami() -> tuple[str, str]:
    """Who a client is that asks nothing but its environment, and its region."""
    session = boto3.Session()
    return session.client("sts").get_caller_identity()["Arn"].rpartition(":")[2], session.region_name


@pytest.mark.reveals
def test_a_shell_becomes_the_administrator(
    sandbox: Sandbox, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_PROFILE", "absent")
    assert sandbox.url
    assert run(["sandbox", "env"]) == 0
    become(capsys.readouterr().out, monkeypatch)
    assert whoami() == ("user/administrator", "eu-west-1")


@pytest.mark.reveals
def test_a_shell_becomes_a_person_who_signs_in(
    sandbox: Sandbox, device: Device, typed: Type, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    typed(PASSWORD, device.next_code())
    assert run(["sandbox", "sign-in", "ana", "--region", "us-west-2"]) == 0
    out = capsys.readouterr().out
    become(out, monkeypatch)
    assert whoami() == (f"user/break-glass/{USER}", "us-west-2")
    assert PASSWORD not in out
    (told,) = (each for each in sandbox.events if each["eventName"] == "ConsoleLogin")
    assert told["awsRegion"] == "us-west-2"


def test_a_shell_uses_the_profile_of_aws_login(
    device: Device, typed: Type, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    typed(PASSWORD, device.next_code())
    assert run(["sandbox", "sign-in", USER, "--login-profile", "ana"]) == 0
    out = capsys.readouterr().out
    assert "export AWS_PROFILE=ana" in out
    assert "export AWS_SECRET_ACCESS_KEY" not in out
    become(out, monkeypatch)
    assert whoami() == (f"user/break-glass/{USER}", "eu-west-1")
    credentials = boto3.Session().get_credentials()
    assert credentials is not None
    assert credentials.method == "login"
    assert Path(os.environ["AWS_CONFIG_FILE"]).parent == state.folder()


@pytest.mark.reveals
def test_another_password_is_asked_for_where_it_must_be_changed(
    sandbox: Sandbox, device: Device, typed: Type, capsys: pytest.CaptureFixture[str]
) -> None:
    Clients(sandbox).member(SECURITY).update_login_profile(UserName=USER, PasswordResetRequired=True)
    typed(PASSWORD, device.next_code())
    assert run(["sandbox", "sign-in", "ana"]) == 4
    assert "must be changed first" in capsys.readouterr().err
    typed(PASSWORD, device.next_code(), OTHER)
    assert run(["sandbox", "sign-in", "ana", "--new-password"]) == 0
    typed(OTHER, device.next_code())
    assert run(["sandbox", "sign-in", "ana"]) == 0
    assert OTHER not in "".join(capsys.readouterr())


@pytest.mark.usefixtures("device")
@pytest.mark.parametrize("lines", [(), (PASSWORD,), ("wrong", "123456")])
def test_a_shell_that_evaluates_a_failure_fails(
    typed: Type, capsys: pytest.CaptureFixture[str], lines: Sequence[str]
) -> None:
    typed(*lines)
    assert run(["sandbox", "sign-in", "ana"]) == 4
    out, err = capsys.readouterr()
    assert out == "false\n"
    assert "authentication information is incorrect" in err


@pytest.mark.reveals
def test_on_a_terminal_they_are_asked_for_and_not_shown(
    sandbox: Sandbox, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    Clients(sandbox).member(SECURITY).create_user(UserName=USER)
    Clients(sandbox).member(SECURITY).create_login_profile(UserName=USER, Password=PASSWORD)
    asked: list[str] = []

    def answer(prompt: str) -> str:
        asked.append(prompt)
        return PASSWORD if prompt.startswith("Password") else ""

    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("click.termui.hidden_prompt_func", answer)
    assert run(["sandbox", "sign-in", "ana"]) == 0
    assert len(asked) == 2
    assert capsys.readouterr().out.startswith("unset ")


@pytest.mark.parametrize("command", [["env"], ["sign-in", "ana"]])
def test_without_a_sandbox_there_is_nothing_to_say(
    command: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    assert run(["sandbox", *command]) == 2
    out, err = capsys.readouterr()
    assert out == "false\n"
    assert "sandbox up" in err
    assert run(["sandbox", "down"]) == 0


REGIONS = ["--dead-region", "eu-west-1", "--dead-region", "us-east-1", "--hanging-region", "us-west-2"]


def test_regions_are_dead_or_hang_from_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    served: list[AbstractContextManager[Serving]] = []
    monkeypatch.setattr(detached, "serve", lambda sandbox, _ready: served.append(sandbox))
    assert run(["sandbox", "up", "-m", str(ACME), *REGIONS]) == 0
    (sandbox,) = served
    assert isinstance(sandbox, Sandbox)
    assert sandbox.faults.dead_regions == {"eu-west-1", "us-east-1"}
    assert sandbox.faults.hanging_regions == {"us-west-2"}


def test_one_left_behind_is_told_of_them(
    sandbox: Sandbox, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    given: list[Sequence[str]] = []

    def start(_path: Path, _port: int, options: Sequence[str]) -> State:
        given.append(options)
        return State(sandbox.url, 1, {})

    monkeypatch.setattr(detached, "start", start)
    assert run(["sandbox", "up", "-m", str(ACME), "--detach", *REGIONS]) == 0
    assert given == [REGIONS]
    assert commands.HOW_TO_USE.split(":")[0] in capsys.readouterr().err


@pytest.mark.parametrize("option", ["--dead-region", "--hanging-region"])
def test_a_slip_in_a_region_is_said(option: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["sandbox", "up", "-m", str(ACME), option, "eu-west"]) == 2
    assert "eu-west is no region" in capsys.readouterr().err


def test_it_stops(sandbox: Sandbox, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(detached, "stop", lambda: State(sandbox.url, 1, {}))
    assert run(["sandbox", "down"]) == 0
    assert f"{sandbox.url} has stopped" in capsys.readouterr().err
