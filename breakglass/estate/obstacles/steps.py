"""What a role may do by its own policies, as requests that stand for all others: one for each thing it is allowed.

Resources are ordinary ones, of any name that nobody has thought of: a policy that protects what it names keeps nobody
from the rest.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from breakglass.documents import Document, Json, text
from breakglass.iam import classes
from breakglass.iam.arns import PARTS, WITHOUT_TYPE
from breakglass.iam.nouns import Statement
from breakglass.iam.patterns import matcher, pattern, static
from breakglass.iam.policy import is_about, policy
from breakglass.iam.truth import NO, YES
from breakglass.resources import Scope

_WILD: Final = re.compile(r"[*?]")
_TYPE: Final = re.compile(r"([A-Za-z0-9-]+)([/:])")
_UPON_OBJECTS: Final = re.compile("^(?!getbucket|putbucket).*object|multipartuploadparts|abortmultipartupload")
_UPON_NEITHER: Final = re.compile(
    "accessgrant|accesspoint|accountpublic|job|listallmybuckets|storagelens"
    "|^createkey$|customkeystore|generaterandom|listaliases|listkeys"
)
_SOME: Final = "x"
_ANY: Final = "?*:?*"


@dataclass(frozen=True, slots=True)
class Step:
    """Something a role is allowed: an action as its policy writes it, and a request for it."""

    written: str
    action: str
    resource: str


def steps(documents: Sequence[Document], others: Iterable[Statement], scope: Scope, region: str) -> tuple[Step, ...]:
    """Return what a role of an account is allowed, as far as `others` can tell one request from another.

    What its own policies deny whatever the circumstances is no part of it. Raises TooMany, where patterns can be told
    apart in more ways than are looked at.
    """
    own = [statement for each in documents for statement in policy(each).statements]
    written = {action.lower(): action for each in documents for action in _written(each)}
    foreign = tuple(others)
    found: dict[Step, None] = {}
    for statement in (each for each in own if each.effect == "Allow"):
        for action, name in _actions(statement, foreign, written):
            for resource in _resources(statement, foreign, action, scope, region):
                if not any(_denies(each, action, resource) for each in own):
                    found[Step(name, action, resource)] = None
    return tuple(found)


def steps_upon(documents: Sequence[Document], others: Iterable[Statement], arn: str) -> tuple[Step, ...]:
    """Return what a role is allowed upon one key or bucket, or upon the objects in that, in the same way."""
    own = [statement for each in documents for statement in policy(each).statements]
    written = {action.lower(): action for each in documents for action in _written(each)}
    foreign, service = tuple(others), arn.split(":")[2]
    found: dict[Step, None] = {}
    for statement in (each for each in own if each.effect == "Allow" and _is_of(each, service)):
        for action, name in _actions(statement, foreign, written):
            resource = _upon(arn, action)
            if resource and _means(statement, resource) and not any(_denies(each, action, resource) for each in own):
                found[Step(name, action, resource)] = None
    return tuple(found)


def likeness(documents: Sequence[Document], account: str) -> str:
    """Return policies as text, without the account of their role: equal where steps differ in nothing else."""
    return "".join(map(text, documents)).replace(account, "${Account}")


def meant(documents: Sequence[Document], arn: str) -> tuple[bool, ...]:
    """Return which statements of a role are about a key or bucket: where it is the same, so are the steps upon it."""
    own = (statement for each in documents for statement in policy(each).statements)
    return tuple(_means(each, resource) for each in own for resource in (arn, f"{arn}/{_SOME}"))


def _is_of(statement: Statement, service: str) -> bool:
    """Tell whether a statement may be about a service; what is about everything but some actions may."""
    return statement.not_actions or any(_fits(each.partition(":")[0], service) for each in statement.actions)


def _upon(arn: str, action: str) -> str:
    """Return what an action is asked upon: a key, a bucket or an object in it; nothing where it is upon none of them.

    https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html
    https://docs.aws.amazon.com/service-authorization/latest/reference/list_awskeymanagementservice.html
    """
    service, _, name = action.partition(":")
    if service != arn.split(":")[2] or _UPON_NEITHER.search(name):
        return ""
    return f"{arn}/{_SOME}" if service == "s3" and _UPON_OBJECTS.search(name) else arn


def _means(statement: Statement, resource: str) -> bool:
    return any(_fits(each, resource) for each in statement.resources or ()) != statement.not_resources


def _written(document: Document) -> Iterator[str]:
    for each in (each for each in _listed(document.get("Statement")) if isinstance(each, Mapping)):
        yield from map(str, _listed(each.get("Action", ())))


def _listed(value: Json) -> Sequence[Json]:
    return value if isinstance(value, list | tuple) else (value,)


def _actions(
    statement: Statement, others: Iterable[Statement], written: Mapping[str, str]
) -> Iterator[tuple[str, str]]:
    """Yield an action for each way in which others can tell apart what a statement is about, and how it is written."""
    told_apart = [*statement.actions, *(action for each in others for action in each.actions)]
    for within in (_ANY,) if statement.not_actions else statement.actions:
        for action in classes.actions(told_apart, within):
            if is_about(statement, action) == YES:
                yield action, action if statement.not_actions else written[within]


def _resources(
    statement: Statement, others: Iterable[Statement], action: str, scope: Scope, region: str
) -> Sequence[str]:
    """Return ordinary resources of a statement: of its own patterns, and of those of others that lie within these."""
    within = ("*",) if statement.not_resources or not statement.resources else statement.resources
    named = [pattern for each in others if is_about(each, action) != NO for pattern in each.resources or ()]
    ordinary = [found for each in named if (found := _ordinary(each, action.partition(":")[0], scope, region))]
    filled = [_filled(each, scope, region) for each in within]
    return tuple(dict.fromkeys([*filled, *(each for each in ordinary if any(_fits(one, each) for one in within))]))


def _filled(told: str, scope: Scope, region: str) -> str:
    """Return a resource that a pattern fits: of this account, in this region, of some name."""
    parts = told.split(":", PARTS - 1)
    if len(parts) < PARTS:
        return told
    for place, value in ((1, scope.partition), (3, region), (4, scope.account)):
        parts[place] = value if _WILD.search(parts[place]) else parts[place]
    return ":".join([*parts[:-1], _WILD.sub(_SOME, parts[-1])])


def _ordinary(told: str, service: str, scope: Scope, region: str) -> str:
    """Return a resource of the type of a pattern and of no name it could mean; nothing for another service's."""
    parts = told.split(":", PARTS - 1)
    if len(parts) < PARTS or not _fits(parts[2], service):
        return ""
    kind = None if service in WITHOUT_TYPE else _TYPE.match(parts[-1])
    plain = f"{_SOME}/{_SOME}" if "/" in parts[-1] else _SOME
    parts[2], parts[-1] = service, f"{kind[1]}{kind[2]}{_SOME}" if kind else plain
    parts[3] = parts[3] and region
    parts[4] = parts[4] and scope.account
    return _filled(":".join(parts), scope, region)


@lru_cache(maxsize=65536)
def _fits(told: str, value: str) -> bool:
    return matcher(static(pattern(told, variables=False)))(value)


def _denies(statement: Statement, action: str, resource: str) -> bool:
    """Tell whether a statement of the role's own denies it, under no condition."""
    if statement.effect != "Deny" or statement.conditions or is_about(statement, action) != YES:
        return False
    return _means(statement, resource)
