"""Filter patterns: the examples of the AWS guide as a table, the traps one by one, and laws.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntaxForMetricFilters.html
https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/matching-terms-json-log-events.html
"""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from breakglass.errors import PatternError, UsageError
from breakglass.trail.matcher import matcher
from breakglass.trail.pattern import parse
from tests.trail.support import NAMES, WEIRD, WORDS, events

TRAIL: dict[str, object] = {
    "eventType": "UpdateTrail",
    "sourceIPAddress": "111.111.111.111",
    "arrayKey": ["value", "another value"],
    "objectList": [{"name": "a", "id": 1}, {"name": "b", "id": 2}],
    "SomeObject": None,
    "cluster.name": "c",
    "ThisFlag": True,
}
PEOPLE: dict[str, object] = {
    "user": {"id": 1, "email": "John.Stiles@example.com"},
    "users": [{"id": 2, "email": "John.Doe@example.com"}, {"id": 3, "email": "Jane.Doe@example.com"}],
    "actions": ["GET", "PUT", "DELETE"],
    "coordinates": [[0, 1, 2], [4, 5, 6], [7, 8, 9]],
}
METRICS: dict[str, object] = {
    "bandwidth": 80,
    "latency": 42,
    "refreshRate": 60,
    "responseTime": 5,
    "errorCode": 400,
    "number": [0.001],
    "numbers": [9.5],
    "processes": [None, None, None, None, {"averageRuntime": 55.5}],
}

DOCUMENTED = [
    ('{ $.eventType = "UpdateTrail" }', TRAIL, True),
    ('{ $.eventType = "UpdateTrail" }', {"eventType": "UpdateTrail", "source": "cloudtrail"}, True),
    ('{ $.eventType = "UpdateTrail" }', {"eventType": "UserLogin", "userId": "123"}, False),
    ("{ $.sourceIPAddress != 123.123.* }", TRAIL, True),
    ("{ $.sourceIPAddress != 123.123.* }", {"sourceIPAddress": "123.123.1.1"}, False),
    ('{ $.arrayKey[0] = "value" }', TRAIL, True),
    ('{ $.arrayKey[0] = "value" }', {"arrayKey": "value"}, False),
    ("{ $.objectList[1].id = 2 }", TRAIL, True),
    ("{ $.objectList[1].id = 2 }", {"objectList": {"id": 2}}, False),
    ("{ $.objectList[1].id = 2 }", {"objectList": [1, 2]}, False),
    ("{ $.objectList[1].id = 2 }", {"objectList": [{}, {"name": "b"}]}, False),
    ("{ $.eventType = %Trail% }", TRAIL, True),
    ("{ $.eventType = %Trail% }", {"eventType": "UserLogin"}, False),
    ("{ $.arrayKey[*] = %val.{2}% }", TRAIL, True),
    ("{ $.arrayKey[*] = %val.{2}% }", {"arrayKey": ["val", "other"]}, False),
    (r"{ $.* = %111\.111\.111\.1[0-9]{1,2}% }", TRAIL, True),
    (r"{ $.* = %111\.111\.111\.1[0-9]{1,2}% }", {"sourceIPAddress": "111.111.111.2"}, False),
    ("{ $.['cluster.name'] = \"c\" }", TRAIL, True),
    ("{ $.['cluster.name'] = \"c\" }", {"cluster": {"name": "c"}}, False),
    ("{ $.SomeObject IS NULL }", TRAIL, True),
    ("{ $.SomeObject IS NULL }", {"SomeObject": {}}, False),
    ("{ $.SomeOtherObject NOT EXISTS }", TRAIL, True),
    ("{ $.eventType NOT EXISTS }", TRAIL, False),
    ("{ $.ThisFlag IS TRUE }", TRAIL, True),
    ("{ $.ThisFlag IS FALSE }", TRAIL, False),
    ("{ $.ThisFlag IS FALSE }", {"ThisFlag": False}, True),
    ('{ $.eventType = "*" && $.sourceIPAddress != 123.123.* }', TRAIL, True),
    ('{ $.eventType = "*" && $.sourceIPAddress != 123.123.* }', {"eventType": "UpdateTrail"}, False),
    ('{ ($.user.id = 1) && ($.users[0].email = "John.Doe@example.com") }', PEOPLE, True),
    ('{ ($.user.id = 2 && $.users[0].email = "nonmatch") || $.actions[2] = "GET" }', PEOPLE, False),
    (
        '{ $.user.email = "John.Stiles@example.com" || $.coordinates[0][1] = nonmatch && $.actions[2] = nomatch }',
        PEOPLE,
        True,
    ),
    (
        '{ ($.user.email = "John.Stiles@example.com" || $.coordinates[0][1] = nonmatch) && $.actions[2] = nomatch }',
        PEOPLE,
        False,
    ),
    ("{ $.users = 1 }", {"users": [1, 2, 3]}, False),
    ("{ $.users != 1 }", {"users": [1, 2, 3]}, False),
    ("{ $.bandwidth > 75 }", METRICS, True),
    ("{ $.latency < 50 }", METRICS, True),
    ("{ $.latency < 50 }", {"latency": 50}, False),
    ("{ $.latency >= 500 }", METRICS, False),
    ("{ $.latency > +1000 }", METRICS, False),
    ("{ $.latency = * }", METRICS, True),
    ("{ $.latency = * }", {}, False),
    ("{ $.refreshRate >= 60 }", METRICS, True),
    ("{ $.responseTime <= 5 }", METRICS, True),
    ("{ $.errorCode = 400}", METRICS, True),
    ("{ $.errorCode != 500 }", METRICS, True),
    ("{ $.errorCode != 500 }", {"errorCode": 500}, False),
    ("{ $.number[0] = 1e-3 }", METRICS, True),
    ("{ $.number[0] != 1e+3 }", METRICS, True),
    ("{ $.numbers[0] < 10e3 }", METRICS, True),
    ("{ $.numbers[0] < 10e-3 }", METRICS, False),
    ("{ $.processes[4].averageRuntime <= 55.5 }", METRICS, True),
    ("{$.foo = bar || $.foo = baz }", {"foo": "baz"}, True),
    ("{$.foo = bar}", {"foo": "baz"}, False),
    ('{ $.name = "*Event" }', {"name": "PutEvent"}, True),
    ('{ $.name = "*Event" }', {"name": "EventId"}, False),
    ("{ $.name = Event* }", {"name": "EventName"}, True),
    ("{ $.name = Ev*ent }", {"name": "Ev*ent"}, True),
    ("{ $.name = Ev*ent }", {"name": "EvXent"}, False),
]

