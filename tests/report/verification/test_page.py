"""The page of a verification: what it says, and that nothing in it acts upon whoever reads it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from breakglass.errors import DeniedError
from breakglass.estate.verification import Result
from breakglass.facts import Unread
from breakglass.findings import Severity
from breakglass.report.verification.changes import changes, past
from breakglass.report.verification.page import verification_page
from breakglass.resources import Scope
from tests.conftest import manifest
from tests.report.verification import samples
from tests.report.verification.samples import before, finding, row
from tests.respond.reading import Page

TELLING = Page(verification_page(samples.telling(), samples.since(), samples.MANUAL))
CLEAN = Page(verification_page(samples.clean()))


def section(page: Page, name: str) -> str:
    """Return what is between a heading of the page and the next."""
    headings = [each.text for each in page.tagged("h2")]
    words = page.words
    start = words.index(name, words.index(headings[0]))
    following = [words.index(each, start + 1) for each in headings if each != name and words.find(each, start + 1) > 0]
    return words[start : min(following, default=len(words))]


def test_the_verdict_comes_first() -> None:
    assert TELLING.tagged("h1")[0].text == (
        "Access is not as intended: 1 critical, 2 high and 1 medium findings, 2 things not read, 1 set aside,"
        " in 4 controls over 7 accounts."
    )
    assert CLEAN.tagged("h1")[0].text.startswith("Access is exactly as intended: no finding")


def test_a_finding_is_told_with_advice_account_control_and_since_when() -> None:
    told = section(TELLING, "Findings")
    assert "MISSING_ACCESS Control matrix: Everybody gets in where they are meant to, and nowhere else" in told
    assert "see for yourself account prod (222222222222), open since 2026-11-18 mend it" in told
    assert "dana-break-glass is not as it should be; see for yourself" in told
    assert "account security (111111111111), new in this run mend it" in told
    assert "There are none." in section(CLEAN, "Findings")


def test_what_changed_is_told_and_only_since_an_earlier_run() -> None:
    told = section(TELLING, "What changed since 2026-11-21 04:05 UTC")
    assert "3 new, 1 gone, 1 still open. 1 were not looked at or not read" in told
    assert "critical UNINTENDED_ACCESS emeka-break-glass" in told
    assert "What changed" not in CLEAN.words


def test_what_is_set_aside_names_its_owner_reason_and_last_day() -> None:
    told = section(TELLING, "Set aside in the manifest")
    assert "Ana Souza answers for it until 2026-12-31: Until the migration is over" in told


def test_controls_are_told_with_how_what_for_and_who_answers() -> None:
    told = section(TELLING, "Controls")
    assert "not met What roles demands is so roles, observed, high, 2 found" in told
    assert "NIST SP 800-53 Rev. 5 AC-2, AC-3(7); CIS AWS 3.0 1.16" in told
    assert "not proved What probes demands is so" in told
    assert "The envelopes are in the safe envelopes, answerable: Head of Security" in told
    nothing = Page(verification_page(samples.verification(manifest(), controls=())))
    assert "No control was run." in section(nothing, "Controls")


def test_what_could_not_be_read_is_told_once_for_all_places() -> None:
    many = [Unread(Scope(each), "the account", samples.DENIED) for each in manifest().account_ids]
    other = Unread(Scope("222222222222", "eu-west-1"), "alarms", DeniedError("no"))
    told = section(Page(verification_page(samples.verification(manifest(), unread=[*many, other]))), "What could not")
    assert told.count("AccessDenied when calling ListRoles let the verifier read it") == 1
    assert "the account: management (999999999999), security (111111111111)" in told
    assert "alarms: prod (222222222222) in eu-west-1" in told


def test_who_is_enrolled_is_told_and_who_is_not_known_to_be() -> None:
    told = section(TELLING, "Who is enrolled")
    assert "5 of 6 people are." in told
    assert "enrolled ana password since 2026-06-01, last proven 2026-09-09, MFA virtual since 2026-06-01" in told
    assert "not known dana" in told


def test_of_very_many_people_only_those_who_are_not_enrolled_are_shown() -> None:
    people = [{"id": f"p{each}", "name": "P", "email": "p@acme.example", "teams": ["incident"]} for each in range(250)]
    of = samples.verification(manifest(responders=people), without=frozenset({"p7-break-glass"}))
    told = section(Page(verification_page(of)), "Who is enrolled")
    assert "249 of 250 people are. Shown are 1 who are not." in told
    assert "not known p7" in told
    assert "enrolled p8" not in told


def test_somebody_without_a_password_or_a_device_is_shown_so() -> None:
    of = samples.clean()
    (first, *others) = of.register
    assert first.enrolment is not None
    bare = replace(first, enrolment=replace(first.enrolment, password_since=None, last_used=None, devices=()))
    told = section(Page(verification_page(replace(of, register=(bare, *others)))), "Who is enrolled")
    assert "ana password none, last proven never, MFA none" in told


def test_text_of_others_is_escaped_and_legible() -> None:
    assert not TELLING.tagged("script")
    assert "<script>alert('&')</script>?[31m?evil? end?" in TELLING.words
    source = verification_page(samples.telling())
    assert "&lt;script&gt;alert(&#39;&amp;&#39;)" in source
    assert all(character.isprintable() or character == "\n" for character in source)
    source.encode("utf-8")


def test_thousands_of_findings_still_make_a_page() -> None:
    many = [Result("roles", finding("DRIFT", f"role number {each}"), "222222222222") for each in range(2000)]
    other = Result("roles", replace(finding("DRIFT", "one more"), advice="another advice"), "222222222222")
    page = Page(verification_page(samples.verification(manifest(), results=[other, *many])))
    assert "DRIFT, 2,001 times" in page.words
    assert "1,976 more of the same" in page.words
    assert "and 1,476 more, which the JSON document has" in page.words
    assert len(page.source) < 150_000


def test_very_many_changes_are_counted() -> None:
    gone = [row(samples.GONE, subject=f"{each}-break-glass") for each in range(3)]
    many = [{**gone[0], "subject": f"{each}-break-glass"} for each in range(150)]
    found = changes(past(before(*many), "earlier.json", "acme"), samples.clean())
    told = section(Page(verification_page(samples.clean(), found)), "What changed")
    assert "and 50 more, which the JSON document has" in told
    assert "0 new, 150 gone, 0 still open." in told


def test_what_was_open_before_in_the_same_run_has_no_since() -> None:
    of = samples.verification(manifest(), results=[samples.SHUT_OUT])
    earlier = row(samples.SHUT_OUT, samples.MOMENT + timedelta(hours=1))
    page = Page(verification_page(of, changes(past(before(earlier), "earlier.json", "acme"), of)))
    assert "open since" not in page.words


@pytest.mark.parametrize(("charged", "told"), [(12, "asked 12 times: about 0.02 USD"), (1, "asked 1 time: less than")])
def test_what_is_charged_is_told(charged: int, told: str) -> None:
    assert told in Page(verification_page(replace(samples.clean(), charged=charged))).words
    assert "Analyzer" not in CLEAN.words


def test_a_finding_of_no_account_is_shown_without() -> None:
    of = samples.verification(manifest(), results=[Result("roles", finding("DRIFT", "x", Severity.LOW), "")])
    page = Page(verification_page(of))
    assert "low DRIFT" in page.words
    assert not [each for each in page.tagged("p") if each.text.startswith("account")]


def test_details_are_cut_where_nobody_would_read_on() -> None:
    long = finding("DRIFT", samples.SUPPRESSION.subject, detail="x" * 700)
    aside = Result("roles", long, samples.PROD, samples.SUPPRESSION)
    for each in (aside, replace(aside, suppression=None)):
        shown = verification_page(samples.verification(manifest(), results=[each]))
        assert "x" * 600 + "\N{HORIZONTAL ELLIPSIS} (--format json has all)" in shown
        assert "x" * 601 not in shown
