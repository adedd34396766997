"""Look, plan, and look again until what was made reads back."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace

from breakglass.cloud import Clock, Estate
from breakglass.estate import guards
from breakglass.estate.desired import desired
from breakglass.estate.observation import observe
from breakglass.estate.phases import phased
from breakglass.estate.plan import Plan, plan
from breakglass.estate.surveys import surveys
from breakglass.facts import Survey
from breakglass.manifest.model import Manifest
from breakglass.provision.apply import SETTLING
from breakglass.resources import SERVICE_CONTROL_POLICY, Scope, State
from breakglass.workers import Advance, ignore


@dataclass(frozen=True, slots=True)
class Goal:
    """What should be, in which accounts, in whose name, and which guards are told to let it pass."""

    owner: str
    organization: str
    surveys: Sequence[Survey]
    target: State
    minimum_ways_in: int
    allowed: frozenset[str]
    delivered: tuple[Scope, ...] = ()
    """The places in which stacks deliver, in order of delivery."""


def provisioned(manifest: Manifest, allowed: Collection[str] = (), delivered: Sequence[Scope] = ()) -> Goal:
    """Return the goal that everything is as the manifest says; stacks deliver in some places, in this order."""
    return Goal(
        manifest.name,
        manifest.organization,
        surveys(manifest),
        desired(manifest),
        manifest.limits.minimum_ways_in,
        frozenset(allowed),
        tuple(delivered),
    )


def destroyed(manifest: Manifest, accounts: Collection[str], allowed: Collection[str] = ()) -> Goal:
    """Return the goal that nothing of ours is left in these accounts, but what an account has exactly one of.

    Nobody keeps a way in, and that is what is meant. The guardrails go with the last account: they protect the others;
    and while there are others, alerts are not taken away with a part unless that is said.
    """
    chosen = [replace(each, enrolment=False) for each in surveys(manifest) if each.scope.account in accounts]
    meant = {guards.WAYS_IN, guards.REMOVES_PERSON, *allowed}
    if set(manifest.account_ids) <= set(accounts):
        meant.add(guards.WEAKENS_ALERT)
    else:
        chosen = [replace(each, types=each.types - {SERVICE_CONTROL_POLICY}) for each in chosen]
    return Goal(manifest.name, manifest.organization, chosen, {}, manifest.limits.minimum_ways_in, frozenset(meant))


def plan_for(estate: Estate, goal: Goal, *, advance: Advance = ignore) -> Plan:
    """Return what must change to reach the goal, and what the guards say to it."""
    seen = observe(estate, goal.surveys, goal.owner, advance=advance)
    found = plan(seen, goal.target)
    ordered = replace(found, changes=phased(found.changes, goal.delivered))
    question = guards.Question(ordered, seen, goal.minimum_ways_in, goal.organization, frozenset(goal.delivered))
    return guards.guarded(question, goal.allowed)


def remaining(estate: Estate, goal: Goal, clock: Clock) -> Plan:
    """Return what still differs from the goal, after giving AWS time to show what was written."""
    return settled(lambda: plan_for(estate, goal), clock)


def settled(look: Callable[[], Plan], clock: Clock) -> Plan:
    """Look until nothing is left to change, or for as long as AWS may take to show what was written."""
    left = look()
    for seconds in SETTLING[1:]:
        if not left.changes:
            break
        clock.sleep(seconds)
        left = look()
    return left