TRAPS = [
    pytest.param('{ $.a != "x" }', {}, False, id="unequal-says-nothing-of-an-absent-field"),
    pytest.param('{ ($.a != "x") || ($.a NOT EXISTS) }', {}, True, id="absence-is-asked-for"),
    pytest.param('{ $.a != "x" }', {"a": None}, False, id="unequal-says-nothing-of-null"),
    pytest.param('{ $.a != "x" }', {"a": {"b": "y"}}, False, id="unequal-says-nothing-of-an-object"),
    pytest.param('{ $.a = "*" }', {"a": None}, False, id="null-is-no-value"),
    pytest.param('{ $.a = "*" }', {"a": ""}, True, id="an-empty-string-is-a-value"),
    pytest.param("{ $.a IS NULL }", {}, False, id="absent-is-not-null"),
    pytest.param("{ $.a NOT EXISTS }", {"a": None}, False, id="null-is-not-absent"),
    pytest.param("{ $.a NOT EXISTS }", {"a": {}}, False, id="an-object-is-not-absent"),
    pytest.param("{ $.a.b NOT EXISTS }", {"a": None}, True, id="nothing-lies-below-null"),
    pytest.param("{ $.a.b NOT EXISTS }", {"a": "b"}, True, id="nothing-lies-below-a-string"),
    pytest.param("{ $.a[1] NOT EXISTS }", {"a": ["b"]}, True, id="beyond-the-end"),
    pytest.param("{ $.a[0] NOT EXISTS }", {"a": ["b"]}, False, id="within-the-end"),
    pytest.param('{ $.a = "X" }', {"a": "x"}, False, id="case-counts-in-values"),
    pytest.param('{ $.A = "x" }', {"a": "x"}, False, id="case-counts-in-names"),
    pytest.param("{ $.a IS TRUE }", {"a": "true"}, False, id="a-string-is-not-true"),
    pytest.param("{ $.a = true }", {"a": True}, False, id="true-is-not-a-string"),
    pytest.param("{ $.a = 1 }", {"a": True}, False, id="true-is-not-a-number"),
    pytest.param("{ $.a = 4* }", {"a": True}, False, id="true-has-no-digits"),
    pytest.param("{ $.a = 1 }", {"a": "1"}, False, id="a-string-is-not-a-number"),
    pytest.param("{ $.a != 1 }", {"a": "x"}, False, id="numbers-say-nothing-of-strings"),
    pytest.param('{ $.a = "1" }', {"a": 1}, False, id="a-number-is-not-a-string"),
    pytest.param('{ $.a != "x" }', {"a": 1}, False, id="strings-say-nothing-of-numbers"),
    pytest.param("{ $.a = 4* }", {"a": 404}, True, id="a-bare-wildcard-is-for-numbers-too"),
    pytest.param("{ $.a = 0.2* }", {"a": 0.25}, True, id="decimals-as-they-are-written"),
    pytest.param("{ $.a != 4* }", {"a": 404}, False, id="and-its-opposite"),
    pytest.param('{ $.a = "4*" }', {"a": 404}, False, id="a-quoted-wildcard-is-for-strings"),
    pytest.param('{ $.a = "*:role/X-*" }', {"a": "arn:aws:iam::1:role/X-Y"}, True, id="wildcards-at-both-ends"),
    pytest.param('{ $.a = "arn:*:role" }', {"a": "arn:1:role"}, False, id="a-wildcard-within-is-a-star"),
    pytest.param('{ $.a != "x*" }', {"a": "y"}, True, id="unequal-with-a-wildcard"),
    pytest.param('{ $.a != "x*" }', {"a": "xy"}, False, id="unequal-with-a-wildcard-that-fits"),
    pytest.param("{ $.a != %x% }", {"a": "y"}, True, id="unequal-to-an-expression"),
    pytest.param("{ $.a = %x% }", {"a": 1}, False, id="expressions-are-for-strings"),
    pytest.param(r'{ $.a = "q\"\\" }', {"a": 'q"\\'}, True, id="quotes-within-quotes"),
    pytest.param('{ $.a = "&& ) }" }', {"a": "&& ) }"}, True, id="signs-within-quotes"),
    pytest.param('{$.a="x"||$.b="x"&&$.c="x"}', {"a": "x"}, True, id="and-binds-tighter"),
    pytest.param("{\n  $.a\n  IS\n  NULL\n}", {"a": None}, True, id="over-several-lines"),
    pytest.param("{ $.a-b_1 = -5 }", {"a-b_1": -5}, True, id="hyphens-and-minus"),
    pytest.param("{ $.a = .5 }", {"a": 0.5}, True, id="no-digit-before-the-point"),
    pytest.param("{ $.a > 1e999 }", {"a": 10**400}, False, id="beyond-all-numbers"),
    pytest.param("{ $.a = us-east-1 }", {"a": "us-east-1"}, True, id="hyphens-without-quotes"),
    pytest.param("{ $.a[*].b = 1 }", {"a": [{"c": 1}, {"b": 1}]}, True, id="any-element"),
    pytest.param("{ $.a[*].b = 1 }", {"a": {"b": 1}}, False, id="elements-of-an-object"),
    pytest.param("{ $.*.b = 1 }", {"x": {"b": 2}, "y": {"b": 1}}, True, id="any-field"),
    pytest.param("{ $.*[1] = 1 }", {"x": [1], "y": [0, 1]}, True, id="an-element-of-any-field"),
    pytest.param("{ $.a[*] = 1 }", {"a": [[1], 2]}, False, id="one-level-of-elements"),
    pytest.param("{ $.a[*] NOT EXISTS }", {"a": []}, True, id="no-element-exists"),
    pytest.param("{ $.a[*] NOT EXISTS }", {"a": [None]}, False, id="an-element-exists"),
    pytest.param("{ $.a[*] IS NULL }", {"a": [1, None]}, True, id="an-element-is-null"),
]

