"""Condition operators, one row for each thing AWS says of them.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
"""

import pytest

from breakglass.documents import Json
from tests.iam.support import A, allow, decision, deny, document, request

YES, NO, MAYBE = "yes", "no", "maybe"
K = "s3:key"

ROWS: list[tuple[str, Json, Json, str]] = [
    # operator, values of the policy, values of the request (None: the key is absent), whether it is met
    ("StringEquals", "a", "a", YES),
    ("StringEquals", "a", "A", NO),
    ("StringEquals", "a*", "ab", NO),
    ("StringEquals", "a*", "a*", YES),
    ("StringEquals", ["x", "a"], "a", YES),
    ("StringEquals", "a", None, NO),
    ("StringEqualsIfExists", "a", None, YES),
    ("StringEqualsIfExists", "a", "b", NO),
    ("StringEquals", "a", [], NO),
    ("StringEquals", "a", ["a", "a"], YES),
    ("StringEquals", "a", ["a", "b"], MAYBE),
    ("StringEquals", "a", ["b", "c"], NO),
    ("StringNotEquals", "a", "b", YES),
    ("StringNotEquals", ["a", "b"], "b", NO),
    ("StringNotEquals", "a", None, YES),
    ("StringNotEqualsIfExists", "a", None, YES),
    ("StringEqualsIgnoreCase", "Aa", "aA", YES),
    ("StringEqualsIgnoreCase", "a", "b", NO),
    ("StringNotEqualsIgnoreCase", "Aa", "aA", NO),
    ("StringLike", "a*c?e", "abbcde", YES),
    ("StringLike", "a*c?e", "abbce", NO),
    ("StringLike", "*b*c*", "abc", YES),
    ("StringLike", "*c*b*", "abc", NO),
    ("StringLike", "**", "", YES),
    ("StringLike", "ab*ba", "aba", NO),
    ("StringLike", "a*", "xa", NO),
    ("StringLike", "a*", "A", NO),
    ("StringLike", "a", "a", YES),
    ("StringLike", "*?", "", NO),
    ("StringLike", "?", "\n", YES),
    ("StringLike", "*a?*b", "xayzb", YES),
    ("StringNotLike", "a*", "ab", NO),
    ("StringNotLike", "a*", None, YES),
    ("NumericEquals", "10", "10.0", YES),
    ("NumericEquals", 10, "11", NO),
    ("NumericNotEquals", "10", "11", YES),
    ("NumericNotEquals", "10", None, YES),
    ("NumericLessThan", "10", "9.99", YES),
    ("NumericLessThan", "10", "10", NO),
    ("NumericLessThan", "10", None, NO),
    ("NumericLessThanEquals", "10", "10", YES),
    ("NumericLessThanEqualsIfExists", "10", None, YES),
    ("NumericGreaterThan", "10", "11", YES),
    ("NumericGreaterThanEquals", "10", "9", NO),
    ("NumericLessThan", "ten", "9", MAYBE),
    ("NumericLessThan", "10", "nine", MAYBE),
    ("NumericLessThan", "10", "NaN", MAYBE),
    ("DateEquals", "2026-11-22T00:00:00Z", "2026-11-22", YES),
    ("DateEquals", "2026-11-22T01:00:00+01:00", "2026-11-22T00:00Z", YES),
    ("DateEquals", "1795305600", "2026-11-22T00:00:00.0Z", YES),
    ("DateNotEquals", "2026-11", "2026-11-01", NO),
    ("DateLessThan", "2026-11-22T00:00:00.5Z", "2026-11-22T00:00:00.25Z", YES),
    ("DateGreaterThan", "2026-11-22T00:00:00Z", "2026-11-21T23:59:59Z", NO),
    ("DateGreaterThanEquals", "2026-11-22T00:00:00Z", "2026-11-22T00:00:00Z", YES),
    ("DateLessThanEquals", "2026-11-22T00:00:00Z", None, NO),
    ("DateLessThan", "2026-01-01", "9999-12-31T23:59:59-14:00", NO),
    ("DateLessThan", "2026-01-01", "0001-01-01T00:00:00+14:00", YES),
    ("DateLessThan", "2026-01-01T00:00:00+99:99", "2025-01-01", MAYBE),
    ("DateLessThan", "2026", "2025-01-01", MAYBE),
    ("DateLessThan", "2026-13-01", "2025-01-01", MAYBE),
    ("DateLessThan", "2026-01-01", "yesterday", MAYBE),
    ("DateLessThan", "${aws:CurrentTime}", "2025-01-01", MAYBE),
    ("Bool", "true", "true", YES),
    ("Bool", True, "TRUE", YES),
    ("Bool", "false", "true", NO),
    ("Bool", "false", None, NO),
    ("BoolIfExists", "false", None, YES),
    ("Bool", "yes", "true", MAYBE),
    ("Bool", "true", "yes", MAYBE),
    ("BinaryEquals", "QmluYXJ5", "QmluYXJ5", YES),
    ("BinaryEquals", "QmluYXJ5", "QmluYXJ6", NO),
    ("BinaryEquals", "Qml", "QmluYXJ5", MAYBE),
    ("BinaryEquals", "QmluYXJ5", "é", MAYBE),
    ("IpAddress", "203.0.113.0/24", "203.0.113.7", YES),
    ("IpAddress", "203.0.113.9/24", "203.0.113.7", YES),
    ("IpAddress", "203.0.113.7", "203.0.113.7", YES),
    ("IpAddress", "203.0.113.7", "203.0.113.8", NO),
    ("IpAddress", "2001:db8::/32", "2001:DB8::1", YES),
    ("IpAddress", "2001:db8::/32", "203.0.113.7", NO),
    ("IpAddress", "2001:db8::1", "2001:db8::1", MAYBE),
    ("IpAddress", "fe80::1%eth0/64", "fe80::1", MAYBE),
    ("IpAddress", "everywhere", "203.0.113.7", MAYBE),
    ("IpAddress", "203.0.113.0/24", "somewhere", MAYBE),
    ("NotIpAddress", "203.0.113.0/24", "203.0.113.7", NO),
    ("NotIpAddress", "203.0.113.0/24", "2001:db8::1", YES),
    ("NotIpAddress", "203.0.113.0/24", None, YES),
    ("ArnLike", f"arn:aws:iam::{A}:user/*", f"arn:aws:iam::{A}:user/x/y", YES),
    ("ArnLike", "arn:aws:iam::*:user/x", f"arn:aws:iam::{A}:user/x", YES),
    ("ArnLike", "arn:*:user/x", f"arn:aws:iam::{A}:user/x", MAYBE),
    ("ArnLike", "arn:aws:iam:*:user/x", f"arn:aws:iam::{A}:user/x", MAYBE),
    ("ArnLike", "arn:aws:*:*:*:user/x", "arn:aws:a:b:c:d:user/x", NO),
    ("ArnLike", "arn:aws:logs:*:*:*:x", "arn:aws:logs:r:1:group:x", YES),
    ("ArnLike", "arn:aws:iam::1?1:user/x", "arn:aws:iam::121:user/x", YES),
    ("ArnLike", f"arn:aws:iam::{A}:user/x", "no ARN", NO),
    ("ArnEquals", f"arn:aws:iam::{A}:user/*", f"arn:aws:iam::{A}:user/x", YES),
    ("ArnEquals", f"arn:aws:iam::{A}:user/x", None, NO),
    ("ArnNotEquals", f"arn:aws:iam::{A}:user/x", f"arn:aws:iam::{A}:user/y", YES),
    ("ArnNotLike", f"arn:aws:iam::{A}:user/*", f"arn:aws:iam::{A}:user/y", NO),
    ("ArnNotLike", f"arn:aws:iam::{A}:user/*", None, YES),
    ("ArnLikeIfExists", f"arn:aws:iam::{A}:user/*", None, YES),
    ("Null", "true", None, YES),
    ("Null", True, [], YES),
    ("Null", "True", "x", NO),
    ("Null", "false", "x", YES),
    ("Null", "false", None, NO),
    ("Null", ["true", "false"], None, MAYBE),
    ("Null", "maybe", None, MAYBE),
    ("NullIfExists", "true", None, MAYBE),
    ("ForAllValues:Null", "true", None, MAYBE),
    ("ForAllValues:StringEquals", ["a", "b"], ["a", "b"], YES),
    ("ForAllValues:StringEquals", ["a", "b"], ["a", "c"], NO),
    ("ForAllValues:StringEquals", "a", None, YES),
    ("ForAllValues:StringEquals", "a", "", YES),
    ("ForAllValues:StringNotEquals", ["a", "b"], ["c", "b"], NO),
    ("ForAllValues:StringNotEquals", ["a", "b"], ["c", "d"], YES),
    ("ForAllValues:StringEqualsIfExists", "a", None, YES),
    ("ForAnyValue:StringEquals", ["a", "b"], ["c", "b"], YES),
    ("ForAnyValue:StringEquals", ["a", "b"], ["c"], NO),
    ("ForAnyValue:StringEquals", "a", None, NO),
    ("ForAnyValue:StringEquals", "a", "", NO),
    ("ForAnyValue:StringNotEquals", "a", ["a", "b"], YES),
    ("ForAnyValue:StringNotEquals", "a", None, NO),
    ("ForAnyValue:StringEqualsIfExists", "a", None, MAYBE),
    ("ForAnyValue:StringEqualsIfExists", "a", "a", YES),
    ("ForAnyValue:StringLike", "a*", ["b", "ab"], YES),
    ("ForAllValues:Bool", "true", ["true"], YES),
    ("ForSomeValues:StringEquals", "a", "a", MAYBE),
    ("StringMatches", "a", "a", MAYBE),
    ("stringequals", "a", "a", MAYBE),
]


