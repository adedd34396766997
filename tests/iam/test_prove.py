"""Proofs: what is proved survives random requests, what is refuted is confirmed, what is not modelled is neither."""

import random
from collections.abc import Mapping
from types import MappingProxyType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from breakglass.documents import Document, Json
from breakglass.iam.breakpoints import breakpoints
from breakglass.iam.evaluate import evaluate
from breakglass.iam.nouns import UNKNOWN, Decision, Request
from breakglass.iam.prove import Documents, Question, Setting, Status, demand, everybody, prove
from breakglass.iam.scenarios import decide
from breakglass.iam.truth import Unsupported

USER = "arn:aws:iam::111111111111:user/team/ana"
ROLE = "arn:aws:iam::222222222222:role/BREAK-GLASS-X"
ROOT = "arn:aws:iam::111111111111:root"


def doc(*statements: Mapping[str, Json]) -> Document:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def allow(action: Json = "*", resource: Json = "*", **condition: Json) -> dict[str, Json]:
    found: dict[str, Json] = {"Effect": "Allow", "Action": action, "Resource": resource}
    return {**found, "Condition": condition} if condition else found


def deny(action: Json = "*", resource: Json = "*", **condition: Json) -> dict[str, Json]:
    return {**allow(action, resource, **condition), "Effect": "Deny"}


def every(*values: str) -> dict[str, Json]:
    return allow(**{"ForAllValues:StringEquals": {"k": list(values)}})


def any_of(*values: str) -> dict[str, Json]:
    return allow(**{"ForAnyValue:StringEquals": {"k": list(values)}})


ANYTHING = doc(allow())
NOTHING = doc()


def asked(identity: Document, reference: Document, **more: object) -> Question:
    return Question((Setting(USER, Documents((identity,))),), Documents((reference,)), **more)  # type: ignore[arg-type]


# the language, each part once: what is allowed lies within the reference or it does not

WITHIN: list[tuple[dict[str, Json], dict[str, Json], bool]] = [
    (allow("s3:GetObject"), allow("s3:Get*"), True),
    (allow("s3:Get*"), allow("s3:GetObject"), False),
    (allow("s3:*", "arn:aws:s3:::a/*"), allow("s3:*", "arn:aws:s3:::*"), True),
    (allow("s3:*", "arn:aws:s3:::*"), allow("s3:*", "arn:aws:s3:::a/*"), False),
    (allow("a:b", "arn:aws:iam::111111111111:user/x"), allow("a:b", "arn:aws:iam::*:user/?"), True),
    (allow("a:b", "arn:aws:iam::*:user/x"), allow("a:b", "arn:aws:iam::111111111111:user/x"), False),
    (allow("a:b", "arn:aws:iam::111111111111:user/team/${aws:username}"), allow("a:b", USER), True),
    (allow(Bool={"k": "true"}), allow(StringEquals={"k": "true"}), True),
    (allow(Bool={"k": "true"}), allow(Null={"k": "false"}), True),
    (allow(BoolIfExists={"k": "true"}), allow(Bool={"k": "true"}), False),
    (allow(StringLike={"k": "a*"}), allow(StringLike={"k": "*"}), True),
    (allow(StringLike={"k": "a*b"}), allow(StringLike={"k": "a?*"}), True),
    (allow(StringLike={"k": "a*"}), allow(StringLike={"k": "a?*"}), False),
    (allow(StringEquals={"k": "X"}), allow(StringEqualsIgnoreCase={"k": "x"}), True),
    (allow(StringEqualsIgnoreCase={"k": "x"}), allow(StringEquals={"k": "X"}), False),
    (allow(StringEquals={"k": "${aws:username}"}), allow(StringEquals={"k": "ana"}), True),
    (allow(StringNotEquals={"k": "a"}), allow(StringNotEquals={"k": ["a", "b"]}), False),
    (allow(StringNotEquals={"k": ["a", "b"]}), allow(StringNotEquals={"k": "a"}), True),
    (allow(ArnLike={"k": "arn:aws:iam::1:role/a*"}), allow(ArnLike={"k": "arn:aws:iam::*:role/*"}), True),
    (allow(ArnLike={"k": "arn:aws:iam::*:role/*"}), allow(ArnLike={"k": "arn:aws:iam::1:role/a*"}), False),
    (allow(NumericLessThan={"k": "10"}), allow(NumericLessThanEquals={"k": "10"}), True),
    (allow(NumericLessThanEquals={"k": "10"}), allow(NumericLessThan={"k": "10"}), False),
    (allow(NumericGreaterThan={"k": "1"}), allow(NumericGreaterThan={"k": "2"}), False),
    (allow(DateLessThan={"k": "2026-01-01T00:00:00Z"}), allow(DateLessThan={"k": "2027-01-01T00:00:00Z"}), True),
    (allow(DateGreaterThan={"k": "1700000000"}), allow(DateGreaterThan={"k": "2027-01-01T00:00:00Z"}), False),
    (allow(IpAddress={"k": "10.1.0.0/16"}), allow(IpAddress={"k": "10.0.0.0/8"}), True),
    (allow(IpAddress={"k": "10.0.0.0/8"}), allow(IpAddress={"k": "10.1.0.0/16"}), False),
    (allow(NotIpAddress={"k": "10.0.0.0/8"}), allow(NotIpAddress={"k": "10.1.0.0/16"}), True),
    (allow(BinaryEquals={"k": "QUJD"}), allow(BinaryEquals={"k": ["QUJD", "QUJE"]}), True),
    (every("a"), every("a", "b"), True),
    (every("a", "b"), every("a"), False),
    (any_of("a"), allow(Null={"k": "false"}), True),
    (every("a"), any_of("a"), False),
]