REGEXES = [
    ("^[hc]at", "hat", True),
    ("^[hc]at", "that", False),
    ("[hc]at$", "that", True),
    ("[hc]at$", "hats", False),
    ("[hc]at$", "that\n", False),
    ("colou?r", "color", True),
    ("[abcx-z]", "y", True),
    ("[abcx-z]", "d", False),
    ("[^a]", "a", False),
    ("^a{3,5}$", "aa", False),
    ("^a{3,5}$", "aaaa", True),
    ("^a{2,}$", "aaa", True),
    ("^a{2}$", "aaa", False),
    ("gra|ey", "grey", True),
    (r"10\.10\.0\.1", "10x10x0x1", False),
    ("^ab*c$", "abbbc", True),
    ("^ab+c$", "ac", False),
    (r"\d\s\w", "1 a", True),
    (r"\D\S\W", "1 a", False),
    (r"^\x41$", "A", True),
    (r"^\d$", "٣", False),
    (r"[[]", "[", True),
    (r"[\]]", "]", True),
    (r"[a|]", "|", True),
    (r"[a\-z]", "b", False),
]

REFUSED = [
    ("", 1, "between { and }"),
    ("{", 1, "between { and }"),
    ("ERROR", 1, "between { and }"),
    (" { $.a = 1 }", 1, "between { and }"),
    ("[ip, user]", 1, "between { and }"),
    ("{}", 2, "expected a selector"),
    ("{ a = 1 }", 3, "expected a selector"),
    ("{ $ = 1 }", 3, "no meaning"),
    ("{ $[0] = 1 }", 3, "no meaning"),
    ("{ $.a[-1] = 1 }", 6, "no meaning"),
    ("{ $.a[0 = 1 }", 6, "no meaning"),
    ("{ $.a }", 7, "expected ="),
    ("{ $.a EXISTS }", 7, "expected ="),
    ("{ $.a IS NOT NULL }", 7, "expected ="),
    ("{ $.a is null }", 7, "expected ="),
    ("{ $.a = }", 9, "expected a value"),
    ("{ $.a == 1 }", 8, "expected a value"),
    ("{ $.a = @x }", 9, "no meaning"),
    ('{ $.a = "x }', 9, "no meaning"),
    (r'{ $.a = "\n" }', 9, "no meaning"),
    ("{ $.a = ü }", 9, "no meaning"),
    ("{ $.a = x+y }", 9, "double quotes"),
    ('{ $.a < "x" }', 9, "with a number"),
    ("{ $.a >= 4* }", 10, "with a number"),
    ("{ $.a > %x% }", 9, "with a number"),
    ("{ $.a = 1 $.b = 2 }", 11, "&&"),
    ("{ $.a = 1 & $.b = 2 }", 11, "no meaning"),
    ("{ $.a = 1 && }", 14, "expected a selector"),
    ("{ ($.a = 1 }", 12, "closes it"),
    ("{ $.a = 1) }", 10, "&&"),
    ("{ () }", 4, "expected a selector"),
    ("{ $.a[*].* = 1 }", 3, "one wildcard in a selector"),
    ("{ $.a[*]=1 || $.b[*]=1 || $.c[*]=1 || $.*=1 }", 39, "3 in a pattern"),
    ("{ $.a = %x% || $.b = %y% || $.c = %z% }", 35, "2 regular expressions"),
    ("{ $.a = %something!% }", 9, "'!' cannot stand there"),
    ("{ $.a = %(a|b)% }", 9, "'(' cannot stand there"),
    ("{ $.a = %ü% }", 9, "'ü' cannot stand there"),
    ("{ $.a = %a b% }", 9, "' ' cannot stand there"),
    ("{ $.a = %[a% }", 9, "'[' cannot stand there"),
    (r"{ $.a = %\b% }", 9, "cannot stand there"),
    ("{ $.a = %a**% }", 9, "'*' cannot stand there"),
    ("{ $.a = %a*+% }", 9, "'*' cannot stand there"),
    ("{ $.a = %*a% }", 9, "repeat"),
    ("{ $.a = %[z-a]% }", 9, "range"),
    ("{ $.a = %a{3,1}% }", 9, "min repeat"),
    ("{ $.a = %[a--]% }", 9, "two hyphens"),
    ("{" + " " * 1023 + "}", 1025, "1,025 characters"),
    ("{" + "(" * 1022 + "}", 1024, "expected a selector"),
]


