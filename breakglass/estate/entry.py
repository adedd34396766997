"""One person asks for one role in the one way a person does: with MFA, under their own name, in the organization."""

import re
from collections.abc import Sequence

from breakglass.documents import Document
from breakglass.estate.access import Access, Held
from breakglass.estate.alike import ENTER
from breakglass.iam.evaluate import evaluate
from breakglass.iam.nouns import Answer, Decision, Decisive, Request
from breakglass.iam.policies import BOUNDARY, IDENTITY, RESOURCE, SCP, Policies, read
from breakglass.resources import Resource

_PLACES = {BOUNDARY: "the boundary", RESOURCE: "the role's trust", SCP: "a guardrail"}
_MISSING = {
    IDENTITY: "no policy of theirs allows it",
    BOUNDARY: "the boundary does not allow it",
    RESOURCE: "the role's trust does not let them in",
}
_PLACE = re.compile(r"(\w+)\[(\d+)\]")


def request(user: Resource, role: Resource, organization: str) -> Request:
    """Return the request of a user for a session of a role."""
    context = {
        "aws:multifactorauthpresent": "true",
        "aws:principalorgid": organization,
        "aws:resourceorgid": organization,
        "sts:rolesessionname": user.name,
    }
    return Request(user.arn, ENTER, role.arn, context=context)


def policies(access: Access, user: Resource, trust: Document) -> Policies:
    """Return what bears on such a request."""
    guardrails = access.guardrails(user.scope.account)
    return read(
        identity=access.identity(user),
        resource=trust,
        boundary=access.boundary(user),
        service_control=guardrails if any(len(level) > 1 for level in guardrails) else (),
    )


def ask(user: Resource, role: Resource, organization: str, bearing: Policies) -> Answer:
    """Return what is decided."""
    return evaluate(request(user, role, organization), bearing)


def reason(answer: Answer, held: Sequence[Held]) -> str:
    """Return in words what decided, given the user's policies in their order."""
    if answer.decision is Decision.IMPLICIT_DENY:
        return "; ".join(_MISSING.get(each, "a guardrail does not allow it") for each in answer.missing)
    if answer.decision is Decision.ALLOWED:  # that no guardrail stands in the way needs no saying
        told = [_decisive(each, held) for each in answer.because if not each.policy.startswith(SCP)]
        return f"allowed by {', '.join(told)}"
    told = [_decisive(each, held) for each in answer.because]
    if answer.decision is Decision.UNSUPPORTED:
        return f"it cannot be told: {'; '.join(dict.fromkeys(told))}"
    return f"denied by {', '.join(told)}"


def _decisive(each: Decisive, held: Sequence[Held]) -> str:
    found = _PLACE.match(each.policy)
    place, number = found.groups() if found else (each.policy, "0")
    policy = held[int(number)][0][1].rpartition("/")[2] if place == IDENTITY else _PLACES.get(place, each.policy)
    return f"statement {each.statement} of {policy}" + (f": {each.why}" if each.why else "")
