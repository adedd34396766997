"""Event patterns: the examples of the AWS guide as a table, what is refused, and laws.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html
https://github.com/aws/event-ruler
"""

import json
from typing import TypeAlias

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from breakglass.errors import PatternError
from breakglass.trail.event_pattern import parse
from tests.trail.support import WEIRD, events

Document: TypeAlias = dict[str, object]

STATE: Document = {
    "version": "0",
    "detail-type": "EC2 Instance State-change Notification",
    "source": "aws.ec2",
    "time": "2017-10-02T16:24:49Z",
    "resources": ["arn:aws:ec2:us-east-1:123456789012:instance/i-000000aaaaaa00000"],
    "detail": {"c-count": 5, "d-count": 3, "x-limit": 301.8, "source-ip": "10.0.0.33", "state": "running"},
}
COMPLEX: Document = {
    "time": [{"prefix": "2017-10-02"}],
    "detail": {
        "state": [{"anything-but": "initializing"}],
        "c-count": [{"numeric": [">", 0, "<=", 5]}],
        "d-count": [{"numeric": ["<", 10]}],
        "x-limit": [{"anything-but": [100, 200, 300]}],
    },
}
EITHER: Document = {
    "source": ["aws.cloudwatch"],
    "$or": [
        {"metricName": ["CPUUtilization", "ReadLatency"]},
        {
            "metricType": ["MetricType"],
            "namespace": ["AWS/EC2", "AWS/ES"],
            "$or": [{"metricId": [1234]}, {"spaceId": [1000]}],
        },
        {"scope": ["Service"]},
    ],
}
EMPLOYEES: Document = {
    "employees": [
        [{"firstName": "John", "lastName": "Doe"}, {"firstName": "Anna", "lastName": "Smith"}],
        [{"firstName": "Peter", "lastName": "Jones"}],
    ]
}
EXISTS: Document = {"detail": {"c-count": [{"exists": False}]}}