@pytest.mark.parametrize(("within", "reference", "held"), WITHIN, ids=[f"{a} | {b}" for a, b, _ in WITHIN])
def test_what_lies_within_is_proved_and_what_does_not_is_refuted(
    within: dict[str, Json], reference: dict[str, Json], held: bool
) -> None:
    verdict = prove(asked(doc(within), doc(reference)))
    assert verdict.status is (Status.PROVED if held else Status.REFUTED), verdict.why
    if not held:
        assert verdict.counterexample is not None
        assert decide(verdict.counterexample).decision is Decision.ALLOWED
        other = {**verdict.counterexample, "identity_policies": [doc(reference)]}
        assert decide(other).decision is not Decision.ALLOWED


@pytest.mark.parametrize(
    "statement",
    [
        allow("a:b", "arn:aws:ec2:*:*:*/*"),
        allow(StringMatches={"k": "x"}),
        {**allow(), "Else": "x"},
        allow(StringEquals={"k": "${aws:PrincipalTag/team}"}),
        allow("a:b", "arn:aws:s3:::${aws:ResourceAccount}"),
        allow(IpAddress={"k": "nowhere"}),
        allow(NumericEquals={"k": "many"}),
        allow(DateEquals={"k": "soon"}),
        allow(ArnLike={"k": "no arn"}),
        allow("a:b", "arn:aws:iam::111111111111:user/${aws:userid}"),
        allow("a:b", "no arn"),
    ],
    ids=str,
)
def test_what_is_not_modelled_or_too_much_is_not_proved(statement: dict[str, Json]) -> None:
    verdict = prove(asked(doc(statement), NOTHING if "Else" in statement else doc(allow(StringEquals={"k": "!"}))))
    assert verdict.status is Status.NOT_PROVED
    assert verdict.why


def test_a_set_of_too_many_values_is_not_proved() -> None:
    held = doc(*(every(*each) for each in ("ab", "bc", "cd", "de", "ef", "fg", "gh", "hi")))
    assert prove(asked(held, ANYTHING)).status is Status.NOT_PROVED


def test_more_requests_than_are_judged_prove_nothing() -> None:
    many = [allow(StringEquals={f"k{number}": "a"}) for number in range(20)]
    verdict = prove(asked(doc(*many), ANYTHING))
    assert (verdict.status, "more than" in verdict.why) == (Status.NOT_PROVED, True)


@pytest.mark.parametrize(("account", "held"), [("222222222222", True), ("111111111111", False)])
def test_the_account_of_a_resource_is_told_apart(account: str, held: bool) -> None:
    grace = doc({**allow(), "Principal": {"AWS": ROOT}})
    elsewhere = doc(allow(StringNotEquals={"aws:ResourceAccount": account}))
    limit = Documents((doc(allow(StringNotEquals={"aws:ResourceAccount": "222222222222"})),), grace)
    within = ("arn:aws:sns:*:222222222222:?*", "arn:aws:sns:*:333333333333:?*")
    verdict = prove(Question((Setting(USER, Documents((elsewhere,), grace)),), limit, resources=within))
    assert (verdict.status is Status.PROVED) == held


def test_a_reference_that_is_not_modelled_proves_nothing() -> None:
    assert prove(asked(ANYTHING, doc({**allow(), "Else": "x"}))).status is Status.NOT_PROVED


def test_with_nobody_to_judge_nothing_is_proved() -> None:
    assert prove(Question((), Documents((ANYTHING,)))).status is Status.NOT_PROVED
    assert demand([]).status is Status.NOT_PROVED


def test_a_refutation_outweighs_what_is_not_modelled() -> None:
    strange = Setting("arn:aws:iam::111111111111:user/b", Documents((doc({**allow(), "Else": "x"}),)))
    plain = Setting(USER, Documents((ANYTHING,)))
    assert prove(Question((strange, plain), Documents((NOTHING,)))).status is Status.REFUTED


