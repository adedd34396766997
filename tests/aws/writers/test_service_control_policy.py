from collections.abc import Mapping

import pytest

from breakglass import naming, resources
from breakglass.documents import Json
from breakglass.errors import RejectedError, UnavailableError
from breakglass.resources import Resource, Scope
from tests.aws.stubs import DOCUMENT, OTHER_DOCUMENT, SECURITY, Recorder, Sent, StubbedAws, StubbedEstate
from tests.aws.test_guardrails import FILTER, POLICY, root, summary

OWNED = [{"Key": naming.OWNER_TAG, "Value": "acme"}]


def guardrail(**changes: Json) -> Resource:
    whole: dict[str, Json] = {
        "Name": naming.ROLES_GUARDRAIL,
        "Type": "SERVICE_CONTROL_POLICY",
        "Description": "why",
        "Content": DOCUMENT,
        "TargetIds": [naming.ORGANIZATION_ROOT],
        "Tags": OWNED,
    }
    return Resource(resources.SERVICE_CONTROL_POLICY, Scope(SECURITY), {**whole, **changes})


@pytest.fixture
def organizations(aws: StubbedAws) -> Recorder:
    return aws.session.record("organizations", "own")


def listed(organizations: Recorder, *names: str) -> None:
    policies = {"Policies": [summary(name, number) for number, name in enumerate(names, start=1)]}
    organizations.expect("list_policies", FILTER, policies)


def at(target: str) -> Mapping[str, object]:
    return {**POLICY, "TargetId": target}


def test_a_policy_is_made_with_its_tags_then_attached(estate: StubbedEstate, organizations: Recorder) -> None:
    request = {
        "Name": naming.ROLES_GUARDRAIL,
        "Type": "SERVICE_CONTROL_POLICY",
        "Description": "why",
        "Content": Sent(DOCUMENT),
        "Tags": OWNED,
    }
    made = {"Policy": {"PolicySummary": summary(naming.ROLES_GUARDRAIL, 1)}}
    organizations.expect("create_policy", request, made)
    organizations.expect("list_roots", {}, root())
    organizations.expect("attach_policy", at("r-ab12"))
    organizations.refuse("attach_policy", at(SECURITY), "DuplicatePolicyAttachmentException")
    estate.create(guardrail(TargetIds=[naming.ORGANIZATION_ROOT, SECURITY]))


def test_a_policy_is_attached_anew_before_it_is_detached(estate: StubbedEstate, organizations: Recorder) -> None:
    before = guardrail(Content=OTHER_DOCUMENT, TargetIds=[SECURITY], Tags=[{"Key": "stray", "Value": "x"}])
    listed(organizations, naming.ROLES_GUARDRAIL)
    organizations.expect("update_policy", {**POLICY, "Description": "why", "Content": Sent(DOCUMENT)})
    organizations.expect("list_roots", {}, root())
    organizations.expect("attach_policy", at("r-ab12"))
    organizations.refuse("detach_policy", at(SECURITY), "PolicyNotAttachedException")
    organizations.expect("tag_resource", {"ResourceId": "p-00000001", "Tags": OWNED})
    organizations.expect("untag_resource", {"ResourceId": "p-00000001", "TagKeys": ["stray"]})
    estate.update(before, guardrail())


def test_only_what_differs_is_called_for(estate: StubbedEstate, organizations: Recorder) -> None:
    listed(organizations, naming.ROLES_GUARDRAIL)
    estate.update(guardrail(), guardrail())


def test_a_policy_is_detached_from_all_there_is_then_deleted(estate: StubbedEstate, organizations: Recorder) -> None:
    listed(organizations, naming.ROLES_GUARDRAIL)
    targets = {"Targets": [{"TargetId": "r-ab12"}, {"TargetId": SECURITY}]}
    organizations.expect("list_targets_for_policy", POLICY, targets)
    organizations.expect("detach_policy", at("r-ab12"))
    organizations.expect("detach_policy", at(SECURITY))
    organizations.refuse("delete_policy", POLICY, "PolicyNotFoundException")
    estate.delete(guardrail())


def test_what_is_gone_is_done(estate: StubbedEstate, organizations: Recorder) -> None:
    listed(organizations)
    estate.delete(guardrail())


def test_ten_policies_upon_one_target_are_all_there_may_be(estate: StubbedEstate, organizations: Recorder) -> None:
    listed(organizations, naming.ROLES_GUARDRAIL)
    organizations.expect("list_roots", {}, root())
    organizations.refuse("attach_policy", at("r-ab12"), "ConstraintViolationException", "too many policies attached")
    with pytest.raises(RejectedError, match="too many") as raised:
        estate.update(guardrail(TargetIds=[]), guardrail())
    assert raised.value.subject == naming.ROLES_GUARDRAIL
    assert "detach" in raised.value.advice


def test_a_policy_that_was_deleted_meanwhile_is_refused_and_not_a_crash(
    estate: StubbedEstate, organizations: Recorder
) -> None:
    listed(organizations)
    with pytest.raises(RejectedError, match="not there any more"):
        estate.update(guardrail(TargetIds=[]), guardrail())


def test_an_answer_without_a_root_is_none(estate: StubbedEstate, organizations: Recorder) -> None:
    listed(organizations, naming.ROLES_GUARDRAIL)
    organizations.expect("list_roots", {}, {"Roots": []})
    with pytest.raises(UnavailableError):
        estate.update(guardrail(TargetIds=[]), guardrail())
