"""Enrolment: a person gets an MFA device and a password, and both are sealed in envelopes.

- No password without MFA: the device is enabled and read back before there is a password, and what takes a password
  away comes before what takes a device away.
- Nothing is set that nobody knows: envelopes are written before the password takes effect, and stay for as long as it
  may have.
- What was broken off anywhere is found by the next run, from AWS alone.
- Of two enrolments at once one is the last: whoever does not read back what they set takes the password away.

https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_mfa_enable_virtual.html
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum, auto
from functools import partial
from pathlib import Path

from breakglass.cloud import Clock, Estate, NewDevice, SignIn
from breakglass.errors import BreakglassError, DeniedError, RejectedError, UsageError
from breakglass.estate.enrolled import End, Enrolled
from breakglass.facts import Enrolment, MfaDevice
from breakglass.files import write_private
from breakglass.manifest.model import Manifest, Responder
from breakglass.respond import custody, devices
from breakglass.respond.envelope import Envelope, Part, file_name
from breakglass.respond.membership import Membership, memberships
from breakglass.respond.password import new_password
from breakglass.respond.patience import awaited
from breakglass.respond.undo import Undo, stopped
from breakglass.secret import Secret


class Way(Enum):
    """What is asked for."""

    FIRST = auto()
    """A password and a device, for who has neither."""
    RENEW = auto()
    """Another password and another device, instead of those there are."""
    SECOND_DEVICE = auto()
    """One more device."""


@dataclass(frozen=True, slots=True)
class Order:
    """What is asked for, the same for all people of one run."""

    way: Way = Way.FIRST
    must_change: bool = False
    """Whether the person must choose another password at the first sign-in."""
    single: str = ""
    """Why both factors go into one envelope; empty where they go into two."""


@dataclass(frozen=True, slots=True)
class Means:
    """The outside, as far as enrolment needs it."""

    estate: Estate
    sign_in: SignIn
    clock: Clock


@dataclass(frozen=True, slots=True)
class Desk:
    """What an enrolment works with."""

    means: Means
    manifest: Manifest
    folder: Path
    """Where envelopes are put: nobody else opens it."""
    page: Callable[[Envelope], str]
    tell: Callable[[str], None]
    """Hears what is done, without any secret."""


@dataclass(frozen=True, slots=True)
class _Case:
    """One person's enrolment under way."""

    desk: Desk
    order: Order
    member: Membership
    notes: list[str] = field(default_factory=list)
    undo: Undo = field(default_factory=Undo)

    @property
    def user(self) -> str:
        return self.member.user

    @property
    def sign_in(self) -> SignIn:
        return self.desk.means.sign_in

    def note(self, what: str) -> None:
        self.notes.append(what)
        self.desk.tell(f"{self.user}: {what}")


def enroll(desk: Desk, people: Sequence[Responder], order: Order) -> tuple[Enrolled, ...]:
    """Do what is asked for, person by person; after a failure the others are not tried.

    Raises RefusedError, before anything is changed, where a user is not as the manifest says; and what reading does.
    """
    done: list[Enrolled] = []
    for member in memberships(desk.means.estate, desk.manifest, people):
        if done and done[-1].end in (End.FAILED, End.SKIPPED):
            done.append(Enrolled(member.person.id, End.SKIPPED))
        else:
            done.append(_attempted(_Case(desk, order, member)))
    return tuple(done)


def _attempted(case: _Case) -> Enrolled:
    try:
        return replace(_carried_out(case), notes=tuple(case.notes))
    except BreakglassError as error:
        return Enrolled(case.member.person.id, End.FAILED, notes=tuple(case.notes), error=error)
    except KeyboardInterrupt as interrupt:
        return Enrolled(case.member.person.id, End.FAILED, notes=tuple(case.notes), error=stopped(interrupt))


def _carried_out(case: _Case) -> Enrolled:
    found = case.sign_in.read(case.user)
    enrolled = found.password_since is not None and bool(found.devices)
    if case.order.way is Way.SECOND_DEVICE:
        return _second_device(case, found, enrolled=enrolled)
    if not enrolled:
        return _first(case, found)
    return _renewed(case, found) if case.order.way is Way.RENEW else _already(case, found)


