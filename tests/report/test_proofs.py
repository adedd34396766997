"""What became of each claim, as people and as machines read it."""

import json

from breakglass.documents import Json
from breakglass.estate.claims.case import Claim
from breakglass.estate.claims.proofs import Proof
from breakglass.iam.prove import Status, Verdict
from breakglass.report.proofs import proofs_document, proofs_text

CLAIM = Claim("mfa-always", "Nobody gets in without MFA.", "PA13", lambda *_: iter(()), "with every right of its own")
SCENARIO: dict[str, Json] = {"principal": "ana", "action": "sts:AssumeRole", "resource": "role", "context": {}}
PROVED = Proof(CLAIM, "a", Verdict(Status.PROVED, seconds=0.25), alike=3)
REFUTED = Proof(CLAIM, "b", Verdict(Status.REFUTED, SCENARIO), alike=1)
DOUBTFUL = Proof(CLAIM, "c", Verdict(Status.NOT_PROVED, why="a policy was not read"))


def told(*proofs: Proof) -> list[str]:
    return [line.plain for line in proofs_text(proofs)]


def test_what_is_proved_is_one_line_for_all() -> None:
    claim, closing = told(PROVED)
    assert " ".join(claim.split()) == "proved mfa-always Nobody gets in without MFA. (of 4)"
    assert closing == "1 proved in 0.2 s"


def test_the_gravest_outcome_heads_a_claim_and_each_doubt_is_told_with_its_reason() -> None:
    heading, *lines, closing = told(PROVED, DOUBTFUL, REFUTED)
    assert heading.strip().startswith("refuted")
    assert [line.strip() for line in lines] == [
        "c",
        "→ a policy was not read",
        "b and 1 alike",
        "→ ana may sts:AssumeRole on role, with every right of its own",
    ]
    assert closing.startswith("1 proved, 1 refuted, 1 not proved")


def test_the_context_of_a_request_is_told() -> None:
    asked = Proof(CLAIM, "b", Verdict(Status.REFUTED, {**SCENARIO, "context": {"k": ["v"]}}))
    assert any('with {"k": ["v"]}' in line for line in told(asked))


def test_as_json_every_proof_has_all_its_fields() -> None:
    proved, refuted = json.loads(json.dumps(proofs_document([PROVED, REFUTED])))
    assert set(proved) == {"claim", "subject", "alike", "status", "counterexample", "supposing", "why", "seconds"}
    assert (proved["status"], proved["counterexample"], proved["seconds"]) == ("proved", None, 0.25)
    assert (refuted["status"], refuted["counterexample"]) == ("refuted", SCENARIO)
