"""Why a call is denied, in AWS's own words.

https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
"""

from breakglass.iam import policies
from breakglass.iam.nouns import Answer, Decision
from breakglass.sandbox.judgement.ask import Ask

MEMBERS = "You don't have permissions to access this resource."
"""What Organizations says to accounts that are not the management account.

https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListAccounts.html
"""

_DENYING = {
    policies.RCP: "a resource control policy",
    policies.SCP: "a service control policy",
    policies.RESOURCE: "a resource-based policy",
    policies.IDENTITY: "an identity-based policy",
    policies.BOUNDARY: "a permissions boundary",
    policies.SESSION: "a session policy",
}
"""In the order in which AWS looks at them; of several kinds that deny it tells one."""


def denied(principal: str, ask: Ask, answer: Answer) -> str:
    """Return AWS's sentence, with the kind of policy that stands against the call.

    Of a role that nothing lets somebody assume AWS tells no reason.
    """
    if answer.decision is Decision.UNSUPPORTED:
        return cannot_judge(principal, ask.action, ask.resource, "; ".join(_unsupported(answer)))
    if answer.decision is Decision.EXPLICIT_DENY:
        places = {each.policy.partition("[")[0] for each in answer.because}
        kind = next(what for place, what in _DENYING.items() if place in places)
        return f"{_not_authorized(principal, ask.action, ask.resource)} with an explicit deny in {kind}"
    if ask.action.startswith("sts:"):
        return _not_authorized(principal, ask.action, ask.resource)
    missing = {each.partition("[")[0] for each in answer.missing}
    kind = next(what for place, what in _DENYING.items() if place in missing).partition(" ")[2]
    return f"{_not_authorized(principal, ask.action, ask.resource)} because no {kind} allows the {ask.action} action"


def cannot_judge(principal: str, action: str, resource: str, why: str) -> str:
    """Return the sentence for what this sandbox does not model."""
    return f"{_not_authorized(principal, action, resource)} because this sandbox cannot judge it: {why}"


def _unsupported(answer: Answer) -> list[str]:
    return sorted({f"{each.policy}, statement {each.statement}: {each.why}" for each in answer.because if each.why})


def _not_authorized(principal: str, action: str, resource: str) -> str:
    return f"User: {principal} is not authorized to perform: {action} on resource: {resource}"
