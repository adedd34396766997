"""What AWS would decide about a request.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, TypeAlias

from breakglass.iam import arns
from breakglass.iam.nouns import Answer, Context, Decision, Decisive, Request, Values
from breakglass.iam.policies import BOUNDARY, IDENTITY, RESOURCE, SCP, SESSION, Plan, Policies, Row
from breakglass.iam.policy import Matcher, Subject
from breakglass.iam.principals import Kind, Requester, is_service_linked, requester
from breakglass.iam.truth import MAYBE, NO, YES, Truth


def evaluate(request: Request, policies: Policies) -> Answer:
    """Decide a request, and say which statements decided.

    An allowed request names the first statement that allows of each kind of policy that had to; an explicit deny names
    every statement that denies. What is not modelled is `unsupported` where it could turn the answer, and never
    allowed: a request that nothing can allow is an implicit deny, whatever an unsupported Deny would say of it.

    Raises UsageError for a principal that is not modelled.
    """
    who = requester(request.principal)
    account = request.resource_account or arns.account_of(request.resource) or who.account
    context = _context(request, who, account)
    subject = Subject(who, request.action.lower(), request.resource, context, policies.boundary is not None)
    # SCPs bind users, roles and roots; neither SCPs nor RCPs bind service-linked roles.
    linked = is_service_linked(who, context)
    plan = policies.about(
        subject.action,
        service_control=not linked and who.kind not in (Kind.SERVICE, Kind.PROVIDER),
        resource_control=not linked,
    )
    denies = list(_denies(plan.denies, subject))
    certain = [found for found in denies if found[2] == YES]
    if certain:
        return Answer(Decision.EXPLICIT_DENY, _because(certain))
    grant = _granted(subject, plan, same_account=who.account == account, limited=policies.session != ())
    if grant.truth == NO:
        return Answer(Decision.IMPLICIT_DENY, missing=grant.missing)
    if grant.truth == YES and not denies:
        return Answer(Decision.ALLOWED, _because(grant.found))
    return Answer(Decision.UNSUPPORTED, _because([*denies, *(found for found in grant.found if found[2] == MAYBE)]))


def _context(request: Request, who: Requester, account: str) -> Context:
    """Return the keys the caller gives over those that follow from principal and resource."""
    context: dict[str, Values] = dict(who.derived)
    if account:
        context["aws:resourceaccount"] = (account,)
    for key, values in request.context.items():
        context[_lower(key)] = (values,) if isinstance(values, str) else tuple(values)
    return context


@lru_cache(maxsize=4096)
def _lower(key: str) -> str:
    return key.lower()


_Found: TypeAlias = tuple[str, Matcher, Truth]
"""A policy's place, one of its statements, and whether it applies."""


def _because(found: Iterable[_Found]) -> tuple[Decisive, ...]:
    return tuple(
        [
            Decisive(place, each.statement.name, each.statement.effect, each.why if truth == MAYBE else "")
            for place, each, truth in found
        ]
    )


def _denies(rows: Iterable[Row], subject: Subject) -> Iterator[_Found]:
    for place, each, principal in rows:
        truth = each.applies(subject)
        if principal and truth != NO:
            truth = min(truth, max(each.means(subject)))
        if truth != NO:
            yield place, each, truth


@dataclass(frozen=True, slots=True)
class _Grant:
    """Whether something is allowed, by which statements, and which kinds of policy say nothing of it."""

    truth: Truth
    found: tuple[_Found, ...] = ()
    missing: tuple[str, ...] = ()


_FREE: Final = _Grant(YES)


def _all(*grants: _Grant) -> _Grant:
    """Return what is allowed only if all allow it."""
    truth = min(each.truth for each in grants)
    if truth == NO:
        return _Grant(NO, missing=tuple(dict.fromkeys(name for each in grants for name in each.missing)))
    return _Grant(truth, tuple(found for each in grants for found in each.found))


