"""Whom a plan would lock out, and where: counted in people who have access, and in those of them who are enrolled."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from breakglass import resources
from breakglass.estate.broadening import broadens
from breakglass.estate.departed import Departed
from breakglass.estate.enrolment import enrolled, unknown
from breakglass.estate.observation import Observation
from breakglass.estate.plan import Change, Plan
from breakglass.estate.ways_in import let_in, ways_in
from breakglass.estate.wording import describe
from breakglass.resources import items

_SHOWN: Final = 3

_LEFT: Final = (
    "put the account back into the manifest, or into its organizational unit, and run: breakglass destroy --account ID;"
    " then take it out"
)


@dataclass(frozen=True, slots=True)
class Loss:
    """Access that would be lost, or might be: where, how, and what to do instead."""

    subject: str
    why: str
    advice: str


def locked_out(
    plan: Plan, observation: Observation, minimum: int, organization: str, gone: Departed | None = None
) -> Iterator[Loss]:
    """Yield where a plan leaves fewer people than before, and than the minimum, at any moment of it.

    Nobody new counts: it is those who had access and keep it throughout, and those of them who are enrolled. Accounts
    that the manifest has no more count as long as there is something in them.
    """
    if not plan.changes:  # counting reads every document, and an empty plan is the everyday one
        return
    gone = gone or Departed()
    plan = gone.beside(plan)
    had, kept = ways_in(organization, plan.before), ways_in(organization, plan.before, plan.after)
    ready = enrolled(observation)
    for account in sorted(had):
        for people, still, who in (
            (had[account], kept[account], "people"),
            (had[account] & ready, kept[account] & ready, "enrolled people"),
        ):
            if len(still) < min(len(people), minimum):
                told = f"{len(still)} of the {len(people)} {who}"
                yield _too_few(account, told, minimum, left=account in gone.accounts)
                break
    loses = any(had[account] != kept[account] for account in had)
    yield from _unseen(plan, observation, loses=loses)
    yield from _out_of_sight(plan, gone)
    yield from _turned_away(plan)


def _too_few(account: str, told: str, minimum: int, *, left: bool) -> Loss:
    why = f"{told} who can get into the account would keep their access throughout; the minimum is {minimum}"
    if left:
        return Loss(account, f"the manifest has it no more, and its roles are there still: {why}", _LEFT)
    advice = "make the change in two: add people and apply, let them enroll, then remove the others and apply"
    return Loss(account, why, advice)


def _out_of_sight(plan: Plan, gone: Departed) -> Iterator[Loss]:
    """An account that the manifest has no more, and that nobody can look into, may have everybody's roles still."""
    losing = [change for change in plan.changes if _takes_away(change)]
    for each in gone.unread if losing else ():
        why = f"the manifest has it no more, rights in it are taken away, and it could not be read: {each.why.message}"
        yield Loss(each.scope.account, why, _LEFT)


def _unseen(plan: Plan, observation: Observation, *, loses: bool) -> Iterator[Loss]:
    """Where an account, or who is enrolled, could not be read ways in cannot be counted: nobody is to lose a right."""
    hidden = sorted({each.scope.account for each in plan.unread if resources.ROLE in each.types})
    doubtful = sorted(unknown(observation))
    losing = [change for change in plan.changes if _takes_away(change)]
    if hidden and losing:
        yield _unknown(losing, f"who can get into {', '.join(hidden)}", "make these accounts readable, then plan again")
    elif doubtful and (losing or loses):
        some = ", ".join(doubtful[:_SHOWN]) + (f" and {len(doubtful) - _SHOWN} more" if len(doubtful) > _SHOWN else "")
        advice = "see what could not be read of them, make it readable, then plan again"
        yield _unknown(losing or plan.changes, f"whether {some} can sign in", advice)


def _unknown(changes: Sequence[Change], what: str, advice: str) -> Loss:
    told = "1 change takes" if len(changes) == 1 else f"{len(changes)} changes take"
    return Loss(changes[0].resource.subject, f"{told} rights from people, while {what} is not known", advice)


def _takes_away(change: Change) -> bool:
    if change.key.type not in (resources.USER, resources.GROUP, resources.MANAGED_POLICY) or change.before is None:
        return False
    if change.after is None:
        return change.key.type == resources.USER
    lost = set(items(change.before.properties.get("Groups"))) - set(items(change.after.properties.get("Groups")))
    return bool(lost) or (change.key.type != resources.USER and bool(broadens(change.after, change.before)))


def _turned_away(plan: Plan) -> Iterator[Loss]:
    """A role that lets in another security account than before is lost to all who could get in."""
    for change in plan.changes:
        before, after = change.before, change.after
        if change.key.type == resources.ROLE and before is not None and after is not None:
            old, new = let_in(before), let_in(after)
            if old and new and "*" not in old and not old & new:
                yield Loss(
                    change.resource.subject,
                    f"{describe(change.resource)} lets in {', '.join(sorted(old))}, and would let in "
                    f"{', '.join(sorted(new))} instead",
                    "see whether security_account is right; to move it, destroy with the old manifest first",
                )
