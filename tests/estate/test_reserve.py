"""People in reserve as resources, and what the role that moves them can do: exactly that, and each slip is refuted."""

from dataclasses import replace

import pytest
import yaml

from breakglass import naming, resources
from breakglass.documents import Json, text
from breakglass.estate.broadening import broadens
from breakglass.estate.claims.proofs import CLAIMS, proofs
from breakglass.estate.desired import desired
from breakglass.estate.doubts import doubts
from breakglass.estate.enrolment import register
from breakglass.estate.guards import BROADENS_ACCESS, Question, guarded
from breakglass.estate.matrix import Access, grants, intended, people_in
from breakglass.estate.observation import Observation
from breakglass.estate.plan import plan
from breakglass.estate.quotas import bursts
from breakglass.estate.readiness import too_few
from breakglass.estate.readiness_matrix import matrix
from breakglass.estate.surveys import posture_types
from breakglass.iam.prove import Status
from breakglass.iam.scenarios import decide
from breakglass.manifest.model import Manifest
from breakglass.posture import RESOURCE_POLICY
from breakglass.report.check import check_document, check_text
from breakglass.report.plan import plan_text
from breakglass.report.register import register_text
from breakglass.resources import Key, Resource, Scope, State, items
from tests.conftest import manifest
from tests.estate.test_claims import Edit, also, edited, named
from tests.memory_stacks import stacked
from tests.reserve import granting, written

SECURITY, PROD, MANAGEMENT = Scope("111111111111"), Scope("222222222222"), Scope("999999999999")
KIM = Key(SECURITY, resources.USER, "kim-break-glass")
ROLE = Key(SECURITY, resources.ROLE, "BREAK-GLASS-GRANT-ACCESS")
RIGHTS = Key(SECURITY, resources.MANAGED_POLICY, "BREAK-GLASS-GRANT-ACCESS")
NAMESPACE = Key(MANAGEMENT, resources.SERVICE_CONTROL_POLICY, naming.NAMESPACE_GUARDRAIL)
OWN = "arn:aws:iam::111111111111:"
NOBODY_ELSE = ("namespace-closed", "teams-closed")


@pytest.fixture(scope="module")
def acme() -> Manifest:
    return granting()


@pytest.fixture(scope="module")
def state(acme: Manifest) -> State:
    return desired(acme)


def moved(state: State, *teams: str) -> State:
    user = state[KIM]
    return {**state, KIM: Resource(user.type, user.scope, {**user.properties, "Groups": [*teams]})}


def test_a_person_in_reserve_has_a_bounded_user_in_no_team(acme: Manifest, state: State) -> None:
    assert items(state[KIM].properties["Groups"]) == ()
    assert state[KIM].properties["PermissionsBoundary"] == naming.boundary_arn("aws", SECURITY.account)
    assert "kim" not in {each.person for each in intended(acme)}
    assert grants(acme) == len(intended(acme))
    assert people_in(acme)[SECURITY.account] == {"ana", "bo"}
    assert matrix(acme, state).surprises == ()


def test_who_grants_may_do_so_in_the_security_account_alone(acme: Manifest, state: State) -> None:
    assert {key.scope for key in state if key.name == ROLE.name} == {SECURITY}
    assert Access("ana", SECURITY.account, "grant-access") in intended(acme)
    assert RESOURCE_POLICY not in posture_types(acme, SECURITY)
    few = granting(limits={"minimum_ways_in": 3})
    assert {each.subject for each in too_few(few)} == {MANAGEMENT.account, SECURITY.account}


def test_its_policy_names_each_person_and_each_of_their_teams(state: State) -> None:
    written = text(state[RIGHTS].properties)
    assert "${" not in written.replace("${aws:", "")
    for arn in ("user/break-glass/kim-break-glass", "group/break-glass/break-glass-incident"):
        assert f'"{OWN}{arn}"' in written
    assert "break-glass-organization" not in written
    assert "ana-break-glass" not in written


def test_every_claim_is_proved(acme: Manifest, state: State) -> None:
    found = list(proofs(acme, state))
    assert {each.claim.id for each in found} == {each.id for each in CLAIMS}
    assert [(each.claim.id, each.verdict.why) for each in found if each.verdict.status is not Status.PROVED] == []


def test_the_claims_about_the_guardrail_are_proved_where_stack_sets_deliver(acme: Manifest) -> None:
    delivered = stacked(acme)
    asked = [each for each in CLAIMS if each.id in NOBODY_ELSE]
    found = list(proofs(delivered, desired(delivered), claims=asked))
    assert {each.verdict.status for each in found} == {Status.PROVED}


def may(action: str, resource: str = "*") -> Edit:
    return also({"Sid": "More", "Effect": "Allow", "Action": action, "Resource": resource})


