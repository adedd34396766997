"""Into a role from the shell, over HTTP: two regions dead, a profile for the aws CLI, and no service but STS."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from breakglass.sandbox.environment import merged
from breakglass.sandbox.server import Sandbox
from tests.conftest import ACME, manifest
from tests.stories.conftest import PROD, ROLE, SECURITY, USER

pytestmark = pytest.mark.uncounted

IDENTITY = f"arn:aws:sts::{PROD}:assumed-role/{ROLE}/{USER}"
AWS = str(Path(sys.executable).with_name("aws"))
WHO = ("aws", "sts", "get-caller-identity", "--query", "Arn", "--output", "text")


@pytest.fixture(scope="module")
def applied(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    home = tmp_path_factory.mktemp("home")
    with Sandbox(manifest()) as sandbox:
        environment = merged(os.environ, {**sandbox.environment(), "HOME": str(home)})
        ran = breakglass(environment, "apply", "--yes")
        assert ran.returncode == 0, ran.stderr
        yield sandbox


@pytest.fixture
def ana(applied: Sandbox, tmp_path: Path) -> Mapping[str, str]:
    """The environment of a shell in which she is signed in; what is called from now on is recorded."""
    session = applied.console_sign_in(SECURITY, USER, mfa=True)
    applied.calls.clear()
    signed_in = {
        "AWS_ACCESS_KEY_ID": session.access_key,
        "AWS_SECRET_ACCESS_KEY": session.secret,
        "AWS_SESSION_TOKEN": session.token,
        "AWS_CONFIG_FILE": str(tmp_path / "config"),
        "HOME": str(tmp_path),
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    }
    return {**merged(os.environ, applied.environment()), **signed_in}


def breakglass(environment: Mapping[str, str], command: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    ours = [sys.executable, "-m", "breakglass", command, "-m", str(ACME), *arguments]
    return subprocess.run(ours, check=False, capture_output=True, text=True, env=environment, stdin=subprocess.DEVNULL)


def services(sandbox: Sandbox) -> set[str]:
    return {call.action.partition(":")[0] for call in sandbox.calls}


def test_two_regions_are_dead_and_the_third_serves(applied: Sandbox, ana: Mapping[str, str]) -> None:
    applied.faults.dead_regions.update(("eu-west-1", "us-west-2"))
    nowhere = {name: value for name, value in ana.items() if name not in ("AWS_REGION", "AWS_DEFAULT_REGION")}
    try:
        ran = breakglass(nowhere, "exec", "prod/ransomware", "--ticket", "INC-1", "--", *WHO)
    finally:
        applied.faults.clear()
    assert (ran.returncode, ran.stdout) == (0, f"{IDENTITY}\n"), ran.stderr
    assert "served by ap-southeast-2" in ran.stderr
    assert "no service in eu-west-1" in ran.stderr
    assert services(applied) == {"sts"}


def test_the_commands_exit_code_is_its_own_and_a_nested_session_is_refused(
    applied: Sandbox, ana: Mapping[str, str]
) -> None:
    nested = f"{sys.executable} -m breakglass exec -m {ACME} prod/ransomware -- true"
    ran = breakglass(ana, "exec", "prod/ransomware", "--", "sh", "-c", f"{nested}; test $? = 125 && exit 7")
    assert ran.returncode == 7
    assert "in a session of prod/ransomware already" in ran.stderr
    assert len([call for call in applied.calls if call.action == "sts:AssumeRole"]) == 1


def test_without_mfa_or_a_team_the_denial_says_why(applied: Sandbox, ana: Mapping[str, str]) -> None:
    for user, says in (
        (USER, "without MFA"),
        ("emeka-break-glass", "team"),
    ):
        session = applied.console_sign_in(SECURITY, user, mfa=user != USER)
        keys = {
            "AWS_ACCESS_KEY_ID": session.access_key,
            "AWS_SECRET_ACCESS_KEY": session.secret,
            "AWS_SESSION_TOKEN": session.token,
        }
        ran = breakglass({**ana, **keys}, "credentials", "prod/ransomware")
        assert ran.returncode == 4
        assert says in ran.stderr
        assert ran.stdout == ""
    assert services(applied) == {"sts"}


def test_the_aws_cli_works_through_the_written_profile(applied: Sandbox, ana: Mapping[str, str]) -> None:
    written = breakglass(ana, "profiles", "--person", "ana", "--yes")
    assert written.returncode == 0, written.stderr
    aws = shutil.which("aws", path=ana["PATH"]) or AWS
    command = [aws, "--profile", "acme-prod-ransomware", *WHO[1:]]
    ran = subprocess.run(command, check=False, capture_output=True, text=True, env=ana)
    assert (ran.returncode, ran.stdout) == (0, f"{IDENTITY}\n"), ran.stderr
    assert services(applied) == {"sts"}
    assert len([call for call in applied.calls if call.action == "sts:AssumeRole"]) == 1


def test_a_doctor_finds_what_stops_ana(applied: Sandbox, ana: Mapping[str, str]) -> None:
    unsigned = {name: value for name, value in ana.items() if name != "AWS_ACCESS_KEY_ID"}
    ran = breakglass({**unsigned, "AWS_PROFILE": "nobody"}, "doctor", "prod/ransomware")
    assert ran.returncode == 1
    assert ran.stdout.count("answers in") == 3
    assert "no such AWS profile" in ran.stdout
    ran = breakglass(ana, "doctor", "prod/ransomware")
    assert ran.returncode == 0, ran.stdout
    assert "a team of ana-break-glass may" in ran.stdout
    assert services(applied) == {"sts"}
