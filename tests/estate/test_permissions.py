"""The policies for the toolkit itself: for whom they are, that they fit, and that they grant no more than is called."""

from collections.abc import Iterator, Mapping

import pytest

from breakglass.aws.operations import OPERATIONS
from breakglass.documents import Document, canonical, size
from breakglass.estate import permissions
from breakglass.estate.permissions import Policy, policies
from breakglass.estate.teams import POLICY_QUOTA
from breakglass.manifest.model import Manifest
from breakglass.operations import COMMANDS, Operation
from breakglass.resources import items
from tests.conftest import manifest
from tests.judge import Asked, allowed, values
from tests.stories.conftest import MANAGEMENT, PROD, SECURITY

ROLE = "OrganizationAccountAccessRole"
TEAM = {"name": "incident", "playbooks": ["ransomware"], "accounts": "all"}
ANYBODY = {"id": "ana", "name": "Ana", "email": "ana@acme.example", "teams": ["incident"]}
BOUNDARY = f"arn:aws:iam::{SECURITY}:policy/break-glass/BreakGlassBoundary"
ANA = f"arn:aws:iam::{SECURITY}:user/break-glass/ana-break-glass"


def statements(document: Document) -> Iterator[Mapping[str, object]]:
    return (each for each in items(document["Statement"]) if isinstance(each, Mapping))


def actions(document: Document) -> set[str]:
    found = [each for each in items(document["Statement"]) if isinstance(each, Mapping)]
    return {action for each in found for action in values(each["Action"])}


def of(found: tuple[Policy, ...], account: str, command: str) -> list[Document]:
    return [each.document for each in found if account in each.accounts and command in each.commands]


@pytest.fixture
def printed(acme: Manifest) -> tuple[Policy, ...]:
    return tuple(policies(OPERATIONS, acme))


def test_every_action_granted_for_a_command_is_one_it_calls(printed: tuple[Policy, ...]) -> None:
    for policy in printed:
        for command in policy.commands:
            rows = [each for each in OPERATIONS if each.phases & COMMANDS[command]]
            assert actions(policy.document) <= {action for each in rows for action in (*each.actions, *each.also)}


def test_one_starts_in_the_management_account_and_acts_elsewhere_by_the_role(
    printed: tuple[Policy, ...], acme: Manifest
) -> None:
    for policy in printed:
        mine = policy.accounts == (MANAGEMENT,)
        assert policy.role == ("" if mine else ROLE)
        services = {each.partition(":")[0] for each in actions(policy.document)}
        assert mine or "organizations" not in services
        becoming = policy.commands in (("canary",), ("verify",)) and policy.accounts == (acme.audit_account,)
        assert mine or "sts" not in services or becoming
    assert allowed(of(printed, MANAGEMENT, "plan"), Asked("sts:AssumeRole", f"arn:aws:iam::{PROD}:role/{ROLE}"))


def test_init_needs_nothing_but_to_see_the_organization(printed: tuple[Policy, ...]) -> None:
    (policy,) = [each for each in printed if "init" in each.commands]
    assert policy.accounts == (MANAGEMENT,)
    assert actions(policy.document) == {"organizations:DescribeOrganization", "organizations:ListAccounts"}


def test_enabled_regions_are_asked_for_by_verify_in_the_security_account_alone(printed: tuple[Policy, ...]) -> None:
    asked = {
        (account, command): allowed(
            of(printed, account, command), Asked("account:ListRegions", f"arn:aws:account::{account}:account")
        )
        for account in (SECURITY, PROD, MANAGEMENT)
        for command in ("verify", "plan")
    }
    assert {key for key, may in asked.items() if may} == {(SECURITY, "verify")}


def test_users_are_written_in_the_security_account_alone(printed: tuple[Policy, ...]) -> None:
    create = Asked("iam:CreateUser", ANA, {"iam:PermissionsBoundary": BOUNDARY})
    assert allowed(of(printed, SECURITY, "apply"), create)
    for account, command in ((SECURITY, "plan"), (SECURITY, "destroy"), (PROD, "apply"), (MANAGEMENT, "apply")):
        assert not allowed(of(printed, account, command), create)


