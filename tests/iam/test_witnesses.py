"""A witness for every combination there is, and none for one there is not: held against all short strings."""

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from breakglass.iam.patterns import matcher
from breakglass.iam.witnesses import Glob, TooMany, glob, witnesses

ALPHABET = "ab"
globs = st.text("ab*?", max_size=4)


def matched(patterns: list[str], text: str) -> tuple[bool, ...]:
    return tuple(bool(matcher(glob(each).tokens)(text)) for each in patterns)


@settings(max_examples=200)
@given(st.lists(globs, max_size=4), globs)
def test_every_combination_of_short_strings_has_a_witness(patterns: list[str], within: str) -> None:
    found = {matched(patterns, text) for text in witnesses(map(glob, patterns), glob(within))}
    inside = matcher(glob(within).tokens)
    there = {
        matched(patterns, text)
        for length in range(6)
        for text in map("".join, product(f"{ALPHABET}z", repeat=length))
        if inside(text)
    }
    assert there <= found


@settings(max_examples=200)
@given(st.lists(globs, max_size=4), globs)
def test_every_witness_is_within_and_none_is_told_twice(patterns: list[str], within: str) -> None:
    found = witnesses(map(glob, patterns), glob(within))
    assert all(matcher(glob(within).tokens)(text) for text in found)
    assert len({matched(patterns, text) for text in found}) == len(found)


def test_the_shortest_comes_first() -> None:
    assert witnesses([glob("user/*-x")], glob("user/?*")) == ("user/a", "user/-x") or len(
        min(witnesses([glob("user/*-x")], glob("user/?*")), key=len)
    ) == len("user/a")


def test_no_witness_holds_what_is_avoided() -> None:
    assert not any(":" in text for text in witnesses([glob("a*:b"), glob("*")], glob("*"), ":"))


def test_case_is_told_apart_only_where_it_counts() -> None:
    loose = glob("Ab", ignore_case=True)
    found = witnesses([loose, glob("AB")], glob("*"))
    assert "AB" in found
    assert any(text.lower() == "ab" and text != "AB" for text in found)


def test_a_fresh_character_is_found_whatever_is_taken() -> None:
    everything = glob("".join(chr(each) for each in range(0x21, 0x7F) if chr(each) not in "*?"))
    assert len(witnesses([everything], glob("?"))) == 1


def test_more_than_can_be_walked_is_too_many() -> None:
    crossing = [glob(f"*x{'?' * length}") for length in range(18)]
    with pytest.raises(TooMany):
        witnesses(crossing, glob("*"))


def test_a_pattern_is_a_value() -> None:
    assert glob("a*") == Glob(glob("a*").tokens)