def spares(*arns: str) -> Edit:
    def edit(statements: list[dict[str, Json]]) -> None:
        for each in statements:
            found = each.get("Condition")
            if isinstance(found, dict) and "ArnNotEquals" in found and each["Sid"] in ("Admin", "Groups"):
                found["ArnNotEquals"] = {"aws:PrincipalArn": [f"{OWN}role/OrganizationAccountAccessRole", *arns]}

    return edit


def without(sid: str) -> Edit:
    return lambda statements: statements.remove(named(statements, sid))


ITSELF = f"{OWN}role/BREAK-GLASS-GRANT-ACCESS"
SLIPS: dict[str, tuple[Key, str, Edit, str]] = {
    "it makes users": (RIGHTS, "PolicyDocument", may("iam:CreateUser", f"{OWN}user/other"), "grants-only"),
    "it attaches policies": (RIGHTS, "PolicyDocument", may("iam:AttachGroupPolicy", f"{OWN}group/a"), "grants-only"),
    "it puts into any group": (RIGHTS, "PolicyDocument", may("iam:AddUserToGroup", f"{OWN}group/*"), "grants-only"),
    "it puts into the team that grants": (
        RIGHTS,
        "PolicyDocument",
        may("iam:AddUserToGroup", f"{OWN}group/break-glass/break-glass-leads"),
        "grants-only",
    ),
    "it takes boundaries": (
        RIGHTS,
        "PolicyDocument",
        may("iam:DeleteUserPermissionsBoundary", f"{OWN}user/kim"),
        "grants-only",
    ),
    "it makes passwords": (RIGHTS, "PolicyDocument", may("iam:CreateLoginProfile", f"{OWN}user/kim"), "grants-only"),
    "it ends the sign-in of responders": (
        RIGHTS,
        "PolicyDocument",
        may("iam:DeleteLoginProfile", f"{OWN}user/break-glass/ana-break-glass"),
        "grants-only",
    ),
    "it does something elsewhere": (RIGHTS, "PolicyDocument", may("ec2:StopInstances"), "grants-only"),
    "the guardrail lets another role move people": (
        NAMESPACE,
        "Content",
        spares(ITSELF, f"{OWN}role/Admin"),
        "teams-closed",
    ),
    "the guardrail lets another role change the namespace": (
        NAMESPACE,
        "Content",
        spares(ITSELF, f"{OWN}role/Admin"),
        "namespace-closed",
    ),
    "the guardrail lets it change all there is": (NAMESPACE, "Content", without("GrantsOnly"), "namespace-closed"),
    "the guardrail lets it move people anywhere": (NAMESPACE, "Content", without("GrantsOurs"), "teams-closed"),
}


@pytest.mark.parametrize(("key", "name", "edit", "claim"), SLIPS.values(), ids=SLIPS)
def test_a_slip_is_refuted_by_a_request_that_is_allowed(
    acme: Manifest, state: State, key: Key, name: str, edit: Edit, claim: str
) -> None:
    asked = [each for each in CLAIMS if each.id == claim]
    found = proofs(acme, edited(state, key, name, edit), claims=asked)
    (refuted, *_) = [each for each in found if each.verdict.status is Status.REFUTED]
    assert refuted.verdict.counterexample is not None
    assert decide(refuted.verdict.counterexample).decision == "allowed"


def test_a_role_of_that_name_elsewhere_or_unlisted_is_no_exception(acme: Manifest, state: State) -> None:
    asked = [each for each in CLAIMS if each.id in ("no-new-rights", "namespace-untouched")]
    role, rights = state[ROLE], state[RIGHTS]
    arn = rights.arn.replace(SECURITY.account, PROD.account)
    there = {
        **state,
        Key(PROD, ROLE.type, ROLE.name): Resource(role.type, PROD, {**role.properties, "ManagedPolicyArns": [arn]}),
        Key(PROD, RIGHTS.type, RIGHTS.name): Resource(rights.type, PROD, rights.properties),
    }
    for meant, found in ((acme, there), (replace(acme, security_playbooks=()), state)):
        told = {each.claim.id for each in proofs(meant, found, claims=asked) if each.verdict.status is Status.REFUTED}
        assert told == {each.id for each in asked}


def test_where_the_role_is_missing_nothing_is_proved_of_it(acme: Manifest, state: State) -> None:
    asked = [each for each in CLAIMS if each.id == "grants-only"]
    found = list(proofs(acme, {key: each for key, each in state.items() if key != ROLE}, claims=asked))
    assert [each.verdict.status for each in found] == [Status.NOT_PROVED]
    assert [each.code for each in doubts(found)]


