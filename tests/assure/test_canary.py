"""The canary over channels in memory: whatever is cut is named, and the other channel still tells."""

import json
from collections.abc import Iterator
from datetime import datetime

import pytest

from breakglass.assure.canary import Watch, prove
from breakglass.assure.trial import Trial, session_name
from breakglass.documents import Document
from breakglass.errors import BreakglassError, CredentialsError, DeniedError, UnavailableError
from breakglass.manifest.model import Manifest
from breakglass.trail.delivery import Channel, Delivery, Outcome, Point, Stage
from tests.assure.world import GONE, START, World, rung

HOME = "eu-west-1"
SESSION = session_name(START, "0a1b2c3d")
OK, BROKEN, SILENT, MISSED = Outcome.OK, Outcome.BROKEN, Outcome.SILENT, Outcome.NOT_REACHED


def run(world: World, manifest: Manifest, *regions: str, denied: bool = False, timeout: int = 900) -> Delivery:
    sessions = {region: f"{SESSION}{number or ''}" for number, region in enumerate(regions or (HOME,))}
    trial = Trial(manifest, sessions, denied, timeout)
    told: list[str] = []
    delivery = prove(Watch(world, world, world), trial, advance=told.append)
    assert len(delivery.stages) == trial.stages
    return delivery


def outcomes(delivery: Delivery) -> dict[str, Outcome]:
    return {f"{each.point.channel.value} {each.point.stage}": each.outcome for each in delivery.stages}


def stage(delivery: Delivery, channel: Channel, name: str, region: str = "") -> Stage:
    (found,) = [each for each in delivery.stages if each.point == Point(channel, name, region)]
    return found


WELL = dict.fromkeys(("both assumption", "fast message", "net event", "net alarm", "net message"), OK)


def test_people_know_a_test_by_the_name_of_its_session() -> None:
    assert SESSION == "canary-20261120T030200Z-0a1b2c3d"


def test_a_use_is_followed_on_both_channels_and_timed(acme: Manifest) -> None:
    world = World()
    delivery = run(world, acme)
    assert outcomes(delivery) == WELL
    assert delivery.exit_code == 0
    assert [each.seconds for each in delivery.stages] == [0, 20, 130, 190, 200]
    assert world.asked == [(HOME, "arn:aws:iam::111111111111:role/BREAK-GLASS-CANARY", SESSION)]


def test_a_denied_attempt_is_followed_by_the_net(acme: Manifest) -> None:
    world = World()
    delivery = run(world, acme, denied=True)
    assert outcomes(delivery) == {name: OK for name in WELL if name != "fast message"}
    assert (delivery.exit_code, delivery.denied) == (0, True)
    ((_, role, _),) = world.asked
    assert role == "arn:aws:iam::111111111111:role/BREAK-GLASS-CANARY-DENIED"


@pytest.mark.parametrize(
    ("link", "broken", "missed"),
    [
        ("bus", "fast message", ()),
        ("trail", "net event", ("net alarm", "net message")),
        ("filter", "net alarm", ("net message",)),
        ("topic", "net message", ()),
    ],
)
@pytest.mark.parametrize("denied", [False, True])
def test_a_link_that_is_cut_is_named_and_hides_nothing_of_the_other_channel(
    acme: Manifest, link: str, broken: str, missed: tuple[str, ...], denied: bool
) -> None:
    if denied and link == "bus":
        return
    delivery = run(World(cut=frozenset({link})), acme, denied=denied)
    well = {name: OK for name in WELL if not (denied and name == "fast message")}
    assert outcomes(delivery) == {**well, broken: BROKEN, **dict.fromkeys(missed, MISSED)}
    assert delivery.exit_code == 1
    (told,) = [each for each in delivery.stages if each.outcome is BROKEN]
    assert told.detail == "nothing within 900 seconds"
    assert "breakglass verify" in told.advice
    assert "{" not in told.advice


def test_both_channels_broken_are_both_told(acme: Manifest) -> None:
    delivery = run(World(cut=frozenset({"bus", "trail"})), acme)
    broken = [each.point.channel for each in delivery.stages if each.outcome is BROKEN]
    assert broken == [Channel.FAST, Channel.NET]


def test_nothing_is_awaited_longer_than_told(acme: Manifest) -> None:
    world = World(cut=frozenset({"bus"}), late={"bus": 0, "trail": 20, "filter": 20, "topic": 20})
    assert run(world, acme, timeout=25).exit_code == 1
    assert world.seconds == 25


def test_at_least_one_look_is_taken(acme: Manifest) -> None:
    world = World(late=dict.fromkeys(("bus", "trail", "filter", "topic"), 0))
    assert run(world, acme, timeout=0).exit_code == 0


def test_a_role_that_cannot_be_assumed_leaves_nothing_to_follow(acme: Manifest) -> None:
    world = World(cut=frozenset({"assume"}))
    delivery = run(world, acme)
    assert outcomes(delivery) == {**dict.fromkeys(WELL, MISSED), "both assumption": BROKEN}
    assert (delivery.exit_code, world.seconds) == (4, 0)
    assert "not authorized" in delivery.stages[0].detail
    assert delivery.stages[0].advice == "see the trust of the canary's role"


def test_a_role_that_nobody_may_assume_and_that_can_be_assumed(acme: Manifest) -> None:
    delivery = run(World(permits=True), acme, denied=True)
    assert (delivery.stages[0].outcome, delivery.exit_code) == (BROKEN, 1)
    assert "BREAK-GLASS-CANARY-DENIED was assumed" in delivery.stages[0].detail