def _either(*grants: _Grant) -> _Grant:
    """Return what is allowed if any allows it; of those that may, all are told, since each could turn the answer.

    Where none does, what is missing is told of the first: the way that people mean to be used.
    """
    truth = max(each.truth for each in grants)
    if truth == YES:
        return next(each for each in grants if each.truth == YES)
    if truth == NO:
        return grants[0]
    return _Grant(MAYBE, tuple(found for each in grants if each.truth == MAYBE for found in each.found))


def _granted(subject: Subject, plan: Plan, *, same_account: bool, limited: bool) -> _Grant:
    direct, role, account = _resource(plan.resource, subject)
    who = subject.who
    if who.kind in (Kind.SERVICE, Kind.PROVIDER):
        return direct
    if who.kind is Kind.ROOT and subject.action == "sts:assumerole":
        # https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
        return _Grant(NO, missing=(IDENTITY,))
    # Every RCP level holds RCPFullAWSAccess, which cannot be detached: RCPs take away by Deny alone.
    # https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps_syntax.html
    guards = [_allows(f"{SCP}[{number}]", rows, subject) for number, rows in enumerate(plan.service_control)]
    limits = _limits(plan, subject, session=limited)
    own = _all(_identity(plan, subject), *limits)
    if not same_account:
        return _all(*guards, own, _either(direct, role, account))
    by_role = _all(role, *limits)
    if _always_asked(subject):
        return _all(*guards, _either(_all(account, own), direct, by_role))
    return _all(*guards, _either(own, direct, by_role))


def _limits(plan: Plan, subject: Subject, *, session: bool) -> list[_Grant]:
    """Return what narrows the principal's own policies: boundary and session policies, if there are any.

    A federated user's session without a policy has no rights of its own.
    https://docs.aws.amazon.com/STS/latest/APIReference/API_GetFederationToken.html
    """
    limits = [_allows(BOUNDARY, plan.boundary, subject)] if subject.bounded else []
    if session or subject.who.kind is Kind.FEDERATED_USER:
        limits.append(_allows(SESSION, plan.session, subject))
    return limits


def _identity(plan: Plan, subject: Subject) -> _Grant:
    """Return what the principal's own policies allow: all, for an account's root user."""
    return _FREE if subject.who.kind is Kind.ROOT else _allows(IDENTITY, plan.identity, subject)


def _allows(name: str, rows: Iterable[Row], subject: Subject) -> _Grant:
    """Return whether any policy of a set of equals allows."""
    perhaps: list[_Found] = []
    for place, each, _ in rows:
        truth = each.applies(subject)
        if truth == YES:
            return _Grant(YES, ((place, each, truth),))
        if truth == MAYBE:
            perhaps.append((place, each, truth))
    return _Grant(MAYBE, tuple(perhaps)) if perhaps else _Grant(NO, missing=(name,))


def _resource(rows: Iterable[Row], subject: Subject) -> tuple[_Grant, _Grant, _Grant]:
    """Return what the resource policy allows, by how directly it names the principal."""
    found: tuple[list[_Found], list[_Found], list[_Found]] = ([], [], [])
    for place, each, _ in rows:
        truth = each.applies(subject)
        if truth == NO:
            continue
        for grade, meant in enumerate(each.means(subject)):
            if meant != NO:
                found[grade].append((place, each, min(truth, meant)))
    direct, role, account = (_by_grade(each) for each in found)
    return direct, role, account


def _by_grade(found: Sequence[_Found]) -> _Grant:
    for each in found:
        if each[2] == YES:
            return _Grant(YES, (each,))
    return _Grant(MAYBE, tuple(found)) if found else _Grant(NO, missing=(RESOURCE,))


ALWAYS_ASKED: Final = frozenset(
    {
        "sts:assumerole",
        "sts:assumerolewithsaml",
        "sts:assumerolewithwebidentity",
        "sts:setsourceidentity",
        "sts:setcontext",
        "sts:tagsession",
    }
)


def _always_asked(subject: Subject) -> bool:
    """Tell whether the resource's own policy must allow, even in its account: a role's trust policy, a key's policy.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
    https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html
    """
    kind = subject.resource.split(":", arns.PARTS - 1)[-1].partition("/")[0]
    return subject.action in ALWAYS_ASKED if kind == "role" else kind == "key" and subject.action.startswith("kms:")
