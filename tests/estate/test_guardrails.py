"""The two service control policies: what they say, where they apply, and when they come."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from breakglass import naming, resources
from breakglass.documents import Json, text
from breakglass.errors import UnavailableError
from breakglass.estate.desired import desired
from breakglass.estate.guardrails import precedence
from breakglass.estate.observation import Observation
from breakglass.estate.plan import plan
from breakglass.estate.predecessors import predecessors
from breakglass.estate.surveys import surveys
from breakglass.facts import Unread
from breakglass.manifest.model import Manifest
from breakglass.resources import Key, Resource, Scope, items
from tests.conftest import manifest
from tests.memory_stacks import stacked

MANAGEMENT = Scope("999999999999")
SECURITY = Scope("111111111111")
NAMESPACE = Key(MANAGEMENT, resources.SERVICE_CONTROL_POLICY, naming.NAMESPACE_GUARDRAIL)
ROLES = Key(MANAGEMENT, resources.SERVICE_CONTROL_POLICY, naming.ROLES_GUARDRAIL)


def nothing() -> Observation:
    return Observation({}, {})


def mapping(value: Json) -> Mapping[str, Json]:
    return value if isinstance(value, Mapping) else {}


def statements(resource: Resource) -> Mapping[str, Mapping[str, Json]]:
    found = [mapping(each) for each in items(mapping(resource.properties["Content"])["Statement"])]
    return {str(each["Sid"]): each for each in found}


def test_one_binds_the_security_account_and_one_all_accounts(acme: Manifest) -> None:
    wanted = desired(acme)
    assert wanted[NAMESPACE].properties["TargetIds"] == (SECURITY.account,)
    assert wanted[ROLES].properties["TargetIds"] == (naming.ORGANIZATION_ROOT,)
    for each in (wanted[NAMESPACE], wanted[ROLES]):
        assert {str(statement["Effect"]) for statement in statements(each).values()} == {"Deny"}
        assert len(text(mapping(each.properties["Content"]))) < 5120


def test_emergency_roles_of_the_security_account_are_the_provisioning_roles_alone(acme: Manifest) -> None:
    """StackSets are exempt from the other guardrail, and people may have a right to these names in any account."""
    for each in (acme, stacked(replace(acme, provisioning_role="P" * 64))):
        denied = desired(each)[NAMESPACE]
        assert len(text(mapping(denied.properties["Content"]))) < 5120
        of = statements(denied)
        passes = of["PassAdmin"] if "PassAdmin" in of else of["Admin"]
        assert "iam:PassRole" in text(passes)
        for statement in (of["Admin"], passes):
            names = {f"arn:aws:iam::111111111111:role/{name}" for name in ("BREAK-GLASS-*", "*/BREAK-GLASS-*")}
            assert names <= set(map(str, items(statement["Resource"])))
            assert list(mapping(statement["Condition"])) == ["ArnNotEquals"]


def test_exactly_the_provisioning_role_and_stacksets_are_exempt() -> None:
    wanted = desired(manifest(provisioning_role="Deployer"))
    exempt: dict[str, set[str]] = {}
    for key in (NAMESPACE, ROLES):
        for sid, statement in statements(wanted[key]).items():
            if sid in ("Call", "Runs"):  # which leave verification its function and metrics, and nothing of IAM
                continue
            for operator, block in mapping(statement.get("Condition")).items():
                if operator.startswith("ArnNot"):
                    told = mapping(block)["aws:PrincipalArn"]
                    assert isinstance(told, str | tuple)
                    exempt.setdefault(key.name, set()).update(
                        [told] if isinstance(told, str) else map(str, items(told))
                    )
    assert exempt == {
        naming.NAMESPACE_GUARDRAIL: {"arn:aws:iam::111111111111:role/Deployer"},
        naming.ROLES_GUARDRAIL: {"arn:aws:iam::*:role/Deployer", "arn:aws:iam::*:role/stacksets-exec-*"},
    }


@pytest.mark.parametrize("key", [NAMESPACE, ROLES])
def test_who_is_exempt_is_protected_too(acme: Manifest, key: Key) -> None:
    told = text(desired(acme)[key].properties)
    assert told.count("role/OrganizationAccountAccessRole") >= 2


def test_nobody_at_all_gives_a_person_a_key(acme: Manifest) -> None:
    keyless = statements(desired(acme)[NAMESPACE])["Keyless"]
    assert "Condition" not in keyless
    assert {"iam:CreateAccessKey", "iam:PutUserPolicy", "iam:DeleteUserPermissionsBoundary"} <= set(
        map(str, items(keyless["Action"]))
    )


def test_they_come_before_what_they_protect(acme: Manifest) -> None:
    """Boundary, policies and groups; the guardrail of the security account; users; that of all accounts; roles."""
    changes = plan(nothing(), desired(acme)).changes
    before = everything_before(predecessors(changes))
    users, roles = (
        {key for key in before if key.type == type_ and key.scope != MANAGEMENT}
        for type_ in (resources.USER, resources.ROLE)
    )
    groups = {key for key in before if key.type == resources.GROUP}
    assert groups | {Key(SECURITY, resources.MANAGED_POLICY, naming.BOUNDARY)} <= before[NAMESPACE]
    assert all(NAMESPACE in before[user] for user in users)
    assert users <= before[ROLES]
    assert all(ROLES in before[role] for role in roles)


def everything_before(earlier: Mapping[Key, frozenset[Key]]) -> Mapping[Key, frozenset[Key]]:
    """Return what is done before each change, at whatever remove."""
    found: dict[Key, frozenset[Key]] = {}
    for key in earlier:
        visit(key, earlier, found)
    return found


def visit(key: Key, earlier: Mapping[Key, frozenset[Key]], found: dict[Key, frozenset[Key]]) -> frozenset[Key]:
    if key not in found:
        found[key] = earlier[key].union(*(visit(each, earlier, found) for each in earlier[key]))
    return found[key]


def test_a_repair_waits_for_no_guardrail(acme: Manifest) -> None:
    wanted = desired(acme)
    role = next(key for key in wanted if key.type == resources.ROLE and key.name.startswith(naming.ROLE_PREFIX))
    weak = Resource(resources.ROLE, role.scope, {**wanted[role].properties, "Description": "weak"})
    there = {**{key: each for key, each in wanted.items() if key not in (NAMESPACE, ROLES)}, role: weak}
    found = plan(Observation(there, {}), wanted)
    assert not any(predecessors(found.changes)[role])


def test_they_go_after_what_they_protect_and_not_while_any_account_is_unknown(acme: Manifest) -> None:
    there = desired(acme)
    gone = [change.key for change in plan(Observation(there, {}), {}).changes]
    last_role = max(n for n, key in enumerate(gone) if key.type == resources.ROLE)
    last_user = max(n for n, key in enumerate(gone) if key.type == resources.USER)
    assert last_role < gone.index(ROLES)
    assert last_user < gone.index(NAMESPACE)
    unread = Unread(Scope("222222222222"), "the account", UnavailableError("no"), frozenset({resources.ROLE}))
    left = {change.key for change in plan(Observation(there, {}, unread=(unread,)), {}).changes}
    assert not left & {ROLES, NAMESPACE}


def test_order_is_asked_of_what_is_there_alone() -> None:
    user = Key(SECURITY, resources.USER, "ana-break-glass")
    assert precedence([user]) == {user: frozenset()}


def test_a_guardrail_that_is_there_is_mended_before_all_else(acme: Manifest) -> None:
    """It may exempt another role by now, and deny whatever else the plan would make."""
    wanted = desired(acme)
    group = Key(SECURITY, resources.GROUP, "break-glass-incident")
    drifted = Resource(NAMESPACE.type, MANAGEMENT, {**wanted[NAMESPACE].properties, "Content": {"Statement": []}})
    there = {key: each for key, each in wanted.items() if key != group} | {NAMESPACE: drifted}
    earlier = predecessors(plan(Observation(there, {}), wanted).changes)
    assert [key for key, others in earlier.items() if not others] == [NAMESPACE]


@pytest.mark.parametrize("lost", [NAMESPACE, ROLES])
def test_roles_wait_for_both_guardrails(acme: Manifest, lost: Key) -> None:
    wanted = desired(acme)
    role = Key(Scope("222222222222"), resources.ROLE, "BREAK-GLASS-RANSOMWARE")
    there = {key: each for key, each in wanted.items() if key not in (lost, role)}
    found = plan(Observation(there, {}), wanted)
    assert predecessors(found.changes)[role] == {lost}


def test_the_security_account_cannot_leave_nor_any_group_take_in_a_user(acme: Manifest) -> None:
    denied = statements(desired(acme)[NAMESPACE])
    assert "organizations:LeaveOrganization" in items(denied["Member"]["Action"])
    assert "Condition" not in denied["Member"]
    assert "iam:AddUserToGroup" in items(denied["Sealed"]["Action"])
    assert denied["Sealed"]["Resource"] == "*"
    assert statements(desired(acme)[ROLES])["Member"]["Action"] == "organizations:LeaveOrganization"


def test_they_are_looked_for_in_the_management_account_alone(acme: Manifest) -> None:
    looked = {each.scope for each in surveys(acme) if resources.SERVICE_CONTROL_POLICY in each.types}
    assert looked == {MANAGEMENT}
