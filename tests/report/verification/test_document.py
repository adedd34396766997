"""The JSON document of a verification: what its schema says, and nothing that a later run could not go on from."""

import json
from collections.abc import Sequence
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from breakglass.controls import Control, Means
from breakglass.estate.verification import Verification
from breakglass.findings import Severity
from breakglass.report.verification.changes import NO_CHANGES, Changes
from breakglass.report.verification.document import verification_document
from tests.conftest import manifest
from tests.report.verification import samples

Draft202012Validator = import_module("jsonschema").Draft202012Validator
SCHEMA = json.loads((Path(__file__).parents[3] / "docs/reference/verification.schema.json").read_text("utf-8"))
EVERY = (samples.clean(), samples.telling(), samples.verification(manifest(), controls=()))


def document(
    of: Verification, since: Changes = NO_CHANGES, manual: Sequence[Control] = samples.MANUAL
) -> dict[str, Any]:
    written: dict[str, Any] = json.loads(json.dumps(verification_document(of, since, manual)))
    return written


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("of", EVERY, ids=("clean", "telling", "without controls"))
def test_every_document_is_what_the_schema_says(of: Verification) -> None:
    validator = Draft202012Validator(SCHEMA, format_checker=Draft202012Validator.FORMAT_CHECKER)
    validator.validate(document(of))
    validator.validate(document(of, samples.since(), ()))


def test_the_schema_knows_every_means_but_by_hand_and_every_severity() -> None:
    assert set(SCHEMA["$defs"]["assessed"]["properties"]["means"]["enum"]) == set(Means) - {Means.MANUAL}
    assert set(SCHEMA["$defs"]["finding"]["properties"]["severity"]["enum"]) == set(Severity.__members__)


def test_a_document_comes_back_from_json_as_it_was() -> None:
    told = json.dumps(verification_document(samples.telling(), samples.since(), samples.MANUAL))
    assert json.dumps(json.loads(told)) == told
    assert list(json.loads(told)) == list(document(samples.clean())) == SCHEMA["required"]


def test_what_is_wrong_has_its_control_its_account_and_when_it_was_seen_first() -> None:
    told = document(samples.telling())
    assert [each["code"] for each in told["findings"]] == ["MISSING_ACCESS", "NOT_PROVED", "STRAY", "MFA_MISSING"]
    first = told["findings"][0]
    assert (first["control"], first["account"]) == ("matrix", samples.PROD)
    assert first["first_seen"] == samples.MOMENT.isoformat() == told["moment"]
    assert told["counts"] == {"CRITICAL": 1, "HIGH": 2, "MEDIUM": 1}


def test_what_is_set_aside_stands_apart_with_who_answers_for_it() -> None:
    (told,) = document(samples.telling())["suppressed"]
    assert told["code"] == "DRIFT"
    assert (told["owner"], told["expires"]) == ("Ana Souza", "2026-12-31")


def test_controls_are_told_with_their_outcome() -> None:
    told = {each["id"]: each["outcome"] for each in document(samples.telling())["assessed"]}
    assert told == {"matrix": "not met", "roles": "not met", "enrolment": "not met", "probes": "not proved"}
    clean = {each["outcome"] for each in document(samples.clean())["assessed"]}
    assert clean == {"met"}


def test_where_all_that_is_wrong_is_set_aside_the_control_is_not_called_met() -> None:
    found = samples.verification(manifest(), results=[samples.DRIFTED])
    assert {each["id"]: each["outcome"] for each in document(found)["assessed"]}["roles"] == "set aside"
    assert found.exit_code == 0
    assert document(found)["verdict"].startswith("Access is as intended: no finding, 1 set aside, in")


def test_where_anything_is_unread_nothing_is_met() -> None:
    found = samples.verification(manifest(), unread=[samples.UNREAD])
    assert {each["outcome"] for each in document(found)["assessed"]} == {"not proved"}
    assert document(found)["verdict"].startswith("It is not proved that access is as intended: no finding, 1 thing")


def test_where_something_is_not_proved_the_verdict_says_no_more() -> None:
    found = samples.verification(manifest(), results=[replace(samples.NOT_PROVED, control="probes")])
    assert {each["id"]: each["outcome"] for each in document(found)["assessed"]}["probes"] == "not proved"
    assert document(found)["verdict"].startswith("It is not proved")


def test_what_is_unread_is_told_with_what_to_do() -> None:
    first, _ = document(samples.telling())["unread"]
    assert first["account"] == "555555555555"
    assert (first["code"], first["advice"]) == ("AWS_DENIED", "let the verifier read it")
