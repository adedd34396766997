"""Controls of what AWS answered: every probe denied, nothing found in a policy, and both engines of one mind."""

from collections.abc import Iterator
from typing import Final

from breakglass.assure.analysis import FORBIDDEN
from breakglass.assure.evidence import Evidence
from breakglass.documents import Document
from breakglass.estate.access import Access
from breakglass.estate.documents import playbook_trust
from breakglass.estate.wording import counted
from breakglass.findings import Finding, Severity
from breakglass.iam.broader import grants, trust_exceeds
from breakglass.iam.prove import Status
from breakglass.opinions import Asked, Flaw, Opinion, PolicyFlaw, ProbeAnswer
from breakglass.resources import MANAGED_POLICY, ROLE

_GRAVITY: Final = {"ERROR": Severity.HIGH, "SECURITY_WARNING": Severity.MEDIUM}
_FOUND: Final = {
    Asked.WIDER: ("TRUST_WIDER", Severity.CRITICAL, "lets in more than the trust the manifest means"),
    Asked.NARROWER: ("TRUST_NARROWER", Severity.HIGH, "keeps out what the trust the manifest means lets in"),
    Asked.GRANTS: ("POLICY_TOO_WIDE", Severity.CRITICAL, "allows some of what no playbook may do"),
}
"""What is asked -> what it is where IAM Access Analyzer finds it."""


def entered(evidence: Evidence) -> Iterator[Finding]:
    """Tell every role that a probe got into, and where there is none to ask for."""
    if _lacks_roles(evidence):
        yield Finding(
            "NOT_PROVED",
            Severity.HIGH,
            evidence.manifest.audit_account,
            "no probe was made: there is no playbook role to ask for",
            f"run {evidence.manifest.writer}, which makes them, and verify again",
        )
    for fact in evidence.observation.facts:
        if isinstance(fact, ProbeAnswer) and not fact.denied:
            yield Finding(
                "PROBE_ENTERED",
                Severity.CRITICAL,
                fact.role,
                f"whoever may assume roles in the audit account gets into it{_alike(fact.alike)}: the verification role"
                f" did, as {fact.session}",
                f"run plan to see what its trust says and {evidence.manifest.writer} to mend it, and find out in"
                " CloudTrail who changed it; the session of the probe could do nothing",
            )


def _lacks_roles(evidence: Evidence) -> bool:
    """Tell whether no playbook role is there, where some should be among what was read."""
    manifest = evidence.manifest
    scopes = (manifest.scope(each) for each in manifest.account_ids if manifest.playbooks_in(each))
    expected = any(evidence.observation.shows(each, ROLE) for each in scopes)
    return expected and not Access(evidence.everything).playbook_roles


def opinions(evidence: Evidence) -> Iterator[Finding]:
    """Tell what IAM Access Analyzer finds in a document, and where our engine is of another mind.

    Where our engine cannot judge there is nothing to disagree with: what IAM Access Analyzer finds stands, and the
    claims tell what was not proved.
    """
    documents = _documents(evidence)
    for fact in evidence.observation.facts:
        if isinstance(fact, PolicyFlaw):
            yield _flawed(fact, fact.flaw, evidence.manifest.writer)
        if isinstance(fact, Opinion):
            yield from _judged(fact, _ours(fact, documents[fact.subject], evidence), evidence.manifest.writer)


def _judged(fact: Opinion, ours: Status, writer: str) -> Iterator[Finding]:
    passed = fact.judgement.passed
    if ours is (Status.REFUTED if passed else Status.PROVED):
        yield _disagreement(fact, ours)
    elif not passed:
        yield _found(fact, writer)


def _documents(evidence: Evidence) -> dict[str, Document]:
    """Return the trusts and policies that were read, by the ARN of the role or policy."""
    access, state = Access(evidence.observation.state), evidence.observation.state
    trusts = {each.arn: access.trust(each) for key, each in state.items() if key.type == ROLE}
    return trusts | {each.arn: access.document(each.arn) for key, each in state.items() if key.type == MANAGED_POLICY}


def _ours(fact: Opinion, document: Document, evidence: Evidence) -> Status:
    """Return what our engine makes of the same question: proved is that it is not so."""
    manifest = evidence.manifest
    if fact.asked is Asked.GRANTS:
        return grants(document, FORBIDDEN, fact.scope.account, fact.scope.partition)
    reference = playbook_trust(manifest.partition, manifest.security_account, manifest.organization)
    before, after = (reference, document) if fact.asked is Asked.WIDER else (document, reference)
    return trust_exceeds(before, after, fact.subject)


def _flawed(fact: PolicyFlaw, flaw: Flaw, writer: str) -> Finding:
    words = flaw.kind.replace("_", " ").lower()
    told = f"IAM Access Analyzer reports the {words} {flaw.issue}{_alike(fact.alike)}: {flaw.detail}"
    advice = f"run plan: where the document is other than the manifest's, {writer} mends it; else look the name up at "
    page = "https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html"
    return Finding("POLICY_INVALID", _GRAVITY[flaw.kind], fact.subject, told, advice + page)


def _found(fact: Opinion, writer: str) -> Finding:
    code, severity, what = _FOUND[fact.asked]
    told = f"IAM Access Analyzer finds that it {what}{_alike(fact.alike)}: {fact.judgement.told}"
    return Finding(
        code,
        severity,
        fact.subject,
        told,
        f"run plan to see the difference and {writer} to mend it, and find out in CloudTrail who changed it",
    )


def _disagreement(fact: Opinion, ours: Status) -> Finding:
    _, _, what = _FOUND[fact.asked]
    theirs, our = ("does not", "does") if ours is Status.REFUTED else ("does", "provably does not")
    said = f" ({fact.judgement.told})" if fact.judgement.told else ""
    told = f"whether it {what}: IAM Access Analyzer says that it {theirs}{said}, breakglass that it {our}"
    advice = "one of them errs: have two people read the document, and report it with the document at our repository"
    return Finding("ENGINE_DISAGREES", Severity.HIGH, fact.subject, told + _alike(fact.alike), advice)


def _alike(number: int) -> str:
    return f", and {counted(number, 'other')} with the same document" if number else ""
