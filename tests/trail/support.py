"""Events that a law may be tried on: any JSON, also with what CloudTrail would never write."""

from hypothesis import strategies as st

NAMES = st.sampled_from(["a", "b", "c"])
WORDS = st.sampled_from(["x", "y", "xy", "x*y", ""])

scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | WORDS
values = st.recursive(scalars, lambda each: st.lists(each, max_size=3) | st.dictionaries(NAMES, each), max_leaves=8)
events = st.dictionaries(NAMES, values, max_size=3)


def nested(depth: int) -> dict[str, object]:
    """An object in an array in an object, and so on: deeper than Python would recurse."""
    found: object = "end"
    for _ in range(depth):
        found = {"a": [found]}
    return {"a": found}


WEIRD: list[dict[str, object]] = [
    {},
    {"a": None},
    {"a": {}},
    {"a": []},
    {"a": [[], {}, None]},
    {"a": "x" * 1_000_000},
    {"a": 10**5000},
    {"a": float("nan"), "b": float("inf")},
    {"a": {"b": {"a": {"b": True}}}},
    {"a": list(range(10_000))},
    nested(5_000),
]