def _already(case: _Case, found: Enrolment) -> Enrolled:
    for path in custody.envelopes_of(case.user, case.desk.folder):
        case.note(f"{path} is still there: print it, seal it, and delete it")
    return Enrolled(case.member.person.id, End.ALREADY, found=found)


def _first(case: _Case, found: Enrolment) -> Enrolled:
    """Enroll a person who cannot sign in, or only without MFA, which nobody may."""
    old = custody.envelopes_of(case.user, case.desk.folder)
    with case.undo.all_or_nothing():
        member = case.member.made(case.desk.means.estate)
        left = _cleared(case, found)
        device, ours = _enabled(case, _made(case, left))
        member.complete(case.desk.means.estate)
        password = new_password()
        files = _sealed(case, device, password)
        taken = "the password, which may be another's: `breakglass enroll --renew` makes an end of that"
        with case.undo.unless(taken, partial(case.sign_in.remove_password, case.user), DeniedError):
            case.sign_in.make_password(case.user, password, must_change=case.order.must_change)
        case.desk.tell(f"{case.user}: the password is set")
        now = _proved(case, ours, left)
    return _finished(case, End.ENROLLED, ours, files, old, now)


def _renewed(case: _Case, found: Enrolment) -> Enrolled:
    """Exchange what a person signs in with: there is a way in throughout."""
    old = custody.envelopes_of(case.user, case.desk.folder)
    with case.undo.all_or_nothing():
        _swept(case, found)
        device, ours = _enabled(case, _made(case, found))
        case.member.complete(case.desk.means.estate)
        password = new_password()
        files = _sealed(case, device, password)
        _replaced(case, password)
        for each in devices.virtual(found):
            case.sign_in.remove_device(case.user, each.serial_number)
            case.desk.tell(f"{case.user}: the earlier MFA device {each.serial_number} is removed")
        now = _proved(case, ours, found)
    return _finished(case, End.RENEWED, ours, files, old, now)


def _second_device(case: _Case, found: Enrolment, *, enrolled: bool) -> Enrolled:
    """Give a person one more device; its envelope is written before it counts."""
    if not enrolled:
        raise UsageError(
            f"{case.member.person.id} is not enrolled yet, so there is no device to put a second one beside",
            subject=case.user,
            advice=f"run `breakglass enroll {case.member.person.id}`",
        )
    with case.undo.all_or_nothing():
        _swept(case, found)
        device = _made(case, found)
        files = _sealed(case, device, None)
        _, ours = _enabled(case, device)
        now = case.sign_in.read(case.user)
    return _finished(case, End.DEVICE_ADDED, ours, files, (), now)


def _cleared(case: _Case, found: Enrolment) -> Enrolment:
    """Remove the half of an enrolment: a password without a device first, then devices without a password."""
    if found.password_since is not None:
        case.sign_in.remove_password(case.user)
        case.note("there was a password without any MFA device, which no enrolment leaves behind: it was removed")
    for each in devices.virtual(found):
        case.sign_in.remove_device(case.user, each.serial_number)
        case.note(f"the MFA device {each.serial_number} was there without a password, and was removed")
    _swept(case, found)
    kept = tuple(each for each in found.devices if each.kind != "virtual")
    return replace(found, password_since=None, must_change_password=False, devices=kept)


def _swept(case: _Case, found: Enrolment) -> None:
    """Delete the devices of the user that nobody has."""
    for serial in devices.left_over(found, case.sign_in.unassigned_devices()):
        case.sign_in.delete_device(serial)
        case.note(f"the MFA device {serial} was left of an enrolment that was broken off, and was deleted")


def _made(case: _Case, found: Enrolment) -> NewDevice:
    name = devices.free_name(found)
    serial = devices.slots(found)[name]
    left = f"the MFA device {serial}, which the next run removes"
    with case.undo.unless(left, partial(case.sign_in.delete_device, serial), RejectedError, DeniedError):
        return case.sign_in.make_device(name)