@pytest.mark.parametrize(("operator", "wanted", "given", "met"), ROWS)
def test_operator(operator: str, wanted: Json, given: Json, met: str) -> None:
    """A condition is met if it lets an Allow through and a Deny strike, and the other way round."""
    condition: Json = {operator: {K: wanted}}
    context: Json = {} if given is None else {K.upper(): given}
    allowed = decision(request(context=context, identity_policies=[document(allow(Condition=condition))]))
    denied = decision(request(context=context, identity_policies=[document(allow(), deny(Condition=condition))]))
    assert (allowed, denied) == {
        YES: ("allowed", "explicit_deny"),
        NO: ("implicit_deny", "allowed"),
        MAYBE: ("unsupported", "unsupported"),
    }[met]


def test_keys_and_operators_of_a_statement_must_all_be_met() -> None:
    condition: Json = {"StringEquals": {"s3:a": "1", "s3:b": "2"}, "Bool": {"s3:c": "true"}}
    held = document(allow(Condition=condition))
    whole = {"s3:a": "1", "s3:b": "2", "s3:c": "true"}
    assert decision(request(context=whole, identity_policies=[held])) == "allowed"
    for key in whole:
        assert decision(request(context={**whole, key: "x"}, identity_policies=[held])) != "allowed"


VARIABLES: list[tuple[str, str, dict[str, Json], str]] = [
    # https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
    ("StringEquals", "${s3:other}", {"s3:other": "v"}, YES),
    ("StringEquals", "a-${S3:Other}", {"s3:other": "v"}, NO),
    ("StringEquals", "${s3:other}", {}, NO),
    ("StringNotEquals", "${s3:other}", {}, YES),
    ("StringEquals", "${s3:other, 'v'}", {}, YES),
    ("StringEquals", "${s3:other, 'w'}", {"s3:other": "v"}, YES),
    ("StringEqualsIgnoreCase", "${s3:other}", {"s3:other": "V"}, YES),
    ("StringEqualsIgnoreCase", "${s3:other}", {}, NO),
    ("StringLike", "${s3:other}*", {"s3:other": "v"}, YES),
    ("StringLike", "${s3:other}*", {"s3:other": "*"}, MAYBE),
    ("StringLike", "${s3:other}*", {}, NO),
    ("StringEquals", "${s3:other}", {"s3:other": ["v", "w"]}, MAYBE),
    ("StringLike", "${*}", {}, NO),
    ("StringLike", "${s3:other", {}, MAYBE),
    ("StringLike", "${ s3:other}", {}, MAYBE),
    ("ArnLike", "${s3:other}", {"s3:other": "v"}, MAYBE),
    ("ArnLike", "${s3:other}", {}, NO),
    ("ArnLike", "arn:aws:s3:::${s3:other}", {"s3:other": "v"}, NO),
]


