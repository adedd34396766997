"""The control of the claims: each is judged anew over the documents that were read back."""

from collections.abc import Iterator

from breakglass.assure.evidence import Evidence
from breakglass.estate.claims.proofs import BY_DOCUMENTS, BY_GUARDRAILS, NOBODY, proofs
from breakglass.estate.doubts import doubts
from breakglass.findings import Finding


def claims(evidence: Evidence) -> Iterator[Finding]:
    """Tell every claim that what was read back does not bear out; who gets in is the matrix's.

    Where only some accounts were looked at, or nothing was ever made, what is there is judged, and a claim about nobody
    is no matter.
    """
    seen = evidence.observation
    if not seen.passed_over and not evidence.is_blank:
        yield from doubts(proofs(evidence.manifest, evidence.everything, seen.unread, BY_DOCUMENTS))
        return
    management = evidence.manifest.scope(evidence.manifest.management_account.id)
    guarded = not evidence.is_blank and not seen.is_partial(management)
    judged = [each for each in BY_DOCUMENTS if guarded or each not in BY_GUARDRAILS]
    found = proofs(evidence.manifest, evidence.chosen, seen.unread, judged)
    yield from doubts(each for each in found if each.subject != NOBODY)
