"""JUnit XML: what build servers take, whatever somebody has called something."""

import re
from dataclasses import replace
from xml.etree import ElementTree

import pytest

from breakglass.estate.verification import Verification
from breakglass.report.verification.junit import junit
from tests.conftest import manifest
from tests.report.verification import samples

ATTRIBUTES = {"name", "package", "id", "timestamp", "hostname", "time", "tests", "failures", "errors", "skipped"}


def suites(of: Verification) -> list[ElementTree.Element]:
    return list(ElementTree.fromstring(junit(of)))  # noqa: S314 - our own


def outcomes(suite: ElementTree.Element) -> list[str]:
    return [next((each.tag for each in case), "passed") for case in suite.iter("testcase")]


@pytest.mark.parametrize("of", [samples.clean(), samples.telling()], ids=("clean", "telling"))
def test_every_suite_has_what_the_schemas_demand_in_their_order(of: Verification) -> None:
    for number, suite in enumerate(suites(of)):
        assert suite.attrib.keys() == ATTRIBUTES
        assert suite.get("id") == str(number)
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", suite.get("timestamp", ""))
        first, *cases, out, err = suite
        assert (first.tag, out.tag, err.tag) == ("properties", "system-out", "system-err")
        assert cases
        assert {each.tag for each in cases} == {"testcase"}
        assert all(each.attrib.keys() == {"name", "classname", "time"} and len(each) <= 1 for each in cases)
        found = outcomes(suite)
        counted = [len(found), *(found.count(each) for each in ("failure", "error", "skipped"))]
        assert [int(suite.get(each, "")) for each in ("tests", "failures", "errors", "skipped")] == counted


def test_every_control_is_a_suite_and_passes_where_it_is_met() -> None:
    found = {each.get("name"): outcomes(each) for each in suites(samples.clean())}
    assert found == {each.id: ["passed"] for each in samples.CONTROLS}


def test_a_finding_fails_what_is_not_proved_errs_and_what_is_set_aside_is_skipped() -> None:
    found = {each.get("name"): outcomes(each) for each in suites(samples.telling())}
    assert found == {
        "matrix": ["failure"],
        "roles": ["failure", "skipped"],
        "enrolment": ["failure"],
        "probes": ["error"],
        "everything-read": ["error"],
    }


def test_what_is_skipped_says_who_answers_for_it() -> None:
    (skipped,) = (each for suite in suites(samples.telling()) for each in suite.iter("skipped"))
    assert skipped.get("message") == "set aside by Ana Souza until 2026-12-31: Until the migration is over"


def test_a_failure_has_detail_and_advice() -> None:
    (failure,) = suites(samples.telling())[0].iter("failure")
    assert failure.get("type") == "MISSING_ACCESS"
    assert failure.text == (
        "CRITICAL, account 222222222222: 222222222222 is not as it should be; see for yourself\nmend it"
    )


def test_what_xml_cannot_hold_is_replaced() -> None:
    text = junit(samples.telling())
    assert "\N{REPLACEMENT CHARACTER}[31m" in text
    assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]", text)
    ElementTree.fromstring(text.encode("utf-8"))  # noqa: S314 - our own


def test_where_no_control_was_run_what_was_found_is_still_told() -> None:
    of = replace(samples.verification(manifest(), results=[samples.NOT_PROVED]), controls=())
    assert [(each.get("name"), outcomes(each)) for each in suites(of)] == [("everything-read", ["error"])]
