"""What may allow more is broader: decided by proof, over all requests, and in doubt yes."""

from collections.abc import Mapping
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from breakglass import resources
from breakglass.documents import Json
from breakglass.estate.broadening import broadens
from breakglass.resources import Resource, Scope

PROD = Scope("222222222222")
Statement = Mapping[str, Json]


def policy(*statements: Json, scope: Scope = PROD) -> Resource:
    document: Json = {"Version": "2012-10-17", "Statement": statements}
    return Resource(resources.MANAGED_POLICY, scope, {"ManagedPolicyName": "p", "PolicyDocument": document})


def role(*statements: Json, scope: Scope = PROD) -> Resource:
    document: Json = {"Version": "2012-10-17", "Statement": statements}
    return Resource(resources.ROLE, scope, {"RoleName": "BREAK-GLASS-X", "AssumeRolePolicyDocument": document})


def guardrail(*statements: Json) -> Resource:
    document: Json = {"Version": "2012-10-17", "Statement": statements}
    return Resource(resources.SERVICE_CONTROL_POLICY, PROD, {"Name": "g", "Content": document})


MFA: Json = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}
LAX: Json = {"BoolIfExists": {"aws:MultiFactorAuthPresent": "true"}}
OBJECTS = "arn:aws:s3:::records/*"
ALLOW: dict[str, Json] = {
    "Effect": "Allow",
    "Action": ["s3:GetObject", "s3:PutObject"],
    "Resource": OBJECTS,
    "Condition": MFA,
}
DENY: dict[str, Json] = {"Effect": "Deny", "Action": "s3:PutObject", "Resource": "*"}


@pytest.mark.parametrize(
    ("statements", "broader"),
    [
        ([DENY, ALLOW], False),
        ([{**ALLOW, "Sid": "renamed"}, DENY], False),
        ([{**ALLOW, "Action": "s3:GetObject"}, DENY], False),
        ([{**ALLOW, "Condition": {**MFA, "StringEquals": {"aws:RequestedRegion": "eu-west-1"}}}, DENY], False),  # type: ignore[dict-item]
        ([ALLOW, DENY, {**DENY, "Action": "ec2:*"}], False),
        ([DENY], False),
        ([{**ALLOW, "Action": "s3:GetObject"}], False),  # what was denied is not allowed now either
        ([{**ALLOW, "Action": "s3:*"}, {**DENY, "NotAction": "s3:GetObject", "Action": None}], False),
        ([ALLOW, {**DENY, "Resource": OBJECTS}], False),  # nothing else was allowed
        ([ALLOW], True),
        ([{**ALLOW, "Action": ["s3:GetObject", "s3:DeleteObject"]}, DENY], True),
        ([{**ALLOW, "Action": "*"}, DENY], True),
        ([{**ALLOW, "Resource": [OBJECTS, "arn:aws:s3:::others/*"]}, DENY], True),
        ([{**ALLOW, "Resource": "arn:aws:s3:::rec*"}, DENY], True),
        ([{**ALLOW, "Condition": LAX}, DENY], True),
        ([{key: each for key, each in ALLOW.items() if key != "Condition"}, DENY], True),
        ([ALLOW, {**DENY, "Condition": MFA}], False),  # without MFA nothing was allowed
        ([ALLOW, {**DENY, "Condition": {"Bool": {"aws:SecureTransport": "true"}}}], True),
        ([{**ALLOW, "Condition": {"Odd": {"aws:x": "y"}}}, DENY], True),
    ],
)
def test_a_policy_that_may_allow_more_is_broader(statements: list[Statement], broader: bool) -> None:
    kept = [{key: value for key, value in each.items() if value is not None} for each in statements]
    assert broadens(policy(ALLOW, DENY), policy(*kept)) == (frozenset({"PolicyDocument"}) if broader else frozenset())


def test_a_right_in_another_account_counts() -> None:
    """Not even a user's own account's resources are all there is: roles of others leave it to the user's policies."""
    assume: dict[str, Json] = {"Effect": "Allow", "Action": "sts:AssumeRole"}
    here = policy({**assume, "Resource": "arn:aws:iam::222222222222:role/X"})
    there = policy({**assume, "Resource": "arn:aws:iam::444444444444:role/X"})
    assert broadens(here, there)
    assert broadens(there, here)
    anywhere = policy({**assume, "Resource": "arn:aws:iam::*:role/X"})
    assert not broadens(anywhere, there)


