"""Into a role: whose session it is, in which region, and what is said before and after."""

from dataclasses import replace
from pathlib import Path

import pytest

from breakglass import naming
from breakglass.assuming import Source
from breakglass.errors import (
    BreakglassError,
    CredentialsError,
    DeniedError,
    RejectedError,
    UnavailableError,
    UsageError,
)
from breakglass.respond.shell.errand import AskCode, Errand, Opened, Wish, run
from breakglass.respond.shell.granted import granted
from breakglass.respond.shell.planned import errand
from breakglass.respond.target import targets
from breakglass.secret import Secret
from tests.conftest import manifest
from tests.respond.support import ANA, DEAD, DENIED, PROD, REGIONS, ROLE, SECURITY, USER, WRONG_DEVICE, MemorySts

PLANNED = errand(manifest(), "prod/ransomware")
BARE = Errand(f"{PROD}/BREAK-GLASS-RANSOMWARE", ROLE, REGIONS, USER)
UNKNOWN = Source(is_temporary=True)
KEY = Source(is_temporary=False)
NOTHING = Wish()
EVERYWHERE = dict.fromkeys(REGIONS, DENIED)
EXPIRED = CredentialsError("AWS does not accept the credentials (ExpiredToken)")


def go(
    sts: MemorySts, errand: Errand = PLANNED, wish: Wish = NOTHING, *, ask: AskCode | None = None
) -> tuple[Opened, list[str]]:
    said: list[str] = []
    return run(sts, errand, wish, said.append, ask), said


def test_an_errand_of_the_manifest() -> None:
    assert (PLANNED.label, PLANNED.role, PLANNED.regions) == ("prod/ransomware", ROLE, REGIONS)
    assert (PLANNED.security_account, PLANNED.session_hours) == (SECURITY, 1)
    assert USER in PLANNED.may
    assert "emeka-break-glass" not in PLANNED.may


def test_whoever_may_is_whoever_it_is_granted_to() -> None:
    acme = manifest()
    for target in targets(acme):
        people = [each.id for each in acme.responders if target in granted(acme, each.id)]
        assert errand(acme, str(target)).may == [naming.user_name(each) for each in people]


def test_the_session_has_the_users_name_and_nobody_is_asked_who_that_is_where_the_profile_says_so() -> None:
    sts = MemorySts()
    opened, said = go(sts)
    assert sts.asked == [("AssumeRole", "eu-west-1")]
    assert opened.assumption.session_name == USER
    assert "for 1 h (at most 1 h" in said[0]
    assert "limits.session_hours" in said[0]
    assert "MFA: unknown" in said[1]
    assert said[2] == "served by eu-west-1; the credentials last until 2026-11-22T13:00:00Z"


def test_else_sts_is_asked_who_and_the_region_that_answered_goes_first() -> None:
    sts = MemorySts(whose=UNKNOWN, failing={"eu-west-1": DEAD})
    opened, said = go(sts)
    assert sts.asked == [
        ("GetCallerIdentity", "eu-west-1"),
        ("GetCallerIdentity", "us-west-2"),
        ("AssumeRole", "us-west-2"),
    ]
    assert opened.session.region == "us-west-2"
    assert said[2:] == [
        f"no service in eu-west-1: {DEAD.message}",
        "served by us-west-2; the credentials last until 2026-11-22T13:00:00Z",
    ]


def test_two_dead_regions_and_the_third_serves() -> None:
    sts = MemorySts(failing={"eu-west-1": DEAD, "us-west-2": DEAD})
    opened, said = go(sts, BARE)
    assert opened.session.region == "ap-southeast-2"
    assert said[2:4] == [f"no service in {region}: {DEAD.message}" for region in REGIONS[:2]]
    assert "at most the MaxSessionDuration" in said[0]


def test_where_no_region_serves_each_ones_reason_is_told() -> None:
    with pytest.raises(UnavailableError) as raised:
        go(MemorySts(failing=dict.fromkeys(REGIONS, DEAD)))
    assert all(f"{region}: {DEAD.message}" in raised.value.message for region in REGIONS)


