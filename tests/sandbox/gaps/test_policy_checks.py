"""The judge of policies as clients of AWS meet it: the engine of this package in the shapes of IAM Access Analyzer."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.sandbox.services import aws_client
from tests.sandbox.support import SECURITY, Clients

ROOT = {"AWS": f"arn:aws:iam::{SECURITY}:root"}
OPEN = {"Effect": "Allow", "Principal": ROOT, "Action": "sts:AssumeRole"}
MFA = {**OPEN, "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}}}
PASSING = {"Effect": "Allow", "Action": ["iam:PassRole", "s3:GetObject"], "Resource": ["*"]}
ODD = {**PASSING, "Condition": {"Unheard": {"of": "x"}}}


def policy(*statements: Mapping[str, object]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


@pytest.fixture
def judge(aws: Clients) -> Any:  # noqa: ANN401 - a client
    return aws_client(aws, "accessanalyzer")


def issues(judge: Any, document: str, **more: str) -> list[tuple[str, str]]:  # noqa: ANN401 - a client
    asked = {"policyDocument": document, "policyType": "IDENTITY_POLICY", **more}
    return [(each["findingType"], each["issueCode"]) for each in judge.validate_policy(**asked)["findings"]]


def test_what_does_not_follow_the_grammar_is_an_error_and_to_pass_any_role_a_warning(judge: Any) -> None:  # noqa: ANN401
    trust = {"policyType": "RESOURCE_POLICY", "validatePolicyResourceType": "AWS::IAM::AssumeRolePolicyDocument"}
    assert issues(judge, "nonsense") == issues(judge, policy(OPEN)) == [("ERROR", "JSON_SYNTAX_ERROR")]
    assert issues(judge, policy(PASSING)) == [("SECURITY_WARNING", "PASS_ROLE_WITH_STAR_IN_RESOURCE")]
    assert issues(judge, policy({**PASSING, "Resource": "arn:aws:iam::1:role/x"})) == []
    assert issues(judge, policy(OPEN), **trust) == []
    assert issues(judge, policy(PASSING), **trust) == [("ERROR", "JSON_SYNTAX_ERROR")]


def compared(judge: Any, existing: str, new: str) -> str:  # noqa: ANN401 - a client
    documents = {"existingPolicyDocument": existing, "newPolicyDocument": new}
    return str(judge.check_no_new_access(**documents, policyType="RESOURCE_POLICY")["result"])


def granted(judge: Any, document: str, *actions: str) -> str:  # noqa: ANN401 - a client
    access = [{"actions": list(actions)}]
    asked = {"policyDocument": document, "policyType": "IDENTITY_POLICY"}
    return str(judge.check_access_not_granted(**asked, access=access)["result"])


def test_trusts_are_compared_and_policies_searched(judge: Any) -> None:  # noqa: ANN401 - a client
    assert compared(judge, policy(MFA), policy(OPEN)) == "FAIL"
    assert compared(judge, policy(OPEN), policy(MFA)) == "PASS"
    assert granted(judge, policy(PASSING), "iam:CreateUser", "iam:PassRole") == "FAIL"
    assert granted(judge, policy(PASSING), "iam:CreateUser") == "PASS"


def test_what_cannot_be_judged_is_said(judge: Any) -> None:  # noqa: ANN401 - a client
    with pytest.raises(ClientError, match="UnprocessableEntityException"):
        granted(judge, policy(ODD), "iam:PassRole")
    with pytest.raises(ClientError, match="ValidationException"):
        granted(judge, "nonsense", "iam:PassRole")
    with pytest.raises(ClientError, match="ValidationException"):
        judge.check_access_not_granted(
            policyDocument=policy(PASSING), policyType="IDENTITY_POLICY", access=[{"actions": [], "resources": ["*"]}]
        )
    with pytest.raises(ClientError, match="ValidationException"):
        judge.check_no_new_access(
            existingPolicyDocument=policy(PASSING), newPolicyDocument=policy(PASSING), policyType="IDENTITY_POLICY"
        )
