"""What the manifest stands for: in every account just what belongs there."""

import re
from collections.abc import Mapping
from dataclasses import replace

import pytest

from breakglass import naming, resources
from breakglass.documents import size, text
from breakglass.estate.desired import desired
from breakglass.estate.surveys import surveys
from breakglass.manifest.model import Manifest
from breakglass.resources import GLOBAL, Key, Scope, State, items
from tests.conftest import manifest

MANAGEMENT, SECURITY, AUDIT, PROD = ("999999999999", "111111111111", "333333333333", "222222222222")


def named(state: State, account: str, type_: str) -> set[str]:
    return {key.name for key in state if key.scope.account == account and key.type == type_}


def test_users_exist_in_the_security_account_alone(acme: Manifest) -> None:
    wanted = desired(acme)
    users = {key for key in wanted if key.type in (resources.USER, resources.GROUP)}
    assert {key.scope.account for key in users} == {SECURITY}
    assert named(wanted, SECURITY, resources.USER) == {f"{each.id}-break-glass" for each in acme.responders}


def test_every_user_is_bounded_in_the_namespace_and_has_no_policy(acme: Manifest) -> None:
    for key, user in desired(acme).items():
        if key.type == resources.USER:
            assert user.properties["Path"] == "/break-glass/"
            boundary = f"arn:aws:iam::{SECURITY}:policy/break-glass/BreakGlassBoundary"
            assert user.properties["PermissionsBoundary"] == boundary
            assert not items(user.properties["ManagedPolicyArns"])
            assert not items(user.properties["Policies"])
            assert user.tags == {naming.OWNER_TAG: "acme"}


def test_every_listed_account_has_a_role_for_each_playbook_and_no_other_has(acme: Manifest) -> None:
    wanted = desired(acme)
    every = {"BREAK-GLASS-RANSOMWARE", "BREAK-GLASS-DATA-BREACH", "BREAK-GLASS-LOST-ACCESS"}
    for account in acme.accounts:
        assert named(wanted, account.id, resources.ROLE) == every | {naming.VERIFIER}
    service = {naming.VERIFIER, naming.EVENTS_ROLE}
    assert named(wanted, MANAGEMENT, resources.ROLE) == {"BREAK-GLASS-LOST-ACCESS", *service}
    assert named(wanted, SECURITY, resources.ROLE) == {"BREAK-GLASS-CANARY", *service}
    assert named(wanted, AUDIT, resources.ROLE) == {naming.VERIFICATION, *service}


def test_every_role_has_its_own_policies_and_the_session_length_of_the_manifest() -> None:
    wanted = desired(manifest(limits={"session_hours": "4"}))
    for key, role in wanted.items():
        if key.type == resources.ROLE:
            own = naming.iam_arn("aws", key.scope.account, f"policy{naming.PATH}{key.name}")
            arns = [str(each) for each in items(role.properties["ManagedPolicyArns"])]
            assert own in arns
            assert all(each == own or each.startswith(f"{own}.") for each in arns)
            playbook = key.name.startswith(naming.ROLE_PREFIX) and key.name != naming.role_name(naming.CANARY)
            assert role.properties["MaxSessionDuration"] == (4 * 3600 if playbook else 3600)


def test_a_playbook_role_has_no_path_so_that_the_console_takes_its_name(acme: Manifest) -> None:
    role = desired(acme)[Key(Scope(PROD), resources.ROLE, "BREAK-GLASS-RANSOMWARE")]
    assert role.arn == f"arn:aws:iam::{PROD}:role/BREAK-GLASS-RANSOMWARE"


def test_the_same_account_may_be_audited_and_listed() -> None:
    listed = manifest(accounts=[{"id": AUDIT, "name": "audit"}, {"id": PROD, "name": "payments"}])
    roles = named(desired(listed), AUDIT, resources.ROLE)
    assert {naming.VERIFICATION, naming.VERIFIER, "BREAK-GLASS-RANSOMWARE"} <= roles


@pytest.mark.parametrize("partition", ["aws", "aws-us-gov", "aws-cn"])
def test_no_resource_names_another_partition(partition: str) -> None:
    written = manifest(partition=partition)
    there = replace(written, alerts=replace(written.alerts, sqs=()))
    for resource in desired(there).values():
        told = text(resource.properties)
        assert told.count("arn:") == told.count(f"arn:{partition}:")


def test_no_placeholder_is_left_in_any_document(acme: Manifest) -> None:
    told = " ".join(text(each.properties) for each in desired(acme).values())
    assert set(re.findall(r"\$\{[^}]*\}", told)) == {"${aws:username}", "${aws:userid}", naming.ORGANIZATION_ROOT}


def test_a_playbook_keeps_its_hands_off_the_provisioning_role_of_the_manifest() -> None:
    wanted = desired(manifest(provisioning_role="Deployer"))
    policies = {each.arn: text(each.properties) for key, each in wanted.items() if key.type == resources.MANAGED_POLICY}
    canary = naming.role_name(naming.CANARY)
    for key, role in wanted.items():
        if key.type == resources.ROLE and key.name.startswith(naming.ROLE_PREFIX) and key.name != canary:
            held = [policies[str(each)] for each in items(role.properties["ManagedPolicyArns"])]
            assert any("arn:aws:iam::*:role/Deployer" in each for each in held)


def test_everything_fits_the_quotas_of_iam(acme: Manifest) -> None:
    for resource in desired(acme).values():
        for name, quota in (("PolicyDocument", 6144), ("AssumeRolePolicyDocument", 2048)):
            document = resource.properties.get(name)
            assert not isinstance(document, Mapping) or size(document) <= quota


def test_passwords_are_long_and_never_expire(acme: Manifest) -> None:
    policy = desired(acme)[Key(Scope(SECURITY), resources.PASSWORD_POLICY, "")].properties
    assert int(str(policy["MinimumPasswordLength"])) >= 20
    assert int(str(policy["PasswordReusePrevention"])) == 24
    assert "MaxPasswordAge" not in policy


def test_every_account_is_looked_at_and_users_only_where_they_can_be(acme: Manifest) -> None:
    looked = {survey.scope: survey for survey in surveys(acme, facts=True)}
    assert {scope.account for scope in looked} == set(acme.account_ids)
    assert {scope for scope, survey in looked.items() if resources.USER in survey.types} == {Scope(SECURITY)}
    assert {scope for scope, survey in looked.items() if survey.credentials} == {Scope(SECURITY)}
    chain = {scope for scope, survey in looked.items() if survey.chain}
    assert {scope.region for scope in chain} == {GLOBAL, *acme.alerts.regions}
    assert {scope for scope in chain if scope.region == GLOBAL} == {Scope(SECURITY)}
    assert not any(survey.credentials or survey.chain for survey in surveys(acme))


def test_everything_desired_is_looked_for(acme: Manifest) -> None:
    looked = {survey.scope: survey.types for survey in surveys(acme)}
    assert all(key.type in looked[key.scope] for key in desired(acme))
