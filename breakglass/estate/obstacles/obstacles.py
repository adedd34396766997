"""What stands in the way of a request: a policy that denies it for certain, or one that may.

A request is asked for with every key of which nothing is known, with none of them, and with each alone there or
missing. What is denied each time is denied whatever the circumstances are; what is denied but once hangs on them. A
statement that asks for nothing but what whoever asks sets in the same call (`choices`) is no obstacle, where there is a
choice that meets it: it keeps nobody out.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final, TypeAlias

from breakglass.estate.obstacles.choices import choices, is_choice
from breakglass.iam.evaluate import evaluate
from breakglass.iam.nouns import UNKNOWN, Answer, Decision, Request, Statement
from breakglass.iam.policies import Policies
from breakglass.iam.principals import requester

_VARIABLE: Final = re.compile(r"\$\{([^},]+)")
_DENIED: Final = (Decision.EXPLICIT_DENY, Decision.IMPLICIT_DENY)
_PRINCIPAL_TAG: Final = "aws:principaltag/"
_At: TypeAlias = tuple[str, str]
"""The place of a policy, and the name of one of its statements."""

NEVER: Final[Mapping[str, tuple[str, ...]]] = dict.fromkeys(
    (
        "aws:assumedroot",
        "aws:calledvia",
        "aws:calledviafirst",
        "aws:calledvialast",
        "aws:federatedprovider",
        "aws:principalservicename",
        "aws:principalservicenameslist",
        "aws:sourceaccount",
        "aws:sourcearn",
        "aws:sourceorgid",
        "aws:sourceorgpaths",
    ),
    (),
)
"""Keys that no request has that a person makes by themselves."""


@dataclass(frozen=True, slots=True)
class Obstacle:
    """What stands in the way: for certain, or by what it hangs on."""

    certain: bool
    places: tuple[str, ...]
    """The policies that deny, or the sets of them of which none allows, as `iam.policies` calls them."""
    hangs_on: tuple[str, ...] = ()
    """Condition keys, and what is not modelled."""


def _never(_key: str) -> bool:
    return False


def obstacle(request: Request, policies: Policies, is_unsent: Callable[[str], bool] = _never) -> Obstacle | None:
    """Return what stands in the way of a request; keys that it does not have may have any value, or none.

    Of the tags of a principal all are in the request. `is_unsent` tells of a key whether it is never made with it.
    """
    statements = {(place, each.name): each for place, each in _about(request.action, policies)}
    free = _free(request, statements.values(), is_unsent)
    absent = evaluate(request, policies)
    doubtful = _asked(request, policies, free) if free else absent
    if _denied(absent, doubtful) and _denied(*_one_by_one(request, policies, free)):
        return Obstacle(certain=True, places=_places(doubtful))
    return _perhaps((absent, doubtful), statements, free, _met(request, policies, statements, free))


def _asked(request: Request, policies: Policies, there: Iterable[str]) -> Answer:
    return evaluate(replace(request, context={**dict.fromkeys(there, UNKNOWN), **request.context}), policies)


def _one_by_one(request: Request, policies: Policies, free: frozenset[str]) -> Iterator[Answer]:
    for key in sorted(free) if len(free) > 1 else ():
        yield _asked(request, policies, {key})
        yield _asked(request, policies, free - {key})


def _denied(*answers: Answer) -> bool:
    return all(each.decision in _DENIED for each in answers)


def _about(action: str, policies: Policies) -> Iterator[tuple[str, Statement]]:
    plan = policies.about(action.lower(), service_control=True, resource_control=True)
    levels = (row for level in plan.service_control for row in level)
    for place, matcher, _ in (*plan.denies, *plan.identity, *plan.resource, *levels):
        yield place, matcher.statement


def _free(request: Request, statements: Iterable[Statement], is_unsent: Callable[[str], bool]) -> frozenset[str]:
    """Return the keys that are asked for and that nothing settles."""
    settled = {"aws:resourceaccount", *NEVER, *map(str.lower, request.context)}
    settled |= {key for key, _ in requester(request.principal).derived}
    asked = {key for each in statements for key in _keys(each)}
    return frozenset(each for each in asked - settled if not (each.startswith(_PRINCIPAL_TAG) or is_unsent(each)))


def _keys(statement: Statement) -> Iterator[str]:
    for each in statement.conditions:
        yield each.key
        yield from (key.lower() for value in each.values for key in _VARIABLE.findall(value))
    for value in statement.resources or ():
        yield from (key.lower() for key in _VARIABLE.findall(value))


def _met(
    request: Request, policies: Policies, statements: Mapping[_At, Statement], free: frozenset[str]
) -> frozenset[_At]:
    """Return the statements that deny upon nothing but what whoever asks chooses, if a choice meets them all."""
    asking = {at: each for at, each in statements.items() if each.effect == "Deny" and _is_choice(request, each, free)}
    keys = {key for each in asking.values() for key in free.intersection(_keys(each))}
    for chosen in choices(asking.values(), keys) if asking else ():
        context = {**dict.fromkeys(free, UNKNOWN), **request.context, **chosen}
        answer = evaluate(replace(request, context=context), policies)
        if asking.keys().isdisjoint((each.policy, each.statement) for each in answer.because):
            return frozenset(asking)
    return frozenset()


def _is_choice(request: Request, statement: Statement, free: frozenset[str]) -> bool:
    keys = free.intersection(_keys(statement))
    modelled = not statement.problems and not any(each.problem for each in statement.conditions)
    return bool(keys) and modelled and all(is_choice(request.action, each) for each in keys)


def _perhaps(
    answers: Iterable[Answer], statements: Mapping[_At, Statement], free: frozenset[str], met: frozenset[_At]
) -> Obstacle | None:
    places: dict[str, None] = {}
    hangs_on: set[str] = set()
    for answer in (each for each in answers if each.decision is not Decision.ALLOWED):
        places |= dict.fromkeys(answer.missing)
        for each in answer.because:
            at = each.policy, each.statement
            if at not in met:
                places[each.policy] = None
                hangs_on |= free.intersection(_keys(statements[at])) or {each.why}
    return Obstacle(certain=False, places=tuple(places), hangs_on=tuple(sorted(hangs_on))) if places else None


def _places(answer: Answer) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*answer.missing, *(each.policy for each in answer.because))))
