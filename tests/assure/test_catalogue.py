"""The controls as data: each says what an auditor asks of it, and answers only what it truly does."""

import pytest

from breakglass.assure.catalogue.frameworks import CIS, ISO, NIST, SOC2, WELL_ARCHITECTED
from breakglass.assure.controls import ALWAYS, ASSESSMENTS, CONTROLS, MANUAL
from breakglass.assure.selection import selected
from breakglass.controls import Control, Means
from breakglass.errors import UsageError

EVERY = (*CONTROLS, *MANUAL)


def test_each_is_there_once() -> None:
    assert len({each.id for each in EVERY}) == len(EVERY)
    assert (*ALWAYS, *(each.control for each in ASSESSMENTS)) == CONTROLS


@pytest.mark.parametrize("control", EVERY, ids=lambda each: each.id)
def test_each_says_what_why_and_what_to_do(control: Control) -> None:
    assert not control.title.endswith(".")
    assert control.rationale.endswith(".")
    assert control.remediation.endswith(".")
    assert control.sources
    assert set(control.frameworks) <= {WELL_ARCHITECTED, CIS, NIST, SOC2, ISO}
    assert all(control.frameworks.values())


def test_whoever_answers_for_what_is_left_to_people_is_named() -> None:
    assert all((each.means is Means.MANUAL) is bool(each.answerable) for each in EVERY)
    assert all(each.means is Means.MANUAL for each in MANUAL)
    assert not any(each.means is Means.MANUAL for each in CONTROLS)


def test_some_are_chosen_by_id_in_their_own_order() -> None:
    assert [each.control.id for each in selected(("receivers", "drift", "drift"))] == ["drift", "receivers"]
    assert selected(()) == ASSESSMENTS


@pytest.mark.parametrize(
    ("id_", "says"),
    [
        ("drfit", "did you mean `drift`"),
        ("everything-read", "part of every run"),
        ("custody", "deliberately left to people"),
    ],
)
def test_what_cannot_be_chosen_is_refused_with_the_reason(id_: str, says: str) -> None:
    with pytest.raises(UsageError, match=says):
        selected(("drift", id_))
