"""Every use reaches people on both channels; with any one link cut verify and the canary name it, and one still tells.

One sandbox for all: each story leaves it as it found it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from breakglass.cli import wiring
from breakglass.cli.main import run
from breakglass.sandbox.environment import UNSET
from breakglass.sandbox.server import Sandbox
from tests.cli.conftest import Ran, Run
from tests.conftest import ACME, manifest
from tests.enrolled import enroll_everybody
from tests.stories.alerted import FAST, HOME, NET, PAGER, TOPICS, WHERE, Alerted
from tests.stories.conftest import MANAGEMENT, PROD, ROLE, SECURITY, USER, denied, sts, unguarded
from tests.stories.cuts import CUTS, ORGANIZATION_TRAIL, Cut, disabled_actions, ended, policy, subscribed, unconfirmed

if TYPE_CHECKING:
    from mypy_boto3_organizations import OrganizationsClient

pytestmark = pytest.mark.uncounted

PERSON = f"arn:aws:iam::{SECURITY}:user/break-glass/{USER}"
BOTH = {FAST: (FAST, "AssumeRole"), NET: (NET, "RoleAssumed")}
"""What the pager hears of a use on each channel."""


@pytest.fixture(scope="module")
def applied() -> Iterator[Alerted]:
    """Everything applied, and confirmed by everybody."""
    with Sandbox(manifest(), people_confirm=False) as sandbox, pytest.MonkeyPatch.context() as patch:
        for name in UNSET:
            patch.delenv(name, raising=False)
        for name, value in sandbox.environment().items():
            patch.setenv(name, value)
        patch.setattr(boto3, "DEFAULT_SESSION", None)  # it would hold the key of the sandbox before
        made = Alerted(sandbox, manifest())
        patch.setattr(wiring, "SystemClock", lambda: made.clock)
        patch.setattr(wiring, "sessions", made.sessions)
        made.apply()
        enroll_everybody(sandbox, manifest())
        yield made


@pytest.fixture
def cli(capsys: pytest.CaptureFixture[str]) -> Run:
    def call(*arguments: str) -> Ran:
        code = run([arguments[0], "-m", str(ACME), *arguments[1:]])
        captured = capsys.readouterr()
        return Ran(code, captured.out, captured.err)

    return call


@pytest.fixture
def organizations() -> OrganizationsClient:
    """Organizations, as the administrator of the management account."""
    return boto3.client("organizations")


@pytest.fixture
def unheard(applied: Alerted) -> Alerted:
    """The organization as it is before anybody has confirmed."""
    return applied


@pytest.fixture
def alerted(applied: Alerted) -> Alerted:
    """The organization at rest: everybody has confirmed, and no alarm is in ALARM."""
    applied.confirm()
    applied.rest()
    applied.forget()
    return applied


@contextmanager
def mended(alerted: Alerted, cut: Cut) -> Iterator[None]:
    """Cut a link, and mend it whatever happens."""
    cut.deed(alerted)
    try:
        yield
    finally:
        (cut.mend or Alerted.apply)(alerted)


def broken(told: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return the channels and stages of a canary's JSON that are broken."""
    return [(each["channel"], each["stage"]) for each in told["stages"] if each["outcome"] == "broken"]


def test_until_people_confirm_verify_names_each_of_them(unheard: Alerted) -> None:
    """The pager and the topic of the net have one owner, who need not confirm what he asked for himself."""
    people = [*unheard.manifest.alerts.email]
    heard = {FAST: [*people, PAGER], NET: people}
    silent = [("RECEIVER_SILENT", subscribed(at, each)) for at, receivers in heard.items() for each in receivers]
    assert unheard.told() == sorted(silent + [("TOO_FEW_RECEIVERS", topic) for topic in TOPICS.values()])
    unheard.rest()
    unheard.use()
    assert unheard.heard() == [BOTH[NET]]
    unheard.confirm()
    assert unheard.told() == []


def test_at_rest_verify_finds_nothing_and_the_canary_passes(alerted: Alerted, cli: Run) -> None:
    ran = cli("verify")
    assert (ran.code, "no findings" in ran.out) == (0, True)
    assert cli("canary").code == 0
    assert alerted.heard() == [BOTH[FAST], BOTH[NET]]
    assert cli("canary", "--denied").code == 0
    assert alerted.heard() == [(NET, "AssumptionDenied")]


def test_a_permitted_assumption(alerted: Alerted, cli: Run) -> None:
    alerted.use()
    assert alerted.heard() == [BOTH[FAST], BOTH[NET]]
    used = json.loads(cli("activity", "--format", "json").out)[-1]
    assert [used[name] for name in ("person", "role", "account", "outcome")] == [PERSON, ROLE, PROD, "permitted"]


def test_a_denied_assumption(alerted: Alerted) -> None:
    """It is logged in the account of the user alone."""
    with denied("sts:AssumeRole"):
        sts(alerted.ana()).assume_role(RoleArn=f"arn:aws:iam::{PROD}:role/{ROLE}", RoleSessionName="somebody-else")
    assert alerted.heard() == [(FAST, "AssumeRole"), (NET, "AssumptionDenied")]