def test_the_exemption_is_there_only_with_the_playbook_and_then_it_is_narrow(state: State) -> None:
    without_it = desired(manifest())[NAMESPACE]
    assert "GRANT-ACCESS" not in text(without_it.properties)
    assert broadens(without_it, state[NAMESPACE]) == {"Content"}
    assert len(text(state[NAMESPACE].properties)) < 5120


def test_to_list_it_is_asked_for(acme: Manifest, state: State) -> None:
    before = desired(manifest())
    found = guarded(Question(plan(Observation(before, {}), state), Observation(before, {}), 2, acme.organization))
    assert naming.NAMESPACE_GUARDRAIL in {each.subject for each in found.refusals if each.rule == BROADENS_ACCESS}


def test_whoever_was_moved_is_drift_that_may_be_a_grant(acme: Manifest, state: State) -> None:
    found = plan(Observation(moved(state, "break-glass-incident"), {}), state)
    (change,) = found.changes
    assert change.ends_grant
    lines = "\n".join(line.plain for line in plan_text(found, acme))
    assert "- break-glass-incident" in lines
    assert "it may be a grant that still stands" in lines


def test_another_drift_is_no_grant(state: State) -> None:
    ana = Key(SECURITY, resources.USER, "ana-break-glass")
    joined = Resource(ana.type, ana.scope, {**state[ana].properties, "Groups": ["break-glass-payments"]})
    untagged = Resource(KIM.type, KIM.scope, {**state[KIM].properties, "Path": "/"})
    changes = plan(Observation({**state, ana: joined, KIM: untagged}, {}), state).changes
    assert [each.ends_grant for each in changes] == [False, False]


def test_reports_say_who_is_in_reserve(acme: Manifest, state: State) -> None:
    made = "\n".join(line.plain for line in plan_text(plan(Observation({}, {}), state), acme))
    assert "user kim-break-glass  in reserve" in made
    amounts = "\n".join(line.plain for line in check_text(acme, state, matrix(acme, state)))
    assert "in reserve: kim (incident, payments)" in amounts
    document = check_document(acme, state, matrix(acme, state), ())
    assert isinstance(document, dict)
    assert document["reserve"] == ["kim"]
    rows = "\n".join(line.plain for line in register_text(register(acme, Observation(state, {}))))
    assert "not known, in reserve" in rows


def test_two_hundred_people_in_reserve_fit_the_quotas_and_every_claim_is_proved() -> None:
    crowd = [
        {
            "id": f"{'k' * 40}{number:03}",
            "name": "Kim",
            "email": "kim@acme.example",
            "teams": ["incident"],
            "reserve": True,
        }
        for number in range(200)
    ]
    people = [*yaml.safe_load(written())["responders"], *crowd]
    many = granting(responders=people)
    state = desired(many)
    assert [each for each in bursts(state) if naming.GRANT_ACCESS.upper() in each.subject] == []
    claims = [each for each in CLAIMS if each.id == "grants-only"]
    assert [each.verdict.status for each in proofs(many, state, claims=claims)] == [Status.PROVED]


def test_with_nobody_in_reserve_the_role_stands_on_nobody() -> None:
    nobody = replace(manifest(), security_playbooks=(naming.GRANT_ACCESS,))
    said = text(desired(nobody)[RIGHTS].properties["PolicyDocument"])  # type: ignore[arg-type]  # a document
    assert '"Resource":[]' not in said
    assert "iam:AddUserToGroup" not in said.partition('"Deny"')[0]


def test_two_hundred_in_reserve_fit_into_the_policies_of_the_role(acme: Manifest) -> None:
    kim = next(each for each in acme.responders if each.reserve)
    more = [replace(kim, id=f"extra-with-a-long-id-{n:03}", email=f"x{n}@acme.example") for n in range(200)]
    crowd = replace(acme, responders=(*acme.responders, *more))
    found = desired(crowd)
    assert not [each for each in bursts(found) if "GRANT-ACCESS" in each.subject]
    named_users = {
        arn
        for resource in found.values()
        if "GRANT-ACCESS" in str(resource.properties.get("ManagedPolicyName"))
        for arn in text({"of": resource.properties["PolicyDocument"]}).split('"')
        if ":user/" in arn and "*" not in arn
    }
    assert len(named_users) == 201


def test_whoever_is_put_in_reserve_no_longer_counts_as_a_way_in(acme: Manifest, state: State) -> None:
    aside = replace(acme, responders=tuple(replace(each, reserve=each.id != "ana") for each in acme.responders))
    seen = Observation(state, {})
    found = guarded(Question(plan(seen, desired(aside)), seen, 2, acme.organization))
    assert PROD.account in " ".join(f"{each.subject} {each}" for each in found.refusals if each.rule != BROADENS_ACCESS)