DOCUMENTED: list[tuple[Document, Document, bool]] = [
    (
        {
            "detail-type": ["EC2 Instance State-change Notification"],
            "resources": ["arn:aws:ec2:us-east-1:123456789012:instance/i-000000aaaaaa00000"],
            "detail": {"state": ["initializing", "running"]},
        },
        STATE,
        True,
    ),
    ({"Location": ["New York"], "Day": ["Monday"]}, {"Location": "New York", "Day": "Monday"}, True),
    ({"Location": ["New York"], "Day": ["Monday"]}, {"Location": "New York", "Day": "Friday"}, False),
    ({"state": [{"anything-but": "initializing"}]}, {"state": "running"}, True),
    ({"state": [{"anything-but": "initializing"}]}, {"state": "initializing"}, False),
    ({"state": [{"anything-but": ["stopped", "overloaded"]}]}, {"state": "stopped"}, False),
    ({"x-limit": [{"anything-but": 123}]}, {"x-limit": 123}, False),
    ({"x-limit": [{"anything-but": [100, 200, 300]}]}, {"x-limit": 150}, True),
    ({"Region": [{"anything-but": {"prefix": "us-"}}]}, {"Region": "us-east-1"}, False),
    ({"Region": [{"anything-but": {"prefix": "us-"}}]}, {"Region": "eu-west-1"}, True),
    ({"FileName": [{"anything-but": {"suffix": ".png"}}]}, {"FileName": "a.png"}, False),
    ({"FileName": [{"anything-but": {"suffix": [".txt", ".rtf"]}}]}, {"FileName": "a.rtf"}, False),
    ({"state": [{"anything-but": {"equals-ignore-case": "initializing"}}]}, {"state": "INITIALIZING"}, False),
    ({"state": [{"anything-but": {"equals-ignore-case": ["initializing", "stopped"]}}]}, {"state": "running"}, True),
    ({"FilePath": [{"anything-but": {"wildcard": "*/lib/*"}}]}, {"FilePath": "/usr/lib/x"}, False),
    ({"FilePath": [{"anything-but": {"wildcard": ["*/lib/*", "*/bin/*"]}}]}, {"FilePath": "/usr/bin/x"}, False),
    ({"Region": [{"prefix": "us-"}]}, {"Region": "us-east-1"}, True),
    ({"time": [{"prefix": "2017-10-02"}]}, STATE, True),
    ({"service": [{"prefix": {"equals-ignore-case": "eventb"}}]}, {"service": "EventBridge"}, True),
    ({"service": [{"prefix": {"equals-ignore-case": "eventb"}}]}, {"service": "SNS"}, False),
    ({"LastName": [""]}, {"LastName": ""}, True),
    ({"LastName": [""]}, {"LastName": None}, False),
    ({"Name": ["Alice"]}, {"Name": "alice"}, False),
    ({"Name": [{"equals-ignore-case": "alice"}]}, {"Name": "Alice"}, True),
    ({"FileName": [{"suffix": ".png"}]}, {"FileName": "a.png"}, True),
    ({"service": [{"suffix": {"equals-ignore-case": "tbridge"}}]}, {"service": "EVENTBRIDGE"}, True),
    ({"ProductName": [{"exists": True}]}, {"ProductName": "x"}, True),
    ({"ProductName": [{"exists": True}]}, {}, False),
    ({"ProductName": [{"exists": False}]}, {}, True),
    ({"ProductName": [{"exists": False}]}, {"ProductName": "x"}, False),
    (EXISTS, {"detail-type": ["x"], "detail": {"state": ["initializing", "running"]}}, True),
    (EXISTS, {"detail": {"state": ["initializing", "running"], "c-count": {"c1": 100}}}, True),
    (EXISTS, STATE, False),
    ({"Weather": [{"anything-but": ["Raining"]}]}, {"Weather": "Raining"}, False),
    ({"UserID": [None]}, {"UserID": None}, True),
    ({"UserID": [None]}, {}, False),
    ({"Price": [{"numeric": ["=", 100]}]}, {"Price": 100.0}, True),
    ({"Price": [{"numeric": [">", 10, "<=", 20]}]}, {"Price": 20}, True),
    ({"Price": [{"numeric": [">", 10, "<=", 20]}]}, {"Price": 10}, False),
    ({"Price": [{"numeric": ["<", 10]}]}, {"Price": "9"}, False),
    ({"x-limit": [{"numeric": ["=", 3.018e2]}]}, {"x-limit": 301.8}, True),
    ({"PaymentType": ["Cash", "Card"]}, {"PaymentType": "Card"}, True),
    ({"$or": [{"Location": ["New York"]}, {"Day": ["Monday"]}]}, {"Day": "Monday"}, True),
    ({"$or": [{"Location": ["New York"]}, {"Day": ["Monday"]}]}, {"Day": "Friday"}, False),
    ({"FileName": [{"wildcard": "dir/*.png"}]}, {"FileName": "dir/a.png"}, True),
    ({"FileName": [{"wildcard": "dir/*.png"}]}, {"FileName": "dir/a.jpg"}, False),
    ({"FileName": [{"wildcard": "dir/*"}]}, {"FileName": "dir/"}, True),
    ({"detail": {"source-ip": [{"cidr": "10.0.0.0/24"}]}}, STATE, True),
    ({"detail": {"source-ip": [{"cidr": "10.0.1.0/24"}]}}, STATE, False),
    ({"ip": [{"cidr": "2001:db8::/32"}]}, {"ip": "2001:db8::1"}, True),
    ({"ip": [{"cidr": "2001:db8::/32"}]}, {"ip": "10.0.0.1"}, False),
    ({"ip": [{"cidr": "10.0.0.0/8"}]}, {"ip": "sts.amazonaws.com"}, False),
    ({"ip": [{"cidr": "10.0.0.0/8"}]}, {"ip": 1}, False),
    (COMPLEX, STATE, True),
    (COMPLEX, STATE | {"time": "2018"}, False),
    (EITHER, {"source": "aws.cloudwatch", "metricName": "ReadLatency"}, True),
    (EITHER, {"source": "aws.cloudwatch", "metricType": "MetricType", "namespace": "AWS/ES", "spaceId": 1000}, True),
    (EITHER, {"source": "aws.cloudwatch", "metricType": "MetricType", "namespace": "AWS/ES"}, False),
    (EITHER, {"source": "aws.ec2", "scope": "Service"}, False),
    ({"employees": {"firstName": ["Anna"]}}, EMPLOYEES, True),
    ({"employees": {"firstName": ["Anna"], "lastName": ["Jones"]}}, EMPLOYEES, False),
    ({"count": [300]}, {"count": 300.0}, False),
]

