"""Steps that are awaited side by side: each is looked for as soon as one of those it follows is there."""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from breakglass.cloud import Timer
from breakglass.errors import BreakglassError, RejectedError, UnavailableError
from breakglass.trail.delivery import Outcome, Point, Stage
from breakglass.workers import Advance

POLL = 10
"""Seconds between two looks."""


@dataclass(frozen=True, slots=True)
class Step:
    """How to see whether a point is reached, once one of others is, and what to do where it never is."""

    point: Point
    after: Collection[Point]
    probe: Callable[[], bool]
    advice: str


@dataclass(frozen=True, slots=True)
class Patience:
    """Since when and how long something is awaited, in seconds."""

    clock: Timer
    since: datetime
    timeout: int

    @property
    def seconds(self) -> float:
        """How long it has been awaited."""
        return (self.clock.now() - self.since).total_seconds()

    def pause(self) -> bool:
        """Wait a little and return True, or return False where the time is over."""
        left = self.timeout - self.seconds
        if left > 0:
            self.clock.sleep(min(POLL, left))
        return left > 0


def follow(
    steps: Sequence[Step], reached: Collection[Point], patience: Patience, advance: Advance
) -> tuple[Stage, ...]:
    """Return what became of each step, in their order; some points are `reached` before.

    What AWS denies or rejects ends a step, what is unavailable is asked again. Nothing is raised for either.
    """
    latest: dict[Point, Stage] = {}
    known = set(reached)

    def awaited() -> Iterator[Step]:
        yield from (each for each in steps if known & set(each.after) and not _is_final(latest.get(each.point)))

    while True:
        for step in awaited():
            stage = latest[step.point] = _look(step, patience)
            if stage.outcome is Outcome.OK:
                known.add(step.point)
            if _is_final(stage):
                advance(step.point.stage)
        if not any(awaited()) or not patience.pause():
            break
    return tuple(latest.get(each.point, Stage(each.point, Outcome.NOT_REACHED)) for each in steps)


def broken(point: Point, why: BreakglassError) -> Stage:
    """Return a stage that ended with an error."""
    return Stage(point, Outcome.BROKEN, None, why.message, why.advice, why)


def _look(step: Step, patience: Patience) -> Stage:
    try:
        if step.probe():
            return Stage(step.point, Outcome.OK, patience.seconds)
    except BreakglassError as why:
        stage = broken(step.point, why)
        return replace(stage, advice=step.advice) if isinstance(why, RejectedError) else stage
    detail = f"nothing within {patience.timeout} seconds"
    return Stage(step.point, Outcome.BROKEN, None, detail, step.advice)


def _is_final(stage: Stage | None) -> bool:
    """Tell whether looking again could bring nothing else."""
    if stage is None or isinstance(stage.why, UnavailableError):
        return False
    return stage.outcome is Outcome.OK or stage.why is not None
