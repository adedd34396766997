"""Misfortune over HTTP: a clear message, the right exit code, nothing half done, and a re-run continues."""

import os
import signal
import subprocess
import sys
from itertools import count
from pathlib import Path

import pytest

from breakglass.sandbox.faults import ALWAYS, DEAD, Fault
from breakglass.sandbox.record import Call
from breakglass.sandbox.server import Sandbox
from tests.cli.conftest import Run
from tests.conftest import ACME, manifest
from tests.enrolled import enroll_everybody
from tests.stories.conftest import MANAGEMENT, PROD, SECURITY

pytestmark = [pytest.mark.usefixtures("impatient"), pytest.mark.uncounted]


def test_access_denied_on_one_call_of_one_account(cli: Run, sandbox: Sandbox) -> None:
    sandbox.faults.plant(Fault("AccessDenied", PROD, "iam:CreateRole", ALWAYS))
    ran = cli("apply", "--yes")
    assert ran.code == 5
    assert "prod (222222222222)" in ran.out
    assert "Traceback" not in ran.err
    sandbox.faults.clear()
    assert cli("apply", "--yes").code == 0
    enroll_everybody(sandbox, manifest())
    assert cli("verify").code == 0


def test_an_account_whose_role_cannot_be_assumed_is_named_and_the_rest_is_planned(cli: Run, sandbox: Sandbox) -> None:
    sandbox.faults.plant(Fault("AccessDenied", PROD, "sts:AssumeRole", ALWAYS))
    ran = cli("plan", "--format", "json")
    assert ran.code == 4
    (unread,) = ran.document["unread"]
    assert unread["account"] == PROD
    assert "OrganizationAccountAccessRole" in unread["advice"]
    assert PROD not in {change["account"] for change in ran.document["changes"]}
    verified = cli("verify", "--format", "json")
    assert verified.code == 4
    assert ("NOT_PROVED", PROD) in {(each["code"], each["subject"]) for each in verified.document["findings"]}


def test_throttling_is_waited_out(cli: Run, sandbox: Sandbox) -> None:
    sandbox.faults.plant(Fault("Throttling", "", "iam:CreatePolicy", 3), Fault("Throttling", "", "sts:AssumeRole", 1))
    assert cli("apply", "--yes").code == 0


def test_credentials_that_expire_are_told_once(cli: Run, sandbox: Sandbox) -> None:
    sandbox.faults.plant(Fault("ExpiredToken", "", "", ALWAYS))
    ran = cli("plan")
    assert (ran.code, ran.out) == (4, "")
    assert ran.err.count("error:") == 1
    assert cli("plan", "--format", "json").document["error"]["code"] == "AWS_CREDENTIALS"


def test_credentials_aws_does_not_know_are_told(cli: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAUNKNOWN000000000")
    assert cli("plan").code == 4


def test_no_credentials_at_all_are_told(cli: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    ran = cli("plan")
    assert ran.code == 4
    assert "credentials" in ran.err


def test_a_dead_endpoint_is_unavailable(cli: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    ran = cli("plan")
    assert ran.code == 5
    assert "Traceback" not in ran.err


def test_an_account_that_never_answers_is_unread(cli: Run, sandbox: Sandbox) -> None:
    sandbox.faults.plant(Fault(DEAD, PROD, "iam:GetAccountAuthorizationDetails", ALWAYS))
    ran = cli("plan", "--format", "json")
    assert ran.code == 5
    assert [each["account"] for each in ran.document["unread"]] == [PROD]


def test_where_the_first_region_is_dead_the_next_one_serves_and_only_what_lies_there_is_unread(
    cli: Run, sandbox: Sandbox
) -> None:
    sandbox.faults.dead_regions.add("eu-west-1")
    ran = cli("plan", "--format", "json")
    assert ran.code == 5
    unread = {(each["account"], each["region"]) for each in ran.document["unread"]}
    assert unread == {(account, "eu-west-1") for account in (SECURITY, MANAGEMENT, "333333333333")}
    assert {change["region"] for change in ran.document["changes"]} >= {"global", "us-west-2"}


def test_an_answer_lost_after_the_write_took_effect_is_made_good_by_a_rerun(cli: Run, sandbox: Sandbox) -> None:
    sandbox.faults.plant(Fault("InternalFailure", SECURITY, "iam:AddUserToGroup", ALWAYS))
    assert cli("apply", "--yes").code == 5
    sandbox.faults.clear()
    assert cli("apply", "--yes").code == 0
    assert cli("plan").code == 0


def test_an_interrupt_in_the_middle_of_apply_is_told_and_a_rerun_continues(
    cli: Run, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    command = [sys.executable, "-m", "breakglass", "apply", "--yes", "-m", str(ACME)]
    recorded, writes = sandbox.calls.add, count()

    def interrupting(call: Call) -> None:
        """Strike while the first write waits for its answer: once, however many threads ask at this moment."""
        recorded(call)
        if call.write and next(writes) == 0:
            process.send_signal(signal.SIGINT)

    monkeypatch.setattr(sandbox.calls, "add", interrupting)
    heard = signal.signal(signal.SIGINT, signal.default_int_handler)  # what is ignored here, a child ignores as well
    try:
        process = subprocess.Popen(
            command, env=dict(os.environ), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
    finally:
        signal.signal(signal.SIGINT, heard)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 5, err
    assert "run the same command again" in out
    assert "Traceback" not in err
    assert cli("apply", "--yes").code == 0
    enroll_everybody(sandbox, manifest())
    assert cli("verify").code == 0


@pytest.mark.parametrize(
    ("right", "wrong"),
    [("organization: o-acme12345", "organization: o-typo"), ('{id: "999999999999"', '{id: "888888888888"')],
)
def test_credentials_of_another_organization_change_nothing(
    cli: Run, sandbox: Sandbox, tmp_path: Path, right: str, wrong: str
) -> None:
    """A wrong id would delete the resources of another organization, and end up in its policies."""
    cli("apply", "--yes")
    other = tmp_path / "other.yaml"
    other.write_text(ACME.read_text("utf-8").replace(right, wrong), "utf-8")
    sandbox.calls.clear()
    for command in (["plan"], ["apply", "--yes"], ["verify"], ["destroy", "--confirm", "o-typo"]):
        ran = cli(*command, path=other)
        assert ran.code == 3
        assert wrong.rsplit(maxsplit=1)[-1].strip('"').removeprefix('"') in ran.err
    assert sandbox.calls.writes == ()


def test_an_account_the_sandbox_does_not_have_is_told_as_such(cli: Run, tmp_path: Path) -> None:
    more = tmp_path / "more.yaml"
    more.write_text(
        ACME.read_text("utf-8").replace("name: staging}", 'name: staging}\n  - {id: "777777777777", name: new}'),
        "utf-8",
    )
    ran = cli("plan", path=more)
    assert ran.code == 4
    assert "this sandbox has no such account" in ran.out


def test_an_endpoint_nobody_answers_at_is_named(cli: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://user:secret@127.0.0.1:9")
    ran = cli("plan")
    assert "AWS_ENDPOINT_URL leads to 127.0.0.1:9" in ran.err
    assert "secret" not in ran.err