TRAPS = [
    pytest.param({"a": [1]}, {"a": True}, False, id="true-is-not-1"),
    pytest.param({"a": [True]}, {"a": 1}, False, id="1-is-not-true"),
    pytest.param({"a": [{"numeric": ["=", 1]}]}, {"a": True}, False, id="true-is-no-number"),
    pytest.param({"a": [{"anything-but": "x"}]}, {}, False, id="anything-but-wants-a-value"),
    pytest.param({"a": [{"anything-but": "x"}]}, {"a": 1}, True, id="anything-but-takes-other-kinds"),
    pytest.param({"a": [{"anything-but": 1}]}, {"a": True}, True, id="true-is-anything-but-1"),
    pytest.param({"a": [{"anything-but": "x"}]}, {"a": ["x", "y"]}, True, id="one-member-of-an-array-will-do"),
    pytest.param({"a": [{"prefix": "x"}]}, {"a": 1}, False, id="prefixes-are-of-strings"),
    pytest.param({"a": [{"wildcard": "*"}]}, {"a": None}, False, id="wildcards-are-of-strings"),
    pytest.param({"a": [{"wildcard": "a*b*c*d"}]}, {"a": "a\nb--c-d"}, True, id="several-wildcards"),
    pytest.param({"a": [{"wildcard": "a*b*b"}]}, {"a": "a-b"}, False, id="pieces-do-not-overlap"),
    pytest.param({"a": [{"wildcard": r"a\*\\*"}]}, {"a": "a*\\b"}, True, id="stars-and-backslashes"),
    pytest.param({"a": [{"wildcard": r"a\*"}]}, {"a": "ab"}, False, id="an-escaped-star-is-a-star"),
    pytest.param({"a": [{"wildcard": "a.c"}]}, {"a": "abc"}, False, id="a-point-is-a-point"),
    pytest.param({"a": ["x", {"exists": False}]}, {}, True, id="absent-or-a-value"),
    pytest.param({"a": ["x", {"exists": False}]}, {"a": "y"}, False, id="neither-absent-nor-the-value"),
    pytest.param({"a": {"b": [{"exists": False}]}}, {}, True, id="absent-with-all-above-it"),
    pytest.param({"a": {"b": [{"exists": False}]}}, {"a": "x"}, True, id="absent-below-a-string"),
    pytest.param({"a": {"b": [{"exists": False}]}}, {"a": [{"b": 1}, {"c": 1}]}, False, id="absent-in-all-elements"),
    pytest.param({"a": [{"exists": False}]}, {"a": []}, True, id="an-empty-array-has-no-value"),
    pytest.param({"a": [{"exists": False}]}, {"a": None}, False, id="null-is-there"),
    pytest.param({"a": {"b": ["x"]}}, {"a": "x"}, False, id="nothing-below-a-string"),
    pytest.param({"a": {"b": ["x"]}}, {"a": ["x", {"b": "x"}]}, True, id="an-object-among-strings"),
    pytest.param({"a": ["x"]}, {"a": [["x"], {"b": 1}]}, True, id="arrays-within-arrays"),
    pytest.param(
        {"a": {"$or": [{"b": [1]}, {"c": [1]}], "d": [1]}},
        {"a": [{"b": 1}, {"c": 1, "d": 1}]},
        True,
        id="one-element-for-all",
    ),
]