def _enabled(case: _Case, device: NewDevice) -> tuple[NewDevice, MfaDevice]:
    """Enable a device; only what is surely ours is taken from the user again."""
    means, serial = case.desk.means, device.serial_number
    devices.enable(means.sign_in, means.clock, case.user, device, case.desk.tell)
    left = f"the enabled MFA device {serial}, which the next run removes"
    case.undo.push(left, partial(case.sign_in.remove_device, case.user, serial))
    case.desk.tell(f"{case.user}: the MFA device {serial} is enabled")
    return device, devices.shown(means.sign_in, means.clock, case.user, serial)


def _sealed(case: _Case, device: NewDevice, password: Secret | None) -> tuple[Path, ...]:
    """Write the envelopes."""
    paths = []
    for envelope in _envelopes(case, device, password):
        path = case.desk.folder / file_name(envelope)
        write_private(path, case.desk.page(envelope))
        case.undo.push(f"the file {path}", partial(custody.remove, (path,)))
        paths.append(path)
        case.desk.tell(f"{case.user}: {path} is written")
    return tuple(paths)


def _envelopes(case: _Case, device: NewDevice, password: Secret | None) -> Iterator[Envelope]:
    def envelope(part: Part, password: Secret | None, seed: Secret | None) -> Envelope:
        must_change = case.order.must_change and password is not None
        return Envelope(part, case.member.person, device.serial_number, sealed, password, seed, must_change)

    sealed = case.sign_in.now()
    if case.order.single and password is not None:
        yield envelope(Part.BOTH, password, device.seed)
        return
    if password is not None:
        yield envelope(Part.PASSWORD, password, None)
    yield envelope(Part.MFA, None, device.seed)


def _replaced(case: _Case, password: Secret) -> None:
    """Set another password. Unless AWS denies it, nobody knows from here on which of the two is set: both are kept."""
    again = f"run `breakglass enroll {case.member.person.id} --renew` again"
    case.undo.stands = (
        "either the earlier password or the new one is set, and both MFA devices hold: keep the earlier envelopes and "
        f"the new files, and {again}"
    )
    try:
        case.sign_in.replace_password(case.user, password, must_change=case.order.must_change)
    except DeniedError:
        case.undo.stands = ""
        raise
    case.undo.stands = f"the new envelopes hold, and an earlier MFA device may: {again}"
    case.desk.tell(f"{case.user}: the password is replaced")


def _proved(case: _Case, ours: MfaDevice, before: Enrolment) -> Enrolment:
    """Return what reads back; where that is not just what was set, somebody else is at it, and nobody shall get in."""
    kept = tuple(each for each in before.devices if each.kind != "virtual")

    def expected(found: Enrolment) -> bool:
        return (
            found.password_since is not None
            and found.must_change_password == case.order.must_change
            and set(found.devices) == {ours, *kept}
        )

    found, proved = awaited(case.desk.means.clock, lambda: case.sign_in.read(case.user), expected)
    if proved:
        return found
    if case.undo.stands:
        case.undo.stands = ""
        case.undo.push("the password, which may be another's", partial(case.sign_in.remove_password, case.user))
    raise RejectedError(
        f"what {case.user} can sign in with is not what was set: somebody else changes it at the same time, and nobody "
        "can tell whose envelopes hold; so the password was to be removed",
        subject=case.user,
        advice="find out who else enrolls this person, and destroy the envelopes of both",
    )


def _finished(
    case: _Case, end: End, ours: MfaDevice, files: Sequence[Path], old: Sequence[Path], now: Enrolment
) -> Enrolled:
    case.notes.extend(custody.destroyed(old))
    return Enrolled(
        case.member.person.id,
        end,
        ours.serial_number,
        tuple(map(str, files)),
        password_set=end is not End.DEVICE_ADDED,
        reason=case.order.single if end is not End.DEVICE_ADDED else "",
        found=now,
    )