@pytest.mark.parametrize(
    "question",
    [
        Asked("iam:CreateUser", ANA),
        Asked("iam:CreateUser", ANA, {"iam:PermissionsBoundary": f"{BOUNDARY}2"}),
        Asked("iam:CreateUser", f"arn:aws:iam::{SECURITY}:user/ana", {"iam:PermissionsBoundary": BOUNDARY}),
        Asked("iam:PutUserPermissionsBoundary", ANA, {"iam:PermissionsBoundary": f"{BOUNDARY}2"}),
        Asked("iam:DeleteUserPermissionsBoundary", ANA),
        Asked("iam:AttachUserPolicy", ANA, {"iam:PolicyARN": BOUNDARY}),
        Asked("iam:CreateAccessKey", ANA),
        Asked("iam:UpdateUser", f"arn:aws:iam::{SECURITY}:user/admin"),
        Asked("iam:CreateRole", f"arn:aws:iam::{SECURITY}:role/Admin"),
        Asked(
            "iam:AttachRolePolicy",
            f"arn:aws:iam::{SECURITY}:role/BREAK-GLASS-X",
            {"iam:PolicyARN": "arn:aws:iam::aws:policy/AdministratorAccess"},
        ),
        Asked("iam:DeletePolicy", f"arn:aws:iam::{SECURITY}:policy/other"),
    ],
    ids=lambda each: f"{each.action} on {each.resource}",
)
def test_what_nobody_is_granted(printed: tuple[Policy, ...], question: Asked) -> None:
    assert not any(allowed([each.document], question) for each in printed)


def test_commands_that_need_the_same_are_together(printed: tuple[Policy, ...]) -> None:
    assert {each.commands for each in printed if PROD in each.accounts} == {
        ("plan", "offboard", "prove"),
        ("verify",),
        ("apply",),
        ("destroy",),
    }


def test_only_what_is_asked_for_is_told(acme: Manifest) -> None:
    assert {each.commands for each in policies(OPERATIONS, acme, ["plan"])} == {("plan",)}


def test_policies_are_canonical_and_the_order_of_the_table_means_nothing(acme: Manifest) -> None:
    found = tuple(policies(OPERATIONS, acme))
    assert found == tuple(policies(OPERATIONS[::-1], acme))
    assert all(canonical(each.document) == each.document for each in found)


def test_every_policy_fits_whatever_the_names() -> None:
    long = manifest(provisioning_role="x" * 64)
    assert all(size(each.document) <= POLICY_QUOTA for each in policies(OPERATIONS, long))


