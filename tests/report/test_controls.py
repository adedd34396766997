"""The controls as people read them."""

from dataclasses import replace

from breakglass.assure.controls import MANUAL
from breakglass.report.controls import controls_text


def test_a_control_that_answers_no_framework_names_none_and_the_rest_is_told() -> None:
    plain = replace(MANUAL[0], frameworks={})
    with_one, without = ([line.plain for line in controls_text((), (each,))] for each in (MANUAL[0], plain))
    assert len(with_one) == len(without) + 1
    assert without[-1] == f"    answers for it: {plain.answerable}"
