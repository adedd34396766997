"""The control of the guardrails that hold the namespace."""

from collections.abc import Iterator

from breakglass import naming, resources
from breakglass.assure.evidence import Evidence
from breakglass.estate.difference import differences
from breakglass.estate.guardrails import holds
from breakglass.estate.plan import Change
from breakglass.estate.wording import describe_drift
from breakglass.findings import Finding, Severity
from breakglass.resources import Resource

_AT_RISK = {
    naming.NAMESPACE_GUARDRAIL: "whoever administers IAM in the security account can make an emergency user",
    naming.ROLES_GUARDRAIL: "whoever administers IAM in an account can turn its emergency roles to themselves",
}


def guardrails(evidence: Evidence) -> Iterator[Finding]:
    """Tell every guardrail that lets more through than is meant, is missing, or could not be read.

    Where nothing was ever made that stands for them.
    """
    for change in () if evidence.is_blank else evidence.plan.changes:
        found = evidence.observation.strays.get(change.key, change.before)
        if is_open(change, found):
            advice = f"run {evidence.manifest.writer} with credentials of the management account"
            yield _open(change.key.name, _told(change, found), advice)
    for unread in evidence.observation.unread:
        if resources.SERVICE_CONTROL_POLICY in unread.types:
            told = f"it could not be read: {unread.why.message}"
            for name in _AT_RISK:
                yield _open(name, told, unread.why.advice or "make it readable and verify again")


def is_open(change: Change, found: Resource | None) -> bool:
    """Tell whether a change puts a guardrail right that does not hold as it is."""
    if change.key.type != resources.SERVICE_CONTROL_POLICY or change.after is None:
        return False
    return found is None or not holds(found, change.after)


def _told(change: Change, found: Resource | None) -> str:
    if found is None or change.after is None:
        return "it is missing"
    differs = differences(found.properties, change.after.properties)
    return "; ".join(describe_drift(each) for each in differs if not each.path.startswith("Tags"))


def _open(guardrail: str, told: str, advice: str) -> Finding:
    detail = f"the service control policy {guardrail} does not hold ({told}): {_AT_RISK[guardrail]}"
    return Finding("NAMESPACE_OPEN", Severity.CRITICAL, guardrail, detail, advice)