def test_actions_and_resources_are_asked_within_their_bounds() -> None:
    only_reads = asked(doc(allow("s3:*")), doc(allow("s3:Get*")), actions=("s3:Get?*",))
    assert prove(only_reads).status is Status.PROVED
    one_bucket = asked(doc(allow("s3:*")), doc(allow("s3:*", "arn:aws:s3:::a")), resources=("arn:aws:s3:::a",))
    assert prove(one_bucket).status is Status.PROVED


def test_an_action_that_aws_adds_tomorrow_is_asked_for_too() -> None:
    known = doc(allow(["iam:Create*", "iam:Get*", "s3:*"]))
    verdict = prove(asked(doc({"Effect": "Allow", "NotAction": "ec2:*", "Resource": "*"}), known))
    assert verdict.status is Status.REFUTED


def test_the_five_variants_of_a_trust_come_out_as_they_must() -> None:
    """shared in every review of trust policies: a missing key passes BoolIfExists, and stops no plain Deny."""
    base: dict[str, Json] = {"Effect": "Allow", "Principal": {"AWS": ROOT}, "Action": "sts:AssumeRole"}
    key = "aws:MultiFactorAuthPresent"
    everyone: dict[str, Json] = {**base, "Effect": "Deny", "Principal": "*"}
    variants = {
        "Bool": (doc({**base, "Condition": {"Bool": {key: "true"}}}), Status.PROVED),
        "BoolIfExists": (doc({**base, "Condition": {"BoolIfExists": {key: "true"}}}), Status.REFUTED),
        "Deny Bool": (doc(base, {**everyone, "Condition": {"Bool": {key: "false"}}}), Status.REFUTED),
        "Deny BoolIfExists": (doc(base, {**everyone, "Condition": {"BoolIfExists": {key: "false"}}}), Status.PROVED),
        "with age": (
            doc({**base, "Condition": {"Bool": {key: "true"}, "NumericLessThan": {"aws:MultiFactorAuthAge": "900"}}}),
            Status.PROVED,
        ),
    }
    limit = doc({**base, "Principal": "*", "Action": "*", "Condition": {"Bool": {key: "true"}}})
    for name, (trust, status) in variants.items():
        documents, reference = Documents((ANYTHING,), trust), Documents((ANYTHING,), limit)
        found = everybody(documents, reference, ("222222222222",), "aws")
        verdict = prove(Question(found, reference, resources=(ROLE,)))
        assert verdict.status is status, name
        assert (verdict.counterexample is None) == (status is Status.PROVED)


def test_everybody_is_of_every_kind_and_of_accounts_nobody_speaks_of() -> None:
    trust = doc({"Effect": "Allow", "Principal": {"AWS": ROOT, "Service": "ec2.amazonaws.com"}, "Action": "sts:*"})
    found = [each.principal for each in everybody(Documents((), trust), Documents(), (), "aws")]
    kinds = {each.rpartition(":")[2].partition("/")[0] for each in found if each.startswith("arn:")}
    assert kinds == {"user", "assumed-role", "root", "federated-user", "saml-provider"}
    assert {each.split(":")[4] for each in found if each.startswith("arn:")} == {"111111111111", "000000000000"}
    assert {"ec2.amazonaws.com", "unheard-of.amazonaws.com"} <= set(found)


def test_a_key_whose_presence_alone_counts_is_asked_for_both_ways() -> None:
    held = Documents((ANYTHING,), boundary=doc(allow(), deny(Null={"k": "true"})))
    assert prove(Question((Setting(USER, held),), Documents((NOTHING,)))).status is Status.REFUTED


def test_a_demand_that_is_not_met_is_refuted_with_what_was_decided() -> None:
    request = Request(USER, "s3:GetObject", "arn:aws:s3:::a")
    assert demand([(request, Documents((ANYTHING,)))]).status is Status.PROVED
    refused = demand([(request, Documents((NOTHING,)))])
    assert (refused.status, refused.why) == (Status.REFUTED, "it is decided: implicit_deny")
    assert demand([(request, Documents((doc({**allow(), "Else": ""}),)))]).status is Status.NOT_PROVED


# laws, over random documents of a small world


