"""Whether a call may go on: the policy engine over the documents that are in the sandbox at that moment."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from breakglass.iam import nouns
from breakglass.iam.arns import account_of
from breakglass.iam.evaluate import evaluate
from breakglass.iam.policies import Policies
from breakglass.iam.policy import Policy
from breakglass.sandbox.judgement import (
    access_analyzer,
    accounts,
    cloudformation,
    cloudtrail,
    cloudwatch,
    config,
    events,
    iam,
    keys,
    kms,
    logs,
    organizations,
    s3,
    securityhub,
    sentences,
    sign_in,
    sns,
    sqs,
    sts,
)
from breakglass.sandbox.judgement.ask import Ask, CannotJudgeError, Keys
from breakglass.sandbox.judgement.documents import read
from breakglass.sandbox.judgement.held import RCP, SCP, Held
from breakglass.sandbox.request import Request
from breakglass.sandbox.sessions import Session

ASSUME_ROLE = "sts:AssumeRole"
WHO_AM_I = "sts:GetCallerIdentity"
"""What anybody may ask, even under an explicit deny.

https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
"""


@dataclass(frozen=True, slots=True)
class Moment:
    """When a call comes, and the region that answers it."""

    now: datetime
    region: str


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether a call may go on; `why` says what stands against it, `account` where it acts, if not in the caller's."""

    allowed: bool
    why: str = ""
    account: str = ""


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
    asked = tuple(asks(held, session, request))
    decision = judge(held, session, asked, moment)
    if decision.allowed and _managements_alone(held, session, request):
        return Decision(allowed=False, why=sentences.MEMBERS)
    return decision


def judge(held: Held, session: Session, asked: Sequence[Ask], moment: Moment) -> Decision:
    """Judge what somebody asks, all of which must be allowed; raises CannotJudgeError."""
    policies, common = _principal(held, session, moment)
    for ask in asked:
        account = ask.account or account_of(ask.resource) or session.account
        context = {**common, **keys.resource_keys(held, account), **ask.keys}
        about = nouns.Request(session.arn, ask.action, ask.resource, ask.account, context)
        answer = evaluate(about, _with_resource(policies, held, ask, account))
        if answer.decision is not nouns.Decision.ALLOWED:
            return Decision(allowed=False, why=sentences.denied(session.arn, ask, answer))
    return Decision(allowed=True, account=_acts_in(asked, session))


def _acts_in(asked: Sequence[Ask], session: Session) -> str:
    """Return the account of what is asked for first; IAM and Organizations are those of the caller."""
    first = asked[0]
    if first.action.partition(":")[0] in ("iam", "organizations"):
        return session.account
    return first.account or account_of(first.resource) or session.account


_Asks: TypeAlias = Callable[[Held, Session, Request], Iterator[Ask]]
_BY_SERVICE: Mapping[str, _Asks] = {
    "access-analyzer": access_analyzer.asks,
    "account": accounts.asks,
    "cloudformation": cloudformation.asks,
    "cloudtrail": cloudtrail.asks,
    "config": config.asks,
    "events": events.asks,
    "iam": iam.asks,
    "kms": kms.asks,
    "logs": logs.asks,
    "monitoring": cloudwatch.asks,
    "organizations": organizations.asks,
    "s3": s3.asks,
    "securityhub": securityhub.asks,
    "signin": sign_in.asks,
    "sns": sns.asks,
    "sqs": sqs.asks,
    "sts": sts.asks,
}


def asks(held: Held, session: Session, request: Request) -> Iterator[Ask]:
    """Yield what a call asks; raises CannotJudgeError."""
    if request.service not in _BY_SERVICE:
        raise CannotJudgeError(f"{request.operation} is not modelled")
    return _BY_SERVICE[request.service](held, session, request)


def _managements_alone(held: Held, session: Session, request: Request) -> bool:
    outside = session.account != held.management
    return outside and request.service == "organizations" and request.action not in organizations.OPEN_TO_MEMBERS


def _principal(held: Held, session: Session, moment: Moment) -> tuple[Policies, Keys]:
    """Return the policies that bind the caller whatever is asked, and the condition keys that are set then."""
    principal = held.principal(session)
    boundary = held.boundary(principal)
    policies = Policies(
        identity=tuple(read(each) for each in held.identity(principal)),
        boundary=None if boundary is None else read(boundary),
        session=tuple(read(each) for each in held.narrowing(session)),
        service_control=_levels(held, session.account, SCP),
    )
    common = keys.request_keys(moment.now, moment.region)
    return policies, common | keys.principal_keys(held, session, principal, moment.now)


_UNDER_RCPS = frozenset({"kms", "s3", "sqs", "sts"})
"""The services here that resource control policies bind.

https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html
"""


def _with_resource(policies: Policies, held: Held, ask: Ask, account: str) -> Policies:
    """Return the policies with those of the resource: its own, and the RCPs that bind its account."""
    bound = ask.action.partition(":")[0] in _UNDER_RCPS and held.has(account)
    if not ask.policy and not bound:
        return policies
    return Policies(
        identity=policies.identity,
        resource=read(ask.policy) if ask.policy else None,
        boundary=policies.boundary,
        session=policies.session,
        service_control=policies.service_control,
        resource_control=_levels(held, account, RCP) if bound else (),
    )


def _levels(held: Held, account: str, kind: str) -> tuple[tuple[Policy, ...], ...]:
    return tuple(tuple(read(each) for each in level) for level in held.guards(account, kind))
