"""Somebody leaves: the plan restricted to one person, carried out by the writer that `apply` has.

Their user goes, ours by tag and name, whether the manifest still names the person or not. What roles there are is read
off before: sessions of these outlive it. Of somebody who is gone already, that is all there is to say.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from difflib import get_close_matches

from breakglass import naming, resources
from breakglass.cloud import Clock, Estate
from breakglass.errors import RefusedError, UsageError
from breakglass.estate import guards
from breakglass.estate.observation import Observation, observe
from breakglass.estate.open_sessions import OpenRole, OpenSessions, open_roles
from breakglass.estate.outcome import Outcome
from breakglass.estate.plan import Change, Plan
from breakglass.estate.surveys import surveys
from breakglass.facts import Survey, Unread
from breakglass.manifest.model import Manifest
from breakglass.provision.apply import apply
from breakglass.provision.converge import settled
from breakglass.resources import Resource
from breakglass.workers import Advance, ignore

_NAME = re.compile(r"[\w+=,.@-]{1,64}", re.ASCII)
"""What IAM lets a user be called.

https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateUser.html
"""


@dataclass(frozen=True)
class Departure:
    """One user who goes, what stands against it, and the roles they may have sessions of."""

    user: str
    plan: Plan
    """Without changes where there is no such user."""
    roles: tuple[OpenRole, ...]
    named: bool
    """Whether the manifest still names the person: the next apply would make the user again."""

    def sessions(self, outcome: Outcome, left: Plan, now: datetime) -> OpenSessions:
        """Return what the user may have sessions of, given what became of the departure."""
        gone = outcome.complete and not (outcome.interrupted or left.changes)
        proved = not any(resources.USER in each.types for each in left.unread)
        return OpenSessions(self.user, self.roles, now, final=gone and proved)


@dataclass(frozen=True, slots=True)
class Leaving:
    """Who leaves, by id or by the name of their user, and what is said of it."""

    person: str
    gone: bool = False
    """Whether the user is said to be gone already: then nothing is deleted, and no name is taken for a mistake."""
    allowed: Collection[str] = ()
    """Guards that are told to let it pass."""


def departure(
    estate: Estate,
    manifest: Manifest,
    leaving: Leaving,
    *,
    unresolved: Sequence[Unread] = (),
    advance: Advance = ignore,
) -> Departure:
    """Look everywhere for what the departure of a person would mean.

    `unresolved` are the organizational units whose accounts are not known: there may be sessions in them, which is
    told; whoever leaves is not kept for it.

    Raises UsageError where no user can be called so, where there is none and the name is nearly one of those there
    are, or where a user said to be gone is there; RefusedError where the user is not ours.
    """
    name = _user_name(manifest, leaving.person)
    looked = observe(estate, surveys(manifest), manifest.name, advance=advance)
    seen = replace(looked, unread=(*(replace(each, types=frozenset()) for each in unresolved), *looked.unread))
    user = _find(manifest, seen, name)
    name = name if user is None else user.name
    named = any(naming.user_name(each.id) == name for each in manifest.responders)
    roles = open_roles(manifest, seen, name)
    if user is None:
        if not (named or leaving.gone):
            _refuse_mistake(manifest, seen, name)
        return Departure(name, Plan(seen.state, (), seen.unread), roles, named)
    if leaving.gone:
        raise _still_there(user)
    plan = Plan(seen.state, (Change(user, None),), seen.unread)
    question = guards.Question(plan, seen, manifest.limits.minimum_ways_in, manifest.organization)
    return Departure(name, guards.guarded(question, {guards.REMOVES_PERSON, *leaving.allowed}), roles, named)


def leave(estate: Estate, leaver: Departure, manifest: Manifest, clock: Clock) -> tuple[Outcome, Plan]:
    """Delete the user, and return what became of it and what is left, as far as it reads back.

    Nobody else needs the user: what could not be read holds nothing up.
    """
    if not leaver.plan.changes:
        return Outcome(), leaver.plan
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
    """Return the name of the user that is meant: an id of the manifest is one, whatever it ends in.

    It is written as the manifest has it: IAM takes letters of either case for one, policies do not.
    """
    ids = {each.id.casefold(): each.id for each in manifest.responders}
    meant = ids.get(person.casefold(), person)
    if person.casefold() not in ids and person.casefold().endswith(naming.USER_SUFFIX):
        meant = person[: -len(naming.USER_SUFFIX)]
        meant = ids.get(meant.casefold(), meant)
    name = naming.user_name(meant)
    if not _NAME.fullmatch(name):
        raise UsageError(f"no user can be called {name!r}", subject=person, advice="give an id, or the name of a user")
    return name


def _refuse_mistake(manifest: Manifest, seen: Observation, name: str) -> None:
    """Raise UsageError where a name that nobody has is nearly one that somebody has."""
    similar = _similar(manifest, seen, name)
    if similar:
        raise UsageError(
            f"there is no user {name}; did you mean {' or '.join(similar)}?",
            subject=name,
            advice=f"run it with that name; or with --gone, if {name} is meant and was deleted before",
        )


def _still_there(user: Resource) -> UsageError:
    return UsageError(
        f"the user {user.name} is not gone; nothing was changed",
        subject=user.arn,
        advice="run it without --gone, which deletes the user",
    )


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


def _similar(manifest: Manifest, seen: Observation, name: str) -> tuple[str, ...]:
    known = {key.name for key in seen.state if key.type == resources.USER}
    known |= {naming.user_name(each.id) for each in manifest.responders}
    ours = {each.removesuffix(naming.USER_SUFFIX).casefold(): each for each in sorted(known)}
    return tuple(ours[each] for each in get_close_matches(name.removesuffix(naming.USER_SUFFIX).casefold(), ours))
