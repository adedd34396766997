"""The outside, as enrolment needs it: apart, since what puts it together serves commands that print no page."""

from dataclasses import dataclass

from breakglass.cloud import Clock, Estate, SignIn


@dataclass(frozen=True, slots=True)
class Means:
    """The security account, and time that passes."""

    estate: Estate
    sign_in: SignIn
    clock: Clock
