"""The command over sign-in in memory: what it shows, asks and refuses."""

import json
import os
import re
import signal
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from stat import S_IMODE
from threading import Thread
from typing import Any

import pytest

from breakglass.cli import wiring
from breakglass.cli.signals import as_ctrl_c
from breakglass.facts import MfaDevice
from breakglass.resources import USER, Key
from breakglass.respond.enrolment.means import Means
from tests.cli.conftest import Ran, Run
from tests.respond.world import (
    SECURITY,
    START,
    USER_NAME,
    Killed,
    MemorySignIn,
    ShakyEstate,
    Trouble,
    World,
    WorldClock,
    opened,
    passkey,
    provisioned,
    works,
)

Answers = Callable[[str], None]


def rows(ran: Ran) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(ran.out)
    return found


@pytest.fixture(autouse=True)
def here(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    world = provisioned()
    means = Means(ShakyEstate(world), MemorySignIn(world), WorldClock(world))
    monkeypatch.setattr(wiring, "enrolment", lambda _manifest, _profile: means)
    return world


def test_a_person_is_enrolled_and_nothing_secret_is_shown(world: World, cli: Run, here: Path) -> None:
    ran = cli("enroll", "ana")
    assert ran.code == 0
    files = sorted((here / "envelopes").iterdir())
    assert works(world, files)
    assert S_IMODE((here / "envelopes").stat().st_mode) == 0o700
    held = opened(*files)
    for secret in (held["password"], held["seed"]):
        assert secret not in ran.out + ran.err
    assert f"{USER_NAME}: enrolled" in ran.out
    assert all(each.name in ran.out for each in files if each.name != ".gitignore")
    assert "the first sign-in takes the next one" in ran.out
    assert "the password is set" in ran.err


def test_the_document_says_all_of_it_and_nothing_secret(world: World, cli: Run) -> None:
    ran = cli("enroll", "ana", "bo", "--format", "json")
    (ana, bo) = rows(ran)
    assert (ana["person"], ana["user"], ana["outcome"], ana["password"]) == ("ana", USER_NAME, "enrolled", "set")
    assert (ana["must_change"], ana["error"], ana["reason"]) == (False, None, None)
    assert ana["devices"] == [ana["device"]]
    assert bo["person"] == "bo"
    held = opened(*ana["envelopes"])
    assert held["password"] not in ran.out
    assert works(world, ana["envelopes"])


def test_all_is_whoever_is_not_enrolled(world: World, cli: Run) -> None:
    cli("enroll", "ana")
    ran = cli("enroll", "--all")
    assert ran.code == 0
    assert f"{USER_NAME}: already enrolled" in ran.out
    assert "last used  never" in ran.out
    assert "breakglass enroll ana --renew" in ran.out
    assert len(world.passwords) > 3
    assert cli("enroll", "--all").code == 0


@pytest.mark.usefixtures("world")
def test_when_the_password_was_last_used_is_told(cli: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    cli("enroll", "ana")
    read = MemorySignIn.read
    monkeypatch.setattr(MemorySignIn, "read", lambda self, user: replace(read(self, user), last_used=START))
    assert "2026-11-22 11:26 UTC" in cli("enroll", "ana").out


def test_one_envelope_is_told_with_its_reason(cli: Run, world: World, here: Path) -> None:
    ran = cli("enroll", "ana", "--single", "one safe")
    assert "ONE ENVELOPE HOLDS BOTH FACTORS: one safe" in ran.err
    assert re.search(r"in one +one safe", ran.out)
    assert works(world, list((here / "envelopes").iterdir()))


def test_a_handover_says_what_it_takes(world: World, cli: Run) -> None:
    ran = cli("enroll", "ana", "--handover")
    assert "must be changed at the first sign-in" in ran.out
    assert "a write to IAM in us-east-1: do it today" in ran.out
    assert world.passwords[USER_NAME].must_change


@pytest.mark.parametrize(("answer", "code"), [("y", 0), ("n", 1)])
def test_a_renewal_is_asked_about(world: World, cli: Run, answers: Answers, answer: str, code: int) -> None:
    cli("enroll", "ana")
    before = world.passwords[USER_NAME].text
    answers(answer)
    ran = cli("enroll", "ana", "--renew")
    assert ran.code == code
    assert (world.passwords[USER_NAME].text == before) is (answer == "n")
    assert ("Destroy the earlier envelopes" in ran.out) is (answer == "y")


def test_a_renewal_needs_an_answer_or_yes(world: World, cli: Run) -> None:
    cli("enroll", "ana")
    assert cli("enroll", "ana", "--renew").code == 2
    ran = cli("enroll", "ana", "--renew", "--yes", "--format", "json")
    assert (ran.code, rows(ran)[0]["outcome"]) == (0, "renewed")
    assert len(world.devices) == 1


def test_a_renewal_says_what_outlives_it_and_how_it_is_ended(world: World, cli: Run) -> None:
    cli("enroll", "ana")
    assert "twelve hours" not in cli("enroll", "ana").out
    ran = cli("enroll", "ana", "--renew", "--yes")
    assert "twelve hours after its sign-in at most" in ran.out
    assert "breakglass offboard ana, and then breakglass enroll ana" in ran.out
    assert world.passwords


def test_who_was_offboarded_does_not_come_back_by_all(world: World, cli: Run) -> None:
    del world.estate.resources[Key(SECURITY, USER, USER_NAME)]
    ran = cli("enroll", "--all")
    assert ran.code == 1
    assert f"{USER_NAME}: no user" in ran.out
    assert USER_NAME not in world.passwords
    assert cli("enroll", "ana").code == 0


def test_what_was_killed_is_told_and_taken_over(world: World, cli: Run) -> None:
    def kill(_number: int, call: str) -> Trouble | None:
        return Trouble.KILL if call == "make_password" else None

    world.trouble = kill
    with pytest.raises(Killed):
        cli("enroll", "ana")
    world.trouble = lambda _number, _call: None
    ran = cli("enroll", "ana")
    assert ran.code == 3
    assert "--take-over" in ran.out
    assert cli("enroll", "ana", "--take-over").code == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_who_is_asked_to_end_takes_back_what_was_begun(
    world: World, cli: Run, number: signal.Signals, request: pytest.FixtureRequest
) -> None:
    found = signal.signal(number, signal.SIG_DFL)  # under `nohup` it is ignored, and stays so
    request.addfinalizer(lambda: signal.signal(number, found))
    before = signal.getsignal(number)

    def ask(_number: int, call: str) -> None:
        if call == "make_password":
            signal.raise_signal(number)

    world.trouble = ask
    ran = cli("enroll", "ana", "--format", "json")
    assert (ran.code, rows(ran)[0]["error"]["code"]) == (5, "PARTLY_APPLIED")
    assert not world.devices
    assert signal.getsignal(number) is before
    world.trouble = lambda _number, _call: None
    assert cli("enroll", "ana").code == 0


def test_what_is_ignored_stays_ignored() -> None:
    """As `nohup` would have it."""
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with as_ctrl_c():
            signal.raise_signal(signal.SIGHUP)
            assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, before)


def test_only_the_main_thread_hears_signals() -> None:
    heard: list[bool] = []

    def elsewhere() -> None:
        before = signal.getsignal(signal.SIGTERM)
        with as_ctrl_c():
            heard.append(signal.getsignal(signal.SIGTERM) is before)

    thread = Thread(target=elsewhere)
    thread.start()
    thread.join()
    assert heard == [True]


def test_a_second_device(world: World, cli: Run) -> None:
    cli("enroll", "ana")
    ran = cli("enroll", "ana", "--second-device", "--format", "json")
    assert (rows(ran)[0]["outcome"], rows(ran)[0]["password"]) == ("device added", "unchanged")
    assert len(world.devices) == 2


def test_a_failure_shows_what_happened_to_each(world: World, cli: Run) -> None:
    struck = [Trouble.FAILS]
    world.trouble = lambda _number, call: struck.pop() if call == "make_password" and struck else None
    ran = cli("enroll", "ana", "bo")
    assert ran.code == 5
    assert f"{USER_NAME}: failed" in ran.out
    assert "no answer" in ran.out
    assert "same command again" in ran.out
    assert "bo-break-glass: not tried" in ran.out
    struck.append(Trouble.INTERRUPT)
    again = cli("enroll", "ana", "--format", "json")
    assert rows(again)[0]["error"]["code"] == "PARTLY_APPLIED"


def test_an_interrupt_before_anything_is_just_that(world: World, cli: Run) -> None:
    world.trouble = lambda _number, _call: Trouble.INTERRUPT
    assert cli("enroll", "ana").code == 130


def test_what_apply_has_not_made_is_refused(cli: Run, world: World) -> None:
    world.estate.resources.clear()
    ran = cli("enroll", "ana")
    assert ran.code == 3
    assert "breakglass apply" in ran.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["anna"], "did you mean `ana`?"),
        (["x", "nobody-like-that"], "there is no responder 'nobody-like-that'\n"),
        ([], "nobody is named"),
        (["ana", "--all"], "nothing else"),
        (["--all", "--renew", "--yes"], "nothing else"),
        (["--all", "--take-over"], "nothing else"),
        (["ana", "--passkey", "--take-over"], "--passkey and --take-over do not go together"),
        (["ana", "--renew", "--handover", "--yes"], "--renew and --handover do not go together"),
        (["ana", "--renew", "--second-device"], "--renew and --second-device do not go together"),
        (["ana", "--passkey", "--handover"], "--passkey and --handover do not go together"),
        (["ana", "--second-device", "--single", "x"], "do not go together"),
        (["ana", "--single", " "], "wants a reason"),
    ],
)
def test_what_cannot_be_meant(cli: Run, world: World, arguments: list[str], said: str) -> None:
    ran = cli("enroll", *arguments)
    assert ran.code == 2
    assert said in ran.err
    assert world.calls == []


