"""A difference is told by the deepest place that leads there."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from breakglass import naming
from breakglass.documents import Json
from breakglass.estate.difference import Difference, differences
from breakglass.estate.wording import counted, describe_difference, describe_drift, describe_value

leaves = st.none() | st.booleans() | st.integers(0, 3) | st.text("ab", max_size=2)
values: st.SearchStrategy[Json] = st.recursive(
    leaves, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("xy", max_size=1), inner, max_size=3)
)


@given(values)
def test_nothing_differs_from_itself(value: Json) -> None:
    assert list(differences(value, value)) == []


@given(values, values)
def test_what_differs_is_told(one: Json, other: Json) -> None:
    assert bool(list(differences(one, other))) == (one != other) or _only_absence(one, other)


def _only_absence(one: Json, other: Json) -> bool:
    """A key with no value and no key at all are told apart by nothing: both are nothing."""
    return "None" in repr((one, other))


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ({"a": 1}, {"a": 2}, [Difference("a", 1, 2)]),
        ({"a": {"b": 1}}, {"a": {}}, [Difference("a.b", 1, None)]),
        ({"a": ["x", "y"]}, {"a": ["y"]}, [Difference("a", "x", None, member=True)]),
        ({"a": ["y"]}, {"a": ["y", "x"]}, [Difference("a", None, "x", member=True)]),
        ({"a": ["x", "y"]}, {"a": ["y", "x"]}, [Difference("a", ("x", "y"), ("y", "x"))]),
        ({"a": [{"Sid": "S", "b": 1}]}, {"a": [{"Sid": "S", "b": 2}]}, [Difference("a[S].b", 1, 2)]),
        (
            {"a": [{"Sid": "S", "b": 1}, {"Sid": "T", "b": 1}, {"Sid": "U"}]},
            {"a": [{"Sid": "S", "b": 2}, {"Sid": "T", "b": 3}]},
            [Difference("a[S].b", 1, 2), Difference("a[T].b", 1, 3), Difference("a", {"Sid": "U"}, None, member=True)],
        ),
        (
            {"a": [{"Sid": "S", "b": 1}, {"Sid": "S", "b": 2}]},
            {"a": [{"Sid": "S", "b": 3}]},
            [
                Difference("a", {"Sid": "S", "b": 1}, None, member=True),
                Difference("a", {"Sid": "S", "b": 2}, None, member=True),
                Difference("a", None, {"Sid": "S", "b": 3}, member=True),
            ],
        ),
        ({"a": [{"b": 1}, {"b": 2}]}, {"a": [{"b": 1}, {"b": 3}]}, [Difference("a[1].b", 2, 3)]),
        ({"a": "x"}, {"a": ["x", "y"]}, [Difference("a", None, "y", member=True)]),
        (
            {"a": "x"},
            {"a": ["y", "z"]},
            [
                Difference("a", "x", None, member=True),
                Difference("a", None, "y", member=True),
                Difference("a", None, "z", member=True),
            ],
        ),
        ({"a": ["x"]}, {"a": None}, [Difference("a", ["x"], None)]),
    ],
)
def test_a_difference_is_where_it_is(before: Json, after: Json, told: list[Difference]) -> None:
    assert list(differences(before, after)) == told


def test_a_value_is_shown_on_one_line_of_printable_characters() -> None:
    assert describe_value(None) == "nothing"
    assert describe_value(["a", {"b": 1}]) == '["a", {"b": 1}]'
    assert describe_value("\x1b[2Jbad\nworse") == "?[2Jbad?worse"
    assert describe_difference(Difference("a.b", 1, None)) == "a.b: - 1"
    assert describe_difference(Difference("a.b", None, 1)) == "a.b: + 1"
    assert describe_difference(Difference("a.b", 1, 2)) == "a.b: 1 → 2"


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ({"a": "x"}, {"a": "y"}, "a is x, not y"),
        ({"a": "x"}, {}, "a is x, not nothing"),
        ({"a": ""}, {"a": "y"}, "a is empty, not y"),
        ({"a": ["x"]}, {"a": ["x", "y"]}, "a lacks y"),
        ({"a": ["x", "y"]}, {"a": ["x"]}, "a has y besides"),
    ],
)
def test_drift_is_told_as_a_sentence_that_is_true_of_lists_too(before: Json, after: Json, told: str) -> None:
    (difference,) = differences(before, after)
    assert describe_drift(difference) == told


def test_the_root_of_the_organization_is_called_that_and_not_by_its_placeholder() -> None:
    (difference,) = differences({"TargetIds": []}, {"TargetIds": [naming.ORGANIZATION_ROOT]})
    assert describe_difference(difference) == "TargetIds: + the organization root"
    assert describe_drift(difference) == "TargetIds lacks the organization root"


def test_what_is_counted_is_told_in_its_number() -> None:
    assert counted(1, "change") == "1 change"
    assert counted(0, "change") == "0 changes"
    assert counted(1, "person", "people") == "1 person"
    assert counted(1000, "person", "people") == "1000 people"


def test_no_part_of_a_grant_is_ever_cut() -> None:
    roles = [f"arn:aws:iam::{account:012}:role/BREAK-GLASS-RANSOMWARE" for account in range(99)]
    told = describe_difference(Difference("Resource", None, roles))
    assert all(role in told for role in roles)
