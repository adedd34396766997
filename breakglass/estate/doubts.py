"""Claims that are not proved, as findings: of a manifest before it is applied, and of what is read back."""

from collections.abc import Iterable, Iterator

from breakglass.estate.claims.proofs import EVERYTHING_READ, Proof
from breakglass.findings import Finding, Severity
from breakglass.iam.prove import Status


def doubts(proofs: Iterable[Proof]) -> Iterator[Finding]:
    """Tell every claim that is refuted, with the request that does it, or that is not proved.

    What was not read is left out: whoever read it tells that.
    """
    for proof in proofs:
        others = f" (and of {proof.alike} alike)" if proof.alike else ""
        if proof.verdict.counterexample is not None:
            yield Finding(
                "CLAIM_REFUTED",
                Severity.CRITICAL,
                proof.subject,
                f"{proof.claim.id}: {proof.claim.sentence} Not so{others}: {_told(proof)}",
                "see `breakglass prove --live --format json` for the whole request, and mend the document it names",
            )
        elif proof.verdict.status is not Status.PROVED and proof.claim is not EVERYTHING_READ:
            yield Finding(
                "NOT_PROVED",
                Severity.HIGH,
                proof.subject,
                f"{proof.claim.id}: {proof.claim.sentence} This could not be proved{others}: {proof.verdict.why}",
                "take out of the documents what the policy engine does not model: see docs/reference/engine.md",
            )


def _told(proof: Proof) -> str:
    request = proof.verdict.counterexample or {}
    may = proof.verdict.why or "it is allowed"
    context = request.get("context")
    under = ", ".join(f"{key} {values}" for key, values in context.items()) if isinstance(context, dict) else ""
    told = f"{request.get('principal')} asks {request.get('action')} on {request.get('resource')}"
    return f"{told}{' with ' + under if under else ''}, and {may}"
