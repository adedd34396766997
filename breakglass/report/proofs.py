"""Proofs for people and for machines."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from rich.text import Text

from breakglass.documents import Json
from breakglass.estate.claims.proofs import Proof
from breakglass.iam.prove import Status

_STYLES = {Status.PROVED: "bold green", Status.REFUTED: "bold white on red", Status.NOT_PROVED: "bold yellow"}
_WORDS = {Status.PROVED: "proved", Status.REFUTED: "refuted", Status.NOT_PROVED: "not proved"}


def proofs_text(proofs: Sequence[Proof]) -> Iterator[Text]:
    """Yield each claim once with what became of it; where it is not proved, for whom and why."""
    for claim, same in _by_claim(proofs).items():
        status = max((proof.verdict.status for proof in same), key=lambda status: status.gravity)
        subjects = sum(proof.alike + 1 for proof in same)
        line = Text(f" {_WORDS[status]} ", style=_STYLES[status]).append(f" {claim}", style="bold")
        yield line.append(f"  {same[0].claim.sentence}", style="not bold").append(f"  (of {subjects})", style="dim")
        for proof in same:
            if proof.verdict.status is not Status.PROVED:
                yield from _doubt(proof)
    counts = Counter(proof.verdict.status for proof in proofs)
    seconds = sum(proof.verdict.seconds for proof in proofs)
    told = ", ".join(f"{counts[status]} {_WORDS[status]}" for status in Status if counts[status])
    good = set(counts) == {Status.PROVED}
    yield Text(f"{told} in {seconds:.1f} s", style="bold green" if good else "bold red")


def proofs_document(proofs: Sequence[Proof]) -> Json:
    """Return the proofs as a JSON array, one object for each claim and subject."""
    return [
        {
            "claim": proof.claim.id,
            "subject": proof.subject,
            "alike": proof.alike,
            "status": proof.verdict.status.value,
            "counterexample": proof.verdict.counterexample,
            "supposing": proof.claim.supposing,
            "why": proof.verdict.why,
            "seconds": round(proof.verdict.seconds, 6),
        }
        for proof in proofs
    ]


def request_told(counterexample: Mapping[str, Json]) -> str:
    """Return the request of a scenario on one line."""
    told = f"{counterexample['principal']} may {counterexample['action']} on {counterexample['resource']}"
    return f"{told} with {json.dumps(counterexample['context'])}" if counterexample["context"] else told


def _by_claim(proofs: Sequence[Proof]) -> Mapping[str, Sequence[Proof]]:
    found: dict[str, list[Proof]] = {}
    for proof in proofs:
        found.setdefault(proof.claim.id, []).append(proof)
    return found


def _doubt(proof: Proof) -> Iterator[Text]:
    others = f" and {proof.alike} alike" if proof.alike else ""
    yield Text(f"    {proof.subject}{others}", style="red")
    if proof.verdict.counterexample is not None:
        supposed = f", {proof.claim.supposing}" if proof.claim.supposing else ""
        yield Text(f"    → {request_told(proof.verdict.counterexample)}{supposed}", no_wrap=True)
    if proof.verdict.why:
        yield Text(f"    → {proof.verdict.why}", no_wrap=True)
