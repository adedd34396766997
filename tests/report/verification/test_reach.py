"""What is gone or met is said only where everything was read that a control concludes from."""

import json
from collections.abc import Mapping
from dataclasses import replace

import pytest

from breakglass.controls import Reach
from breakglass.estate.verification import Result, Verification
from breakglass.facts import Unread
from breakglass.posture import GUARDED
from breakglass.report.verification.changes import Changes, changes, past
from breakglass.report.verification.junit import junit
from breakglass.report.verification.outcomes import Outcome, assessed
from breakglass.report.verification.page import verification_page
from breakglass.resources import ROLE, Scope
from tests.conftest import manifest
from tests.report.verification import samples
from tests.report.verification.samples import DENIED, PAYMENTS, PROD, finding

SECURITY, AUDIT, MANAGEMENT = "111111111111", "333333333333", "999999999999"
CENTRE = (MANAGEMENT, SECURITY, AUDIT)
THEN = Result("it", finding("SOMETHING", f"arn:aws:iam::{PROD}:role/x"), PROD)


def now(reach: Reach, *accounts: str, unread: str = "", step: str = "", needs: str = "") -> Verification:
    """A run over these accounts alone, or all of them."""
    control = replace(samples.control("it", reach=reach), needs=frozenset({needs} - {""}))
    lost = (Unread(Scope(unread), "the account", DENIED),) if unread else ()
    of = samples.verification(manifest(), unread=lost, controls=(control,))
    over = frozenset((Scope(each), ROLE) for each in of.accounts if accounts and each not in accounts)
    observation = replace(of.observation, passed_over=over)
    return replace(of, accounts=accounts or of.accounts, observation=observation, step=step)


def compared(of: Verification, step: str = "") -> Changes:
    document = json.loads(samples.before(samples.row(THEN)))
    before = past(json.dumps(document), "earlier.json", "acme")
    return changes(replace(before, findings=tuple(replace(each, step=step) for each in before.findings)), of)


@pytest.mark.parametrize(
    ("of", "gone"),
    [
        (now(Reach.TOGETHER), True),
        (now(Reach.TOGETHER, unread=PAYMENTS), False),
        (now(Reach.ENTRY, unread=PAYMENTS), False),
        (now(Reach.ENTRY, PROD, SECURITY), False),
        (now(Reach.ACCOUNT, unread=PAYMENTS), True),
        (now(Reach.ACCOUNT, PROD), True),
        (now(Reach.ACCOUNT, PAYMENTS), False),
        (now(Reach.ACCOUNT, PROD, unread=PROD), False),
        (now(Reach.SECURITY, SECURITY), True),
        (now(Reach.SECURITY, PROD), False),
        (now(Reach.SECURITY, unread=SECURITY), False),
        (now(Reach.MANAGEMENT, MANAGEMENT, unread=PROD), True),
        (now(Reach.CENTRE, *CENTRE), True),
        (now(Reach.CENTRE, SECURITY), False),
        (now(Reach.CENTRE, *CENTRE, unread=AUDIT), False),
    ],
)
def test_what_is_gone_would_have_been_found_again(of: Verification, *, gone: bool) -> None:
    found = compared(of)
    assert bool(found.gone) is gone
    assert bool(found.unjudged) is not gone


@pytest.mark.parametrize(
    ("step", "unread", "gone"), [(PROD, "", True), ("shared", "", False), ("", "", False), (PROD, SECURITY, False)]
)
def test_what_is_concluded_from_several_accounts_is_judged_by_the_step_that_told_it(
    step: str, unread: str, *, gone: bool
) -> None:
    assert bool(compared(now(Reach.ENTRY, PROD, unread=unread, step=PROD), step).gone) is gone


OUTCOMES: Mapping[Outcome, list[Verification]] = {
    Outcome.MET: [
        now(Reach.TOGETHER),
        now(Reach.ENTRY, PROD),
        now(Reach.CENTRE, *CENTRE),
        now(Reach.SECURITY, SECURITY),
    ],
    Outcome.NOT_LOOKED_AT: [now(Reach.TOGETHER, PROD), now(Reach.CENTRE, SECURITY), now(Reach.MANAGEMENT, SECURITY)],
    Outcome.NOT_PROVED: [now(Reach.ACCOUNT, PROD, unread=PROD), now(Reach.SECURITY, PROD, unread=SECURITY)],
}


@pytest.mark.parametrize(("outcome", "of"), [(outcome, of) for outcome, several in OUTCOMES.items() for of in several])
def test_nothing_is_met_where_something_it_needs_was_not_seen(outcome: Outcome, of: Verification) -> None:
    assert [each.outcome for each in assessed(of)] == [outcome]
    assert ("<skipped" in junit(of)) is (outcome is Outcome.NOT_LOOKED_AT)
    assert outcome.value in verification_page(of)


def test_a_control_that_needs_what_the_organization_has_is_met_only_where_that_was_read() -> None:
    seen = now(Reach.TOGETHER, PROD, needs=GUARDED)
    assert [each.outcome for each in assessed(seen)] == [Outcome.MET]
    over = seen.observation.passed_over | {(Scope(MANAGEMENT), GUARDED)}
    unseen = replace(seen, observation=replace(seen.observation, passed_over=over))
    assert [each.outcome for each in assessed(unseen)] == [Outcome.NOT_LOOKED_AT]


def test_what_is_set_aside_is_not_all_that_is_wrong_where_nobody_looked() -> None:
    aside = replace(THEN, suppression=samples.SUPPRESSION)
    of = replace(now(Reach.TOGETHER, PROD), results=(aside,))
    assert [each.outcome for each in assessed(of)] == [Outcome.NOT_LOOKED_AT]
