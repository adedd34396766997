"""Control policies and the tree of the organization as AWS Organizations tells them."""

import json
from collections.abc import Mapping

import pytest

from breakglass import naming, posture, resources
from breakglass.errors import DeniedError
from breakglass.facts import Reading, Survey
from breakglass.lock_outs import ControlPolicy, OrganizationTree
from breakglass.resources import Scope
from tests.aws.stubs import DOCUMENT, OTHER_DOCUMENT, SECURITY, Recorder, StubbedAws, StubbedEstate

HERE = Scope(SECURITY)
SURVEY = Survey(HERE, frozenset({posture.GUARDED}))
SCP, RCP = "SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY"


@pytest.fixture
def organizations(aws: StubbedAws) -> Recorder:
    return aws.service("organizations")


def root(*types: str) -> Mapping[str, object]:
    enabled = [{"Type": each, "Status": "ENABLED"} for each in types]
    return {"Roots": [{"Id": "r-ab12", "PolicyTypes": [*enabled, {"Type": "TAG_POLICY", "Status": "PENDING_ENABLE"}]}]}


def listed(type_: str, *named: tuple[str, str]) -> Mapping[str, object]:
    return {"Policies": [{"Id": id_, "Name": name, "Type": type_} for id_, name in named]}


def tell(organizations: Recorder, policy: str, document: object, *targets: str) -> None:
    told = {"PolicySummary": {"Id": policy}, "Content": document if isinstance(document, str) else json.dumps(document)}
    organizations.expect("describe_policy", {"PolicyId": policy}, {"Policy": told})
    upon = [{"TargetId": each} for each in targets]
    organizations.expect("list_targets_for_policy", {"PolicyId": policy}, {"Targets": upon[:1], "NextToken": "2"})
    organizations.expect("list_targets_for_policy", {"PolicyId": policy, "NextToken": "2"}, {"Targets": upon[1:]})


def hang(organizations: Recorder, parent: str, accounts: tuple[str, ...], units: tuple[str, ...]) -> None:
    members = [{"Id": each, "Name": each, "State": "ACTIVE"} for each in accounts]
    organizations.expect("list_accounts_for_parent", {"ParentId": parent}, {"Accounts": members})
    below = {"OrganizationalUnits": [{"Id": each} for each in units]}
    organizations.expect("list_organizational_units_for_parent", {"ParentId": parent}, below)


def read(estate: StubbedEstate, survey: Survey = SURVEY) -> Reading:
    return estate.read(survey)


@pytest.fixture
def estate(aws: StubbedAws) -> StubbedEstate:
    aws.iam()
    return StubbedEstate(aws)


def test_every_policy_is_read_with_its_targets_and_where_accounts_hang(
    estate: StubbedEstate, organizations: Recorder
) -> None:
    organizations.expect("list_roots", {}, root(SCP, RCP))
    organizations.expect("list_policies", {"Filter": SCP}, listed(SCP, ("p-1", "Theirs")))
    tell(organizations, "p-1", DOCUMENT, "r-ab12", "222222222222")
    organizations.expect("list_policies", {"Filter": RCP}, listed(RCP, ("p-2", "Resources")))
    tell(organizations, "p-2", "not JSON", "ou-1")
    hang(organizations, "r-ab12", (SECURITY,), ("ou-1",))
    hang(organizations, "ou-1", ("222222222222",), ())
    reading = read(estate)
    assert reading.unread == ()
    assert reading.facts == (
        ControlPolicy(HERE, "p-1", "Theirs", "SERVICE_CONTROL_POLICY", DOCUMENT, ("r-ab12", "222222222222")),
        ControlPolicy(HERE, "p-2", "Resources", "RESOURCE_CONTROL_POLICY", "not JSON", ("ou-1",)),
        OrganizationTree(HERE, ((SECURITY, "r-ab12"), ("ou-1", "r-ab12"), ("222222222222", "ou-1"))),
    )


def test_a_type_that_is_switched_off_is_not_asked_for(estate: StubbedEstate, organizations: Recorder) -> None:
    organizations.expect("list_roots", {}, root())
    hang(organizations, "r-ab12", (), ())
    assert read(estate).facts == (OrganizationTree(HERE, ()),)


def test_what_cannot_be_read_hides_nothing_else(estate: StubbedEstate, organizations: Recorder) -> None:
    organizations.expect("list_roots", {}, root(SCP))
    organizations.expect("list_policies", {"Filter": SCP}, listed(SCP, ("p-1", "Theirs")))
    organizations.refuse("describe_policy", {"PolicyId": "p-1"}, "AccessDeniedException")
    hang(organizations, "r-ab12", (), ())
    reading = read(estate)
    (unread,) = reading.unread
    assert isinstance(unread.why, DeniedError)
    assert unread.types == {posture.GUARDED}
    assert unread.what == "the service control policies of others"
    assert reading.facts == (OrganizationTree(HERE, ()),)


def test_a_root_that_cannot_be_read_is_one_thing_unread(estate: StubbedEstate, organizations: Recorder) -> None:
    organizations.refuse("list_roots", {}, "AccessDeniedException")
    (unread,) = read(estate).unread
    assert unread.what == "the root of the organization"


def test_a_policy_of_ours_is_read_once(estate: StubbedEstate, organizations: Recorder) -> None:
    name = naming.ROLES_GUARDRAIL
    organizations.expect("list_roots", {}, root(SCP))
    organizations.expect("list_policies", {"Filter": SCP}, listed(SCP, ("p-1", name)))
    summary = {"Id": "p-1", "Name": name, "Type": SCP}
    told = {"PolicySummary": summary, "Content": json.dumps(OTHER_DOCUMENT)}
    organizations.expect("describe_policy", {"PolicyId": "p-1"}, {"Policy": told})
    organizations.expect("list_tags_for_resource", {"ResourceId": "p-1"}, {"Tags": []})
    targets = {"Targets": [{"TargetId": "r-ab12"}, {"TargetId": "ou-1"}]}
    organizations.expect("list_targets_for_policy", {"PolicyId": "p-1"}, targets)
    organizations.expect("list_roots", {}, root(SCP))
    organizations.expect("list_policies", {"Filter": SCP}, listed(SCP, ("p-1", name)))
    hang(organizations, "r-ab12", (), ())
    both = Survey(HERE, SURVEY.types | {resources.SERVICE_CONTROL_POLICY})
    policy, _ = read(estate, both).facts
    assert isinstance(policy, ControlPolicy)
    assert (policy.name, policy.targets) == (name, ("r-ab12", "ou-1"))
