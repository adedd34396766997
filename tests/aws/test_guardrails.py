"""The service control policies as AWS Organizations tells them."""

import json
from collections.abc import Mapping

import pytest

from breakglass import naming, resources
from breakglass.aws.estate import AwsEstate
from breakglass.errors import DeniedError, RejectedError
from breakglass.facts import Reading, Survey
from breakglass.resources import Scope
from tests.aws.stubs import DOCUMENT, SECURITY, FakeClock, Recorder, StubbedAws

SURVEY = Survey(Scope(SECURITY), frozenset({resources.SERVICE_CONTROL_POLICY}))
FILTER = {"Filter": "SERVICE_CONTROL_POLICY"}
POLICY = {"PolicyId": "p-00000001"}


def root(status: str = "ENABLED") -> Mapping[str, object]:
    types = [{"Type": "TAG_POLICY", "Status": "ENABLED"}, {"Type": "SERVICE_CONTROL_POLICY", "Status": status}]
    return {"Roots": [{"Id": "r-ab12", "Name": "Root", "PolicyTypes": types}]}


def summary(name: str, number: int) -> dict[str, object]:
    return {"Id": f"p-0000000{number}", "Name": name, "Type": "SERVICE_CONTROL_POLICY", "Description": "why"}


@pytest.fixture
def organizations(aws: StubbedAws) -> Recorder:
    aws.iam()
    aws.caller()
    return aws.session.record("organizations", "own")


def read(aws: StubbedAws) -> Reading:
    return AwsEstate(aws.sessions(), FakeClock()).read(SURVEY)


def tell(organizations: Recorder, content: str) -> None:
    organizations.expect("list_roots", {}, root())
    organizations.expect("list_policies", FILTER, {"Policies": [summary("FullAWSAccess", 2)], "NextToken": "two"})
    ours = {"Policies": [summary(naming.ROLES_GUARDRAIL, 1)]}
    organizations.expect("list_policies", {**FILTER, "NextToken": "two"}, ours)
    told = {"PolicySummary": summary(naming.ROLES_GUARDRAIL, 1), "Content": content}
    organizations.expect("describe_policy", POLICY, {"Policy": told})
    tags = {"Tags": [{"Key": naming.OWNER_TAG, "Value": "acme"}, {"Key": "aws:cloudformation:stack-id", "Value": "x"}]}
    organizations.expect("list_tags_for_resource", {"ResourceId": "p-00000001"}, tags)
    targets = {"Targets": [{"TargetId": "r-ab12"}, {"TargetId": "222222222222"}]}
    organizations.expect("list_targets_for_policy", POLICY, targets)


def test_a_policy_is_read_with_its_targets_and_tags_and_others_are_left_out(
    aws: StubbedAws, organizations: Recorder
) -> None:
    tell(organizations, json.dumps(DOCUMENT))
    reading = read(aws)
    (found,) = reading.resources
    assert reading.unread == ()
    assert found.name == found.subject == naming.ROLES_GUARDRAIL
    assert found.properties["TargetIds"] == (naming.ORGANIZATION_ROOT, "222222222222")
    assert found.properties["Description"] == "why"
    assert found.tags == {naming.OWNER_TAG: "acme"}
    assert isinstance(found.properties["Content"], Mapping)


def test_a_document_that_is_none_is_read_as_it_is(aws: StubbedAws, organizations: Recorder) -> None:
    tell(organizations, "not JSON")
    (found,) = read(aws).resources
    assert found.properties["Content"] == "not JSON"


def test_policies_that_are_switched_off_are_unread_and_the_advice_switches_them_on(
    aws: StubbedAws, organizations: Recorder
) -> None:
    organizations.expect("list_roots", {}, root("PENDING_DISABLE"))
    (unread,) = read(aws).unread
    assert isinstance(unread.why, RejectedError)
    assert unread.types == {resources.SERVICE_CONTROL_POLICY}
    assert "enable-policy-type --root-id r-ab12" in unread.why.advice


def test_what_may_not_be_seen_is_unread(aws: StubbedAws, organizations: Recorder) -> None:
    organizations.refuse("list_roots", {}, "AccessDeniedException", "You don't have permissions")
    (unread,) = read(aws).unread
    assert isinstance(unread.why, DeniedError)


def test_an_answer_that_is_none_leaves_the_rest_read(aws: StubbedAws, organizations: Recorder) -> None:
    organizations.expect("list_roots", {}, {"Roots": []})
    (unread,) = read(aws).unread
    assert unread.types == {resources.SERVICE_CONTROL_POLICY}