def test_a_region_that_does_not_know_the_credentials_is_passed_over() -> None:
    opened, _ = go(MemorySts(failing={"eu-west-1": EXPIRED}))
    assert opened.session.region == "us-west-2"


def test_credentials_that_no_region_accepts_are_the_reason_whatever_else_fails() -> None:
    with pytest.raises(CredentialsError, match="ExpiredToken"):
        go(MemorySts(failing={"eu-west-1": DEAD, "us-west-2": EXPIRED, "ap-southeast-2": DEAD}))


@pytest.mark.parametrize(
    "arn",
    [
        f"arn:aws:sts::{SECURITY}:assumed-role/BREAK-GLASS-RANSOMWARE/{USER}",
        f"arn:aws:iam::{PROD}:user/break-glass/{USER}",
        f"arn:aws:iam::{SECURITY}:user/ana",
        f"arn:aws:iam::{SECURITY}:user/break-glass/ana",
        f"arn:aws:iam::{SECURITY}:user/break-glass/x/{USER}",
        f"arn:aws:iam::{SECURITY}:root",
        "nonsense",
    ],
)
@pytest.mark.parametrize("told_by_profile", [True, False])
def test_others_than_emergency_users_are_refused_before_the_role_is_asked_for(arn: str, told_by_profile: bool) -> None:
    sts = MemorySts(whose=Source(is_temporary=True, arn=arn) if told_by_profile else UNKNOWN, arn=arn)
    with pytest.raises(CredentialsError) as raised:
        go(sts)
    assert arn in raised.value.message
    assert raised.value.advice
    assert not sts.assumed


def test_a_profile_of_somebody_else_is_refused_before_any_call() -> None:
    sts = MemorySts(whose=Source(is_temporary=True, arn=ANA.replace("ana", "bo")))
    with pytest.raises(CredentialsError, match="bo-break-glass"):
        go(sts, BARE)
    assert not sts.asked


def test_a_manifest_that_lets_nobody_of_this_name_in_is_told_and_tried() -> None:
    _, said = go(MemorySts(whose=Source(is_temporary=True, arn=ANA.replace("ana", "emeka"))))
    assert "lets no team of emeka-break-glass (payments) do this" in said[2]


def test_what_a_person_asks_for_is_sent(tmp_path: Path) -> None:
    policy = tmp_path / "policy.json"
    policy.write_text("{}", "utf-8")
    sts = MemorySts(packed=37)
    _, said = go(sts, replace(PLANNED, session_hours=2), Wish("1h30m", "ransom note", "INC-1", policy))
    (asked,) = sts.assumed
    assert (asked.seconds, asked.policy) == (5400, "{}")
    assert asked.tags == (("break-glass-reason", "ransom note"), ("break-glass-ticket", "INC-1"))
    assert "for 1 h 30 min (at most 2 h" in said[0]
    assert "sessions of the console have none" in said[2]
    assert said[-1] == "session policy and tags take 37 % of their room"


def test_a_wish_aws_would_not_grant_costs_no_call() -> None:
    sts = MemorySts(whose=UNKNOWN)
    with pytest.raises(UsageError):
        go(sts, wish=Wish(duration="2h"))
    assert not sts.asked


def coded(serials: list[str]) -> AskCode:
    def ask(serial: str) -> Secret:
        serials.append(serial)
        return Secret("123456")

    return ask


@pytest.mark.parametrize("whose", [UNKNOWN, KEY, Source(is_temporary=True, arn=ANA)])
@pytest.mark.parametrize("errand", [PLANNED, BARE])
def test_where_mfa_may_be_missing_a_code_is_asked_for_once(whose: Source, errand: Errand) -> None:
    prompts: list[str] = []
    sts = MemorySts(whose=whose, failing=EVERYWHERE, mfa_helps=True)
    opened, said = go(sts, errand, ask=coded(prompts))
    serial = f"arn:aws:iam::{SECURITY}:mfa/break-glass/{USER}"
    assert prompts == [f"{serial} (or {USER}-2 or {USER}-3, if that is yours)"]
    assert sts.assumed[-1].serial_number == serial
    assert sts.assumed[-1].token_code == Secret("123456")
    assert opened.session.region == "eu-west-1"
    assert ("never carries it" in said[1]) is (whose is KEY)


