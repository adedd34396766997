"""The matrix of what is desired is the intended one; whatever is planted shows, with its reason, and nothing else."""

from collections.abc import Callable, Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from breakglass import naming, resources
from breakglass.documents import Json
from breakglass.estate.desired import desired, desired_in, place_of
from breakglass.estate.matrix import intended
from breakglass.estate.readiness import unready
from breakglass.estate.readiness_matrix import ROLE_MISSING, USER_MISSING, Matrix, Wrong, matrix
from breakglass.findings import Severity
from breakglass.manifest.model import Manifest
from breakglass.resources import Key, Resource, Scope
from tests.conftest import manifest
from tests.estate.test_teams import people_of
from tests.laws.strategies import manifests

SECURITY, PROD, MANAGEMENT = Scope("111111111111"), Scope("222222222222"), Scope("999999999999")
RANSOMWARE = "BREAK-GLASS-RANSOMWARE"
LOST_ACCESS = "BREAK-GLASS-LOST-ACCESS"
ROLE = Key(PROD, resources.ROLE, RANSOMWARE)
ANA = Key(SECURITY, resources.USER, "ana-break-glass")
FATIMA = Key(SECURITY, resources.USER, "fatima-break-glass")
TEAM = Key(SECURITY, resources.GROUP, "break-glass-incident")
PAYMENTS = Key(SECURITY, resources.MANAGED_POLICY, "break-glass-payments-1")
BOUNDARY = Key(SECURITY, resources.MANAGED_POLICY, naming.BOUNDARY)

World = dict[Key, Resource]
Cells = set[tuple[str, str, str]]


def alter(world: World, key: Key, **properties: Json) -> None:
    old = world[key]
    world[key] = Resource(old.type, old.scope, {**old.properties, **properties})


def add(world: World, type_: str, scope: Scope, properties: Mapping[str, Json]) -> None:
    made = Resource(type_, scope, properties)
    world[made.key] = made


def statements(world: World, key: Key, name: str) -> list[dict[str, Json]]:
    document = world[key].properties[name]
    assert isinstance(document, Mapping)
    return [dict(each) for each in resources.items(document["Statement"]) if isinstance(each, Mapping)]


def document(*several: Json) -> Json:
    return {"Version": "2012-10-17", "Statement": several}


def meant(of: Manifest) -> Cells:
    return {(naming.user_name(each.person), each.account, naming.role_name(each.playbook)) for each in intended(of)}


def wrong(found: Matrix, kind: Wrong) -> Cells:
    return {
        (user, account, role)
        for each in found.surprises
        if each.wrong is kind
        for user in each.users
        for role, accounts in each.roles
        for account in accounts
    }


def every_cell(of: Manifest) -> Cells:
    users = [naming.user_name(each.id) for each in of.responders]
    roles = {naming.role_name(each) for each in (*of.playbooks, *of.management_account.playbooks)}
    return {(user, account, role) for user in users for account in of.account_ids for role in roles}


@settings(max_examples=50)
@given(manifests())
def test_the_matrix_of_what_is_desired_is_the_intended_one(of: Manifest) -> None:
    found = matrix(of, desired(of))
    assert {each for each in every_cell(of) if found.cell(*each).may} == meant(of)
    assert {each for each in every_cell(of) if found.cell(*each).intended} == meant(of)
    assert found.surprises == ()
    assert found.may == found.intended == len(meant(of))


@settings(max_examples=50)
@given(manifests(), manifests())
def test_of_another_state_exactly_what_differs_surprises(of: Manifest, other: Manifest) -> None:
    there = desired(other)
    found = matrix(of, there)
    may = {each for each in meant(other) if found.cell(*each).may}
    assert may == meant(other)
    assert wrong(found, Wrong.UNINTENDED) == meant(other) - meant(of)
    assert wrong(found, Wrong.MISSING) == meant(of) - meant(other)
    assert wrong(found, Wrong.UNKNOWN) == set()


@settings(max_examples=30)
@given(manifests(), st.data())
def test_people_and_accounts_that_are_judged_together_come_out_as_if_judged_alone(
    of: Manifest, data: st.DataObject
) -> None:
    world = dict(desired(of))
    key = data.draw(st.sampled_from(sorted(each for each in world if each.type == resources.USER)))
    first = data.draw(st.sampled_from(sorted(of.account_ids)))
    condition: Json = {
        "StringLike": {"aws:username": f"{key.name[0]}*"},
        "StringNotEquals": {"aws:ResourceAccount": first},
    }
    deny: Json = {"Effect": "Deny", "Action": "sts:*", "Resource": "*", "Condition": condition}
    alter(world, BOUNDARY, PolicyDocument=document(*statements(world, BOUNDARY, "PolicyDocument"), deny))
    denied = {each for each in meant(of) if each[0].startswith(key.name[0]) and each[1] != first}
    found = matrix(of, world)
    assert wrong(found, Wrong.MISSING) == denied
    assert all("boundary" in each.reason for each in found.surprises)