def test_a_switch_in_the_console(alerted: Alerted) -> None:
    session = alerted.sandbox.console_sign_in(SECURITY, USER, mfa=True)
    assert alerted.heard() == [(FAST, "ConsoleLogin"), (NET, "SignIn")]
    alerted.sandbox.switch_role(session, f"arn:aws:iam::{PROD}:role/{ROLE}")
    assert alerted.heard() == [BOTH[FAST], BOTH[NET], (NET, "RoleSwitched")]


def test_an_access_key(alerted: Alerted, organizations: OrganizationsClient) -> None:
    """Nobody may make one, save whoever has lifted the guardrails."""
    iam = alerted.aws("iam", SECURITY)
    with unguarded(organizations):
        key = iam.create_access_key(UserName=USER)["AccessKey"]["AccessKeyId"]
    assert alerted.heard() == [(FAST, "CreateAccessKey"), (NET, "CredentialCreated"), (NET, "UserChanged")]
    iam.delete_access_key(UserName=USER, AccessKeyId=key)


def test_a_disabled_alarm(alerted: Alerted) -> None:
    disabled_actions(alerted)
    assert alerted.heard() == [(FAST, "DisableAlarmActions"), (NET, "AlertingTampered")]
    alerted.apply()


@pytest.mark.parametrize("cut", CUTS, ids=lambda cut: cut.name)
def test_a_cut_is_named_and_the_other_channel_tells(alerted: Alerted, cli: Run, cut: Cut) -> None:
    with mended(alerted, cut):
        assert alerted.told() == sorted(cut.told)
        alerted.heard()
        alerted.use()
        assert alerted.heard() == [told for channel, told in BOTH.items() if channel not in (cut.breaks or ())]
        alerted.rest()
        ran = cli("canary", "--format", "json", "--timeout", "20")
        assert ran.code == (1 if cut.breaks else 0)
        assert broken(ran.document) == [cut.breaks] * bool(cut.breaks)
    assert alerted.told() == []


def test_events_that_could_not_be_forwarded_are_told_of(alerted: Alerted) -> None:
    with mended(alerted, next(cut for cut in CUTS if cut.name == "fast: topic policy")):
        alerted.use()
    alerted.touch(*WHERE[FAST])
    assert alerted.lost()


def test_a_receiver_who_has_not_confirmed_is_named_and_hears_the_other_channel(alerted: Alerted, cli: Run) -> None:
    """The canary has ears of its own, which hear as before."""
    unconfirmed(FAST)(alerted)
    assert alerted.told() == [("RECEIVER_SILENT", subscribed(FAST, PAGER))]
    alerted.heard()
    alerted.use()
    assert alerted.heard() == [BOTH[NET]]
    alerted.rest()
    assert cli("canary", "--timeout", "20").code == 0
    alerted.confirm()
    assert alerted.told() == []


@pytest.mark.parametrize("channel", [FAST, NET])
def test_without_its_own_subscription_the_canary_is_deaf_and_people_are_not(
    alerted: Alerted, cli: Run, channel: str
) -> None:
    account, region = WHERE[channel]
    link = ("ALERT_BROKEN", subscribed(channel, f"arn:aws:sqs:{region}:{account}:break-glass-canary"))
    with mended(alerted, Cut("canary", ended(channel, "break-glass-canary"), (link,))):
        assert alerted.told() == [link]
        alerted.heard()
        ran = cli("canary", "--format", "json", "--timeout", "20")
        assert (ran.code, broken(ran.document)) == (1, [(channel, "message")])
        assert alerted.heard() == [BOTH[FAST], BOTH[NET]]
    assert alerted.told() == []


def test_a_use_through_a_region_without_a_rule_is_told_by_the_net(alerted: Alerted) -> None:
    """The trail hears every region, EventBridge those of `alerts.regions`."""
    alerted.use("eu-central-1")
    assert alerted.heard() == [BOTH[NET]]


def test_one_policy_of_the_organization_that_silences_both_is_named(
    alerted: Alerted, cli: Run, organizations: OrganizationsClient
) -> None:
    """The roles that forward and deliver are bound by it: verify knows of the trail, the canary of both channels."""
    (root,) = organizations.list_roots()["Roots"]
    content = policy({"Effect": "Deny", "Action": ["events:PutEvents", "logs:PutLogEvents"], "Resource": "*"})
    made = organizations.create_policy(Name="x", Description="x", Type="SERVICE_CONTROL_POLICY", Content=content)
    silencer = made["Policy"]["PolicySummary"]["Id"]
    organizations.attach_policy(PolicyId=silencer, TargetId=root["Id"])
    try:
        alerted.heard()
        alerted.use()
        assert alerted.heard() == []
        alerted.touch(MANAGEMENT, HOME)
        assert alerted.told() == [("TRAIL_BROKEN", ORGANIZATION_TRAIL)]
        ran = cli("canary", "--format", "json", "--timeout", "20")
        assert (ran.code, broken(ran.document)) == (1, [(FAST, "message"), (NET, "event")])
    finally:
        organizations.detach_policy(PolicyId=silencer, TargetId=root["Id"])
        organizations.delete_policy(PolicyId=silencer)
    assert alerted.told() == []
