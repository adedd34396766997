"""What others have made that keeps people out is told right at the matrix, which does not know of it."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from breakglass.estate.verification import Result, Verification
from breakglass.findings import Severity
from breakglass.report.verification.hindered import HINDRANCES, hindered
from breakglass.report.verification.page import verification_page
from breakglass.report.verification.text import verification_text
from tests.conftest import manifest
from tests.report.verification import samples

LOCKED = Result("control-policies", samples.finding("SCP_LOCK_OUT", "p-1/sign-in", Severity.CRITICAL), samples.PROD)
RUN = (*samples.CONTROLS, *(samples.control(each) for each in HINDRANCES))


def of(*results: Result) -> Verification:
    return samples.verification(manifest(), results=results, controls=RUN)


@pytest.mark.parametrize(
    ("results", "told"),
    [
        ([], ""),
        ([replace(LOCKED, finding=samples.finding("NOT_PROVED", "p-1"))], ""),
        ([LOCKED], "Policies of others keep people out besides, or may: SCP_LOCK_OUT. "),
        ([LOCKED, LOCKED], "Policies of others keep people out besides, or may: SCP_LOCK_OUT (2). "),
        ([replace(LOCKED, suppression=samples.SUPPRESSION)], "Policies of others keep people out besides, or may: SCP"),
    ],
)
def test_what_stands_in_the_way_is_told_whoever_answers_for_it(results: Sequence[Result], told: str) -> None:
    assert hindered(of(*results)).startswith(told)
    assert bool(hindered(of(*results))) == bool(told)


def test_what_was_not_run_is_not_taken_for_nothing() -> None:
    assert hindered(samples.clean()).endswith(
        "was not looked at: control-policies, resource-lock-outs, console-sign-in."
    )


def test_page_and_text_say_so() -> None:
    told = hindered(of(LOCKED))
    page = verification_page(of(LOCKED))
    assert page.index(told) < page.index("ways in are granted") < page.index('id="findings"')
    assert told in [each.plain for each in verification_text(of(LOCKED))]