REFUSED: list[tuple[object, str, str]] = [
    ({}, "the whole pattern", "at least one field"),
    ([], "the whole pattern", "at least one field"),
    ({"a": {}}, "a", "at least one field"),
    ({"a": "x"}, "a", "stand in an array"),
    ({"a": {"b": None}}, "a.b", "stand in an array"),
    ({"a": []}, "a", "stand in an array"),
    ({"a": ["x", ["y"]]}, "a[1]", "an array in an array"),
    ({"a": [{}]}, "a[0]", "has 0"),
    ({"a": [{"prefix": "x", "suffix": "y"}]}, "a[0]", "has 2"),
    ({"a": [{"regex": "x"}]}, "a[0]", "no operator 'regex'"),
    ({"a": [{"exists": "false"}]}, "a[0]", "true or false"),
    ({"a": [{"exists": True, "prefix": "x"}]}, "a[0]", "has 2"),
    ({"a": [{"prefix": 1}]}, "a[0].prefix", "a string"),
    ({"a": [{"prefix": ["x"]}]}, "a[0].prefix", "a string"),
    ({"a": [{"prefix": {"wildcard": "x"}}]}, "a[0].prefix", "'wildcard' cannot"),
    ({"a": [{"suffix": {"equals-ignore-case": 1}}]}, "a[0].suffix", "a string"),
    ({"a": [{"equals-ignore-case": None}]}, "a[0].equals-ignore-case", "a string"),
    ({"a": [{"wildcard": "a**b"}]}, "a[0].wildcard", "'**' has no meaning"),
    ({"a": [{"wildcard": r"a\b"}]}, "a[0].wildcard", "has no meaning"),
    ({"a": [{"wildcard": "a\\"}]}, "a[0].wildcard", "has no meaning"),
    ({"a": [{"numeric": 5}]}, "a[0].numeric", "comparisons and numbers"),
    ({"a": [{"numeric": []}]}, "a[0].numeric", "comparisons and numbers"),
    ({"a": [{"numeric": [">", 1, "<"]}]}, "a[0].numeric", "comparisons and numbers"),
    ({"a": [{"numeric": ["!=", 1]}]}, "a[0].numeric", "comparisons and numbers"),
    ({"a": [{"numeric": [["="], 1]}]}, "a[0].numeric", "comparisons and numbers"),
    ({"a": [{"numeric": ["=", "1"]}]}, "a[0].numeric", "a number from"),
    ({"a": [{"numeric": ["=", True]}]}, "a[0].numeric", "a number from"),
    ({"a": [{"numeric": ["=", 5.1e9]}]}, "a[0].numeric", "a number from"),
    ({"a": [{"numeric": ["=", float("nan")]}]}, "a[0].numeric", "a number from"),
    ({"a": [{"numeric": ["<", 5, ">", 1]}]}, "a[0].numeric", "lower bound"),
    ({"a": [{"numeric": [">", 5, "<", 1]}]}, "a[0].numeric", "lower bound"),
    ({"a": [{"numeric": ["=", 1, "<", 5]}]}, "a[0].numeric", "lower bound"),
    ({"a": [{"cidr": "10.0.0.1"}]}, "a[0].cidr", "no range"),
    ({"a": [{"cidr": "10.0.0.0/255.0.0.0"}]}, "a[0].cidr", "no range"),
    ({"a": [{"cidr": "10.0.0.0/99"}]}, "a[0].cidr", "no range"),
    ({"a": [{"anything-but": []}]}, "a[0].anything-but", "empty"),
    ({"a": [{"anything-but": None}]}, "a[0].anything-but", "strings or numbers"),
    ({"a": [{"anything-but": ["x", 1]}]}, "a[0].anything-but", "strings or numbers"),
    ({"a": [{"anything-but": {"numeric": ["=", 1]}}]}, "a[0].anything-but", "'numeric' cannot"),
    ({"a": [{"anything-but": {"prefix": []}}]}, "a[0].anything-but", "empty"),
    ({"a": [{"anything-but": {"prefix": 1}}]}, "a[0].anything-but", "a string"),
    ({"$or": {"a": ["x"]}}, "$or", "two objects"),
    ({"$or": [{"a": ["x"]}]}, "$or", "two objects"),
    ({"a": {"$or": [{"b": ["x"]}, 1]}}, "a", "at least one field"),
    ({"$or": [{"prefix": ["x"]}, {"a": ["x"]}]}, "$or", "name of an operator"),
    ({"a": ["x" * 2048]}, "the whole pattern", "2,058 bytes"),
    (
        {name: {"$or": [{"x": [number]} for number in range(11)]} for name in "abc"},
        "the whole pattern",
        "1,331 combinations",
    ),
]


