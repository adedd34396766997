"""The mark that somebody enrolls a person: whoever makes it is alone at it.

It is a virtual device that is never anybody's, as AWS makes one of a name just once, and its seed is thrown away at
once. Whoever is killed leaves it, and so it tells of what was broken off.
https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateVirtualMFADevice.html
"""

from functools import partial

from breakglass import naming
from breakglass.errors import DeniedError, RefusedError, RejectedError
from breakglass.respond.enrolment.desk import Case

_KNOWN = "when you know that nobody else is at it,"


def take(case: Case) -> None:
    """Make the mark, to be taken away however it ends; RefusedError where there is one.

    Where no answer comes, it may be another's, and stays.
    """
    serial, person = _serial(case), case.member.person.id
    if case.order.take_over:
        case.sign_in.delete_device(serial)
    case.undo.mark = f"the mark {serial} that somebody enrolls {person}: if it is there, the next run wants --take-over"
    try:
        case.sign_in.make_device(naming.enrolment_mark(case.user))
    except DeniedError:
        case.undo.mark = ""
        raise
    except RejectedError as error:
        case.undo.mark = ""
        raise RefusedError(
            f"{_meaning(case)}: the mark of it cannot be made ({error.message}); nothing was changed",
            subject=serial,
            advice=f"{_KNOWN} pass --take-over",
        ) from error
    case.undo.unmark = partial(case.sign_in.delete_device, serial)


def stands(case: Case) -> bool:
    """Tell whether the mark is there."""
    return _serial(case) in case.sign_in.unassigned_devices()


def told(case: Case) -> str:
    """Return what the mark says of somebody who is enrolled, and what is to be done: what was opened may hold."""
    return (
        f"{_meaning(case)}, as its mark is there: {_serial(case)}. If it was a renewal, what was opened may hold: "
        f"{_KNOWN} run `breakglass enroll {case.member.person.id} --renew --take-over`"
    )


def _meaning(case: Case) -> str:
    return f"another enrolment of {case.member.person.id} is under way, or one was killed"


def _serial(case: Case) -> str:
    scope = case.desk.manifest.scope(case.desk.manifest.security_account)
    return naming.mfa_arn(scope.partition, scope.account, naming.enrolment_mark(case.user))