def test_a_folder_others_can_open_is_refused(cli: Run, world: World, here: Path) -> None:
    (here / "shared").mkdir(mode=0o755)
    ran = cli("enroll", "ana", "-o", "shared")
    assert ran.code == 2
    assert "chmod 700 'shared'" in ran.err
    assert world.calls == []


@pytest.mark.usefixtures("world")
def test_a_folder_is_made_private_with_all_above_it_and_git_passes_it_over(cli: Run, here: Path) -> None:
    before = os.umask(0o022)
    try:
        assert cli("enroll", "ana", "-o", "kept/by/me").code == 0
    finally:
        os.umask(before)
    made = [here / "kept", here / "kept/by", here / "kept/by/me"]
    assert {S_IMODE(each.stat().st_mode) for each in made} == {0o700}
    assert (made[-1] / ".gitignore").read_text() == "*\n"
    assert not (made[0] / ".gitignore").exists()


def test_a_link_to_a_folder_is_refused(cli: Run, world: World, here: Path) -> None:
    (here / "mine").mkdir(mode=0o700)
    (here / "link").symlink_to(here / "mine")
    ran = cli("enroll", "ana", "-o", "link")
    assert (ran.code, "is no folder of yours" in ran.err) == (2, True)
    assert world.calls == []


def test_a_folder_of_somebody_else_is_refused(
    cli: Run, world: World, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (here / "theirs").mkdir(mode=0o700)
    monkeypatch.setattr("breakglass.respond.enrolment.custody.os.getuid", lambda: here.stat().st_uid + 1)
    assert cli("enroll", "ana", "-o", "theirs").code == 2
    assert world.calls == []


def test_a_folder_that_cannot_be_made(cli: Run, world: World, here: Path) -> None:
    (here / "file").write_text("")
    assert cli("enroll", "ana", "-o", "file").code == 2
    assert "cannot be made" in cli("enroll", "ana", "-o", "file/below").err
    assert world.calls == []


def test_a_passkey_is_told_about_and_read_back(world: World, cli: Run, answers: Answers) -> None:
    cli("enroll", "ana")
    world.passkeys[USER_NAME] = [passkey()]
    second = MfaDevice(f"{passkey().serial_number}-2", START)
    before = len(world.calls)
    # While the administrator is at it, after the first look.
    world.trouble = lambda number, _call: world.passkeys[USER_NAME].append(second) if number == before + 2 else None
    answers("")
    ran = cli("enroll", "ana", "--passkey")
    assert ran.code == 0
    assert "OrganizationAccountAccessRole" in ran.err
    assert "Assign MFA device" in ran.err
    assert f"{USER_NAME}: passkey registered" in ran.out
    assert second.serial_number in ran.out


def test_a_passkey_that_did_not_appear(world: World, cli: Run, answers: Answers) -> None:
    cli("enroll", "ana")
    world.passkeys[USER_NAME] = [passkey()]
    answers("")
    ran = cli("enroll", "ana", "--passkey")
    assert ran.code == 1
    assert "no passkey" in ran.out


@pytest.mark.parametrize(("there", "code"), [(True, 0), (False, 1)])
def test_without_a_terminal_a_passkey_is_only_read_back(world: World, cli: Run, there: bool, code: int) -> None:
    cli("enroll", "ana")
    world.passkeys[USER_NAME] = [passkey()] * there
    ran = cli("enroll", "ana", "--passkey", "--format", "json")
    assert ran.code == code
    assert rows(ran)[0]["device"] == (passkey().serial_number if there else None)


def test_a_passkey_alone_is_no_way_in(cli: Run, world: World) -> None:
    ran = cli("enroll", "ana", "--passkey")
    assert ran.code == 2
    assert "breakglass enroll ana" in ran.err
    assert world.calls == ["read"]