@pytest.mark.parametrize(("document", "event", "expected"), DOCUMENTED)
def test_matches_as_documented(document: Document, event: Document, expected: bool) -> None:
    assert parse(document).matches(event) is expected


@pytest.mark.parametrize(("document", "event", "expected"), TRAPS)
def test_traps(document: Document, event: Document, expected: bool) -> None:
    assert parse(document).matches(event) is expected


@pytest.mark.parametrize(("document", "place", "why"), REFUSED)
def test_refuses_and_says_where(document: Document, place: str, why: str) -> None:
    with pytest.raises(PatternError) as refused:
        parse(document)
    assert why in refused.value.message
    assert refused.value.subject == place
    assert refused.value.advice


def test_refuses_what_is_nested_too_deep() -> None:
    document: Document = {"a": ["x"]}
    for _ in range(5_000):
        document = {"a": document}
    with pytest.raises(PatternError, match="within one another"):
        parse(document)


def test_takes_what_is_just_small_enough() -> None:
    largest = {"a": ["x" * (2048 - len(json.dumps({"a": [""]}, separators=(",", ":"))))]}
    assert parse(largest).matches(largest)
    assert parse(largest).document == largest


words = st.sampled_from(["x", "xy", "Y"])
scalars = st.none() | st.booleans() | st.integers(0, 2) | words
operators = st.one_of(
    *(st.fixed_dictionaries({name: words}) for name in ("prefix", "suffix", "equals-ignore-case", "wildcard")),
    st.fixed_dictionaries({"anything-but": st.lists(words, min_size=1, max_size=2) | st.integers(0, 2)}),
    st.fixed_dictionaries({"exists": st.booleans()}),
    st.just({"numeric": [">=", 1]}),
)
leaves = st.lists(scalars | operators, min_size=1, max_size=2)
names = st.sampled_from(["a", "b", "c"])
documents = st.dictionaries(names, leaves | st.dictionaries(names, leaves, min_size=1), min_size=1)


@settings(max_examples=80)
@given(documents, documents, st.lists(events, max_size=4))
def test_or_is_either_and_fields_are_all(one: Document, other: Document, some: list[Document]) -> None:
    either = parse({"$or": [one, other]})
    fields = [parse({name: value}) for name, value in one.items()]
    for event in [*some, *WEIRD]:
        assert either.matches(event) is (parse(one).matches(event) or parse(other).matches(event))
        assert parse(one).matches(event) is all(each.matches(event) for each in fields)


@settings(max_examples=80)
@given(
    st.recursive(
        scalars | st.floats() | words | operators,
        lambda each: st.lists(each, max_size=2) | st.dictionaries(names | st.just("$or"), each, max_size=2),
        max_leaves=6,
    )
)
def test_parse_raises_nothing_else(value: object) -> None:
    try:
        pattern = parse({"a": value})
    except PatternError:
        return
    assert all(pattern.matches(event) in (True, False) for event in WEIRD)