ACTIONS = ["s3:GetObject", "s3:Get*", "s3:*", "iam:CreateUser", "*"]
RESOURCES = ["*", "arn:aws:s3:::a", "arn:aws:s3:::a/*", "arn:aws:s3:::*/x", "arn:aws:iam::111111111111:user/*"]
CONDITIONS: list[dict[str, Json]] = [
    {},
    {"Bool": {"aws:MultiFactorAuthPresent": "true"}},
    {"BoolIfExists": {"aws:MultiFactorAuthPresent": "true"}},
    {"StringLike": {"k": "a*"}},
    {"StringNotEquals": {"k": ["a", "b"]}},
    {"Null": {"k": "true"}},
    {"ForAllValues:StringEquals": {"t": ["a", "b"]}},
    {"ForAnyValue:StringLike": {"t": "a*"}},
    {"NumericLessThan": {"n": "5"}, "StringEquals": {"k": "${aws:username}"}},
]
statements = st.builds(
    lambda effect, element, actions, resources, condition: {
        "Effect": effect,
        element: actions,
        "Resource": resources,
        **({"Condition": condition} if condition else {}),
    },
    st.sampled_from(["Allow", "Allow", "Deny"]),
    st.sampled_from(["Action", "Action", "NotAction"]),
    st.lists(st.sampled_from(ACTIONS), min_size=1, max_size=2),
    st.lists(st.sampled_from(RESOURCES), min_size=1, max_size=2),
    st.sampled_from(CONDITIONS),
)
documents = st.lists(statements, max_size=3).map(lambda found: doc(*found))


def some_request(draw: random.Random) -> Request:
    context: dict[str, list[str]] = {}
    for key, values in (
        ("aws:MultiFactorAuthPresent", ["true", "false"]),
        ("k", ["a", "ab", "b", "ana", "", "c"]),
        ("n", ["1", "5", "9"]),
    ):
        if draw.random() < 0.7:
            context[key] = [draw.choice(values)]
    if draw.random() < 0.7:
        context["t"] = draw.sample(["a", "b", "ab", "c"], draw.randint(1, 3))
    action = draw.choice(["s3:GetObject", "s3:GetX", "s3:Put", "iam:CreateUser", "iam:Other", "x:y"])
    resource = draw.choice(["*", "arn:aws:s3:::a", "arn:aws:s3:::a/x", "arn:aws:s3:::b/x", "arn:aws:s3:::b", USER])
    return Request(USER, action, resource, context=context)


@settings(max_examples=60)
@given(documents, documents, documents, st.integers(0, 2**32))
def test_what_is_proved_survives_a_thousand_random_requests_and_what_is_refuted_is_confirmed(
    identity: Document, boundary: Document, reference: Document, seed: int
) -> None:
    held = Documents((identity,), boundary=boundary)
    verdict = prove(Question((Setting(USER, held),), Documents((reference,))))
    if verdict.status is Status.REFUTED:
        assert verdict.counterexample is not None
        assert decide(verdict.counterexample).decision is Decision.ALLOWED
        return
    assert verdict.status is Status.PROVED, verdict.why
    policies, limit = held.policies, Documents((reference,)).policies
    draw = random.Random(seed)  # noqa: S311 - no secret
    for _ in range(1000):
        request = some_request(draw)
        if evaluate(request, policies).decision is Decision.ALLOWED:
            assert evaluate(request, limit).decision is Decision.ALLOWED, request


def test_what_was_asked_before_is_answered_for_its_own_documents_and_no_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("breakglass.iam.prove._KEPT", 1)
    narrow, wide = doc(allow("s3:GetObject")), doc(allow("s3:*"))
    foreign = MappingProxyType(dict(wide))
    for _ in range(2):
        assert prove(asked(narrow, wide)).status is Status.PROVED
        assert prove(asked(wide, narrow)).status is Status.REFUTED
        assert prove(asked(wide, narrow, actions=("s3:GetObject",))).status is Status.PROVED
        assert prove(asked(foreign, narrow)).status is Status.REFUTED
        assert prove(asked(foreign, ANYTHING)).status is Status.PROVED


def test_what_is_not_known_is_told_from_a_value_that_says_so() -> None:
    held, limit = Documents((doc(allow(StringEquals={"aws:PrincipalTag/k": "x"})),)), Documents((NOTHING,))
    for settled, status in ((UNKNOWN, Status.NOT_PROVED), (("(unknown)",), Status.PROVED)):
        question = Question((Setting(USER, held, {"aws:principaltag/k": settled}),), limit)
        assert prove(question).status is status


@pytest.mark.parametrize("operator", ["IpAddress", "NumericEquals", "DateEquals"])
def test_what_is_no_value_of_its_kind_is_not_modelled(operator: str) -> None:
    with pytest.raises(Unsupported):
        list(breakpoints(operator, ["?"]))


def test_the_edges_of_all_addresses_have_no_neighbours() -> None:
    assert set(breakpoints("IpAddress", ["::/0"])) - {"192.0.2.1", "2001:db8::1"} == {
        "::",
        "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
    }
    assert "10.0.0.255" in set(breakpoints("IpAddress", ["10.0.1.0/24"]))
    assert list(breakpoints("StringEquals", ["x"])) == []