@pytest.mark.parametrize(("text", "event", "expected"), DOCUMENTED)
def test_matches_as_documented(text: str, event: dict[str, object], expected: bool) -> None:
    assert parse(text).matches(event) is expected


@pytest.mark.parametrize(("text", "event", "expected"), TRAPS)
def test_traps(text: str, event: dict[str, object], expected: bool) -> None:
    assert parse(text).matches(event) is expected


@pytest.mark.parametrize(("expression", "value", "expected"), REGEXES)
def test_regular_expressions(expression: str, value: str, expected: bool) -> None:
    assert parse(f"{{ $.a = %{expression}% }}").matches({"a": value}) is expected


@pytest.mark.parametrize(("text", "place", "why"), REFUSED)
def test_refuses_and_says_where(text: str, place: int, why: str) -> None:
    with pytest.raises(PatternError) as refused:
        parse(text)
    assert why in refused.value.message
    assert refused.value.subject.startswith(f"character {place}:")
    assert refused.value.advice


def test_a_pattern_keeps_its_text_and_may_be_as_long_as_aws_takes() -> None:
    text = "{ $.a = 1" + " " * 1014 + "}"
    assert len(text) == 1024
    assert parse(text).text == text
    assert issubclass(PatternError, UsageError)


def test_nests_as_deep_as_a_pattern_is_long() -> None:
    parentheses = "{" + "(" * 500 + "$.a=1" + ")" * 500 + "}"
    alternating = "{" + "$.a=1&&($.b=2||(" * 51 + "$.a=1" + ")" * 102 + "}"
    assert parse(parentheses).matches({"a": 1})
    assert len(alternating) <= 1024
    assert parse(alternating).matches({"a": 1})
    assert not parse(alternating).matches({"a": 2, "b": 1})


