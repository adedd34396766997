"""The control of the guardrails that hold the namespace."""

from collections.abc import Iterator

from breakglass import naming, resources
from breakglass.assure.evidence import Evidence
from breakglass.assure.state import against_the_manifest
from breakglass.estate.plan import Change, Verb
from breakglass.estate.wording import describe_drift
from breakglass.findings import Finding, Severity

_AT_RISK = {
    naming.NAMESPACE_GUARDRAIL: "whoever administers IAM in the security account can make an emergency user",
    naming.ROLES_GUARDRAIL: "whoever administers IAM in an account can turn its emergency roles to themselves",
}


def guardrails(evidence: Evidence) -> Iterator[Finding]:
    """Tell every guardrail that is not seen to be as it should: also one that could not be read."""
    for change in evidence.plan.changes:
        if change.key.type == resources.SERVICE_CONTROL_POLICY and (told := _told(change, evidence)):
            yield _open(change.key.name, told, "run apply with credentials of the management account")
    for unread in evidence.observation.unread:
        if resources.SERVICE_CONTROL_POLICY in unread.types:
            told = f"it could not be read: {unread.why.message}"
            for name in _AT_RISK:
                yield _open(name, told, unread.why.advice or "make it readable and verify again")


def _told(change: Change, evidence: Evidence) -> str:
    """Return what is wrong with a guardrail; nothing where only its tag is, which makes it a stray."""
    stray = evidence.observation.strays.get(change.key)
    if change.verb is not Verb.UPDATE and stray is None:
        return "it is missing"
    differs = change.differences if stray is None else against_the_manifest(stray, evidence.plan)
    return "; ".join(map(describe_drift, differs))


def _open(guardrail: str, told: str, advice: str) -> Finding:
    detail = f"the service control policy {guardrail} does not hold ({told}): {_AT_RISK[guardrail]}"
    return Finding("NAMESPACE_OPEN", Severity.CRITICAL, guardrail, detail, advice)
