"""Whether somebody is who they say: by password and code at a sign-in page, by code alone beside a signed request.

The caller holds the emulator's lock. How often somebody may try is not modelled.
https://docs.aws.amazon.com/IAM/latest/UserGuide/console_sign-in-mfa.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_mfa_configure-api-require.html
"""

from dataclasses import dataclass, field, replace
from datetime import datetime
from hmac import compare_digest

from moto.iam.models import User

from breakglass.sandbox.answers import ApiError
from breakglass.sandbox.cloudtrail.identity import name
from breakglass.sandbox.codes import devices, spend
from breakglass.sandbox.judgement.held import Held
from breakglass.sandbox.request import Request
from breakglass.sandbox.sessions import Session

_INCOMPLETE = "MultiFactorAuthentication failed, must provide both MFA serial number and one time pass code."
_UNKNOWN = (
    "MultiFactorAuthentication failed, unable to validate MFA code.  Please verify your MFA serial number is valid and "
    "associated with this user."
)
_WRONG = "MultiFactorAuthentication failed with invalid MFA one time pass code."


@dataclass(frozen=True, slots=True)
class Typed:
    """What somebody types into the pages of a sign-in; `new_password` where they are made to change it."""

    account: str
    user: str
    password: str = field(repr=False)
    code: str = field(default="", repr=False)
    new_password: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Recognized:
    """Who signs in: the user as IAM keeps it, and the same as one who acts, as yet without credentials."""

    user: User
    session: Session

    @property
    def must_change(self) -> bool:
        """Whether another password has to be set first."""
        return self.user.password_reset_required

    def enters(self, now: datetime) -> None:
        """Note when the password was used to sign in."""
        vars(self.user)["password_last_used"] = now


def recognized(held: Held, typed: Typed, now: datetime) -> Recognized | None:
    """Return who signs in; None where anything is wrong.

    A code is asked of who has a device, and looked at where the password is right. Of passkeys no code is good.
    """
    user = held.user(typed.account, typed.user) if held.has(typed.account) else None
    if user is None or not user.password or not compare_digest(user.password.encode(), typed.password.encode()):
        return None
    if user.mfa_devices and not any(spend(each, (typed.code,), now) for each in devices(user, held.partition)):
        return None
    return Recognized(user, Session("", "", typed.account, user.arn, user.id, mfa=bool(user.mfa_devices)))


def proven(held: Held, session: Session, request: Request, now: datetime) -> Session:
    """Return a user's session with what a code in the request adds for this request; raises ApiError for a bad code."""
    serial, code = request.parameters.get("SerialNumber", ""), request.parameters.get("TokenCode", "")
    if session.role or not (serial or code):
        return session
    if not (serial and code):
        raise ApiError("AccessDenied", _INCOMPLETE)
    user = held.user(session.account, name(session))
    if user is None or serial not in user.mfa_devices:
        raise ApiError("AccessDenied", _UNKNOWN)
    if not any(spend(each, (code,), now) for each in devices(user, held.partition) if each.serial_number == serial):
        raise ApiError("AccessDenied", _WRONG)
    return replace(session, proven=True)
