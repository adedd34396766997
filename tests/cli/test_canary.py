"""canary and activity: from the manifest to a report and one exit code."""

import json
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from breakglass.assure.canary import Watch
from breakglass.aws.sessions import Sessions
from breakglass.aws.trail_log import AwsTrailLog
from breakglass.cli import wiring
from breakglass.errors import DeniedError, UnavailableError
from breakglass.manifest.model import Manifest
from tests.assure.world import World
from tests.cli.conftest import Run
from tests.trail.events import ANA_ARN, PROD, SECURITY, TRAIL, assumed, denied, foreign, session, user

Put = Callable[[World], World]


@pytest.fixture
def put(monkeypatch: pytest.MonkeyPatch) -> Put:
    """Put a world behind the command line."""

    def behind(world: World) -> World:
        monkeypatch.setattr(wiring, "watch", lambda _manifest, _profile: Watch(world, world, world))
        return world

    return behind


def test_a_use_that_is_noticed_is_told_stage_by_stage(cli: Run, put: Put) -> None:
    world = put(World())
    ran = cli("canary")
    assert ran.code == 0
    heading, *stages, last = ran.out.splitlines()
    assert heading.split() == ["channel", "stage", "region", "seconds", "outcome"]
    assert [line.split() for line in stages] == [
        ["both", "assumption", "eu-west-1", "0.0", "ok"],
        ["fast", "message", "eu-west-1", "20.0", "ok"],
        ["net", "event", "eu-west-1", "130.0", "ok"],
        ["net", "alarm", "190.0", "ok"],
        ["net", "message", "200.0", "ok"],
    ]
    assert last.startswith("proved: a use is told on both channels; until")
    ((_, _, name),) = world.asked
    assert name.startswith("canary-20261120T030200Z-")


def test_a_denied_attempt_is_told_by_the_net(cli: Run, put: Put) -> None:
    put(World())
    ran = cli("canary", "--denied")
    assert ran.code == 0
    assert ran.out.splitlines()[-1].startswith("proved: a denied attempt is told by the net; until")


def test_a_broken_stage_is_named_with_what_to_do(cli: Run, put: Put) -> None:
    put(World(cut=frozenset({"bus", "filter"})))
    ran = cli("canary", "--timeout", "300")
    assert ran.code == 1
    *_, fast, first, net, second, last = ran.out.splitlines()
    assert fast == "fast channel, message of eu-west-1: nothing within 300 seconds"
    assert net == "net channel, alarm: nothing within 300 seconds"
    assert "break-glass-undelivered" in first
    assert "BreakGlass-RoleAssumed" in second
    assert last == "not proved: fast channel, message of eu-west-1, broken; net channel, alarm, broken"


def test_a_silent_alarm_is_told(cli: Run, put: Put) -> None:
    put(World(ringing_until=10_000))
    ran = cli("canary")
    assert (ran.code, ran.out.splitlines()[-1]) == (1, "not proved: net channel, alarm, silent")


def test_as_json_every_stage_is_there(cli: Run, put: Put) -> None:
    put(World(cut=frozenset({"trail"})))
    ran = cli("canary", "--format", "json")
    document = ran.document
    assert (ran.code, document["schema"], document["version"]) == (1, "breakglass/canary", 1)
    assert (document["manifest"], document["denied"], document["proved"]) == ("acme", False, False)
    assert len(document["sessions"]) == 1
    told = {(each["channel"], each["stage"]): each for each in document["stages"]}
    assert told["fast", "message"] == {
        "channel": "fast",
        "stage": "message",
        "region": "eu-west-1",
        "outcome": "ok",
        "seconds": 20.0,
        "detail": "",
        "advice": "",
    }
    assert (told["net", "event"]["outcome"], told["net", "event"]["seconds"]) == ("broken", None)
    assert (told["net", "message"]["outcome"], told["net", "message"]["region"]) == ("not reached", None)


@pytest.mark.parametrize("error", [DeniedError("no", advice="allow it"), UnavailableError("dead", advice="wait")])
def test_what_aws_answers_is_a_stage_and_an_exit_code(
    cli: Run, put: Put, error: DeniedError | UnavailableError
) -> None:
    put(World(errors={"assume": error}))
    ran = cli("canary")
    assert ran.code == error.exit_code
    assert f"assumption of eu-west-1: {error.message}" in ran.out


