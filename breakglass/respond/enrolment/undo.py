"""What is begun for a person is taken back when it cannot be finished, the last of it first."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from breakglass.errors import BreakglassError, PartlyAppliedError, RefusedError

_TRIES = 2
_CONTINUES = "run the same command again: it cleans up and continues"


@dataclass(slots=True)
class Undo:
    """The steps back, each with what stays where it cannot be taken."""

    steps: list[tuple[str, Callable[[], object]]] = field(default_factory=list)
    stands: str = ""
    """Why nothing may be taken back any more, if so."""
    mark: str = ""
    """What to tell of the mark that somebody is at it, where it stays; empty where there is none."""
    unmark: Callable[[], object] | None = None
    """Takes the mark away, however it ends; None where it may not be ours."""

    def push(self, what: str, step: Callable[[], object], *, last: bool = False) -> None:
        """Add a step back; the last one is taken only when all others were."""
        self.steps.insert(0 if last else len(self.steps), (what, step))

    @contextmanager
    def unless(self, what: str, step: Callable[[], object], *harmless: type[BreakglassError]) -> Iterator[None]:
        """Add a step back before something is tried; where that fails in such a way, nothing was done."""
        self.push(what, step)
        try:
            yield
        except harmless:
            self.steps.pop()
            raise

    def finished(self) -> None:
        """Take nothing back any more: all is done."""
        self.steps.clear()
        self.stands = ""

    @contextmanager
    def all_or_nothing(self) -> Iterator[None]:
        """Take everything back on a failure of any kind or an interrupt, and raise it with what is left."""
        try:
            yield
        except (Exception, KeyboardInterrupt) as error:
            raise stopped(error, [*self._run(), *self.unmarked()]) from error

    def unmarked(self) -> Sequence[str]:
        """Take the mark away, and return what is to be told of it where it stays; one more try after an interrupt."""
        for _ in range(_TRIES):
            if self.unmark is None:
                break
            try:
                self.unmark()
            except (Exception, KeyboardInterrupt):  # noqa: BLE001, S112 - what stays is told
                continue
            self.mark, self.unmark = "", None
        return [self.mark] if self.mark else []

    def _run(self) -> Sequence[str]:
        """Take back what can be, and return what stays: what fails keeps all that was begun before it."""
        if self.stands:
            return [self.stands]
        while self.steps:
            try:
                self.steps[-1][1]()
            except (Exception, KeyboardInterrupt):  # noqa: BLE001 - what stays is told
                break
            self.steps.pop()
        return [what for what, _ in reversed(self.steps)]


def stopped(error: Exception | KeyboardInterrupt, left: Sequence[str] = ()) -> BreakglassError:
    """Return the error to tell of: what happened, what is left, and how it goes on.

    What a defect of ours says besides its kind may hold a secret.
    """
    if isinstance(error, RefusedError) and not left:
        return error
    stays = f"; this stays: {'; '.join(left)}" if left else ""
    if isinstance(error, KeyboardInterrupt):
        taken_back = "" if left else "; what was begun is taken back, and what was there before holds as it did"
        return PartlyAppliedError(f"interrupted{stays}{taken_back}", advice=_CONTINUES)
    if not isinstance(error, BreakglassError):
        return PartlyAppliedError(f"this should not have happened: {type(error).__name__}{stays}", advice=_CONTINUES)
    advice = f"{error.advice}; then {_CONTINUES}" if error.advice else _CONTINUES
    return type(error)(f"{error.message}{stays}", subject=error.subject, advice=advice)
