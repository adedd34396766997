"""What an enrolment works with: what is asked for, the outside, and one person's case."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum, auto
from pathlib import Path

from breakglass.cloud import SignIn
from breakglass.errors import UsageError
from breakglass.manifest.model import Manifest
from breakglass.respond.enrolment.means import Means
from breakglass.respond.enrolment.membership import Membership
from breakglass.respond.enrolment.undo import Undo
from breakglass.respond.envelope import Envelope


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
    take_over: bool = False
    """Whether the mark of an enrolment that is under way, or was killed, is taken away."""
    everybody: bool = False
    """Whether nobody is named: then no user is made."""

    def __post_init__(self) -> None:
        if self.way is Way.RENEW and self.must_change:
            raise UsageError(
                "--renew and --handover do not go together: until they sign in, the person would be no way in",
                advice="leave --handover away; or `breakglass offboard` the person, which asks whether enough others "
                "get in, and enroll them again with --handover",
            )
        if self.way is Way.SECOND_DEVICE and self.take_over:
            raise UsageError(
                "--second-device and --take-over do not go together: if a renewal was killed, what was opened may hold",
                advice="run `breakglass enroll ID --renew --take-over` first",
            )


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
class Case:
    """One person's enrolment under way."""

    desk: Desk
    order: Order
    member: Membership
    notes: list[str] = field(default_factory=list)
    undo: Undo = field(default_factory=Undo)

    @property
    def user(self) -> str:
        """The name of the user."""
        return self.member.user

    @property
    def sign_in(self) -> SignIn:
        """What the user signs in with."""
        return self.desk.means.sign_in

    def note(self, what: str) -> None:
        """Tell something now, and again in the report."""
        self.notes.append(what)
        self.desk.tell(f"{self.user}: {what}")