@pytest.mark.parametrize(("operator", "wanted", "more", "met"), VARIABLES)
def test_variables(operator: str, wanted: str, more: dict[str, Json], met: str) -> None:
    held = document(allow(Condition={operator: {K: wanted}}))
    found = decision(request(context={K: "v", **more}, identity_policies=[held]))
    assert found == {YES: "allowed", NO: "implicit_deny", MAYBE: "unsupported"}[met]


@pytest.mark.parametrize(("value", "matches"), [("*", True), ("x", False)])
def test_a_star_can_be_written_out(value: str, matches: bool) -> None:
    held = document(allow(Condition={"StringLike": {K: "${*}"}}))
    assert (decision(request(context={K: value}, identity_policies=[held])) == "allowed") is matches


def test_before_2012_a_variable_is_plain_text() -> None:
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_version.html"""
    statement = allow(Condition={"StringEquals": {K: "${aws:username}"}})
    for version, value in (("2008-10-17", "${aws:username}"), ("2012-10-17", "ana-break-glass")):
        held = document(statement, version=version)
        assert decision(request(context={K: value}, identity_policies=[held])) == "allowed"
    unversioned: dict[str, Json] = {"Statement": statement}
    assert decision(request(context={K: "ana-break-glass"}, identity_policies=[unversioned])) == "implicit_deny"


def test_many_stars_cost_no_time_that_grows_with_their_number() -> None:
    for pattern in ("*a" * 40 + "b", "*a?" * 40 + "b"):
        held = document(allow(Condition={"StringLike": {K: pattern}}))
        assert decision(request(context={K: "a" * 20_000}, identity_policies=[held])) == "implicit_deny"