@pytest.mark.parametrize("number", [4, 500, 3000])
def test_every_way_to_write_a_teams_rights_lets_in_the_same(number: int) -> None:
    many = people_of(number)
    few = (many.security_account, many.management_account.id, many.accounts[0].id, many.accounts[-1].id)
    there = resources.state(each for account in few for each in desired_in(place_of(many, account)))
    found = matrix(many, there)
    assert found.may == 4
    assert {each.reason for each in found.surprises} <= {ROLE_MISSING}
    assert not found.cell("ana-break-glass", many.management_account.id, LOST_ACCESS).may


def test_a_cell_says_what_decided(acme: Manifest) -> None:
    world = dict(desired(acme))
    found = matrix(acme, world)
    assert "break-glass-incident-1" in found.cell(ANA.name, PROD.account, RANSOMWARE).reason
    assert "no policy of theirs" in found.cell(FATIMA.name, PROD.account, RANSOMWARE).reason
    assert found.cell("nobody", PROD.account, RANSOMWARE).reason == USER_MISSING
    del world[ROLE], world[ANA]
    found = matrix(acme, world)
    assert found.cell("bo-break-glass", PROD.account, RANSOMWARE).reason == ROLE_MISSING
    assert found.cell(ANA.name, "444444444444", RANSOMWARE).reason == USER_MISSING
    assert found.cell(ANA.name, "444444444444", RANSOMWARE).intended
    assert list(unready(found, acme)) == []  # that they are missing is for drift to tell


def close_the_trust(world: World) -> None:
    alter(world, ROLE, AssumeRolePolicyDocument=document())


def deny_in_the_trust(world: World) -> None:
    deny: Json = {"Effect": "Deny", "Principal": "*", "Action": "sts:AssumeRole"}
    kept = statements(world, ROLE, "AssumeRolePolicyDocument")
    alter(world, ROLE, AssumeRolePolicyDocument=document(*kept, deny))


def trust_another_organization(world: World) -> None:
    (namespace, labels) = statements(world, ROLE, "AssumeRolePolicyDocument")
    condition = namespace["Condition"]
    assert isinstance(condition, dict)
    other = {**condition, "StringEquals": {**condition["StringEquals"], "aws:PrincipalOrgID": "o-other12345"}}
    alter(world, ROLE, AssumeRolePolicyDocument=document({**namespace, "Condition": other}, labels))


