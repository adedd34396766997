"""One description of each resource serves both ways of making it real."""

import json

import pytest
from hypothesis import given, settings

from breakglass import resources
from breakglass.documents import Json, text
from breakglass.estate.alerting.places import Place
from breakglass.estate.desired import desired, desired_in
from breakglass.estate.surveys import scopes
from breakglass.estate.template import REGIONAL, SYMBOLIC, logical_id, parse, render
from breakglass.manifest.model import Manifest
from breakglass.resources import GLOBAL, KINDS, Key, Resource, Scope
from tests.laws.strategies import manifests
from tests.yamls import dumped, loaded


def template_of(manifest: Manifest, account: str, region: str = GLOBAL) -> dict[str, Json]:
    """Return the template as it comes back from a file."""
    place = Place(manifest, manifest.scope(account, region), SYMBOLIC if region == GLOBAL else REGIONAL)
    rendered = render(desired_in(place), "x", {"Manifest": manifest.name})
    plain: dict[str, Json] = loaded(dumped(json.loads(json.dumps(rendered))))
    return plain


@settings(max_examples=30)
@given(manifests())
def test_what_a_template_makes_in_an_account_is_what_apply_makes_there(manifest: Manifest) -> None:
    wanted = desired(manifest)
    for scope in scopes(manifest):
        here = {key: each for key, each in wanted.items() if key.scope == scope and KINDS[key.type].rendered}
        assert parse(template_of(manifest, scope.account, scope.region), scope) == here


@pytest.mark.parametrize("partition", ["aws", "aws-cn"])
def test_a_template_serves_every_account_and_partition(acme: Manifest, partition: str) -> None:
    elsewhere = Scope("777777777777", partition=partition)
    made = parse(template_of(acme, acme.accounts[0].id), elsewhere)
    assert {key.scope for key in made} == {elsewhere}
    assert not [key for key, each in made.items() if "${AWS::" in text(each.properties)]


def test_accounts_with_the_same_playbooks_have_the_same_template(acme: Manifest) -> None:
    first, *others = (template_of(acme, account.id) for account in acme.accounts)
    assert all(other == first for other in others)


def test_a_template_has_neither_conditions_nor_transforms_nor_an_account_of_its_own(acme: Manifest) -> None:
    for account in acme.account_ids:
        template = template_of(acme, account)
        asked = {"Parameters"} if account == acme.management_account.id else set()
        assert set(template) == {"AWSTemplateFormatVersion", "Description", "Metadata", "Resources"} | asked
    workload = json.dumps(template_of(acme, acme.accounts[0].id)["Resources"])
    assert acme.accounts[0].id not in workload


@pytest.mark.parametrize("kind", [resources.USER, resources.ROLE])
def test_no_two_resources_have_one_name_in_a_template(kind: str) -> None:
    """Punctuation goes, and with it what tells many a name apart."""
    names = [
        "a-b",
        "a.b",
        "a_b",
        "ab",
        "aB",
        "a-1",
        "a1",
        "a-1-1",
        "a-11",
        "BREAK-GLASS-VERIFIER",
        "BreakGlassVerifier",
    ]
    names += ["BREAK-GLASS-A-B", "BREAK-GLASS-AB"]
    ids = {logical_id(Key(SYMBOLIC, kind, name)) for name in names}
    assert len(ids) == len(names)
    assert all(each.isalnum() for each in ids)


def test_nothing_is_lost_with_its_stack(acme: Manifest) -> None:
    for account in acme.account_ids:
        declared = template_of(acme, account)["Resources"]
        assert isinstance(declared, dict)
        for body in declared.values():
            assert body["DeletionPolicy"] == "RetainExceptOnCreate"
            assert body["UpdateReplacePolicy"] == "Retain"


def test_what_points_at_a_resource_of_the_template_refers_to_it(acme: Manifest) -> None:
    declared = template_of(acme, acme.security_account)["Resources"]
    assert isinstance(declared, dict)
    ana = declared[logical_id(Key(SYMBOLIC, resources.USER, "ana-break-glass"))]["Properties"]
    assert ana["PermissionsBoundary"] == {"Ref": "ManagedPolicyBreakGlassBoundary"}
    assert {"Ref": "GroupBreakGlassIncident"} in ana["Groups"]


def test_a_policy_variable_is_not_taken_for_a_reference(acme: Manifest) -> None:
    rendered = json.dumps(template_of(acme, acme.security_account))
    assert "${!aws:username}" in rendered


def test_a_name_of_the_same_scope_that_is_not_in_the_template_stays_a_name() -> None:
    user = Resource(resources.USER, SYMBOLIC, {"UserName": "ana-break-glass", "Groups": ["elsewhere"]})
    declared = render([user], "x", {})["Resources"]
    assert isinstance(declared, dict)
    assert declared["UserAnaBreakGlass"]["Properties"]["Groups"] == ["elsewhere"]
    assert parse({"Resources": declared}, SYMBOLIC) == {user.key: user}


@pytest.mark.parametrize("template", [{"Resources": []}, {"Resources": {"X": "y"}}])
def test_what_is_no_template_is_not_read_as_one(template: dict[str, Json]) -> None:
    with pytest.raises(TypeError):
        parse(template, SYMBOLIC)
