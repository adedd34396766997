"""What became of a plan."""

from dataclasses import dataclass

from breakglass.errors import BreakglassError
from breakglass.estate.plan import Change
from breakglass.resources import Resource, Scope


@dataclass(frozen=True, slots=True)
class Failure:
    """A change that was not made, and why."""

    change: Change
    why: BreakglassError


@dataclass(frozen=True, slots=True)
class Stopped:
    """A place in which a delivery did not succeed, or was not begun, and why."""

    scope: Scope
    why: BreakglassError


@dataclass(frozen=True, slots=True)
class Waiting:
    """A place in which a delivery was not begun, and the first thing it needs elsewhere that was not made."""

    scope: Scope
    needed: Resource


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of every change of a plan."""

    made: tuple[Change, ...] = ()
    failed: tuple[Failure, ...] = ()
    skipped: tuple[Change, ...] = ()
    """Not tried, because something before it failed or the run was interrupted."""
    interrupted: bool = False
    stopped: tuple[Stopped, ...] = ()
    waiting: tuple[Waiting, ...] = ()
    delivered: tuple[Scope, ...] = ()
    """Where stacks were brought up to date."""
    withdrawn: tuple[Scope, ...] = ()
    """Where stacks were deleted, and kept what they made."""

    @property
    def complete(self) -> bool:
        """Whether every change was made, and every place has what was delivered."""
        return not (self.failed or self.skipped or self.stopped or self.waiting)
