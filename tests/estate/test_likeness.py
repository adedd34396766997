"""Nothing that tells subjects apart is judged of one for all: each of these was once proved, and is not so."""

import pytest

from breakglass import resources
from breakglass.documents import Json
from breakglass.estate.claims.proofs import CLAIMS, proofs
from breakglass.estate.desired import desired
from breakglass.iam.prove import Status
from breakglass.manifest.model import Manifest
from breakglass.resources import State
from tests.estate.test_claims import ROLE, TEAM, Edit, Statement, allows, also, condition, edited


def on(statement: Statement, operator: str, key: str, value: str) -> Statement:
    return {**statement, "Condition": {operator: {key: value}}}


def everywhere(state: State, type_: str, name: str, element: str, edit: Edit) -> State:
    for key in [key for key in state if (key.type, key.name) == (type_, name)]:
        state = edited(state, key, element, edit)
    return state


def statuses(acme: Manifest, state: State, claim: str) -> set[Status]:
    return {each.verdict.status for each in proofs(acme, state, claims=[each for each in CLAIMS if each.id == claim])}


@pytest.mark.parametrize(
    "statement",
    [
        on(allows("*"), "StringLike", "aws:username", "fat*"),
        on(allows("*"), "StringEquals", "aws:username", "fatima-break-glass"),
        on(allows("*"), "Null", "aws:TokenIssueTime", "false"),
        on(allows("*"), "NumericGreaterThan", "aws:EpochTime", "1790000000"),
        {**allows("sts:AssumeRole"), "Resource": "arn:aws:iam::5*:role/Admin"},
        {**allows("lambda:InvokeFunction"), "Resource": "arn:aws:lambda:*:888888888888:function:x"},
        {**allows("iam:GetUser"), "Resource": "arn:aws:iam::111111111111:user/break-glass/fatim?-break-glass"},
    ],
    ids=str,
)
def test_a_right_of_a_team_for_one_of_its_people_or_one_moment_is_not_passed_over(
    acme: Manifest, statement: Statement
) -> None:
    found = statuses(acme, edited(desired(acme), TEAM, "PolicyDocument", also(statement)), "own-policies")
    assert Status.REFUTED in found


def test_a_wildcard_among_the_digits_of_an_account_is_looked_at(acme: Manifest) -> None:
    wide = {**allows("sts:AssumeRole"), "Resource": "arn:aws:iam::5*:role/BREAK-GLASS-DATA-BREACH"}
    state = edited(desired(acme), TEAM, "PolicyDocument", also(wide))
    assert Status.REFUTED in statuses(acme, state, "no-other-roles")


def test_a_right_of_a_playbook_in_some_accounts_is_not_passed_over(acme: Manifest) -> None:
    some = on(allows("iam:CreateUser"), "StringLike", "aws:PrincipalAccount", "5*")
    state = everywhere(desired(acme), resources.MANAGED_POLICY, ROLE.name, "PolicyDocument", also(some))
    assert statuses(acme, state, "no-new-rights") != {Status.PROVED}


def test_a_right_of_a_playbook_for_one_session_is_not_passed_over(acme: Manifest) -> None:
    one = on(allows("iam:CreateUser"), "StringLike", "aws:userid", "*:mallory-break-glass")
    state = everywhere(desired(acme), resources.MANAGED_POLICY, ROLE.name, "PolicyDocument", also(one))
    assert statuses(acme, state, "no-new-rights") != {Status.PROVED}


ENTRY: Statement = {"Effect": "Allow", "Action": "sts:AssumeRole"}
ROOT: Json = {"AWS": "arn:aws:iam::111111111111:root"}


@pytest.mark.parametrize(
    "entry",
    [
        {**ENTRY, "Principal": {"AWS": "arn:aws:sts::888888888888:assumed-role/Admin/mallory"}},
        {**ENTRY, "Principal": ROOT, "Condition": {"StringEquals": {"aws:username": "mallory"}}},
        {**ENTRY, "Principal": ROOT, "Condition": {"StringLike": {"aws:PrincipalArn": "*:role/Admin"}}},
        {**ENTRY, "Principal": ROOT, "Condition": {"StringLike": {"aws:PrincipalArn": "*/mallory"}}},
        {**ENTRY, "Principal": {"Service": "ssm.aws.internal"}},
        {**ENTRY, "Principal": {"Federated": "cognito-identity.amazonaws.com"}},
        {**ENTRY, "Principal": ROOT, "Condition": {"Null": {"aws:TokenIssueTime": "false"}}},
        {**ENTRY, "Principal": ROOT, "Condition": {"NumericLessThan": {"aws:MultiFactorAuthAge": "10000000"}}},
        {**ENTRY, "Principal": ROOT, "Condition": {"StringEquals": {"aws:username": "${aws:PrincipalTag/owner}"}}},
        {**ENTRY, "Principal": ROOT, "Condition": {"StringLike": {"aws:username": "mal*"}}},
        {**ENTRY, "Principal": ROOT, "Condition": {"StringLike": {"aws:PrincipalArn": "arn:aws:iam::1*role/X"}}},
        {**ENTRY, "Principal": ROOT, "Condition": {"StringLike": {"aws:ResourceAccount": "5*"}}},
    ],
    ids=str,
)
@pytest.mark.parametrize("claim", ["mfa-always", "only-namespace"])
def test_whoever_a_trust_lets_in_is_asked_or_nothing_is_proved(acme: Manifest, entry: Statement, claim: str) -> None:
    state = everywhere(desired(acme), resources.ROLE, ROLE.name, "AssumeRolePolicyDocument", also(entry))
    assert statuses(acme, state, claim) != {Status.PROVED}


def test_a_tag_that_is_none_of_ours_is_asked_for(acme: Manifest) -> None:
    def let_through(statements: list[Statement]) -> None:
        condition(statements[1]).clear()
        ours = ["break-glass-reason", "break-glass-ticket"]
        condition(statements[1])["ForAllValues:StringNotEquals"] = {"aws:TagKeys": ours}
        condition(statements[1])["Null"] = {"aws:TagKeys": "false"}

    state = everywhere(desired(acme), resources.ROLE, ROLE.name, "AssumeRolePolicyDocument", let_through)
    assert Status.REFUTED in statuses(acme, state, "harmless-tags")


def test_tags_that_are_handed_on_are_asked_for(acme: Manifest) -> None:
    def hand_on(statements: list[Statement]) -> None:
        del condition(statements[1])["Null"]

    state = everywhere(desired(acme), resources.ROLE, ROLE.name, "AssumeRolePolicyDocument", hand_on)
    assert Status.REFUTED in statuses(acme, state, "harmless-tags")
