"""What IAM Access Analyzer is asked, call by call, and what is made of its answers."""

from collections.abc import Mapping

import pytest

from breakglass.aws.policy_analyzer import AwsPolicyAnalyzer
from breakglass.errors import BreakglassError, DeniedError, RejectedError, UnavailableError
from breakglass.opinions import Flaw, Judgement
from tests.aws.stubs import DOCUMENT, OTHER_DOCUMENT, SECURITY, Recorder, Sent, StubbedAws
from tests.conftest import manifest

ROLE = f"arn:aws:iam::{SECURITY}:role/BREAK-GLASS-RANSOMWARE"
HERE = manifest(audit_account=SECURITY)


@pytest.fixture
def judge(aws: StubbedAws) -> Recorder:
    aws.caller()
    return aws.service("accessanalyzer")


@pytest.fixture
def analyzer(aws: StubbedAws, judge: Recorder) -> AwsPolicyAnalyzer:
    """That of an organization whose audit account is the caller's own."""
    assert judge is aws.service("accessanalyzer")
    return AwsPolicyAnalyzer(aws.sessions(), HERE)


def finding(kind: str, issue: str) -> Mapping[str, object]:
    return {
        "findingType": kind,
        "issueCode": issue,
        "findingDetails": f"{issue} is wrong",
        "learnMoreLink": "https://docs.aws.amazon.com",
        "locations": [],
    }


def test_errors_and_security_warnings_are_flaws_page_by_page(analyzer: AwsPolicyAnalyzer, judge: Recorder) -> None:
    asked = {"policyDocument": Sent(DOCUMENT), "policyType": "IDENTITY_POLICY"}
    first = [finding("ERROR", "INVALID_ACTION"), finding("WARNING", "X"), finding("SUGGESTION", "Y")]
    judge.expect("validate_policy", asked, {"findings": first, "nextToken": "1"})
    judge.expect("validate_policy", {**asked, "nextToken": "1"}, {"findings": [finding("SECURITY_WARNING", "Z")]})
    assert analyzer.flaws(ROLE, DOCUMENT, "identity") == [
        Flaw("ERROR", "INVALID_ACTION", "INVALID_ACTION is wrong"),
        Flaw("SECURITY_WARNING", "Z", "Z is wrong"),
    ]


def test_a_trust_is_validated_as_one(analyzer: AwsPolicyAnalyzer, judge: Recorder) -> None:
    resource = {"policyType": "RESOURCE_POLICY", "validatePolicyResourceType": "AWS::IAM::AssumeRolePolicyDocument"}
    judge.expect("validate_policy", {"policyDocument": Sent(DOCUMENT), **resource}, {"findings": []})
    assert analyzer.flaws(ROLE, DOCUMENT, "trust") == []


COMPARED = {
    "existingPolicyDocument": Sent(DOCUMENT),
    "newPolicyDocument": Sent(OTHER_DOCUMENT),
    "policyType": "RESOURCE_POLICY",
}
GRANTED = {
    "policyDocument": Sent(DOCUMENT),
    "access": [{"actions": ["iam:CreateUser"]}],
    "policyType": "IDENTITY_POLICY",
}


def test_trusts_are_compared(analyzer: AwsPolicyAnalyzer, judge: Recorder) -> None:
    judge.expect("check_no_new_access", COMPARED, {"result": "PASS", "message": "nothing new"})
    assert analyzer.grants_no_more(ROLE, DOCUMENT, OTHER_DOCUMENT) == Judgement(passed=True, told="nothing new")


def test_what_is_granted_is_told_with_the_reasons(analyzer: AwsPolicyAnalyzer, judge: Recorder) -> None:
    reasons = [{"description": "statement 0", "statementIndex": 0}, {"statementIndex": 1}]
    judge.expect("check_access_not_granted", GRANTED, {"result": "FAIL", "message": "some", "reasons": reasons})
    answer = analyzer.grants_none(ROLE, DOCUMENT, ["iam:CreateUser"])
    assert answer == Judgement(passed=False, told="statement 0")


def test_an_answer_that_is_neither_is_none(analyzer: AwsPolicyAnalyzer, judge: Recorder) -> None:
    judge.expect("check_access_not_granted", GRANTED, {"result": "MAYBE"})
    with pytest.raises(UnavailableError):
        analyzer.grants_none(ROLE, DOCUMENT, ["iam:CreateUser"])


@pytest.mark.parametrize(
    ("code", "error"),
    [("AccessDeniedException", DeniedError), ("UnprocessableEntityException", RejectedError)],
)
def test_what_is_not_answered_is_raised(
    analyzer: AwsPolicyAnalyzer, judge: Recorder, code: str, error: type[BreakglassError]
) -> None:
    judge.refuse("check_no_new_access", COMPARED, code, "no")
    with pytest.raises(error) as raised:
        analyzer.grants_no_more(ROLE, DOCUMENT, OTHER_DOCUMENT)
    assert raised.value.subject == ROLE
    assert raised.value.advice
