"""Enrolment over sign-in in memory: what is made, in which order, and what is refused."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from stat import S_IMODE
from typing import Any

import pytest

from breakglass.documents import Document
from breakglass.errors import DeniedError, PartlyAppliedError, RefusedError, RejectedError, UnavailableError, UsageError
from breakglass.estate.enrolled import End
from breakglass.facts import Enrolment, MfaDevice, Reading, Survey, Unread
from breakglass.naming import mfa_arn, mfa_device_name
from breakglass.resources import GROUP, MANAGED_POLICY, USER, Key, Resource
from breakglass.respond.enrolment.desk import Desk, Order, Way
from breakglass.respond.enrolment.enroll import enroll
from breakglass.respond.envelope import Envelope
from breakglass.secret import Secret
from tests.respond.world import (
    ACME,
    SECURITY,
    START,
    USER_NAME,
    Device,
    MemorySignIn,
    Password,
    Trouble,
    World,
    desk,
    opened,
    passkey,
    provisioned,
    run,
    works,
)

RENEW = Order(Way.RENEW)
SECOND = Order(Way.SECOND_DEVICE)
ANA = Key(SECURITY, USER, USER_NAME)


def serial(number: int = 1) -> str:
    return mfa_arn("aws", SECURITY.account, mfa_device_name(USER_NAME, number))


@pytest.fixture
def world() -> World:
    return provisioned()


def failing(world: World, call: str, trouble: Trouble, times: int = 1) -> None:
    """Let these calls of a name fail."""
    left = [trouble] * times
    world.trouble = lambda _number, name: left.pop() if name == call and left else None


def test_a_user_that_is_there_gets_a_device_then_envelopes_then_a_password(world: World, tmp_path: Path) -> None:
    (made,) = run(world, tmp_path)
    assert (made.end, made.device, made.password_set, made.exit_code) == (End.ENROLLED, serial(), True, 0)
    assert world.calls == [
        *("observe", "read", "make_device", "read"),
        *("unassigned_devices", "make_device", "enable_device", "read"),
        *("make_password", "read", "delete_device"),
    ]
    assert works(world, made.envelopes)
    assert made.found is not None
    assert made.found.is_complete


def test_a_missing_user_is_made_without_groups_until_its_device_is_enabled(tmp_path: Path) -> None:
    world = provisioned(USER_NAME)
    groups: list[object] = []

    def look(_number: int, call: str) -> None:
        groups.append((call, _groups(world)))

    world.trouble = look
    (made,) = run(world, tmp_path)
    assert made.end is End.ENROLLED
    assert world.calls.index("create") < world.calls.index("enable_device") < world.calls.index("update")
    assert ("enable_device", ()) in groups
    assert _groups(world) == ("break-glass-incident", "break-glass-organization")
    assert not world.naked


def _groups(world: World) -> object:
    return world.estate.resources[ANA].properties["Groups"] if ANA in world.estate.resources else None


def test_a_group_that_lacks_is_given_when_the_device_is_enabled(world: World, tmp_path: Path) -> None:
    found = world.estate.resources[ANA]
    world.estate.resources[ANA] = Resource(USER, SECURITY, {**found.properties, "Groups": ["break-glass-incident"]})
    run(world, tmp_path)
    assert _groups(world) == found.properties["Groups"]


def test_envelopes_are_two_for_two_custodians_and_nobody_else_reads_them(world: World, tmp_path: Path) -> None:
    (made,) = run(world, tmp_path)
    password, seed = (Path(each) for each in made.envelopes)
    assert (password.name, seed.name) == (
        "ana-break-glass-20261122T112611Z-password.html",
        "ana-break-glass-20261122T112611Z-mfa.html",
    )
    assert {"seed"}.isdisjoint(opened(password))
    assert {"password"}.isdisjoint(opened(seed))
    assert {S_IMODE(path.stat().st_mode) for path in (password, seed)} == {0o600}


def test_one_envelope_for_a_reason(world: World, tmp_path: Path) -> None:
    (made,) = run(world, tmp_path, Order(single="one safe, two keys"))
    assert made.reason == "one safe, two keys"
    assert len(made.envelopes) == 1
    assert made.envelopes[0].endswith("-both.html")
    assert works(world, made.envelopes)


def test_nothing_secret_is_told(world: World, tmp_path: Path) -> None:
    told: list[str] = []
    made = enroll(desk(world, tmp_path, told), ACME.responders[:1], Order())
    held = opened(*made[0].envelopes)
    assert told
    for secret in (held["password"], held["seed"]):
        assert secret not in repr(made) + "".join(told)


def test_who_is_enrolled_is_left_alone_and_told_so(world: World, tmp_path: Path) -> None:
    (first,) = run(world, tmp_path)
    (again,) = run(world, tmp_path)
    assert (again.end, again.exit_code, again.envelopes) == (End.ALREADY, 0, ())
    assert len(again.notes) == 2
    assert "print it" in again.notes[0]
    assert again.found is not None
    assert again.found.devices[0].serial_number == serial()
    assert works(world, first.envelopes)


def test_a_renewal_replaces_password_and_device_and_keeps_a_passkey(world: World, tmp_path: Path) -> None:
    (first,) = run(world, tmp_path)
    before = opened(*first.envelopes)
    world.passkeys[USER_NAME] = [passkey()]
    world.calls.clear()
    (made,) = run(world, tmp_path, RENEW)
    assert (made.end, made.device) == (End.RENEWED, serial(2))
    assert [each.serial_number for each in world.held(USER_NAME)] == [serial(2), passkey().serial_number]
    assert not world.signs_in(USER_NAME, before["password"], before["seed"])
    assert works(world, made.envelopes)
    assert world.calls.index("enable_device") < world.calls.index("replace_password")
    assert world.calls.index("replace_password") < world.calls.index("remove_device")
    assert sorted(map(str, tmp_path.iterdir())) == sorted(made.envelopes)
    assert sum("holds no longer" in note for note in made.notes) == 2


def test_a_renewal_after_a_renewal_takes_the_first_name_again(world: World, tmp_path: Path) -> None:
    for _ in range(2):
        run(world, tmp_path, RENEW)
    (made,) = run(world, tmp_path, RENEW)
    assert made.device == serial(1)
    assert works(world, made.envelopes)


def test_who_is_not_enrolled_is_enrolled_by_a_renewal(world: World, tmp_path: Path) -> None:
    """So that what a renewal has to fail closed, the same command mends."""
    (made,) = run(world, tmp_path, RENEW)
    assert made.end is End.ENROLLED


def test_a_handover_waits_for_the_person_to_choose(world: World, tmp_path: Path) -> None:
    (made,) = run(world, tmp_path, Order(must_change=True))
    assert made.must_change
    assert made.found is not None
    assert not made.found.is_complete
    assert world.passwords[USER_NAME].must_change
    (again,) = run(world, tmp_path)
    assert (again.end, again.exit_code) == (End.NO_WAY_IN, 1)
    assert "let the person do it today" in again.notes[0]


def test_whose_only_device_may_be_somebody_elses_is_told_to_renew(world: World, tmp_path: Path) -> None:
    run(world, tmp_path)
    world.devices.clear()
    world.passkeys[USER_NAME] = [MfaDevice(serial().replace(USER_NAME, "mallory"), START)]
    (again,) = run(world, tmp_path)
    assert (again.end, again.exit_code) == (End.NO_WAY_IN, 1)
    assert "no MFA device is named for the user" in again.notes[0]


def test_a_second_device_leaves_password_and_first_device(world: World, tmp_path: Path) -> None:
    (first,) = run(world, tmp_path)
    (second,) = run(world, tmp_path, SECOND)
    assert (second.end, second.device, second.password_set) == (End.DEVICE_ADDED, serial(2), False)
    assert len(second.envelopes) == 1
    assert works(world, first.envelopes)
    assert works(world, (first.envelopes[0], second.envelopes[0]))
    (again,) = run(world, tmp_path)
    assert (again.end, again.exit_code) == (End.ALREADY, 0)
    assert "if nobody was given a second one, a renewal was broken off" in again.notes[-1]


def test_a_second_device_needs_a_first(world: World, tmp_path: Path) -> None:
    (made,) = run(world, tmp_path, SECOND)
    assert (made.end, made.exit_code) == (End.FAILED, 2)
    assert isinstance(made.error, UsageError)
    assert "breakglass enroll ana" in made.error.advice
    assert not world.devices


def test_the_ninth_device_is_refused(world: World, tmp_path: Path) -> None:
    run(world, tmp_path)
    for _ in range(7):
        run(world, tmp_path, SECOND)
    (made,) = run(world, tmp_path, SECOND)
    assert isinstance(made.error, RejectedError)
    assert "8 MFA devices" in made.error.message
    assert "deactivate-mfa-device" in made.error.advice


def test_a_password_without_a_device_goes_first_and_is_told(world: World, tmp_path: Path) -> None:
    world.passwords[USER_NAME] = Password("somebody's", False, START)
    (made,) = run(world, tmp_path)
    assert world.calls[:6] == ["observe", "read", "make_device", "read", "read", "remove_password"]
    assert "without any MFA device" in made.notes[0]
    assert works(world, made.envelopes)


def test_what_a_broken_off_enrolment_left_is_found(world: World, tmp_path: Path) -> None:
    """Only what has this user's names: another's device, or one somebody made by hand, is not touched."""
    others = mfa_arn("aws", SECURITY.account, "bo-break-glass"), mfa_arn("aws", SECURITY.account, f"{USER_NAME}-old")
    world.devices = {
        serial(1): Device("JBSWY3DPEHPK3PXP", USER_NAME),
        serial(3): Device("JBSWY3DPEHPK3PXP"),
        **{each: Device("JBSWY3DPEHPK3PXP") for each in others},
    }
    world.passkeys[USER_NAME] = [passkey()]
    (made,) = run(world, tmp_path)
    assert made.device == serial(1)
    assert world.devices.keys() == {serial(1), *others}
    assert sum("was removed" in note or "was deleted" in note for note in made.notes) == 2
    assert made.found is not None
    assert len(made.found.devices) == 2
    assert works(world, made.envelopes)


MARK = mfa_arn("aws", SECURITY.account, f"{USER_NAME}-enrolling")


@pytest.mark.parametrize("order", [Order(), RENEW, SECOND])
def test_while_somebody_else_is_at_it_nothing_is_changed(world: World, tmp_path: Path, order: Order) -> None:
    if order.way is not Way.FIRST:
        run(world, tmp_path)
    world.devices[MARK] = Device("JBSWY3DPEHPK3PXP")
    before = sorted(tmp_path.iterdir()), {**world.passwords}, {**world.devices}
    (made,) = run(world, tmp_path, order)
    assert isinstance(made.error, RefusedError)
    assert "another enrolment of ana is under way, or one was killed" in made.error.message
    assert made.error.advice.endswith("pass --take-over")
    assert (sorted(tmp_path.iterdir()), world.passwords, world.devices) == before


@pytest.mark.parametrize("order", [Order(take_over=True), replace(RENEW, take_over=True)])
def test_what_was_killed_is_taken_over(world: World, tmp_path: Path, order: Order) -> None:
    world.devices[MARK] = Device("JBSWY3DPEHPK3PXP")
    (made,) = run(world, tmp_path, order)
    assert made.end is End.ENROLLED
    assert world.devices.keys() == {serial()}
    assert works(world, made.envelopes)


@pytest.mark.parametrize("order", [Order(), Order(take_over=True)])
def test_who_is_enrolled_may_have_been_renewed_by_who_was_killed(world: World, tmp_path: Path, order: Order) -> None:
    run(world, tmp_path)
    world.devices[MARK] = Device("JBSWY3DPEHPK3PXP")
    (made,) = run(world, tmp_path, order)
    assert (made.end, made.exit_code) == (End.BROKEN_OFF, 1)
    assert "breakglass enroll ana --renew --take-over" in made.notes[0]
    assert MARK in world.devices


def test_why_a_mark_cannot_be_made_is_told_as_aws_says_it(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_sign_in: MemorySignIn, _name: str) -> None:
        raise RejectedError("there are too many MFA devices")

    monkeypatch.setattr(MemorySignIn, "make_device", full)
    (made,) = run(world, tmp_path)
    assert isinstance(made.error, RefusedError)
    assert "(there are too many MFA devices); nothing was changed" in made.error.message


def test_a_mark_that_is_denied_is_just_that(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def denied(_sign_in: MemorySignIn, _name: str) -> None:
        raise DeniedError("CreateVirtualMFADevice was denied")

    monkeypatch.setattr(MemorySignIn, "make_device", denied)
    (made,) = run(world, tmp_path)
    assert made.error is not None
    assert (made.exit_code, made.error.message) == (4, "CreateVirtualMFADevice was denied")


@pytest.mark.parametrize("trouble", [Trouble.LOST, Trouble.INTERRUPT_AFTER])
def test_a_mark_without_an_answer_may_be_anothers_and_is_told(world: World, tmp_path: Path, trouble: Trouble) -> None:
    failing(world, "make_device", trouble)
    (made,) = run(world, tmp_path)
    assert made.error is not None
    assert f"the mark {MARK}" in made.error.message
    assert "--take-over" in made.error.message
    assert world.devices.keys() == {MARK}


@pytest.mark.parametrize(("times", "stays"), [(1, False), (2, True)])
def test_a_mark_that_cannot_be_taken_away_is_told(world: World, tmp_path: Path, times: int, stays: bool) -> None:
    failing(world, "delete_device", Trouble.FAILS, times)
    (made,) = run(world, tmp_path)
    assert made.end is End.ENROLLED
    assert any("--take-over" in note for note in made.notes) is (MARK in world.devices) is stays
    assert works(world, made.envelopes)


def test_a_defect_of_ours_takes_everything_back_too_and_repeats_nothing(world: World, tmp_path: Path) -> None:
    def broken(_envelope: Envelope) -> str:
        raise KeyError("abcd-efgh")

    (made,) = enroll(replace(desk(world, tmp_path), page=broken), ACME.responders[:1], Order())
    assert isinstance(made.error, PartlyAppliedError)
    assert made.error.message == "this should not have happened: KeyError"
    assert not world.devices


def test_a_password_that_got_its_device_meanwhile_is_not_taken_away(world: World, tmp_path: Path) -> None:
    world.passwords[USER_NAME] = Password("somebody's", False, START)

    def enrolled_meanwhile(number: int, _call: str) -> None:
        if number == 4:
            world.devices[serial()] = Device("JBSWY3DPEHPK3PXP", USER_NAME)

    world.trouble = enrolled_meanwhile
    (made,) = run(world, tmp_path)
    assert isinstance(made.error, RejectedError)
    assert "just been changed by somebody else" in made.error.message
    assert USER_NAME in world.passwords
    assert world.devices.keys() == {serial()}


def test_a_device_that_is_another_by_now_is_not_removed(world: World, tmp_path: Path) -> None:
    run(world, tmp_path)

    def exchanged(_number: int, call: str) -> None:
        if call == "replace_password":
            world.devices[serial()] = Device("JBSWY3DPEHPK3PXP", USER_NAME, since=world.now)

    world.trouble = exchanged
    (made,) = run(world, tmp_path, RENEW)
    assert isinstance(made.error, RejectedError)
    assert serial() in world.devices
    assert not world.passwords


def test_everybody_is_whoever_has_a_user(tmp_path: Path) -> None:
    """Who was offboarded, and is still in the manifest, comes back only by name."""
    world = provisioned(USER_NAME)
    everybody = [each.id for each in ACME.responders]
    ana, *others = run(world, tmp_path, Order(everybody=True), everybody)
    assert (ana.end, ana.exit_code) == (End.NO_USER, 1)
    assert "run `breakglass enroll ana`" in ana.notes[0]
    assert ANA not in world.estate.resources
    assert {each.end for each in others} == {End.ENROLLED}
    (named,) = run(world, tmp_path)
    assert "there is no such user yet: it is made" in named.notes


@pytest.mark.parametrize(
    "wrong", [{"way": Way.RENEW, "must_change": True}, {"way": Way.SECOND_DEVICE, "take_over": True}]
)
def test_what_does_not_go_together(wrong: dict[str, Any]) -> None:
    with pytest.raises(UsageError, match="do not go together"):
        Order(**wrong)


class SlowSignIn(MemorySignIn):
    """Tells the time two minutes late, so many times."""

    late = 0

    def now(self) -> datetime:
        self.late -= 1
        return super().now() - timedelta(minutes=2 if self.late >= 0 else 0)


def slow(world: World, folder: Path, late: int, told: list[str]) -> Desk:
    found = desk(world, folder, told)
    sign_in = SlowSignIn(world)
    sign_in.late = late
    return replace(found, means=replace(found.means, sign_in=sign_in))


@pytest.mark.parametrize("late", [1, 2])
def test_codes_that_are_not_accepted_are_followed_by_the_next(world: World, tmp_path: Path, late: int) -> None:
    told: list[str] = []
    (made,) = enroll(slow(world, tmp_path, late, told), ACME.responders[:1], Order())
    assert made.end is End.ENROLLED
    assert sum("waiting 30 seconds" in each for each in told) == late
    assert works(world, made.envelopes)


def test_three_tries_and_then_the_device_goes(world: World, tmp_path: Path) -> None:
    (made,) = enroll(slow(world, tmp_path, 9, []), ACME.responders[:1], Order())
    assert isinstance(made.error, RejectedError)
    assert "accepts no code" in made.error.message
    assert world.calls.count("enable_device") == 3
    assert not world.devices
    assert not list(tmp_path.iterdir())


def test_a_device_that_does_not_read_back_is_taken_away(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(world, "held", lambda _user: [])
    (made,) = run(world, tmp_path)
    assert isinstance(made.error, RejectedError)
    assert "does not read back" in made.error.message
    assert not world.devices
    assert not world.passwords


def test_a_file_that_cannot_be_written_takes_everything_back(world: World, tmp_path: Path) -> None:
    """The first of the two files is deleted; what was there before is not."""
    there = tmp_path / "ana-break-glass-20261122T112611Z-mfa.html"
    there.symlink_to(tmp_path / "nowhere" / "else")
    (made,) = run(world, tmp_path)
    assert isinstance(made.error, UsageError)
    assert not world.devices
    assert not world.passwords
    assert list(tmp_path.iterdir()) == [there]


def test_a_file_of_the_same_second_is_not_written_over(world: World, tmp_path: Path) -> None:
    (tmp_path / "ana-break-glass-20261122T112611Z-mfa.html").write_text("somebody else's")
    (made,) = run(world, tmp_path)
    assert [Path(each).name[16:32] for each in made.envelopes] == ["20261122T112612Z"] * 2
    assert works(world, made.envelopes)


def test_an_earlier_file_that_cannot_be_deleted_is_told(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (first,) = run(world, tmp_path)

    def denied(_path: Path, *, missing_ok: bool) -> None:
        raise PermissionError(13, f"Permission denied {missing_ok}")

    monkeypatch.setattr(Path, "unlink", denied)
    (made,) = run(world, tmp_path, RENEW)
    assert made.end is End.RENEWED
    assert all("delete it" in note for note in made.notes)
    assert len(made.notes) == len(first.envelopes)


class LaggingSignIn(MemorySignIn):
    """Shows for some looks what was true before the password was made."""

    looks = 0

    def read(self, user: str) -> Enrolment:
        found = super().read(user)
        if found.password_since is None or self.looks <= 0:
            return found
        self.looks -= 1
        return replace(found, password_since=None)


@pytest.mark.parametrize(("looks", "end"), [(2, End.ENROLLED), (5, End.ENROLLED), (6, End.FAILED)])
def test_iam_is_given_time_to_show_what_was_set(world: World, tmp_path: Path, looks: int, end: End) -> None:
    """What does not show in half a minute is not what was set: then nobody shall get in."""
    found, sign_in = desk(world, tmp_path), LaggingSignIn(world)
    sign_in.looks = looks
    (made,) = enroll(replace(found, means=replace(found.means, sign_in=sign_in)), ACME.responders[:1], Order())
    assert made.end is end
    if made.error is not None:
        assert "somebody else changes it at the same time" in made.error.message
        assert "this stays" not in made.error.message
    assert bool(world.passwords) is bool(world.devices) is bool(list(tmp_path.iterdir())) is (end is End.ENROLLED)


def test_a_renewal_that_is_denied_changes_nothing(world: World, tmp_path: Path) -> None:
    class Denied(MemorySignIn):
        def replace_password(self, user: str, password: Secret, *, must_change: bool) -> None:  # noqa: ARG002 - a port
            raise DeniedError(f"UpdateLoginProfile of {user} was denied", advice="allow it")

    (first,) = run(world, tmp_path)
    found = desk(world, tmp_path)
    denied = replace(found, means=replace(found.means, sign_in=Denied(world)))
    (made,) = enroll(denied, ACME.responders[:1], RENEW)
    assert made.exit_code == DeniedError.exit_code
    assert made.error is not None
    assert "this stays" not in made.error.message
    assert made.error.advice.startswith("allow it; then run the same command again")
    assert world.devices.keys() == {serial()}
    assert sorted(map(str, tmp_path.iterdir())) == sorted(first.envelopes)
    assert works(world, first.envelopes)


@pytest.mark.parametrize(
    "missing", [Key(SECURITY, MANAGED_POLICY, "BreakGlassBoundary"), Key(SECURITY, GROUP, "break-glass-incident")]
)
def test_what_apply_has_not_made_is_refused(world: World, tmp_path: Path, missing: Key) -> None:
    del world.estate.resources[missing]
    with pytest.raises(RefusedError) as raised:
        run(world, tmp_path)
    assert missing.name in raised.value.message
    assert "breakglass apply" in raised.value.advice
    assert world.calls == ["observe"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Path", "/"),
        ("PermissionsBoundary", "arn:aws:iam::aws:policy/AdministratorAccess"),
        ("ManagedPolicyArns", ["arn:aws:iam::aws:policy/AdministratorAccess"]),
        ("Policies", [{"PolicyName": "x", "PolicyDocument": {"Version": "2012-10-17", "Statement": []}}]),
        ("Groups", ["break-glass-incident", "admins"]),
        ("Tags", [{"Key": "break-glass:manifest", "Value": "another"}]),
    ],
)
def test_a_user_that_is_not_as_the_manifest_says_is_refused(
    world: World, tmp_path: Path, name: str, value: object
) -> None:
    found = world.estate.resources[ANA]
    world.estate.resources[ANA] = Resource(USER, SECURITY, {**found.properties, name: value})  # type: ignore[dict-item]
    with pytest.raises(RefusedError, match="not of this manifest" if name == "Tags" else name):
        run(world, tmp_path)
    assert world.calls == ["observe"]


def test_a_boundary_that_is_another_is_refused(world: World, tmp_path: Path) -> None:
    key = Key(SECURITY, MANAGED_POLICY, "BreakGlassBoundary")
    document: Document = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
    found = world.estate.resources[key]
    world.estate.resources[key] = Resource(MANAGED_POLICY, SECURITY, {**found.properties, "PolicyDocument": document})
    with pytest.raises(RefusedError, match="BreakGlassBoundary is not as the manifest says"):
        run(world, tmp_path)


def test_what_could_not_be_read_is_not_taken_for_absent(world: World, tmp_path: Path) -> None:
    class Blind:
        def read(self, survey: Survey) -> Reading:
            return Reading(survey, unread=(Unread(survey.scope, "the roles", UnavailableError("throttled")),))

    desk_ = desk(world, tmp_path)
    blind = replace(desk_, means=replace(desk_.means, estate=Blind()))  # type: ignore[arg-type]
    with pytest.raises(UnavailableError):
        enroll(blind, ACME.responders[:1], Order())


def test_after_a_failure_nobody_else_is_tried(world: World, tmp_path: Path) -> None:
    who = [each.id for each in ACME.responders[:3]]
    failing(world, "make_password", Trouble.FAILS)
    made = run(world, tmp_path, who=who)
    assert [each.end for each in made] == [End.FAILED, End.SKIPPED, End.SKIPPED]
    assert [each.person for each in made] == who
    assert made[0].exit_code == UnavailableError.exit_code
    assert {each.end for each in run(world, tmp_path, who=who)} == {End.ENROLLED}


def test_an_interrupt_says_what_stays_and_how_it_goes_on(world: World, tmp_path: Path) -> None:
    run(world, tmp_path)
    failing(world, "replace_password", Trouble.INTERRUPT_AFTER)
    (made,) = run(world, tmp_path, RENEW)
    assert isinstance(made.error, PartlyAppliedError)
    assert "interrupted; this stays: either the earlier password or the new one" in made.error.message
    assert "same command again" in made.error.advice


def test_ctrl_c_twice_leaves_what_it_leaves_and_says_so(world: World, tmp_path: Path) -> None:
    left = {"make_password": [Trouble.INTERRUPT_AFTER], "remove_password": [Trouble.INTERRUPT]}
    world.trouble = lambda _number, name: left[name].pop() if left.get(name) else None
    (made,) = run(world, tmp_path)
    assert made.error is not None
    assert "the password, which may be another's" in made.error.message
    paths = sorted(tmp_path.iterdir())
    assert all(str(path) in made.error.message for path in paths)
    assert works(world, paths)


def test_an_interrupt_while_reading_is_told_like_any_other(world: World, tmp_path: Path) -> None:
    failing(world, "read", Trouble.INTERRUPT)
    (made,) = run(world, tmp_path)
    assert isinstance(made.error, PartlyAppliedError)
    assert made.error.message.startswith("interrupted; what was begun is taken back")
