"""From sealed envelopes to a role, with a home folder as new: what is printed is all that a person has."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from pyotp import TOTP

from breakglass.errors import DeniedError
from breakglass.sandbox.environment import merged
from breakglass.sandbox.server import Sandbox
from breakglass.sandbox.sessions import Session
from tests.conftest import ACME, manifest
from tests.enrolled import mark
from tests.respond.reading import Page
from tests.stories.conftest import PAYMENTS, PROD, ROLE, SECURITY, USER, role_arn

pytestmark = pytest.mark.uncounted

OTHER = "emeka-break-glass"
REFUSED = "Your authentication information is incorrect"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def enrolled(standing: Sandbox, home: Path) -> Sandbox:
    ran = breakglass(standing, home, {}, "enroll", "ana", "emeka", "-o", str(home / "envelopes"))
    assert ran.returncode == 0, ran.stderr
    return standing


def breakglass(
    sandbox: Sandbox, home: Path, more: Mapping[str, str], command: str, *arguments: str
) -> subprocess.CompletedProcess[str]:
    environment = {**merged(os.environ, sandbox.environment()), "HOME": str(home), **more}
    ours = [sys.executable, "-m", "breakglass", command, "-m", str(ACME), *arguments]
    return subprocess.run(
        ours, check=False, capture_output=True, text=True, env=environment, stdin=subprocess.DEVNULL, cwd=home
    )


def opened(home: Path, user: str) -> Mapping[str, str]:
    """Return what stands in both envelopes of a person."""
    pages = [Page(path.read_text("utf-8")) for path in (home / "envelopes").glob(f"{user}-*.html")]
    assert len(pages) == 2
    return {name: text for page in pages for name, text in page.ids().items()}


def sign_in(sandbox: Sandbox, home: Path, user: str, **instead: str) -> Session:
    """Sign in by the envelopes, with the next code of the device."""
    told = {**opened(home, user), **instead}
    sandbox.clock.advance(30)
    code = TOTP(told["seed"]).at(sandbox.clock.now())
    return sandbox.sign_in_with(told["account"], told["user"], told["password"], code=told.get("code", code))


def variables(session: Session) -> Mapping[str, str]:
    return {
        "AWS_ACCESS_KEY_ID": session.access_key,
        "AWS_SECRET_ACCESS_KEY": session.secret,
        "AWS_SESSION_TOKEN": session.token,
    }


def test_each_envelope_holds_one_factor_and_is_its_owners_alone(enrolled: Sandbox, home: Path) -> None:
    assert enrolled.url
    for path in (home / "envelopes").glob("*.html"):
        assert path.stat().st_mode & 0o777 == 0o600
        ids = Page(path.read_text("utf-8")).ids()
        assert ("password" in ids) != ("seed" in ids)
    assert (home / "envelopes").stat().st_mode & 0o777 == 0o700


def test_what_is_in_the_envelopes_leads_into_the_role_in_the_console(enrolled: Sandbox, home: Path) -> None:
    role = enrolled.switch_role(sign_in(enrolled, home, USER), role_arn())
    assert role.arn == f"arn:aws:sts::{PROD}:assumed-role/{ROLE}/{USER}"


def test_and_in_the_shell_and_whoever_is_subscribed_hears_of_it(enrolled: Sandbox, home: Path) -> None:
    enrolled.clock.advance(600)  # the alarm that the console set off is over
    session = sign_in(enrolled, home, USER)
    enrolled.mail.clear()
    who = ("aws", "sts", "get-caller-identity", "--query", "Arn", "--output", "text")
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    ran = breakglass(enrolled, home, {**variables(session), "PATH": path}, "exec", "prod/ransomware", "--", *who)
    assert (ran.returncode, ran.stdout) == (0, f"arn:aws:sts::{PROD}:assumed-role/{ROLE}/{USER}\n"), ran.stderr
    heard = [f"{each.subject} {each.text}" for each in enrolled.mail if each.address == "oncall@acme.example"]
    assert any("AssumeRole" in each and USER in each for each in heard)
    assert any("BreakGlass-RoleAssumed" in each for each in heard)


@pytest.mark.parametrize("instead", [{"password": "correct-horse-battery-staple"}, {"code": "000000"}, {"code": ""}])
def test_one_envelope_is_not_enough(enrolled: Sandbox, home: Path, instead: dict[str, str]) -> None:
    with pytest.raises(DeniedError, match=REFUSED):
        sign_in(enrolled, home, USER, **instead)


def test_a_code_counts_once(enrolled: Sandbox, home: Path) -> None:
    told = opened(home, USER)
    sign_in(enrolled, home, USER)
    used = TOTP(told["seed"]).at(enrolled.clock.now())
    with pytest.raises(DeniedError, match=REFUSED):
        enrolled.sign_in_with(told["account"], told["user"], told["password"], code=used)


def test_a_password_alone_opens_no_role(enrolled: Sandbox, home: Path) -> None:
    bare = enrolled.console_sign_in(SECURITY, USER, mfa=False)
    with pytest.raises(DeniedError, match="explicit deny in a permissions boundary"):
        enrolled.switch_role(bare, role_arn())
    ran = breakglass(enrolled, home, variables(bare), "exec", "prod/ransomware", "--", "true")
    assert ran.returncode == 125
    assert "MFA" in ran.stderr


def test_somebody_of_another_team_gets_in_where_theirs_may_and_not_here(enrolled: Sandbox, home: Path) -> None:
    emeka = sign_in(enrolled, home, OTHER)
    payments = role_arn("BREAK-GLASS-DATA-BREACH", PAYMENTS)
    assert enrolled.switch_role(emeka, payments).role == payments
    with pytest.raises(DeniedError, match="not authorized to perform: sts:AssumeRole"):
        enrolled.switch_role(emeka, role_arn())
    ran = breakglass(enrolled, home, variables(emeka), "exec", "prod/ransomware", "--", "true")
    assert ran.returncode == 125
    assert "team" in ran.stderr


def test_after_a_renewal_the_opened_envelopes_open_nothing(enrolled: Sandbox, home: Path) -> None:
    """Not even where an earlier renewal was killed, which the next one has to be told to take over."""
    before = dict(opened(home, USER))
    mark(enrolled, manifest(), USER)
    renewal = ("ana", "--renew", "--yes", "-o", str(home / "envelopes"))
    assert breakglass(enrolled, home, {}, "enroll", *renewal).returncode == 3
    assert dict(opened(home, USER)) == before
    ran = breakglass(enrolled, home, {}, "enroll", *renewal, "--take-over")
    assert ran.returncode == 0, ran.stderr
    with pytest.raises(DeniedError, match=REFUSED):
        sign_in(enrolled, home, USER, password=before["password"], seed=before["seed"])
    assert sign_in(enrolled, home, USER).mfa
