"""The steps of an enrolment, each with its way back."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from breakglass.cloud import NewDevice
from breakglass.errors import DeniedError, RejectedError
from breakglass.facts import Enrolment, MfaDevice
from breakglass.files import write_private
from breakglass.respond.enrolment import custody, devices
from breakglass.respond.enrolment.desk import Case
from breakglass.respond.enrolment.password import LENGTH, bits
from breakglass.respond.enrolment.patience import awaited
from breakglass.respond.envelope import Envelope, Part, file_name
from breakglass.secret import Secret


def cleared(case: Case, found: Enrolment) -> Enrolment:
    """Remove the half of an enrolment: a password without a device first, then devices without a password."""
    if found.password_since is not None:
        _still(case, found)
        case.sign_in.remove_password(case.user)
        case.note("there was a password without any MFA device, which no enrolment leaves behind: it was removed")
    for each in removed(case, found):
        case.note(f"the MFA device {each.serial_number} was there without a password, and was removed")
    swept(case, found)
    kept = tuple(each for each in found.devices if each.kind != "virtual")
    return replace(found, password_since=None, must_change_password=False, devices=kept)


def removed(case: Case, found: Enrolment) -> Iterator[MfaDevice]:
    """Remove the virtual devices found, and yield each: those that another look shows as they were."""
    earlier = devices.virtual(found)
    now = case.sign_in.read(case.user).devices if earlier else ()
    for each in earlier:
        if each in now:
            case.sign_in.remove_device(case.user, each.serial_number)
            yield each


def _still(case: Case, found: Enrolment) -> None:
    """See that a password without a device is still that: who has a device now is enrolled by somebody else."""
    now = case.sign_in.read(case.user)
    if (now.password_since, now.devices) != (found.password_since, found.devices):
        raise RejectedError(
            f"what {case.user} can sign in with has just been changed by somebody else",
            subject=case.user,
            advice="find out who else enrolls this person",
        )


def swept(case: Case, found: Enrolment) -> None:
    """Delete the devices of the user that nobody has."""
    for serial in devices.left_over(found, case.sign_in.unassigned_devices()):
        case.sign_in.delete_device(serial)
        case.note(f"the MFA device {serial} was left of an enrolment that was broken off, and was deleted")


def made(case: Case, found: Enrolment) -> NewDevice:
    """Make a device; where its name is taken, it is not ours to delete."""
    name = devices.free_name(found)
    serial = devices.slots(found)[name]
    left = f"the MFA device {serial}, which the next enrolment or renewal removes"
    with case.undo.unless(left, partial(case.sign_in.delete_device, serial), RejectedError, DeniedError):
        return case.sign_in.make_device(name)


def enabled(case: Case, device: NewDevice) -> tuple[NewDevice, MfaDevice]:
    """Enable a device; only what is surely ours is taken from the user again."""
    means, serial = case.desk.means, device.serial_number
    devices.enable(means.sign_in, means.clock, case.user, device, case.desk.tell)
    left = f"the MFA device {serial}, enabled, which the next enrolment or renewal removes"
    case.undo.push(left, partial(case.sign_in.remove_device, case.user, serial))
    case.desk.tell(f"{case.user}: the MFA device {serial} is enabled")
    return device, devices.shown(means.sign_in, means.clock, case.user, serial)


def sealed(case: Case, device: NewDevice, password: Secret | None) -> tuple[Path, ...]:
    """Write the envelopes; of a device that is not enabled yet, to stay for as long as it may be."""
    paths = []
    for path, envelope in _unwritten(case, device, password):
        write_private(path, case.desk.page(envelope))
        case.undo.push(f"the file {path}", partial(custody.remove, (path,)), last=password is None)
        paths.append(path)
        case.desk.tell(f"{case.user}: {path} is written")
    return tuple(paths)


def _unwritten(case: Case, device: NewDevice, password: Secret | None) -> Sequence[tuple[Path, Envelope]]:
    """Return the envelopes and their files: of the next second, where there are some of this one."""
    now = case.sign_in.now()
    while True:
        named = [(case.desk.folder / file_name(each), each) for each in _envelopes(case, device, password, now)]
        if not any(path.exists() for path, _ in named):
            return named
        now += timedelta(seconds=1)


def _envelopes(case: Case, device: NewDevice, password: Secret | None, now: datetime) -> Iterator[Envelope]:
    def envelope(part: Part, password: Secret | None, seed: Secret | None) -> Envelope:
        must_change = case.order.must_change and password is not None
        return Envelope(part, case.member.person, device.serial_number, now, password, seed, must_change)

    if case.order.single and password is not None:
        yield envelope(Part.BOTH, password, device.seed)
        return
    if password is not None:
        yield envelope(Part.PASSWORD, password, None)
    yield envelope(Part.MFA if password is not None else Part.SECOND, None, device.seed)


def given(case: Case, password: Secret) -> None:
    """Set the first password. Where somebody else has set one, it goes: nobody could tell whose envelopes hold."""
    left = (
        f"the password, which may be another's: `breakglass enroll {case.member.person.id} --renew` makes an end of it"
    )
    with case.undo.unless(left, partial(case.sign_in.remove_password, case.user), DeniedError):
        try:
            case.sign_in.make_password(case.user, password, must_change=case.order.must_change)
        except RejectedError as error:
            message = f"{error.message}; if somebody else has set a password meanwhile, it is taken away as well"
            raise RejectedError(message, subject=case.user, advice=error.advice) from error
    case.desk.tell(f"{case.user}: the password is set: {LENGTH} characters, {bits()} bits of chance")


def replaced(case: Case, password: Secret) -> None:
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


def proved(case: Case, ours: MfaDevice, before: Enrolment) -> Enrolment:
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
        "can tell whose envelopes hold, so that the password is taken away",
        subject=case.user,
        advice="find out who else enrolls this person, and destroy the envelopes of both",
    )
