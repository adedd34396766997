"""A policy: its statements as values, and as tests that are made once for each distinct document."""

import marshal
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final, cast

from breakglass.documents import Document
from breakglass.errors import UsageError
from breakglass.iam import parse, patterns
from breakglass.iam.arns import resources_test
from breakglass.iam.conditions import Holds, holds
from breakglass.iam.nouns import Context, Principals, Statement
from breakglass.iam.patterns import Test
from breakglass.iam.principals import Grades, Requester, exempts, grades
from breakglass.iam.truth import MAYBE, NO, YES, Truth, Unsupported

_KEPT: Final = 2048
"""How many distinct documents, and how many actions of each, are kept ready."""

_ACTION: Final = re.compile(r"\*|\*:\*|[a-z0-9-]+:[a-z0-9*?_-]+")
_EVERYONE: Final = Principals((("AWS", "*"),))


@dataclass(frozen=True, slots=True)
class Subject:
    """A request as statements see it: the action in lower case, every context key that is known."""

    who: Requester
    action: str
    resource: str
    context: Context
    bounded: bool


class Matcher:
    """A statement made ready: whether it applies to a request whose action it may be about."""

    __slots__ = ("_holds", "_resources", "_sure", "statement", "why")

    def __init__(self, statement: Statement, *, variables: bool, sure: bool, principal: bool) -> None:
        found = [*statement.problems, *_misplaced(statement, principal=principal)]
        self.statement = statement
        self._sure = sure and not found
        self._resources: Test | None = None
        if statement.resources is not None:
            self._resources = resources_test(
                statement.resources, inverted=statement.not_resources, variables=variables, problems=found
            )
        self._holds = _conditions(statement, variables=variables, problems=found)
        self.why = "; ".join(found) or "what the request says does not settle whether it applies"

    def applies(self, subject: Subject) -> Truth:
        """Return whether resource and conditions match, as far as the statement is modelled."""
        least = YES if self._sure else MAYBE
        if self._resources is not None:
            truth = self._resources(subject.resource, subject.context)
            if truth == NO:
                return NO
            least = min(least, truth)
        for each in self._holds:
            truth = each(subject.context)
            if truth == NO:
                return NO
            least = min(least, truth)
        return least

    def means(self, subject: Subject) -> Grades:
        """Return whether the principal is meant, and how directly."""
        principals = self.statement.principals
        if principals is None:
            return (MAYBE, NO, NO)
        if not self.statement.not_principals:
            return grades(principals, subject.who)
        # A Deny with NotPrincipal always hits a principal with a boundary, whatever it lists.
        # https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html
        return (YES if subject.bounded else YES - exempts(principals, subject.who), NO, NO)


@dataclass(frozen=True, slots=True)
class About:
    """The statements of a policy that may be about one action, by effect; one of unknown effect is in both."""

    allows: tuple[Matcher, ...]
    denies: tuple[Matcher, ...]


@dataclass(frozen=True)
class Policy:
    """A document read: equal where it says the same, in whatever order and under whatever Sid.

    `problems` says what is not modelled of the document as a whole: then nothing it says is relied on.
    """

    version: str
    statements: tuple[Statement, ...] = field(compare=False)
    problems: tuple[str, ...] = ()
    meaning: frozenset[Statement] = frozenset()
    _about: dict[tuple[str, bool], About] = field(default_factory=dict, compare=False, repr=False)

    def about(self, action: str, *, principal: bool) -> About:
        """Return what the policy says about an action in lower case: as a policy with principals, or without."""
        found = self._about.get((action, principal))
        if found is None:
            if len(self._about) >= _KEPT:
                self._about.clear()
            found = self._about[action, principal] = self._select(action, principal=principal)
        return found

    def _select(self, action: str, *, principal: bool) -> About:
        if self.problems:
            return _unreadable(self.problems, principal=principal)
        variables = self.version == parse.CURRENT
        matchers = [
            Matcher(statement, variables=variables, sure=truth == YES, principal=principal)
            for statement in self.statements
            if (truth := is_about(statement, action)) != NO
        ]
        return About(
            tuple(each for each in matchers if each.statement.effect != "Deny"),
            tuple(each for each in matchers if each.statement.effect != "Allow"),
        )


def policy(document: Document) -> Policy:
    """Read a document, or return what was read of an equal one; raises UsageError for what is no object at all."""
    try:
        key = marshal.dumps(cast("dict[str, Any]", document), 0)
    except ValueError:  # a Mapping that is no dict, or one too deep to be a policy
        return _read(document)
    found = _POLICIES.get(key)
    if found is None:
        if len(_POLICIES) >= _KEPT:
            _POLICIES.clear()
        found = _POLICIES[key] = _read(document)
    return found


_POLICIES: Final[dict[bytes, Policy]] = {}
"""By the document's own bytes, without references between its parts: cheaper than any reading of it."""


def is_about(statement: Statement, action: str) -> Truth:
    """Return whether a statement is about an action in lower case; MAYBE where a pattern that fits is not AWS's."""
    best = NO
    for each in statement.actions:
        if _fits(each)(action):
            best = max(best, YES if _ACTION.fullmatch(each) else MAYBE)
    return YES - best if statement.not_actions else best


@lru_cache(maxsize=_KEPT)
def _fits(action: str) -> patterns.Matcher:
    return patterns.matcher(patterns.static(patterns.pattern(action, variables=False)))


def _read(document: Document) -> Policy:
    if not isinstance(document, Mapping):
        raise UsageError("a policy document is not an object", advice="give each document as a JSON object")
    problems = parse.problems(document)
    statements = () if problems else parse.statements(document)
    return Policy(parse.version(document), statements, problems, frozenset(statements))


def _unreadable(problems: tuple[str, ...], *, principal: bool) -> About:
    def vague(effect: str) -> tuple[Matcher, ...]:
        statement = Statement(
            index=0,
            sid="",
            effect=effect,
            actions=("*",),
            resources=("*",),
            principals=_EVERYONE if principal else None,
            problems=problems,
        )
        return (Matcher(statement, variables=False, sure=False, principal=principal),)

    return About(vague("Allow"), vague("Deny"))


def _misplaced(statement: Statement, *, principal: bool) -> list[str]:
    """Return what a kind of policy must have and has not, or has and must not."""
    if principal:
        return ["no Principal"] if statement.principals is None else []
    found = ["no Resource"] if statement.resources is None else []
    return found if statement.principals is None else [*found, "a Principal in a policy that has none"]


def _conditions(statement: Statement, *, variables: bool, problems: list[str]) -> Sequence[Holds]:
    found: list[Holds] = []
    for condition in statement.conditions:
        try:
            found.append(holds(condition, variables=variables))
        except Unsupported as problem:
            problems.append(str(problem))
            found.append(_perhaps)
    return found


def _perhaps(_context: Context) -> Truth:
    return MAYBE