def test_another_device_can_be_named() -> None:
    serials: list[str] = []
    go(MemorySts(failing=EVERYWHERE, mfa_helps=True), wish=Wish(mfa_serial="other"), ask=coded(serials))
    assert serials == ["other"]


def test_a_denial_with_a_code_is_told_as_one_and_not_tried_again() -> None:
    serials: list[str] = []
    sts = MemorySts(failing=EVERYWHERE)
    with pytest.raises(DeniedError, match="does not exist"):
        go(sts, ask=coded(serials))
    assert len(serials) == 1
    assert len(sts.assumed) == 2 * len(REGIONS)


def test_credentials_refused_with_a_code_stay_what_they_are() -> None:
    sts = MemorySts(failing=EVERYWHERE)

    def expire(_serial: str) -> Secret:
        sts.failing = dict.fromkeys(REGIONS, EXPIRED)
        return Secret("123456")

    with pytest.raises(CredentialsError, match="ExpiredToken"):
        go(sts, ask=expire)


def test_nobody_is_asked_for_a_code_where_it_cannot_help() -> None:
    def never(_serial: str) -> Secret:
        raise AssertionError

    denied = DeniedError(f"{DENIED.message} with an explicit deny in a service control policy")
    with pytest.raises(DeniedError, match="control policy"):
        go(MemorySts(failing=dict.fromkeys(REGIONS, denied)), ask=never)


def test_without_a_terminal_the_denial_says_what_one_would_do() -> None:
    with pytest.raises(DeniedError) as raised:
        go(MemorySts(failing=EVERYWHERE))
    assert "on a terminal" in raised.value.advice


def test_a_rejection_is_final() -> None:
    sts = MemorySts(failing={"eu-west-1": RejectedError("too long")})
    with pytest.raises(RejectedError):
        go(sts)
    assert len(sts.asked) == 1


LOCKED = DeniedError(f"{DENIED.message} with an explicit deny in a service control policy: x")
ENDPOINT = DeniedError(f"{DENIED.message} because no VPC endpoint policy allows the sts:AssumeRole action")
RESOURCE = DeniedError(f"{DENIED.message} with an explicit deny in a resource control policy")
BOUNDARY = DeniedError(f"{DENIED.message} with an explicit deny in a permissions boundary")
TRUST = DeniedError(f"{DENIED.message} because no resource-based policy allows the sts:AssumeRole action")
STOPPED = DeniedError(f"{DENIED.message} with an explicit deny in an identity-based policy")


@pytest.mark.parametrize("denied", [LOCKED, ENDPOINT, RESOURCE, DENIED])
def test_what_one_region_denies_another_may_grant(denied: DeniedError) -> None:
    sts = MemorySts(failing={"eu-west-1": denied, "us-west-2": DEAD})
    opened, said = go(sts)
    assert sts.asked == [("AssumeRole", region) for region in REGIONS]
    assert opened.session.region == "ap-southeast-2"
    assert said[2] == f"no service in eu-west-1: {denied.message}"


@pytest.mark.parametrize("denied", [BOUNDARY, TRUST, STOPPED, WRONG_DEVICE])
def test_what_holds_in_every_region_is_asked_of_one(denied: DeniedError) -> None:
    sts = MemorySts(failing=dict.fromkeys(REGIONS, denied))
    with pytest.raises(DeniedError):
        go(sts)
    assert len(sts.asked) == 1


def test_a_key_without_mfa_is_tried_in_one_region_and_then_with_a_code() -> None:
    sts = MemorySts(whose=KEY, failing=EVERYWHERE, mfa_helps=True)
    go(sts, BARE, ask=coded([]))
    assert [region for call, region in sts.asked if call == "AssumeRole"] == ["eu-west-1", "eu-west-1"]