def test_regions_can_be_chosen(cli: Run, put: Put, acme: Manifest) -> None:
    for arguments, regions in (
        (("--region", "us-west-2", "--region", "us-east-1"), ["us-west-2", "us-east-1"]),
        (("--all-regions",), list(acme.alerts.regions)),
    ):
        world = put(World())
        assert cli("canary", *arguments).code == 0
        assert [region for region, _, _ in world.asked] == regions


def test_a_region_that_nobody_watches_is_usage(cli: Run, put: Put) -> None:
    world = put(World())
    ran = cli("canary", "--region", "eu-north-1", "--format", "json")
    assert (ran.code, ran.document["error"]["code"], world.asked) == (2, "USAGE", [])
    assert "us-west-2" in ran.document["error"]["advice"]


CANARY = f"arn:aws:iam::{SECURITY}:role/BREAK-GLASS-CANARY"
RECORDS = [
    assumed(user(), eventID="use"),
    assumed(foreign(), eventID="copy", recipientAccountId=PROD),
    assumed(foreign(), eventID="half", sharedEventID="other", recipientAccountId=PROD),
    denied("sts", "AssumeRole", user(), f"on {CANARY.replace('CANARY', 'RANSOMWARE')}", eventID="refused"),
    assumed(session("BreakGlassVerification", "canary-x", TRAIL), CANARY, eventID="test", sharedEventID="third"),
    assumed({"type": "Root", "arn": f"arn:aws:iam::{PROD}:root"}, eventID="root", sharedEventID="y"),
    assumed({"type": "SAMLUser", "userName": "ben"}, eventID="saml", sharedEventID="x", requestParameters=None)
    | {"responseElements": None, "resources": None}
    | {"requestParameters": {"roleArn": CANARY.replace("CANARY", "RANSOMWARE")}},
]


@pytest.fixture
def past(put: Put) -> World:
    return put(World(records=[(-3600, "", each) for each in RECORDS]))


@pytest.mark.usefixtures("past")
def test_who_did_what_is_one_table(cli: Run) -> None:
    ran = cli("activity")
    assert ran.code == 0
    heading, *rows, last = ran.out.splitlines()
    assert heading.split()[:3] == ["time", "(UTC)", "person"]
    told = {line.split()[-1]: line for line in rows}
    assert set(told) == {"use", "half", "refused", "test", "saml", "root"}
    for word in ("2026-11-20T03:02:00Z", " ana-break-glass ", "BREAK-GLASS-RANSOMWARE", " prod ", "203.0.113.7"):
        assert word in told["use"]
    assert "AIDAEXAMPLEANA as ana-break-glass" in told["half"]
    assert " denied " in told["refused"]
    assert "BreakGlassVerification/canary-x" in told["test"]
    assert "permitted (canary)" in told["test"]
    assert " ben " in told["saml"]
    assert " root " in told["root"]
    assert last == "5 uses in 24 hours; 1 of them denied; 1 test by the canary besides"


@pytest.mark.usefixtures("past")
def test_as_json_a_use_is_an_object(cli: Run) -> None:
    use, *_ = [each for each in json.loads(cli("activity", "--format", "json").out) if each["event"] == "use"]
    assert use == {
        "time": "2026-11-20T03:02:00Z",
        "person": ANA_ARN,
        "session": "ana-break-glass",
        "role": "BREAK-GLASS-RANSOMWARE",
        "account": PROD,
        "region": "eu-west-1",
        "how": "api",
        "from": "203.0.113.7",
        "outcome": "permitted",
        "error": None,
        "canary": False,
        "event": "use",
    }


def test_where_nothing_was_used_one_line_says_so(cli: Run, put: Put) -> None:
    put(World())
    assert cli("activity", "--hours", "1").out == "0 uses in 1 hour\n"


def test_a_log_that_cannot_be_read_is_an_error(cli: Run, put: Put) -> None:
    put(World(errors={"find": DeniedError("no", advice="allow it")}))
    ran = cli("activity")
    assert (ran.code, ran.out) == (4, "")
    assert "allow it" in ran.err


def test_behind_the_command_line_is_aws(monkeypatch: pytest.MonkeyPatch, acme: Manifest) -> None:
    monkeypatch.setattr(wiring, "sessions", lambda _manifest, _profile: Sessions(regions=acme.regions))
    before = datetime.now(UTC)
    assert before <= wiring.watch(acme, None).clock.now() <= datetime.now(UTC)
    assert isinstance(wiring.filter_test(acme, None), AwsTrailLog)
