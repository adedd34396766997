"""What changed since an earlier run: never gone merely because nobody looked."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from breakglass.errors import UsageError
from breakglass.estate.verification import Result
from breakglass.facts import Unread
from breakglass.report.verification.changes import NO_CHANGES, Changes, changes, identity, past
from breakglass.report.verification.document import verification_document
from breakglass.resources import Scope
from tests.conftest import manifest
from tests.report.verification import samples
from tests.report.verification.samples import DENIED, DRIFTED, EARLIER, MISSING, MOMENT, PROD, SHUT_OUT, before, row

FIRST = EARLIER - timedelta(days=3)
UNREAD = Unread(Scope("111111111111"), "the account", DENIED)


def since(*findings: Mapping[str, object], **document: object) -> Changes:
    of = samples.verification(manifest(), results=[SHUT_OUT, MISSING, DRIFTED])
    return changes(past(before(*findings, **document), "earlier.json", "acme"), of)


def test_what_was_open_and_is_is_neither_new_nor_gone_and_keeps_its_day() -> None:
    found = since(row(SHUT_OUT))
    assert found.still == (SHUT_OUT,)
    assert found.new == (MISSING,)
    assert not found.gone
    assert found.since(SHUT_OUT, MOMENT) == FIRST
    assert found.since(MISSING, MOMENT) == MOMENT


def test_what_is_gone_is_told_with_what_it_was() -> None:
    (gone,) = since(row(samples.GONE)).gone
    assert gone.finding == samples.GONE.finding
    assert gone.first_seen == FIRST


def test_what_is_set_aside_now_is_not_gone_and_what_was_is_new_when_it_counts_again() -> None:
    assert not since(row(DRIFTED)).gone
    assert SHUT_OUT in since(suppressed=[row(SHUT_OUT)]).new
    assert since(suppressed=[row(SHUT_OUT)]).since(SHUT_OUT, MOMENT) == FIRST


@pytest.mark.parametrize(
    "change",
    [
        {"controls": samples.CONTROLS[1:]},
        {"accounts": [PROD]},
        {"observation": samples.verification(manifest(), unread=[UNREAD]).observation},
    ],
    ids=("its control was not run", "its account was not chosen", "its account was not read"),
)  # fmt: skip
def test_what_nobody_looked_at_is_not_gone_and_is_carried_on(change: Mapping[str, object]) -> None:
    of = replace(samples.clean(), **change)  # type: ignore[arg-type]
    found = changes(past(before(row(samples.GONE)), "earlier.json", "acme"), of)
    assert not found.gone
    assert [each.code for each in found.unjudged] == ["UNINTENDED_ACCESS"]
    text = json.dumps(verification_document(of, found))
    later = changes(past(text, "today.json", "acme"), samples.verification(manifest(), results=[samples.GONE]))
    assert later.since(samples.GONE, MOMENT) == FIRST


def test_of_an_account_that_left_the_manifest_everything_is_gone_unless_a_unit_is_unknown() -> None:
    left = row(samples.HIDDEN, account="123456789012")
    then = past(before(left), "earlier.json", "acme")
    assert changes(then, samples.clean()).gone
    unit = Unread(Scope("999999999999"), "the accounts of unit x", DENIED, of_unit=True)
    assert not changes(then, samples.verification(manifest(), unread=[unit])).gone


@pytest.mark.parametrize("when", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "1969-12-31T23:59:59Z"])
def test_a_moment_of_another_era_is_none(when: str) -> None:
    for document in (before(row(SHUT_OUT), moment=when), before({**row(SHUT_OUT), "first_seen": when})):
        with pytest.raises(UsageError, match="is absent or not as it should be"):
            past(document, "earlier.json", "acme")


def test_a_moment_of_another_zone_is_told_in_utc() -> None:
    found = since({**row(SHUT_OUT), "first_seen": "2026-11-01T01:00:00+02:00"}).since(SHUT_OUT, MOMENT)
    assert found.isoformat() == "2026-10-31T23:00:00+00:00"


def test_a_day_after_this_run_is_no_first_day() -> None:
    assert since(row(SHUT_OUT, MOMENT + timedelta(days=9))).since(SHUT_OUT, MOMENT) == MOMENT


def test_without_an_earlier_run_everything_was_seen_first_now() -> None:
    assert NO_CHANGES.since(SHUT_OUT, MOMENT) == MOMENT


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "not JSON"),
        ("[" * 100_000, "not JSON"),
        ("[]", "the document"),
        ('{"schema": "breakglass/plan"}', "schema"),
        (before(row(SHUT_OUT, severity="WORST")), "severity"),
        (before(row(SHUT_OUT, severity=4)), "severity"),
        (before({"code": "DRIFT"}), "findings.0"),
        (before(moment="2026-11-21T04:05:06"), "moment"),
        (before(row(SHUT_OUT, severity=[])), "severity"),
        (before(version=2), "version"),
    ],
)
def test_what_is_no_document_is_refused_with_what_to_name_instead(text: str, why: str) -> None:
    with pytest.raises(UsageError, match=why) as refused:
        past(text, "earlier.json", "acme")
    assert refused.value.subject == "earlier.json"
    assert "--format json" in refused.value.advice


def test_a_document_of_another_manifest_is_refused() -> None:
    with pytest.raises(UsageError, match="of the manifest other, not of acme"):
        past(before(manifest="other"), "earlier.json", "acme")


ANY = st.sets(st.sampled_from([SHUT_OUT, MISSING, samples.STRAY, samples.GONE, samples.HIDDEN]))


@settings(max_examples=20)
@given(ANY, ANY)
def test_nothing_is_lost_between_two_runs(then: set[Result], now: set[Result]) -> None:
    of = samples.clean()
    text = json.dumps(verification_document(replace(of, moment=EARLIER, results=tuple(then))))
    found = changes(past(text, "earlier.json", "acme"), replace(of, results=tuple(now)))
    assert set(found.new) == now - then
    assert set(found.still) == now & then
    assert {each.identity for each in found.gone} == {identity(each) for each in then - now}
    assert not found.unjudged
