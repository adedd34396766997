"""What a command in a session finds around it, and in which forms credentials are printed."""

import json
import os
import shlex
import signal
from collections.abc import Mapping
from pathlib import Path

import pytest

from breakglass.assuming import Assumption
from breakglass.errors import BreakglassError, RefusedError
from breakglass.respond.shell.environment import become, child, require_outermost
from breakglass.respond.shell.formats import FORMATS, written
from tests.respond.support import PROD, ROLE, USER, session

OURS = {
    "AWS_ACCESS_KEY_ID": "ASIAEXAMPLE",
    "AWS_SECRET_ACCESS_KEY": "s3cr3t'key",
    "AWS_SESSION_TOKEN": "t0k3n",
    "AWS_CREDENTIAL_EXPIRATION": "2026-11-22T13:00:00Z",
    "BREAKGLASS_SESSION": "prod/ransomware",
}
ASSUMPTION = Assumption(ROLE, USER)


@pytest.mark.parametrize(
    ("before", "region", "more"),
    [
        ({}, None, {"AWS_REGION": "eu-west-1", "AWS_DEFAULT_REGION": "eu-west-1"}),
        ({"AWS_REGION": ""}, None, {"AWS_REGION": "eu-west-1", "AWS_DEFAULT_REGION": "eu-west-1"}),
        ({"AWS_REGION": "us-east-1"}, None, {"AWS_REGION": "us-east-1"}),
        ({"AWS_DEFAULT_REGION": "us-east-1"}, None, {"AWS_DEFAULT_REGION": "us-east-1"}),
        ({"AWS_REGION": "us-east-1"}, "sa-east-1", {"AWS_REGION": "sa-east-1", "AWS_DEFAULT_REGION": "sa-east-1"}),
    ],
)
def test_a_command_finds_the_credentials_and_a_region(
    before: Mapping[str, str], region: str | None, more: Mapping[str, str]
) -> None:
    assert child(before, session(), "prod/ransomware", region) == {**OURS, **more}


def test_a_command_finds_no_way_to_other_credentials() -> None:
    elsewhere = {
        "AWS_PROFILE": "x",
        "AWS_DEFAULT_PROFILE": "x",
        "AWS_SECURITY_TOKEN": "x",
        "AWS_ROLE_ARN": "x",
        "AWS_WEB_IDENTITY_TOKEN_FILE": "x",
        "AWS_CONTAINER_CREDENTIALS_FULL_URI": "x",
        "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "x",
        "BREAKGLASS_RESOLVING": "1",
    }
    kept = {"PATH": "/bin", "AWS_REGION": "eu-west-1", "AWS_CA_BUNDLE": "y", "AWS_ACCESS_KEY_ID": "of before"}
    assert child({**elsewhere, **kept}, session(), "prod/ransomware", None) == {**kept, **OURS}


def test_a_session_within_a_session_is_refused() -> None:
    require_outermost({"BREAKGLASS_SESSION": ""})
    with pytest.raises(RefusedError, match="in a session of prod/ransomware already") as raised:
        require_outermost({"BREAKGLASS_SESSION": "prod/ransomware"})
    assert "exit" in raised.value.advice


@pytest.mark.parametrize(
    ("name", "code"), [("breakglass-no-such-command", 127), ("/", 126), ("/dev/null", 126), ("nul\0byte", 126)]
)
def test_what_cannot_be_run_is_told_as_env_does(name: str, code: int) -> None:
    with pytest.raises(BreakglassError, match="cannot be run") as raised:
        become([name], {"PATH": os.defpath})
    assert raised.value.exit_code == code
    assert signal.getsignal(signal.SIGPIPE) == signal.SIG_IGN


def test_the_forms_say_the_same() -> None:
    texts = {form: written(form, session(), ASSUMPTION) for form in FORMATS}
    env = dict(line.split("=", 1) for line in texts["env"].splitlines())
    assert env == {name: value for name, value in OURS.items() if name.startswith("AWS_")}
    exported = [shlex.split(line) for line in texts["export"].splitlines()]
    assert dict(words[1].split("=", 1) for words in exported) == env
    assert {words[0] for words in exported} == {"export"}
    assert json.loads(texts["process"]) == {
        "Version": 1,
        "AccessKeyId": env["AWS_ACCESS_KEY_ID"],
        "SecretAccessKey": env["AWS_SECRET_ACCESS_KEY"],
        "SessionToken": env["AWS_SESSION_TOKEN"],
        "Expiration": env["AWS_CREDENTIAL_EXPIRATION"],
    }
    assert json.loads(texts["json"]) == {
        "account": PROD,
        "role": ROLE,
        "session_name": USER,
        "region": "eu-west-1",
        "expiration": env["AWS_CREDENTIAL_EXPIRATION"],
        "access_key_id": env["AWS_ACCESS_KEY_ID"],
        "secret_access_key": env["AWS_SECRET_ACCESS_KEY"],
        "session_token": env["AWS_SESSION_TOKEN"],
    }


def test_a_session_does_not_show_its_secrets(tmp_path: Path) -> None:
    shown = f"{session()!r} {session()} {tmp_path}"
    assert "s3cr3t" not in shown
    assert "t0k3n" not in shown
