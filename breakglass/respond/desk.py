"""What an enrolment works with: what is asked for, the outside, and one person's case."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum, auto
from pathlib import Path

from breakglass.cloud import SignIn
from breakglass.manifest.model import Manifest
from breakglass.respond.envelope import Envelope
from breakglass.respond.means import Means
from breakglass.respond.membership import Membership
from breakglass.respond.undo import Undo


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
