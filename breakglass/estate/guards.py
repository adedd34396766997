"""What a plan must not do unless that very rule is named: pure checks, each by a rule and none by a percentage."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, TypeAlias

from breakglass import naming, resources
from breakglass.estate.alerting.weakening import weakenings
from breakglass.estate.broadening import broadens, completes
from breakglass.estate.departed import Departed
from breakglass.estate.lock_out import locked_out
from breakglass.estate.observation import Observation
from breakglass.estate.phases import is_delivered
from breakglass.estate.plan import Change, Plan, Refusal, Verb
from breakglass.estate.wording import describe
from breakglass.resources import KINDS, SERVICE_CONTROL_POLICY, Key, Scope

WAYS_IN: Final = "ways-in"
BROADENS_ACCESS: Final = "broadens-access"
REMOVES_PERSON: Final = "removes-person"
REPLACEMENT: Final = "replacement"
WEAKENS_ALERT: Final = "weakens-alert"
NOT_OURS: Final = "not-ours"
NAMESPACE_OPEN: Final = "namespace-open"


@dataclass(frozen=True, slots=True)
class Question:
    """What a guard judges: the plan, what was seen, how many ways in every account must keep, and the organization."""

    plan: Plan
    observation: Observation
    minimum: int
    organization: str
    delivered: frozenset[Scope] = frozenset()
    """The places in which stacks deliver."""
    departed: Departed = field(default_factory=Departed)
    """What is in accounts that the manifest has no more."""


_SHOWN: Final = 3

Guard: TypeAlias = Callable[[Question], Iterable[Refusal]]


def guarded(question: Question, allowed: Collection[str] = ()) -> Plan:
    """Return the plan with what stands against it, save what is allowed.

    A resource that cannot be made or changed is left as it is where its rule is allowed; the rest is carried out.
    Where the namespace may be open the guardrails are left alone, and nothing waits for them. Where stacks deliver
    nothing is left alone by itself, as a stack makes all it holds or nothing: that place is stopped, and no other.
    """
    stopped = tuple(_stopping(question))
    if stopped:
        plan = replace(question.plan, stopped=stopped)
        going_on = (change for change in plan.changes if change.key.scope not in plan.stopped_scopes)
        question = replace(question, plan=replace(plan, changes=tuple(going_on)))
    refusals = [refusal for rule, guard in GUARDS.items() for refusal in guard(question)]
    left_alone = {refusal.key for refusal in refusals if refusal.rule in allowed and refusal.key}
    if NAMESPACE_OPEN in allowed:
        made = (change for change in question.plan.changes if change.verb is not Verb.DELETE)
        left_alone |= {change.key for change in made if change.key.type == SERVICE_CONTROL_POLICY}
    return replace(
        question.plan,
        changes=tuple(change for change in question.plan.changes if change.key not in left_alone),
        refusals=tuple(refusal for refusal in refusals if refusal.rule not in allowed),
        left_alone=tuple(change for change in question.plan.changes if change.key in left_alone),
    )


def _stopping(question: Question) -> Iterator[Refusal]:
    for guard in (_not_ours, _replacement) if question.delivered else ():
        yield from (each for each in guard(question) if each.key and is_delivered(each.key, question.delivered))


def _ways_in(question: Question) -> Iterator[Refusal]:
    minimum, gone = question.minimum, question.departed
    found = locked_out(question.plan, question.observation, minimum, question.organization, gone)
    yield from (Refusal(WAYS_IN, each.subject, each.why, each.advice) for each in found)


def _broadens_access(question: Question) -> Iterator[Refusal]:
    present = (*question.plan.before.values(), *question.observation.strays.values())
    for change in question.plan.changes:
        if change.before is None or change.after is None:
            continue
        wider = broadens(change.before, change.after)
        wider -= completes(change.before, change.after, present) if wider else wider
        if wider:
            yield Refusal(
                BROADENS_ACCESS,
                change.resource.subject,
                f"{describe(change.resource)} would allow more than it does now: {', '.join(sorted(wider))}",
                "see in the plan what it gains",
            )


def _removes_person(question: Question) -> Iterator[Refusal]:
    users = [change for change in question.plan.changes if change.key.type == resources.USER]
    made = [change.key.name for change in users if change.verb is Verb.CREATE]
    for change in users:
        if change.verb is Verb.DELETE:
            yield Refusal(
                REMOVES_PERSON,
                change.key.name,
                "the user is deleted, with every credential it has",
                "see that this person has left" + _or_was_renamed(change.key.name, made),
            )


def _or_was_renamed(name: str, made: Sequence[str]) -> str:
    """Somebody who goes while others come may be one of them: renamed back, the user keeps password and MFA device."""
    if not made:
        return ""
    command = f"aws iam update-user --user-name {name} --new-user-name {made[0] if len(made) == 1 else 'NAME'}"
    return f"; if it is {' or '.join(made[:3])} and was only renamed, run: {command}"


def _replacement(question: Question) -> Iterator[Refusal]:
    yield from _in_another_case(question)
    for change in question.plan.changes:
        fixed = sorted(_fixed(change))
        if fixed:
            yield Refusal(
                REPLACEMENT,
                change.resource.subject,
                f"{', '.join(fixed)} is set when a resource is made and never changes",
                "delete the resource by hand when nobody depends on it, then plan again",
                change.key,
            )


def _in_another_case(question: Question) -> Iterator[Refusal]:
    """IAM takes names that differ in case alone for one name."""
    existing = {
        (key.scope, key.type, key.name.casefold()): key for key in (*question.plan.before, *question.observation.strays)
    }
    for change in question.plan.changes:
        key = change.key
        other = existing.get((key.scope, key.type, key.name.casefold()))
        if change.verb is Verb.CREATE and other is not None and other != key:
            yield Refusal(
                REPLACEMENT,
                change.resource.subject,
                f"{other.name} exists, and IAM takes the two for one name",
                _name_again(other, key.name),
                key,
            )


def _name_again(key: Key, name: str) -> str:
    """Return how something gets another name: roles and policies never do."""
    if key.type == resources.USER:
        return f"run: aws iam update-user --user-name {key.name} --new-user-name {name}"
    if key.type == resources.GROUP:
        return f"run: aws iam update-group --group-name {key.name} --new-group-name {name}"
    return f"find out who made it; delete {key.name} by hand, then plan again"


def _fixed(change: Change) -> frozenset[str]:
    return change.changed & set(KINDS[change.key.type].fixed) if change.verb is Verb.UPDATE else frozenset()


def _weakens_alert(question: Question) -> Iterator[Refusal]:
    """One refusal for each place: a topic goes with all that hangs on it."""
    found: dict[Scope, list[str]] = {}
    for change, why in weakenings(question.plan.changes):
        found.setdefault(change.key.scope, []).append(f"{describe(change.resource)} {why}")
    for scope, told in found.items():
        rest = f", and {len(told) - _SHOWN} more" if len(told) > _SHOWN else ""
        yield Refusal(
            WEAKENS_ALERT,
            str(scope),
            "; ".join(told[:_SHOWN]) + rest,
            "see that these alerts arrive another way, or were never meant to be told",
        )


def _not_ours(question: Question) -> Iterator[Refusal]:
    yield from _of_another_manifest(question)
    for change in question.plan.changes:
        if change.verb is Verb.CREATE and change.key in question.observation.strays:
            yield Refusal(
                NOT_OURS,
                question.observation.strays[change.key].subject,
                "a resource of this name exists and is not ours",
                "find out who made it; if it is ours, do as verify says; if not, have whoever made it delete it; "
                "then plan again",
                change.key,
            )


def _of_another_manifest(question: Question) -> Iterator[Refusal]:
    """Groups and policies carry no tags: where another manifest has its users and roles, they may be its own."""
    owners = {
        key.scope: stray.tags[naming.OWNER_TAG]
        for key, stray in question.observation.strays.items()
        if naming.OWNER_TAG in stray.tags and naming.is_ours_by_name(KINDS[key.type].arn, key.name, stray.path)
    }
    for change in question.plan.changes:
        owner = owners.get(change.key.scope)
        if owner and change.before is not None and KINDS[change.key.type].ownership == "name":
            yield Refusal(
                NOT_OURS,
                change.resource.subject,
                f"the manifest {owner} has users or roles in this account, and this may be of it",
                "give this manifest its right name back, or take the other one out of the account first",
                change.key,
            )


_GUARDRAIL_ADVICE = (
    "apply with credentials of the management account, or deploy the rendered template management.yaml there"
)


def _namespace_open(question: Question) -> Iterator[Refusal]:
    """Roles that trust a namespace anybody may enter are a door for anybody."""
    missing = unguarded(question.plan.after.keys() - question.observation.strays.keys())
    opened = [change for change in question.plan.changes if _opens_a_door(change)]
    if opened and missing:
        unread = [each for each in question.plan.unread if each.types]
        yield Refusal(
            NAMESPACE_OPEN,
            ", ".join(missing),
            f"{len(opened)} roles would be made or get rights, and it cannot be seen that {' and '.join(missing)} hold"
            " the namespace they trust",
            next((each.why.advice for each in unread if each.why.advice), _GUARDRAIL_ADVICE),
        )


def without_guardrails(plan: Plan, allowed: Collection[str] = ()) -> tuple[Refusal, ...]:
    """Refuse what makes roles in accounts nobody knows as yet, unless the guardrails are, or come to be, there."""
    missing = unguarded(plan.after)
    if not missing or NAMESPACE_OPEN in allowed or any(each.rule == NAMESPACE_OPEN for each in plan.refusals):
        return ()
    why = (
        "whatever account joins an organizational unit would get roles, and it cannot be seen that "
        f"{' and '.join(missing)} hold the namespace they trust"
    )
    return (Refusal(NAMESPACE_OPEN, ", ".join(missing), why, _GUARDRAIL_ADVICE),)


def unguarded(keys: Iterable[Key]) -> list[str]:
    """Return the names of the guardrails that are not among these."""
    held = {key.name for key in keys if key.type == SERVICE_CONTROL_POLICY}
    return sorted({naming.NAMESPACE_GUARDRAIL, naming.ROLES_GUARDRAIL} - held)


def _opens_a_door(change: Change) -> bool:
    """Tell whether a playbook role comes to be, or comes to have rights."""
    if change.key.type != resources.ROLE or not change.key.name.startswith(naming.ROLE_PREFIX) or change.after is None:
        return False
    return change.before is None or "ManagedPolicyArns" in broadens(change.before, change.after)


GUARDS: dict[str, Guard] = {
    WAYS_IN: _ways_in,
    BROADENS_ACCESS: _broadens_access,
    REMOVES_PERSON: _removes_person,
    REPLACEMENT: _replacement,
    WEAKENS_ALERT: _weakens_alert,
    NOT_OURS: _not_ours,
    NAMESPACE_OPEN: _namespace_open,
}
