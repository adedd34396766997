"""Somebody leaves: the plan restricted to one person, carried out by the writer that `apply` has.

Their user goes, ours by tag and name, whether the manifest still names the person or not. What roles it could assume is
read off before: sessions of these outlive it.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from difflib import get_close_matches

from breakglass import naming, resources
from breakglass.cloud import Clock, Estate
from breakglass.errors import RefusedError
from breakglass.estate import guards
from breakglass.estate.observation import Observation, observe
from breakglass.estate.open_sessions import OpenRole, open_roles
from breakglass.estate.outcome import Outcome
from breakglass.estate.plan import Change, Plan
from breakglass.estate.surveys import surveys
from breakglass.facts import Survey
from breakglass.manifest.model import Manifest
from breakglass.provision.apply import apply
from breakglass.provision.converge import settled
from breakglass.resources import Key, Resource
from breakglass.workers import Advance, ignore


@dataclass(frozen=True)
class Departure:
    """One user who goes, what stands against it, and the roles they may have sessions of."""

    user: str
    plan: Plan
    """Without changes where there is no such user."""
    roles: tuple[OpenRole, ...] = ()
    named: bool = False
    """Whether the manifest still names the person: the next apply would make the user again."""
    similar: tuple[str, ...] = ()
    """Users with names like it, where there is none of this name."""


def departure(
    estate: Estate, manifest: Manifest, person: str, allowed: Collection[str] = (), *, advance: Advance = ignore
) -> Departure:
    """Look everywhere for what the departure of a person, by id or by the name of their user, would mean.

    Raises RefusedError where the user is not ours.
    """
    seen = observe(estate, surveys(manifest), manifest.name, advance=advance)
    name = _user_name(manifest, person)
    user = _find(manifest, seen, name)
    if user is None:
        return Departure(name, Plan(seen.state, (), seen.unread), similar=_similar(seen, name))
    plan = Plan(seen.state, (Change(user, None),), seen.unread)
    question = guards.Question(plan, seen, manifest.limits.minimum_ways_in, manifest.organization)
    return Departure(
        user.name,
        guards.guarded(question, {guards.REMOVES_PERSON, *allowed}),
        open_roles(manifest, {**seen.strays, **seen.state}, user.key),
        any(naming.user_name(each.id) == user.name for each in manifest.responders),
    )


def leave(estate: Estate, leaver: Departure, manifest: Manifest, clock: Clock) -> tuple[Outcome, Plan]:
    """Delete the user, and return what became of it and what is left, as far as it reads back.

    Nobody else needs the user: what could not be read holds nothing up.
    """
    if not leaver.plan.changes:
        return Outcome(), Plan(leaver.plan.before, ())
    home = Survey(manifest.scope(manifest.security_account), frozenset({resources.USER}))
    outcome = apply(estate, replace(leaver.plan, unread=()), (home,), clock)
    if outcome.interrupted:
        return outcome, leaver.plan

    def look() -> Plan:
        seen = observe(estate, (home,), manifest.name)
        left = tuple(each for each in leaver.plan.changes if each.key in seen.state)
        return Plan(seen.state, left, (*leaver.plan.unread, *seen.unread))

    try:
        return outcome, settled(look, clock) if outcome.complete else look()
    except KeyboardInterrupt:
        return replace(outcome, interrupted=True), leaver.plan


def _user_name(manifest: Manifest, person: str) -> str:
    """Return the name of the user that is meant: an id of the manifest is one, whatever it ends in."""
    known = any(each.id == person for each in manifest.responders)
    return person if person.endswith(naming.USER_SUFFIX) and not known else naming.user_name(person)


def _find(manifest: Manifest, seen: Observation, name: str) -> Resource | None:
    """Return our user of a name, which counts without regard to case, as IAM keeps it unique."""
    security = manifest.scope(manifest.security_account)
    for key, each in {**seen.state, **seen.strays}.items():
        if key.type == resources.USER and key.scope == security and key.name.casefold() == name.casefold():
            if key in seen.strays:
                raise _not_ours(each)
            return each
    return None


def _not_ours(user: Resource) -> RefusedError:
    return RefusedError(
        f"the user {user.name} is in our namespace, and no manifest of this name made it; nothing was changed",
        subject=user.arn,
        advice="find out in CloudTrail who made it; if it is ours, do as the finding STRAY of verify says, then run "
        "this again; if not, delete it by hand",
    )


def _similar(seen: Observation, name: str) -> tuple[str, ...]:
    ours = {_person(key): key.name for key in seen.state if key.type == resources.USER}
    return tuple(ours[each] for each in get_close_matches(name.removesuffix(naming.USER_SUFFIX), ours))


def _person(key: Key) -> str:
    return key.name.removesuffix(naming.USER_SUFFIX)