def test_where_all_deny_the_first_denial_is_told_and_where() -> None:
    with pytest.raises(DeniedError) as raised:
        go(MemorySts(failing={"eu-west-1": ENDPOINT, "us-west-2": DEAD, "ap-southeast-2": LOCKED}))
    assert raised.value.message.startswith(ENDPOINT.message)
    assert "in each of eu-west-1, ap-southeast-2" in raised.value.message
    assert "another network" in raised.value.advice


def test_a_rejection_after_a_denial_of_one_region_is_what_can_be_mended() -> None:
    with pytest.raises(RejectedError, match="too long"):
        go(MemorySts(failing={"eu-west-1": LOCKED, "us-west-2": RejectedError("too long")}), ask=coded([]))


def test_the_code_goes_first_to_the_region_that_asked_for_it_and_last_to_those_that_are_silent() -> None:
    sts = MemorySts(failing={"eu-west-1": DEAD, "us-west-2": LOCKED, "ap-southeast-2": BOUNDARY}, mfa_helps=True)
    opened, _ = go(sts, ask=coded([]))
    assert opened.session.region == "ap-southeast-2"
    assert sts.asked == [("AssumeRole", region) for region in (*REGIONS, "ap-southeast-2")]
    sts = MemorySts(failing={"eu-west-1": DEAD, "us-west-2": BOUNDARY})

    def ask(_serial: str) -> Secret:
        sts.failing = dict.fromkeys(REGIONS, DEAD)
        return Secret("123456")

    with pytest.raises(UnavailableError):
        go(sts, ask=ask)
    assert [region for _, region in sts.asked[2:]] == ["us-west-2", "ap-southeast-2", "eu-west-1"]


def test_whose_device_it_is_is_asked_of_a_region_that_answers() -> None:
    sts = MemorySts(whose=UNKNOWN, failing={"eu-west-1": DEAD, "us-west-2": BOUNDARY}, mfa_helps=True)
    go(sts, BARE, ask=coded([]))
    assert [region for call, region in sts.asked if call == "GetCallerIdentity"] == ["us-west-2"]


@pytest.mark.parametrize("number", [1, 2, 3])
def test_one_code_is_tried_with_each_device_a_renewal_may_have_made(number: int) -> None:
    prompts: list[str] = []
    name = naming.mfa_device_name(USER, number)
    sts = MemorySts(failing=EVERYWHERE, mfa_helps=True, device=f"/{name}")
    opened, _ = go(sts, ask=coded(prompts))
    assert opened.session.region == "eu-west-1"
    assert sts.assumed[-1].serial_number.endswith(f":mfa/break-glass/{name}")
    assert len(sts.assumed) == len(REGIONS) + number
    assert len(prompts) == 1
    assert name in prompts[0]


def test_a_code_no_device_takes_is_told_with_where_the_serial_number_is() -> None:
    sts = MemorySts(failing=EVERYWHERE, device="/nobody")
    with pytest.raises(DeniedError) as raised:
        go(sts, ask=coded([]))
    assert len(sts.assumed) == len(REGIONS) + 3
    assert "does not accept the MFA code" in raised.value.message
    assert "--mfa-serial: its serial number is in the envelope" in raised.value.advice


def test_a_device_that_is_named_is_the_only_one_tried() -> None:
    sts = MemorySts(failing=EVERYWHERE, device="/nobody")
    with pytest.raises(DeniedError, match="does not accept"):
        go(sts, wish=Wish(mfa_serial="mine"), ask=coded([]))
    assert [each.serial_number for each in sts.assumed[len(REGIONS) :]] == ["mine"]


@pytest.mark.parametrize("failure", [RejectedError("odd"), LOCKED, EXPIRED, DEAD])
def test_who_calls_is_asked_of_the_next_region_whatever_one_says(failure: BreakglassError) -> None:
    sts = MemorySts(whose=UNKNOWN, nameless={"eu-west-1": failure})
    assert go(sts)[0].session.region == "us-west-2"
    with pytest.raises(type(failure)) as raised:
        go(MemorySts(whose=UNKNOWN, nameless=dict.fromkeys(REGIONS, failure)))
    assert ("each of eu-west-1, us-west-2, ap-southeast-2" in raised.value.message) is (failure is LOCKED)
