"""What is filled in, and what is not."""

import pytest
from pydantic import JsonValue

from breakglass.errors import UsageError
from breakglass.playbooks.filling import asked_for, blanks, filled, given
from breakglass.playbooks.model import PHASES
from tests.report.playbooks.samples import EVERYTHING

VALUE: JsonValue = {"a": ["{{bucket}}/{{ from }}", 1, True, None], "{{bucket}}": {"b": "{{call}}"}}


def test_values_are_filled_in_at_any_depth_and_only_once() -> None:
    found = filled(VALUE, {"bucket": "{{call}}", "from": "x"})
    assert found == {"a": ["{{call}}/x", 1, True, None], "{{bucket}}": {"b": "{{call}}"}}


def test_it_is_told_what_a_value_asks_for() -> None:
    assert list(asked_for(VALUE)) == ["bucket", "from", "call"]


def test_each_phase_asks_for_what_no_earlier_one_asked_for() -> None:
    """What is typed on a host counts as well, and what only a query holds."""
    asked = {phase: [each.name for each in found] for phase, found in blanks(EVERYTHING, PHASES).items()}
    every = ["instance_id", "from", "call", "bucket"]
    assert asked == {"investigate": every, "contain": [], "recover": [], "close": []}
    alone = {phase: [each.name for each in found] for phase, found in blanks(EVERYTHING, ["contain"]).items()}
    assert alone == {"contain": ["instance_id", "call", "bucket"]}


def test_of_the_same_name_the_last_counts_and_a_value_may_hold_anything() -> None:
    assert given(EVERYTHING, ("from=1", "from=a=b c")) == {"from": "a=b c"}


def test_all_that_cannot_be_filled_in_is_told_at_once() -> None:
    with pytest.raises(UsageError) as error:
        given(EVERYTHING, ("buckit=x", "from", "call=", "=x"))
    told = error.value.message.splitlines()
    assert told[0] == "buckit: everything has no parameter of this name; did you mean `bucket`?"
    assert told[1:3] == ["from: write NAME=VALUE", "call: write NAME=VALUE"]
    assert len(told) == 4
    assert error.value.advice == "the parameters are: instance_id, from, call, bucket"


@pytest.mark.parametrize("value", ["file:///etc/passwd", "FILEB://x"])
def test_what_the_command_line_would_read_as_a_file_is_refused(value: str) -> None:
    with pytest.raises(UsageError, match="would read the file that"):
        given(EVERYTHING, (f"bucket={value}",))
