"""What the enrolment of a person came to. There is no secret in it."""

from dataclasses import dataclass, field
from enum import StrEnum

from breakglass import naming
from breakglass.errors import BreakglassError
from breakglass.facts import Enrolment


class End(StrEnum):
    """How it ended."""

    ENROLLED = "enrolled"
    RENEWED = "renewed"
    DEVICE_ADDED = "device added"
    ALREADY = "already enrolled"
    NO_WAY_IN = "no way in yet"
    """There are a password and a device, and something is missing all the same."""
    PASSKEY = "passkey registered"
    NO_PASSKEY = "no passkey"
    BROKEN_OFF = "perhaps broken off"
    NO_USER = "no user"
    FAILED = "failed"
    SKIPPED = "not tried"


@dataclass(frozen=True, slots=True)
class Enrolled:
    """What was made for one person, where it lies, and what was noticed on the way."""

    person: str
    end: End
    device: str = ""
    """The serial number of the device made; empty where none was."""
    envelopes: tuple[str, ...] = ()
    """The files to print and seal."""
    password_set: bool = False
    reason: str = ""
    """Why both factors are in one envelope; empty where they are not."""
    notes: tuple[str, ...] = ()
    found: Enrolment | None = field(default=None)
    """What the person can sign in with, as it was read last."""
    error: BreakglassError | None = None

    @property
    def user(self) -> str:
        """The name of the person's emergency user."""
        return naming.user_name(self.person)

    @property
    def must_change(self) -> bool:
        """Whether AWS demands another password at the next sign-in."""
        return self.found is not None and self.found.must_change_password

    @property
    def exit_code(self) -> int:
        """What the command exits with for this person: 0 where all is as asked for."""
        if self.error is not None:
            return self.error.exit_code
        return int(self.end in (End.NO_PASSKEY, End.NO_WAY_IN, End.BROKEN_OFF, End.NO_USER))
