"""A verification at a terminal: findings first."""

from dataclasses import replace

from breakglass.report.verification.changes import changes, past
from breakglass.report.verification.hindered import hindered
from breakglass.report.verification.text import verification_text
from tests.conftest import manifest
from tests.report.verification import samples
from tests.report.verification.samples import MISSING, SHUT_OUT, before, row

BESIDES = hindered(samples.clean())
ANSWERED = "Ana Souza answers for it until 2026-12-31: Until the migration is over"


def test_what_is_wrong_comes_first_then_what_is_set_aside_changed_and_counted() -> None:
    lines = [each.plain for each in verification_text(samples.telling(), samples.since())]
    assert lines[0] == " CRITICAL  MISSING_ACCESS  222222222222"
    after = lines[lines.index("4 findings (1 critical, 2 high, 1 medium) in 4 controls over 7 accounts") + 1 :]
    assert after[:9] == [
        f"set aside: DRIFT  {samples.SUPPRESSION.subject}: {ANSWERED}",
        "since 2026-11-21 04:05 UTC: 3 new, 1 gone, 1 still open (the oldest since 2026-11-18)",
        "  new: NOT_PROVED  555555555555",
        f"  new: STRAY  role {samples.NASTY}",
        "  new: MFA_MISSING  dana-break-glass",
        "  gone: UNINTENDED_ACCESS  emeka-break-glass",
        "  1 were not looked at or not read this time: they may still be there",
        BESIDES,
        "controls: 3 not met, 1 not proved",
    ]
    assert after[9] == "IAM Access Analyzer was asked 12 times: about 0.02 USD"
    assert after[10] == "5 of 6 people are enrolled"


def test_a_detail_that_nobody_would_read_on_is_cut_and_says_where_all_of_it_is() -> None:
    accounts = ", ".join(str(number) for number in range(200000000000, 200000000100))
    long = replace(SHUT_OUT, finding=replace(SHUT_OUT.finding, detail=f"denied; in {accounts}"))
    _, denied, where, *_ = verification_text(samples.verification(manifest(), results=[long]))
    assert denied.plain == "    denied;"
    assert len(where.plain) < 640
    assert where.plain.endswith("\N{HORIZONTAL ELLIPSIS} (--format json has all)")


def test_a_clean_run_is_short() -> None:
    first, besides, controls, *_ = [each.plain for each in verification_text(samples.clean())]
    assert first == "no findings in 4 controls over 7 accounts"
    assert besides == BESIDES
    assert controls == "controls: 4 met"


def test_where_nobody_is_judged_to_get_in_nothing_is_said_of_what_keeps_people_out() -> None:
    of = samples.verification(manifest(), controls=[samples.control("roles")])
    assert BESIDES not in [each.plain for each in verification_text(of)]


def test_where_nothing_is_left_nothing_is_still_open() -> None:
    then = past(before(row(SHUT_OUT)), "earlier.json", "acme")
    of = samples.verification(manifest(), results=[MISSING], controls=())
    told = [each.plain for each in verification_text(of, changes(then, replace(of, controls=samples.CONTROLS)))]
    assert "since 2026-11-21 04:05 UTC: 1 new, 1 gone, 0 still open" in told
    assert not any(each.startswith("controls") for each in told)
