"""Enrolment: a person gets an MFA device and a password, and both are sealed in envelopes.

- No password without MFA: the device is enabled and read back before there is a password, and what takes a password
  away comes before what takes a device away.
- Nothing is set that nobody knows: envelopes are written before the password takes effect, and stay for as long as it
  may have.
- What was broken off anywhere is found by the next run, from AWS alone.
- One at a time: whoever does not make the mark is refused. Of two where one took the mark over, whoever does not read
  back what they set takes the password away.

https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_mfa_enable_virtual.html
"""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from breakglass.errors import BreakglassError, UsageError
from breakglass.estate.enrolled import End, Enrolled
from breakglass.facts import Enrolment, MfaDevice
from breakglass.manifest.model import Responder
from breakglass.respond.enrolment import custody, devices, mark, steps
from breakglass.respond.enrolment.desk import Case, Desk, Order, Way
from breakglass.respond.enrolment.membership import memberships
from breakglass.respond.enrolment.password import new_password
from breakglass.respond.enrolment.undo import stopped


def enroll(desk: Desk, people: Sequence[Responder], order: Order) -> tuple[Enrolled, ...]:
    """Do what is asked for, person by person; after a failure the others are not tried.

    Raises RefusedError, before anything is changed, where a user is not as the manifest says; and what reading does.
    """
    done: list[Enrolled] = []
    for member in memberships(desk.means.estate, desk.manifest, people):
        if done and done[-1].end in (End.FAILED, End.SKIPPED):
            done.append(Enrolled(member.person.id, End.SKIPPED))
        else:
            done.append(_attempted(Case(desk, order, member)))
    return tuple(done)


def _attempted(case: Case) -> Enrolled:
    try:
        return replace(_carried_out(case), notes=tuple(case.notes))
    except BreakglassError as error:
        return Enrolled(case.member.person.id, End.FAILED, notes=tuple(case.notes), error=error)
    except KeyboardInterrupt as interrupt:
        return Enrolled(case.member.person.id, End.FAILED, notes=tuple(case.notes), error=stopped(interrupt))


def _carried_out(case: Case) -> Enrolled:
    if case.order.everybody and case.member.found is None:
        return _without_user(case)
    if case.order.way is Way.FIRST:
        found = case.sign_in.read(case.user)
        if _can_sign_in(found):
            return _broken_off(case, found) if mark.stands(case) else _already(case, found)
    with case.undo.all_or_nothing():
        mark.take(case)
        done = _alone(case, case.sign_in.read(case.user))
        case.notes.extend(f"this stays: {each}" for each in case.undo.unmarked())
    return done


def _can_sign_in(found: Enrolment) -> bool:
    return found.password_since is not None and bool(found.devices)


def _alone(case: Case, found: Enrolment) -> Enrolled:
    """Do what is asked for, where nobody else is at it."""
    if case.order.way is Way.SECOND_DEVICE:
        return _second_device(case, found)
    if not _can_sign_in(found):
        return _first(case, found)
    return _renewed(case, found) if case.order.way is Way.RENEW else _already(case, found)


def _without_user(case: Case) -> Enrolled:
    case.notes.append(
        "there is no such user, and --all makes none: whoever was offboarded does not come back by it. If the person "
        f"is to have access, run `breakglass enroll {case.member.person.id}`"
    )
    return Enrolled(case.member.person.id, End.NO_USER)


def _broken_off(case: Case, found: Enrolment) -> Enrolled:
    case.notes.append(mark.told(case))
    return Enrolled(case.member.person.id, End.BROKEN_OFF, found=found)


def _already(case: Case, found: Enrolment) -> Enrolled:
    """Tell what somebody has who has a password and a device, and what is missing of it."""
    if not found.is_complete:
        case.notes.append(_missing(found))
    for path in custody.envelopes_of(case.user, case.desk.folder):
        case.notes.append(f"{path} is still there: print it, seal it, and delete it")
    if len(devices.virtual(found)) > 1:
        case.notes.append(
            "there is more than one virtual MFA device: if nobody was given a second one, a renewal was broken off and "
            f"an earlier device holds. Run `breakglass enroll {case.member.person.id} --renew`"
        )
    return Enrolled(case.member.person.id, End.ALREADY if found.is_complete else End.NO_WAY_IN, found=found)


def _missing(found: Enrolment) -> str:
    if found.must_change_password:
        return "the password must be changed at the next sign-in: let the person do it today, or replace both factors"
    return "no MFA device is named for the user, so that somebody else may have the seed: replace both factors"


def _first(case: Case, found: Enrolment) -> Enrolled:
    """Enroll a person who cannot sign in, or only without MFA, which nobody may."""
    old = custody.envelopes_of(case.user, case.desk.folder)
    if case.member.found is None:
        case.note("there is no such user yet: it is made")
    member = case.member.made(case.desk.means.estate)
    left = steps.cleared(case, found)
    device, ours = steps.enabled(case, steps.made(case, left))
    member.complete(case.desk.means.estate)
    password = new_password()
    files = steps.sealed(case, device, password)
    steps.given(case, password)
    now = steps.proved(case, ours, left)
    return _finished(case, End.ENROLLED, ours, files, old, now)


def _renewed(case: Case, found: Enrolment) -> Enrolled:
    """Exchange what a person signs in with: there is a way in throughout."""
    old = custody.envelopes_of(case.user, case.desk.folder)
    steps.swept(case, found)
    device, ours = steps.enabled(case, steps.made(case, found))
    case.member.complete(case.desk.means.estate)
    password = new_password()
    files = steps.sealed(case, device, password)
    steps.replaced(case, password)
    for each in steps.removed(case, found):
        case.desk.tell(f"{case.user}: the earlier MFA device {each.serial_number} is removed")
    now = steps.proved(case, ours, found)
    return _finished(case, End.RENEWED, ours, files, old, now)


def _second_device(case: Case, found: Enrolment) -> Enrolled:
    """Give a person one more device; its envelope is written before it counts."""
    if not _can_sign_in(found):
        raise UsageError(
            f"{case.member.person.id} is not enrolled yet, so there is no device to put a second one beside",
            subject=case.user,
            advice=f"run `breakglass enroll {case.member.person.id}`",
        )
    steps.swept(case, found)
    device = steps.made(case, found)
    files = steps.sealed(case, device, None)
    _, ours = steps.enabled(case, device)
    now = case.sign_in.read(case.user)
    return _finished(case, End.DEVICE_ADDED, ours, files, (), now)


def _finished(
    case: Case, end: End, ours: MfaDevice, files: Sequence[Path], old: Sequence[Path], now: Enrolment
) -> Enrolled:
    case.undo.finished()
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
