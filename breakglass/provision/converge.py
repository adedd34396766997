"""Look, plan, and look again until what was made reads back."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from breakglass.cloud import Clock, Estate
from breakglass.estate.desired import desired, surveys
from breakglass.estate.observation import observe
from breakglass.estate.plan import Plan, plan
from breakglass.facts import Survey
from breakglass.manifest.model import Manifest
from breakglass.provision.apply import SETTLING
from breakglass.resources import State
from breakglass.workers import Advance, ignore


@dataclass(frozen=True, slots=True)
class Goal:
    """What should be, in which accounts, and in whose name."""

    owner: str
    surveys: Sequence[Survey]
    target: State


def provisioned(manifest: Manifest) -> Goal:
    """Return the goal that everything is as the manifest says."""
    return Goal(manifest.name, surveys(manifest), desired(manifest))


def destroyed(manifest: Manifest, accounts: Collection[str]) -> Goal:
    """Return the goal that nothing of ours is left in these accounts, but what an account has exactly one of."""
    return Goal(manifest.name, [each for each in surveys(manifest) if each.scope.account in accounts], {})


def plan_for(estate: Estate, goal: Goal, *, advance: Advance = ignore) -> Plan:
    """Return what must change to reach the goal."""
    return plan(observe(estate, goal.surveys, goal.owner, advance=advance), goal.target)


def remaining(estate: Estate, goal: Goal, clock: Clock) -> Plan:
    """Return what still differs from the goal, after giving AWS time to show what was written."""
    left = plan_for(estate, goal)
    for seconds in SETTLING[1:]:
        if not left.changes:
            break
        clock.sleep(seconds)
        left = plan_for(estate, goal)
    return left
