"""Whether a call may go on: the policy engine over the documents that are in the sandbox at that moment."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from breakglass.iam import nouns
from breakglass.iam.arns import account_of
from breakglass.iam.evaluate import evaluate
from breakglass.iam.policies import Policies
from breakglass.iam.policy import Policy, policy
from breakglass.sandbox.judgement import iam, keys, organizations, sentences, sts
from breakglass.sandbox.judgement.ask import Ask, CannotJudgeError, Keys
from breakglass.sandbox.judgement.held import RCP, SCP, Held
from breakglass.sandbox.request import Request
from breakglass.sandbox.sessions import Session

ASSUME_ROLE = "sts:AssumeRole"
WHO_AM_I = "sts:GetCallerIdentity"
"""What anybody may ask, even under an explicit deny.

https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
"""

_CACHED = 4096


@dataclass(frozen=True, slots=True)
class Moment:
    """When a call comes, and the region that answers it."""

    now: datetime
    region: str


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether a call may go on; `why` says what stands against it."""

    allowed: bool
    why: str = ""


def decide(held: Held, session: Session, request: Request, moment: Moment) -> Decision:
    """Judge one call of an authenticated principal."""
    if request.operation == WHO_AM_I:
        return Decision(allowed=True)
    try:
        return _decide(held, session, request, moment)
    except CannotJudgeError as problem:
        about = request.parameters.get("RoleArn", "*")
        why = sentences.cannot_judge(session.arn, request.operation, about, str(problem))
        return Decision(allowed=False, why=why)


def _decide(held: Held, session: Session, request: Request, moment: Moment) -> Decision:
    asked = tuple(_asks(held, session, request))
    policies, common = _principal(held, session, moment)
    for ask in asked:
        account = ask.account or account_of(ask.resource) or session.account
        context = {**common, **keys.resource_keys(held, account), **ask.keys}
        about = nouns.Request(session.arn, ask.action, ask.resource, ask.account, context)
        answer = evaluate(about, _with_resource(policies, held, ask, account))
        if answer.decision is not nouns.Decision.ALLOWED:
            return Decision(allowed=False, why=sentences.denied(session.arn, ask, answer))
    if _managements_alone(held, session, request):
        return Decision(allowed=False, why=sentences.MEMBERS)
    return Decision(allowed=True)


def _asks(held: Held, session: Session, request: Request) -> Iterator[Ask]:
    if request.service == "iam":
        return iam.asks(held, session, request)
    if request.service == "organizations":
        return organizations.asks(held, request)
    if request.service == "sts":
        return sts.asks(held, session, request)
    raise CannotJudgeError(f"{request.operation} is not modelled")


def _managements_alone(held: Held, session: Session, request: Request) -> bool:
    outside = session.account != held.management
    return outside and request.service == "organizations" and request.action not in organizations.OPEN_TO_MEMBERS


def _principal(held: Held, session: Session, moment: Moment) -> tuple[Policies, Keys]:
    """Return the policies that bind the caller whatever is asked, and the condition keys that are set then."""
    principal = held.principal(session)
    boundary = held.boundary(principal)
    policies = Policies(
        identity=tuple(_policy(each) for each in held.identity(principal)),
        boundary=None if boundary is None else _policy(boundary),
        service_control=_levels(held, session.account, SCP),
    )
    common = keys.request_keys(moment.now, moment.region)
    return policies, common | keys.principal_keys(held, session, principal, moment.now)


def _with_resource(policies: Policies, held: Held, ask: Ask, account: str) -> Policies:
    """Return the policies with those of the resource: of the services here only STS has any, and knows RCPs.

    https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html
    """
    if not ask.action.startswith("sts:"):
        return policies
    return Policies(
        identity=policies.identity,
        resource=_policy(ask.trust) if ask.trust else None,
        boundary=policies.boundary,
        service_control=policies.service_control,
        resource_control=_levels(held, account, RCP),
    )


def _levels(held: Held, account: str, kind: str) -> tuple[tuple[Policy, ...], ...]:
    return tuple(tuple(_policy(each) for each in level) for level in held.guards(account, kind))


@lru_cache(maxsize=_CACHED)
def _policy(text: str) -> Policy:
    """Return a document read; one that is none has no statements, which the engine calls unsupported."""
    try:
        found = json.loads(text)
    except ValueError:
        found = {}
    return policy(found if isinstance(found, Mapping) else {})