@pytest.mark.parametrize("denied", [False, True])
def test_not_to_get_as_far_as_the_verification_role_is_no_denied_attempt(acme: Manifest, denied: bool) -> None:
    world = World(errors={"assume": CredentialsError("expired", advice="sign in again")})
    delivery = run(world, acme, denied=denied)
    assert (delivery.stages[0].outcome, delivery.stages[0].advice) == (BROKEN, "sign in again")
    assert delivery.exit_code == 4


DENIED = DeniedError("no", advice="allow it")
DEAD = UnavailableError("nobody answers", advice="run it again")
LISTENING = {
    "heard:111111111111": "fast message",
    "find": "net event",
    "alarm": "net alarm",
    "heard:333333333333": "net message",
}


@pytest.mark.parametrize(("call", "broken"), LISTENING.items())
@pytest.mark.parametrize(("error", "code"), [(DENIED, 4), (DEAD, 5), (GONE, 1)])
def test_what_cannot_be_asked_is_not_proved(
    acme: Manifest, call: str, broken: str, error: BreakglassError, code: int
) -> None:
    delivery = run(World(errors={call: error}), acme)
    channel, name = broken.split()
    found = stage(delivery, Channel(channel), name, HOME if broken in ("fast message", "net event") else "")
    assert (found.outcome, found.detail, delivery.exit_code) == (BROKEN, error.message, code)
    assert found.advice
    other = "net message" if channel == "fast" else "fast message"
    assert outcomes(delivery)[other] is OK


def test_what_is_denied_is_asked_once_and_what_is_unavailable_again(acme: Manifest) -> None:
    for error, seconds in ((DENIED, 200), (DEAD, 900)):
        world = World(errors={"heard:111111111111": error})
        run(world, acme)
        assert world.seconds == seconds


@pytest.mark.parametrize("call", LISTENING)
def test_an_outage_that_passes_is_waited_for(acme: Manifest, call: str) -> None:
    assert run(World(errors={call: DEAD}, passing=True), acme).exit_code == 0


def test_the_largest_exit_code_wins(acme: Manifest) -> None:
    world = World(errors={"heard:111111111111": DENIED, "find": DEAD})
    assert run(world, acme).exit_code == 5


def test_an_alarm_that_rings_already_is_waited_for(acme: Manifest) -> None:
    world = World(ringing_until=300)
    delivery = run(world, acme)
    assert delivery.exit_code == 0
    assert delivery.stages[-1].seconds == 200
    assert world.seconds == 500


def test_an_alarm_that_does_not_stop_ringing_proves_nothing_and_says_so(acme: Manifest) -> None:
    delivery = run(World(ringing_until=10_000), acme)
    assert outcomes(delivery) == {**WELL, "net alarm": SILENT, "net message": MISSED}
    assert delivery.exit_code == 1
    alarm = stage(delivery, Channel.NET, "alarm")
    assert "in ALARM since 2026-11-20 03:01:00 UTC" in alarm.detail
    assert "breakglass activity" in alarm.advice


@pytest.mark.parametrize(
    "message",
    [
        "not JSON",
        "[" * 100_000,
        "[]",
        json.dumps({"AlarmName": "BreakGlass-RoleAssumed", "NewStateValue": "ALARM"}),
        rung("BreakGlass-RoleAssumed", at="yesterday"),
        rung("BreakGlass-RoleAssumed", at="2026-11-19T01:00:00.000+0000"),
        rung("BreakGlass-RoleAssumed", state="OK"),
        rung("BreakGlass-UserChanged"),
        "role: x as canary-20261120T030200Z-another0",
    ],
    ids=lambda message: message[:80],
)
def test_what_else_is_in_the_queues_proves_nothing(acme: Manifest, message: str) -> None:
    delivery = run(World(cut=frozenset({"bus", "topic"}), noise=[message]), acme)
    assert outcomes(delivery) == {**WELL, "fast message": BROKEN, "net message": BROKEN}


def test_a_time_without_zone_is_utc(acme: Manifest) -> None:
    noise = [rung("BreakGlass-RoleAssumed", at="2026-11-20T03:05:10")]
    assert outcomes(run(World(cut=frozenset({"topic"}), noise=noise), acme)) == WELL


class LocalTrail(World):
    """A trail that records one region alone."""

    def find(self, pattern: str, since: datetime) -> Iterator[Document]:
        yield from (each for each in super().find(pattern, since) if each["awsRegion"] == HOME)


def test_each_region_is_proved_by_an_assumption_of_its_own(acme: Manifest) -> None:
    world = World()
    delivery = run(world, acme, *acme.alerts.regions)
    assert delivery.exit_code == 0
    assert [region for region, _, _ in world.asked] == list(acme.alerts.regions)
    assert len(set(delivery.sessions)) == 4


def test_a_region_that_is_not_recorded_hides_no_other(acme: Manifest) -> None:
    delivery = run(LocalTrail(), acme, HOME, "us-west-2")
    assert stage(delivery, Channel.NET, "event", "us-west-2").outcome is BROKEN
    assert outcomes(delivery) == {**WELL, "net event": BROKEN}


def test_a_region_whose_sts_is_dead_hides_no_other(acme: Manifest) -> None:
    delivery = run(World(errors={"assume:us-west-2": DEAD}), acme, HOME, "us-west-2")
    assert stage(delivery, Channel.BOTH, "assumption", "us-west-2").outcome is BROKEN
    assert stage(delivery, Channel.FAST, "message", "us-west-2").outcome is MISSED
    assert stage(delivery, Channel.FAST, "message", HOME).outcome is OK
    assert stage(delivery, Channel.NET, "message").outcome is OK
    assert delivery.exit_code == 5
