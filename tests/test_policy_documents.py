"""Two documents are equal in canonical form when IAM could not tell them apart, and only then."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from breakglass.documents import Document, canonical, size, text

names = st.text("abc*", min_size=1, max_size=3)
alternatives = names | st.lists(names, min_size=1, max_size=3)
statements = st.fixed_dictionaries(
    {"Effect": st.sampled_from(["Allow", "Deny"]), "Action": alternatives, "Resource": alternatives},
    optional={
        "Sid": names,
        "Condition": st.dictionaries(names, st.dictionaries(names, alternatives, max_size=2), max_size=2),
    },
)
documents = st.fixed_dictionaries(
    {"Version": st.just("2012-10-17"), "Statement": statements | st.lists(statements, max_size=3)}
)


@given(documents)
def test_the_canonical_form_of_a_canonical_form_is_itself(document: Document) -> None:
    assert canonical(canonical(document)) == canonical(document)


@given(documents)
def test_json_there_and_back_changes_nothing(document: Document) -> None:
    assert canonical(json.loads(text(document))) == canonical(document)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"Action": "a"}, {"Action": ["a"]}),
        ({"Action": ["a", "b"]}, {"Action": ["b", "a", "a"]}),
        ({"Principal": {"AWS": ["x", "y"]}}, {"Principal": {"AWS": ["y", "x"]}}),
        ({"Condition": {"NumericEquals": {"k": [2, 1]}}}, {"Condition": {"NumericEquals": {"k": [1, 2]}}}),
        ({"Condition": {"Bool": {"k": ["true"]}}}, {"Condition": {"Bool": {"k": "true"}}}),
    ],
)
def test_what_means_the_same_is_equal(one: Document, other: Document) -> None:
    assert canonical({"Statement": one}) == canonical({"Statement": [other]})


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"Action": "a"}, {"Action": "A"}),
        ({"Action": "a"}, {"NotAction": "a"}),
        ({"Action": ["a", "b"]}, {"Action": "a"}),
        ({"Sid": "x", "Action": "a"}, {"Action": "a"}),
        ({"Condition": {"Bool": {"k": "true"}}}, {"Condition": {"BoolIfExists": {"k": "true"}}}),
        ({"Condition": {"Bool": {"k": "true"}}}, {}),
    ],
)
def test_what_means_something_else_is_not(one: Document, other: Document) -> None:
    assert canonical({"Statement": one}) != canonical({"Statement": other})


def test_what_is_no_document_is_left_as_it_is() -> None:
    assert canonical({"Statement": "nonsense"}) == {"Statement": "nonsense"}
    assert canonical({"Statement": ["nonsense"]})["Statement"] == ("nonsense",)


def test_white_space_does_not_count() -> None:
    assert size({"a": "b c"}) == len('{"a":"bc"}')