def test_a_role_named_after_its_user_is_theirs_alone(acme: Manifest) -> None:
    """People of the same policies, told apart by a variable in them."""
    world = dict(desired(acme))
    allow: Json = {"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "arn:aws:iam::*:role/*${aws:username}"}
    alter(world, PAYMENTS, PolicyDocument=document(*statements(world, PAYMENTS, "PolicyDocument"), allow))
    name = f"BREAK-GLASS-{FATIMA.name}"
    add(world, resources.ROLE, PROD, {**world[ROLE].properties, "RoleName": name})
    assert wrong(matrix(acme, world), Wrong.UNINTENDED) == {(FATIMA.name, PROD.account, name)}


def test_a_user_in_a_group_nobody_could_read_cannot_be_judged(acme: Manifest) -> None:
    world = dict(desired(acme))
    del world[TEAM]
    assert {cell for cell in wrong(matrix(acme, world), Wrong.UNKNOWN) if cell in meant(acme)} >= IN_PROD


IN_PROD = {(f"{person}-break-glass", PROD.account, RANSOMWARE) for person in ("ana", "bo", "chidi", "dana")}


@pytest.mark.parametrize("deed", [close_the_trust, deny_in_the_trust, trust_another_organization])
def test_a_role_that_turns_people_away_is_one_finding(acme: Manifest, deed: Callable[[World], None]) -> None:
    world = dict(desired(acme))
    deed(world)
    found = matrix(acme, world)
    assert wrong(found, Wrong.MISSING) == IN_PROD
    assert wrong(found, Wrong.UNINTENDED) == set()
    (finding,) = unready(found, acme)
    assert (finding.code, finding.severity, finding.subject) == ("MISSING_ACCESS", Severity.HIGH, PROD.account)
    assert "trust" in finding.detail


def test_a_boundary_that_lets_nobody_in_is_a_finding_for_each(acme: Manifest) -> None:
    world = dict(desired(acme))
    alter(world, BOUNDARY, PolicyDocument=document())
    found = matrix(acme, world)
    assert wrong(found, Wrong.MISSING) == meant(acme)
    findings = [*unready(found, acme)]
    assert {each.subject for each in findings} == {user for user, *_ in meant(acme)}
    assert len(findings) == len({each.subject for each in findings})
    assert all("the boundary does not allow it" in each.detail for each in findings)


def test_a_guardrail_that_denies_getting_in_is_seen(acme: Manifest) -> None:
    world = dict(desired(acme))
    key = Key(MANAGEMENT, resources.SERVICE_CONTROL_POLICY, naming.NAMESPACE_GUARDRAIL)
    deny: Json = {"Effect": "Deny", "Action": "sts:AssumeRole", "Resource": "*"}
    alter(world, key, Content=document(*statements(world, key, "Content"), deny))
    assert all("a guardrail" in each.detail for each in unready(matrix(acme, world), acme))
    assert {each.subject for each in unready(matrix(acme, world), acme)} == {user for user, *_ in meant(acme)}


def widen_the_team(world: World) -> None:
    allow: Json = {"Effect": "Allow", "Action": "sts:*", "Resource": "*"}
    alter(world, PAYMENTS, PolicyDocument=document(allow))


def give_one_person_more(world: World) -> None:
    allow: Json = {"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "arn:aws:iam::*:role/BREAK-GLASS-*"}
    alter(world, FATIMA, Policies=[resources.inline_policy("mine", {"Version": "2012-10-17", "Statement": [allow]})])


def give_one_of_a_team_more(world: World) -> None:
    condition: Json = {"StringEquals": {"aws:username": FATIMA.name}}
    allow: Json = {"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "*", "Condition": condition}
    alter(world, PAYMENTS, PolicyDocument=document(*statements(world, PAYMENTS, "PolicyDocument"), allow))


@pytest.mark.parametrize(
    ("deed", "people"),
    [
        (widen_the_team, {"emeka-break-glass", "fatima-break-glass"}),
        (give_one_person_more, {"fatima-break-glass"}),
        (give_one_of_a_team_more, {"fatima-break-glass"}),
    ],
)
def test_who_gets_in_without_being_meant_to_is_a_critical_finding_each(
    acme: Manifest, deed: Callable[[World], None], people: set[str]
) -> None:
    world = dict(desired(acme))
    deed(world)
    found = matrix(acme, world)
    named = [key for key in world if key.name.startswith("BREAK-") and key.type == resources.ROLE]
    roles = {(key.scope.account, key.name) for key in named if key.name != naming.role_name(naming.CANARY)}
    assert wrong(found, Wrong.UNINTENDED) == {(user, *role) for user in people for role in roles} - meant(acme)
    findings = [*unready(found, acme)]
    assert {(each.code, each.severity) for each in findings} == {("UNINTENDED_ACCESS", Severity.CRITICAL)}
    assert sorted(each.subject for each in findings) == sorted(people)
    assert all(each.subject in each.detail for each in findings)


def test_a_user_nobody_knows_and_a_role_nobody_means_are_seen(acme: Manifest) -> None:
    world = dict(desired(acme))
    bound = naming.boundary_arn("aws", SECURITY.account)
    eve = {"UserName": "eve-break-glass", "Path": naming.PATH, "Groups": [TEAM.name], "PermissionsBoundary": bound}
    add(world, resources.USER, SECURITY, eve)
    add(world, resources.ROLE, PROD, {**world[ROLE].properties, "RoleName": "BREAK-GLASS-NEW"})
    found = matrix(acme, world)
    incident = {cell[1:] for cell in meant(acme) if cell[0] == "chidi-break-glass"}
    assert wrong(found, Wrong.UNINTENDED) == {("eve-break-glass", *each) for each in incident}
    assert found.cell(ANA.name, PROD.account, "BREAK-GLASS-NEW").reason == "no policy of theirs allows it"
    widen_the_team(world)
    assert matrix(acme, world).cell(FATIMA.name, PROD.account, "BREAK-GLASS-NEW").may


def test_what_depends_on_an_unknown_document_is_neither_allowed_nor_missing(acme: Manifest) -> None:
    world = dict(desired(acme))
    alter(world, ANA, ManagedPolicyArns=["arn:aws:iam::aws:policy/AdministratorAccess"])
    found = matrix(acme, world)
    assert {cell for cell in wrong(found, Wrong.UNKNOWN) if cell[0] == ANA.name} >= {
        cell for cell in meant(acme) if cell[0] == ANA.name
    }
    assert found.unknown == len(wrong(found, Wrong.UNKNOWN))
    assert "cannot be told" in found.cell(ANA.name, PROD.account, RANSOMWARE).reason
    assert list(unready(found, acme)) == []


def test_a_pattern_that_fits_some_accounts_has_each_account_judged(acme: Manifest) -> None:
    world = dict(desired(acme))
    deny: Json = {"Effect": "Deny", "Action": "sts:*", "Resource": "arn:aws:iam::2*:role/*"}
    alter(world, BOUNDARY, PolicyDocument=document(*statements(world, BOUNDARY, "PolicyDocument"), deny))
    found = matrix(acme, world)
    turned_away = wrong(found, Wrong.MISSING) | wrong(found, Wrong.UNKNOWN)
    assert turned_away == {cell for cell in meant(acme) if cell[1].startswith("2")}


def test_each_of_many_people_is_told_of_and_where_it_is_one_account_that_is() -> None:
    named = [{"id": f"p{each}", "name": "P", "email": "p@acme.example", "teams": ["incident"]} for each in range(40)]
    of = manifest(responders=named)
    world = dict(desired(of))
    close_the_trust(world)
    (finding,) = unready(matrix(of, world), of)
    assert finding.subject == PROD.account
    assert "35 more" in finding.detail
    alter(world, BOUNDARY, PolicyDocument=document())
    people = {f"p{each}-break-glass" for each in range(40)}
    assert {each.subject for each in unready(matrix(of, world), of)} == {PROD.account, *people}