def test_what_fits_no_policy_is_told_in_several(acme: Manifest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(permissions, "POLICY_QUOTA", 1000)
    split = tuple(policies(OPERATIONS, acme))
    monkeypatch.undo()
    whole = tuple(policies(OPERATIONS, acme))
    assert len(split) > len(whole)
    parts, (one,) = of(split, SECURITY, "apply"), of(whole, SECURITY, "apply")
    assert [each for part in parts for each in statements(part)] == list(statements(one))
    assert all(size(each) <= 1000 for each in parts)


def test_accounts_too_many_to_be_named_are_those_of_the_organization() -> None:
    ids = [f"{number:012}" for number in range(200)]
    many = manifest(
        accounts=[{"id": each, "name": f"account {each}"} for each in ids], teams=[TEAM], responders=[ANYBODY]
    )
    (document,) = of(tuple(policies(OPERATIONS, many)), MANAGEMENT, "plan")
    role = f"arn:aws:iam::{ids[7]}:role/{ROLE}"
    assert allowed([document], Asked("sts:AssumeRole", role, {"aws:ResourceOrgID": "o-acme12345"}))
    assert not allowed([document], Asked("sts:AssumeRole", role, {"aws:ResourceOrgID": "o-other12345"}))
    assert not allowed([document], Asked("sts:AssumeRole", f"arn:aws:iam::{ids[7]}:role/Admin"))


def test_a_row_of_a_type_nobody_surveys_grants_nothing(acme: Manifest) -> None:
    row = Operation("iam", "X", frozenset({"read"}), frozenset({"AWS::Never::Seen"}), ("*",), ("iam:X",))
    assert tuple(policies([row], acme)) == ()


def test_what_everybody_may_do_needs_no_statement(acme: Manifest) -> None:
    (identity,) = [each for each in OPERATIONS if each.name == "GetCallerIdentity"]
    assert tuple(policies([identity], acme)) == ()


STACKED: Mapping[str, object] = {"engine": "stacksets", "stacksets": {"regions": ["eu-west-1"]}}


def stacked(account: str, command: str, **settings: object) -> set[str]:
    told = manifest(**{**STACKED, "stacksets": {"regions": ["eu-west-1"], **settings}})
    found = tuple(policies(OPERATIONS, told))
    every = {action for document in of(found, account, command) for action in actions(document)}
    return {each for each in every if each.startswith("cloudformation:")}


def test_only_an_engine_of_stacks_deploys(printed: tuple[Policy, ...]) -> None:
    assert not any({"deploy", "adopt"} & set(each.commands) for each in printed)
    assert not any(action.startswith("cloudformation:") for each in printed for action in actions(each.document))


def test_stack_sets_are_made_where_they_are_administered() -> None:
    assert "cloudformation:CreateStackSet" in stacked(MANAGEMENT, "deploy")
    assert "cloudformation:CreateStackSet" not in stacked(MANAGEMENT, "deploy", administrator_account=SECURITY)
    assert "cloudformation:CreateStackSet" in stacked(SECURITY, "deploy", administrator_account=SECURITY)
    assert not stacked(MANAGEMENT, "verify")


def test_plan_looks_at_deliveries_and_touches_none() -> None:
    looks = {f"cloudformation:{each}" for each in ("DescribeStackSet", "ListStackInstances", "ListStackSets")}
    assert stacked(MANAGEMENT, "plan") == looks
    assert looks <= stacked(MANAGEMENT, "deploy") & stacked(MANAGEMENT, "adopt") & stacked(MANAGEMENT, "destroy")
    assert stacked(MANAGEMENT, "plan", shared_accounts="stacks") - looks == {
        "cloudformation:DescribeStacks",
        "cloudformation:GetTemplate",
    }


@pytest.mark.parametrize(("administrator", "owners"), [(SECURITY, (SECURITY, MANAGEMENT)), (MANAGEMENT, (MANAGEMENT,))])
def test_the_stack_sets_of_a_delegated_administrator_are_the_management_accounts(
    administrator: str, owners: tuple[str, ...]
) -> None:
    told = manifest(engine="stacksets", stacksets={"regions": ["eu-west-1"], "administrator_account": administrator})
    found = [
        arn
        for document in of(tuple(policies(OPERATIONS, told)), administrator, "deploy")
        for each in items(document["Statement"])
        if isinstance(each, Mapping) and "cloudformation:DeleteStackSet" in values(each["Action"])
        for arn in values(each["Resource"])
    ]
    assert found == [f"arn:aws:cloudformation:*:{each}:stackset/break-glass-*" for each in owners]


def test_stacks_are_made_where_there_are_any() -> None:
    assert not stacked(PROD, "deploy")
    assert "cloudformation:CreateStack" not in stacked(MANAGEMENT, "deploy")
    assert "cloudformation:CreateStack" in stacked(MANAGEMENT, "deploy", shared_accounts="stacks")
    assert {"cloudformation:CreateChangeSet", "cloudformation:UpdateStack"} <= stacked(PROD, "adopt")


def test_a_role_is_handed_to_stack_sets_only_where_they_are_given_one() -> None:
    told = manifest(engine="stacksets", stacksets={"regions": ["eu-west-1"], "permission_model": "self-managed"})
    role = f"arn:aws:iam::{MANAGEMENT}:role/AWSCloudFormationStackSetAdministrationRole"
    found = [
        str(each)
        for policy in policies(OPERATIONS, told, ["deploy"])
        if policy.accounts == (MANAGEMENT,)
        for each in statements(policy.document)
        if "iam:PassRole" in str(each) and "cloudformation.amazonaws.com" in str(each)
    ]
    assert [role in each for each in found] == [True]
    every = [str(each.document) for each in policies(OPERATIONS, manifest(**STACKED), ["deploy"])]
    assert not any("cloudformation.amazonaws.com" in each for each in every)