ROOT = "arn:aws:iam::111111111111:root"
ANA = "arn:aws:iam::111111111111:user/ana"
NAMESPACE: Json = {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::111111111111:user/break-glass/*"}}
WHOLE: Json = {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::111111111111:user/*"}}


def entry(principal: Json, condition: Json = None, action: Json = "sts:AssumeRole") -> Statement:
    found: dict[str, Json] = {"Effect": "Allow", "Action": action, "Principal": principal}
    return {**found, "Condition": condition} if condition else found


@pytest.mark.parametrize(
    ("before", "after", "broader"),
    [
        (entry({"AWS": [ROOT, ANA]}), entry({"AWS": ANA}), False),
        (entry("*"), entry({"AWS": ROOT}), False),
        (entry({"AWS": "*"}), entry({"AWS": ROOT}), False),
        (entry({"AWS": ROOT}, WHOLE), entry({"AWS": ROOT}, NAMESPACE), False),
        (entry({"AWS": ROOT}), entry({"AWS": ANA}), False),  # the account's own policies could have let them in
        (entry({"AWS": ROOT}), entry({"AWS": ROOT}, action=["sts:AssumeRole", "sts:TagSession"]), False),
        (entry({"AWS": ROOT}, NAMESPACE), entry({"AWS": ROOT}, WHOLE), True),
        (entry({"AWS": ANA}), entry({"AWS": [ANA, "arn:aws:iam::111111111111:user/bo"]}), True),
        (entry({"AWS": ROOT}), entry({"AWS": ROOT, "Service": "lambda.amazonaws.com"}), True),
        (entry({"AWS": ROOT}), entry({"AWS": "arn:aws:iam::444444444444:root"}), True),
        (entry({"AWS": ROOT}), entry("*"), True),
        (
            entry({"AWS": ROOT}),
            entry({"Federated": "arn:aws:iam::222222222222:saml-provider/x"}, action="sts:AssumeRoleWithSAML"),
            True,
        ),
    ],
)
def test_a_trust_that_may_let_in_more_is_broader(before: Statement, after: Statement, broader: bool) -> None:
    found = broadens(role(before), role(after))
    assert found == (frozenset({"AssumeRolePolicyDocument"}) if broader else frozenset())


EVERYBODY_BUT: dict[str, Json] = {"Effect": "Deny", "Action": "iam:*", "Resource": "*"}


def but(*names: str, operator: str = "ArnNotLike") -> Mapping[str, Json]:
    arns = [f"arn:aws:iam::*:role/{name}" for name in names]
    return {**EVERYBODY_BUT, "Condition": {operator: {"aws:PrincipalArn": arns}}}


@pytest.mark.parametrize(
    ("before", "after", "broader"),
    [
        (but("*"), but("stacksets-exec-*"), False),
        (but("a", "b"), but("a"), False),
        (but("a"), EVERYBODY_BUT, False),
        ({**but("x"), "Action": "iam:Put*"}, but("x"), False),
        (but("?"), but("a"), False),
        (but("a"), but("b"), True),
        (but("a"), but("?"), True),
        (but("?"), but("*"), True),
        (EVERYBODY_BUT, but("a"), True),
        (but("x"), {**but("x"), "Action": "iam:Put*"}, True),
        (but("x"), {**but("x"), "Effect": "Allow"}, True),
        (but("x"), {**but("x"), "Condition": "odd"}, True),
        (but("x", "y", operator="ArnLike"), but("x", operator="ArnLike"), True),
    ],
)
def test_a_guardrail_that_lets_more_through_is_broader(before: Statement, after: Statement, broader: bool) -> None:
    found = broadens(guardrail(before), guardrail(after))
    assert found == (frozenset({"Content"}) if broader else frozenset())


def test_what_is_no_document_is_broader_in_doubt() -> None:
    nothing = Resource(resources.MANAGED_POLICY, PROD, {"ManagedPolicyName": "p"})
    assert broadens(nothing, policy(ALLOW))
    assert broadens(policy({**ALLOW, "Condition": "odd"}), policy(ALLOW))
    assert not broadens(policy({**ALLOW, "Condition": "odd"}), policy({**ALLOW, "Condition": "odd"}))


def test_who_cannot_be_told_apart_is_broader_in_doubt() -> None:
    odd: Json = {"ArnNotLike": {"aws:PrincipalArn": "arn:odd"}}
    assert broadens(guardrail({**EVERYBODY_BUT, "Condition": odd}), guardrail(but("a")))


def test_a_resource_named_after_whoever_asks_is_compared_and_so_is_a_condition_on_their_id() -> None:
    own = {**ALLOW, "Resource": "arn:aws:s3:::records/${aws:userid}"}
    assert not broadens(policy(own), policy({**own, "Action": "s3:GetObject"}))
    assert broadens(policy({**own, "Action": "s3:GetObject"}), policy(own))
    one: Json = {"StringEquals": {"aws:userid": "AIDAEXAMPLE"}}
    assert not broadens(policy({**ALLOW, "Condition": {}}), policy({**ALLOW, "Condition": one}))
    assert broadens(policy({**ALLOW, "Condition": one}), policy({**ALLOW, "Condition": LAX}))


def test_a_boundary_taken_away_or_swapped_is_broader_and_one_put_on_is_not() -> None:
    bound = {"PermissionsBoundary": "arn:aws:iam::aws:policy/ReadOnlyAccess"}
    free, bounded = role(entry("*")), Resource(resources.ROLE, PROD, {**role(entry("*")).properties, **bound})
    assert broadens(bounded, free) == {"PermissionsBoundary"}
    assert not broadens(free, bounded)


def own(account: str, *actions: str) -> Resource:
    statement: Json = {"Effect": "Allow", "Action": actions, "Resource": f"arn:aws:sqs:eu-west-1:{account}:*"}
    return policy(statement, scope=Scope(account))


def test_the_same_change_in_thousands_of_accounts_is_proved_once() -> None:
    """Each proof takes milliseconds at least: thousands of them would be told from one."""
    begun = perf_counter()
    assert not broadens(
        own("200000000000", "sqs:SendMessage", "sqs:ListQueues"), own("200000000000", "sqs:SendMessage")
    )
    once = perf_counter() - begun
    begun = perf_counter()
    for number in range(200000000001, 200000000200):
        account = str(number)
        assert not broadens(own(account, "sqs:SendMessage", "sqs:ListQueues"), own(account, "sqs:SendMessage"))
    assert perf_counter() - begun < 199 * once


ACTIONS = st.lists(st.sampled_from(["s3:GetObject", "s3:Put*", "s3:*", "*", "ec2:StartInstances"]), min_size=1)
PLACES = st.sampled_from(["*", OBJECTS, "arn:aws:s3:::*", "arn:aws:s3:::records/a"])
CONDITIONS = st.sampled_from([None, MFA, LAX])


@st.composite
def statements(draw: st.DrawFn) -> Json:
    effect = draw(st.sampled_from(["Allow", "Allow", "Deny"]))
    found: dict[str, Json] = {"Effect": effect, "Action": draw(ACTIONS), "Resource": draw(PLACES)}
    condition = draw(CONDITIONS)
    return {**found, "Condition": condition} if condition else found


@given(st.lists(statements(), min_size=1, max_size=3), statements())
def test_an_allow_more_is_what_can_broaden_and_a_deny_more_never_does(held: list[Json], more: Json) -> None:
    assert isinstance(more, dict)
    before, allowed = policy(*held), policy(*held, {**more, "Effect": "Allow"})
    assert not broadens(before, policy(*held, {**more, "Effect": "Deny"}))
    assert not broadens(allowed, before)


@given(*(st.lists(statements(), min_size=1, max_size=2) for _ in range(3)))
def test_what_is_no_broader_than_the_second_is_no_broader_than_what_that_is_no_broader_than(
    first: list[Json], second: list[Json], third: list[Json]
) -> None:
    one, two, three = policy(*first), policy(*second), policy(*third)
    if not broadens(one, two) and not broadens(two, three):
        assert not broadens(one, three)