@settings(max_examples=60)
@given(st.text(alphabet="{}()[]$.*ab01 \"%\\=!<>&|ISNULTE'-+e", max_size=40).map("{{ $.a {} }}".format))
@example("{ $.a = %[[]||--&&% }")
@example("{ $.a = %a{999,999}% }")
@example("{ $.a = %[]% }")
@example("{ $.a = %^*% }")
@example("{ $.a[" + "9" * 1000 + "] = 1 }")
@example("{ $.a = " + "9" * 1000 + " }")
def test_parse_raises_nothing_else(text: str) -> None:
    try:
        pattern = parse(text)
    except PatternError:
        return
    for event in WEIRD:
        assert pattern.matches(event) in (True, False)


@settings(max_examples=60)
@given(st.text(alphabet=r"ab019:-,^$?[]{}|\*+.dx!", max_size=12))
def test_expressions_are_read_or_refused_without_a_warning(expression: str) -> None:
    try:
        pattern = parse(f"{{ $.a = %{expression}% }}")
    except PatternError:
        return
    assert pattern.matches({"a": "ab01"}) is not parse(f"{{ $.a != %{expression}% }}").matches({"a": "ab01"})


@st.composite
def conditions(draw: st.DrawFn) -> str:
    selector = "$." + ".".join(draw(st.lists(NAMES, min_size=1, max_size=2)))
    word = draw(WORDS)
    return draw(
        st.sampled_from(
            [
                f'{selector} = "{word}"',
                f'{selector} = "{word}"',
                f'{selector} != "{word}"',
                f'{selector} = "{word}*"',
                f"{selector} = *{word}",
                f"{selector} = %x.%",
                f"{selector} > 0",
                f"{selector} IS TRUE",
                f"{selector} IS NULL",
                f"{selector} NOT EXISTS",
                f'{selector}[*] = "{word}"',
            ]
        )
    )


expressions = st.recursive(
    conditions(),
    lambda each: (
        st.lists(each, min_size=2, max_size=3).map(lambda parts: f"({' && '.join(parts)})")
        | st.lists(each, min_size=2, max_size=3).map(lambda parts: f"({' || '.join(parts)})")
    ),
    max_leaves=5,
)


@settings(max_examples=100)
@given(st.lists(expressions.map("{{ {} }}".format), max_size=5), st.lists(events, max_size=5))
def test_many_at_once_are_as_one_by_one(texts: list[str], some: list[dict[str, object]]) -> None:
    patterns = {}
    for number, text in enumerate(texts):
        if text.count("[*]") <= 3 and text.count("%") <= 4:
            patterns[str(number)] = parse(text)
    matching = matcher(patterns)
    for event in [*some, *WEIRD[:-2]]:
        assert matching(event) == tuple(name for name, each in patterns.items() if each.matches(event))


def test_many_at_once_keep_their_order_and_the_empty_catalogue_is_silent() -> None:
    texts = {
        "one": '{ $.s = "b" && $.n = "x*" }',
        "always": "{ $.n = x* }",
        "two": '{ ($.s = "a" || $.s = "b") && $.t != "z" }',
        "other": '{ $.t = "y" || $.t = "z" }',
        "never": '{ $.s = "a" && $.s = "b" }',
        "mixed": '{ $.s = "a" || $.t = "y" }',
    }
    matching = matcher({name: parse(text) for name, text in texts.items()})
    assert matching({"s": "b", "n": "xx", "t": "y"}) == ("one", "always", "two", "other", "mixed")
    assert matching({"s": ["b"], "t": 1}) == ()
    assert matcher({})({"s": "b"}) == ()
