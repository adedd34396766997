"""Passkeys: registered by an administrator in the console, with the person present; here it is told how, and read back.

There is no API for it, and people may not register one themselves: whoever may enable a device can put one of their
own beside it, and sign in with that.
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_mfa_enable_fido.html
"""

from collections.abc import Collection, Iterator

from breakglass.cloud import Clock, SignIn
from breakglass.errors import UsageError
from breakglass.estate.enrolled import End, Enrolled
from breakglass.facts import Enrolment
from breakglass.manifest.model import Manifest, Responder
from breakglass.naming import user_name
from breakglass.respond.enrolment.patience import awaited


def keys(found: Enrolment) -> frozenset[str]:
    """Return the serial numbers of the passkeys a user has."""
    return frozenset(each.serial_number for each in found.devices if each.kind == "passkey")


def enrolled(sign_in: SignIn, person: Responder) -> Enrolment:
    """Return what a person can sign in with; UsageError where that is nothing, as a key is no password."""
    found = sign_in.read(user_name(person.id))
    if found.password_since is None:
        raise UsageError(
            f"{person.id} is not enrolled yet, and a passkey alone lets nobody in",
            subject=found.user,
            advice=f"run `breakglass enroll {person.id}`",
        )
    return found


def steps(manifest: Manifest, person: Responder) -> Iterator[str]:
    """Yield what the administrator does."""
    user = user_name(person.id)
    yield f"To register a passkey or security key of {person.name}, who must be present with it:"
    yield f"1. Enter the console of the security account, {manifest.security_account}, as the provisioning role"
    yield f"   {manifest.provisioning_role}: to everybody else it is forbidden, to {user} as well, since whoever may"
    yield "   enable a device could put one of their own beside it."
    yield f"2. IAM, Users, {user}, Security credentials, Assign MFA device."
    yield "3. Choose `Passkey or security key`, and let the person touch the key and set its PIN."
    yield "A passkey opens the console only. For codes on the command line the virtual device stays."


def registered(sign_in: SignIn, clock: Clock, person: Responder, before: Collection[str]) -> Enrolled:
    """Return whether a passkey reads back that was not there before."""

    def added(found: Enrolment) -> frozenset[str]:
        return keys(found) - frozenset(before)

    found, _ = awaited(clock, lambda: sign_in.read(user_name(person.id)), lambda seen: bool(added(seen)))
    return outcome(person, found, added(found))


def outcome(person: Responder, found: Enrolment, which: Collection[str]) -> Enrolled:
    """Return that these passkeys are registered, or that there is none."""
    return Enrolled(person.id, End.PASSKEY if which else End.NO_PASSKEY, " ".join(sorted(which)), found=found)
