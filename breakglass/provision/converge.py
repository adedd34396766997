"""Look, plan, and look again until what was made reads back."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace

from breakglass.cloud import Clock, Estate
from breakglass.estate import departed, guards
from breakglass.estate.desired import desired
from breakglass.estate.observation import Observation, observe
from breakglass.estate.organization import Resolved
from breakglass.estate.phases import phased
from breakglass.estate.plan import Plan, plan
from breakglass.estate.surveys import surveys
from breakglass.facts import MemberAccount, Survey, Unread
from breakglass.manifest.model import Manifest
from breakglass.provision.apply import SETTLING
from breakglass.provision.deliveries import delivered_scopes
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
    joined: frozenset[str] = frozenset()
    """The accounts that are here because of an organizational unit."""
    inactive: tuple[MemberAccount, ...] = ()
    unresolved: tuple[Unread, ...] = ()
    """The organizational units whose accounts are not known."""
    delivered: tuple[Scope, ...] = ()
    """The places in which stacks deliver, in order of delivery."""


def provisioned(manifest: Manifest, allowed: Collection[str] = ()) -> Goal:
    """Return the goal that everything is as the manifest says."""
    return Goal(
        manifest.name,
        manifest.organization,
        surveys(manifest),
        desired(manifest),
        manifest.limits.minimum_ways_in,
        frozenset(allowed),
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


def within(resolved: Resolved, goal: Goal) -> Goal:
    """Return a goal of a resolved manifest, with what became of its organizational units, and what stacks deliver."""
    found = replace(goal, inactive=resolved.inactive, unresolved=resolved.unread)
    if not goal.target:  # what is destroyed is nowhere new
        return found
    return replace(found, joined=frozenset(resolved.units), delivered=delivered_scopes(resolved))


def plan_for(estate: Estate, goal: Goal, *, advance: Advance = ignore) -> Plan:
    """Return what must change to reach the goal, and what the guards say to it."""
    looked = observe(estate, goal.surveys, goal.owner, advance=advance)
    seen = replace(looked, unread=(*goal.unresolved, *looked.unread))
    found = plan(seen, goal.target)
    ordered = phased(found.changes, goal.delivered)
    found = replace(found, changes=ordered, new_accounts=_new(goal, seen), inactive=goal.inactive)
    places, gone = frozenset(goal.delivered), _gone(estate, goal, found)
    question = guards.Question(found, seen, goal.minimum_ways_in, goal.organization, places, gone)
    return guards.guarded(question, goal.allowed)


def _gone(estate: Estate, goal: Goal, plan: Plan) -> departed.Departed:
    """Look into the accounts that rights name and the manifest has no more, but those that nobody can get into."""
    if guards.WAYS_IN in goal.allowed or not goal.surveys:
        return departed.Departed()
    known = {each.scope.account for each in goal.surveys} | {each.id for each in goal.inactive if each.is_closed}
    found = departed.surveys(plan, known, goal.surveys[0].scope.partition)
    return departed.departed(observe(estate, found, goal.owner))


def _new(goal: Goal, seen: Observation) -> tuple[str, ...]:
    """Return the accounts of units in which nothing of ours was found: those that could not be read may have it."""
    known = {key.scope.account for key in seen.state} | {each.scope.account for each in seen.unread}
    return tuple(sorted(goal.joined - known))


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
