"""Claims that are not proved, as findings: of a manifest before it is applied, and of what is read back."""

from collections.abc import Iterable, Iterator, Sequence

from breakglass.estate.claims.proofs import EVERYTHING_READ, Proof
from breakglass.findings import Finding, Severity
from breakglass.iam.prove import Status


def doubts(proofs: Iterable[Proof]) -> Iterator[Finding]:
    """Tell every claim that is refuted, with a request that does it, or that is not proved; each claim once.

    What was not read is left out: whoever read it tells that.
    """
    doubtful: dict[tuple[str, Status], list[Proof]] = {}
    for proof in proofs:
        if proof.verdict.status is not Status.PROVED and proof.claim is not EVERYTHING_READ:
            doubtful.setdefault((proof.claim.id, proof.verdict.status), []).append(proof)
    for (_, status), same in doubtful.items():
        yield _refuted(same) if status is Status.REFUTED else _unproved(same)


def _refuted(same: Sequence[Proof]) -> Finding:
    first = same[0]
    return Finding(
        "CLAIM_REFUTED",
        Severity.CRITICAL,
        _subject(first),
        f"{first.claim.id}: {first.claim.sentence} Not so{_others(same)}: {_told(first)}",
        "see `breakglass prove --format json`, with --live for what is in AWS, and mend the document it shows",
    )


def _unproved(same: Sequence[Proof]) -> Finding:
    first = same[0]
    return Finding(
        "NOT_PROVED",
        Severity.HIGH,
        _subject(first),
        f"{first.claim.id}: {first.claim.sentence} This could not be proved{_others(same)}: {first.verdict.why}",
        "take what is not known or not modelled out of the documents: see docs/reference/engine.md",
    )


def _subject(proof: Proof) -> str:
    """Return the claim, and what it was first found not to hold of: several may fail of one thing."""
    return f"{proof.claim.id} of {proof.subject}"


def _others(same: Sequence[Proof]) -> str:
    number = sum(proof.alike + 1 for proof in same) - 1
    return f" (nor of {number} others)" if number else ""


def _told(proof: Proof) -> str:
    request = proof.verdict.counterexample or {}
    context = request.get("context")
    under = "; ".join(f"{key}: {values}" for key, values in context.items()) if isinstance(context, dict) else ""
    told = f"{request.get('principal')} asks for {request.get('action')} on {request.get('resource')}"
    decided = proof.verdict.why or "it is allowed"
    supposed = f" {proof.claim.supposing}" if proof.claim.supposing else ""
    return f"{told}{f' ({under})' if under else ''}, and {decided}{supposed}"
