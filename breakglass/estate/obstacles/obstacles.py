"""What stands in the way of a request: a policy that denies it for certain, or one that may.

A request is asked for twice: with every key of which nothing is known, and with none of them. What is denied both times
is denied whatever the circumstances are; what is denied but once hangs on them. Conditions that whoever asks can meet
by asking otherwise (tags, encryption, settings of a service), and those on the tags of what is asked for, are no
obstacle: they keep nobody out.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from breakglass.iam.evaluate import evaluate
from breakglass.iam.nouns import UNKNOWN, Answer, Decision, Request, Statement
from breakglass.iam.policies import Policies
from breakglass.iam.principals import requester

_VARIABLE: Final = re.compile(r"\$\{([^},]+)")
_DENIED: Final = (Decision.EXPLICIT_DENY, Decision.IMPLICIT_DENY)
_PRINCIPAL_TAG: Final = "aws:principaltag/"
_OWN_CHOICE: Final = ("aws:requesttag/", "aws:resourcetag/", "aws:tagkeys")

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


def obstacle(request: Request, policies: Policies) -> Obstacle | None:
    """Return what stands in the way of a request; keys that it does not have may have any value, or none.

    Of the tags of a principal all are in the request.
    """
    statements = {(place, each.name): each for place, each in _about(request.action, policies)}
    free = _free(request, statements.values())
    absent = evaluate(request, policies)
    doubtful = _asked(request, policies, free) if free else absent
    if absent.decision in _DENIED and doubtful.decision in _DENIED:
        return Obstacle(certain=True, places=_places(doubtful))
    return _perhaps((absent, doubtful), statements, free)


def _asked(request: Request, policies: Policies, free: frozenset[str]) -> Answer:
    return evaluate(replace(request, context={**dict.fromkeys(free, UNKNOWN), **request.context}), policies)


def _about(action: str, policies: Policies) -> Iterator[tuple[str, Statement]]:
    plan = policies.about(action.lower(), service_control=True, resource_control=True)
    levels = (row for level in plan.service_control for row in level)
    for place, matcher, _ in (*plan.denies, *plan.identity, *plan.resource, *levels):
        yield place, matcher.statement


def _free(request: Request, statements: Iterable[Statement]) -> frozenset[str]:
    """Return the keys that are asked for and that nothing settles."""
    settled = {"aws:resourceaccount", *NEVER, *map(str.lower, request.context)}
    settled |= {key for key, _ in requester(request.principal).derived}
    asked = {key for each in statements for key in _keys(each)}
    return frozenset(each for each in asked - settled if not each.startswith(_PRINCIPAL_TAG))


def _keys(statement: Statement) -> Iterator[str]:
    for each in statement.conditions:
        yield each.key
        yield from (key.lower() for value in each.values for key in _VARIABLE.findall(value))
    for value in statement.resources or ():
        yield from (key.lower() for key in _VARIABLE.findall(value))


def _perhaps(
    answers: Iterable[Answer], statements: Mapping[tuple[str, str], Statement], free: frozenset[str]
) -> Obstacle | None:
    places: dict[str, None] = {}
    hangs_on: set[str] = set()
    for answer in (each for each in answers if each.decision is not Decision.ALLOWED):
        places |= dict.fromkeys(answer.missing)
        for each in answer.because:
            keys = free.intersection(_keys(statements[each.policy, each.statement]))
            if each.effect != "Deny" or not any(map(_is_own_choice, keys)):
                places[each.policy] = None
                hangs_on |= keys or {each.why}
    return Obstacle(certain=False, places=tuple(places), hangs_on=tuple(sorted(hangs_on))) if places else None


def _is_own_choice(key: str) -> bool:
    return not key.startswith("aws:") or key.startswith(_OWN_CHOICE)


def _places(answer: Answer) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*answer.missing, *(each.policy for each in answer.because))))
