"""The table of operations against AWS's own reference, against botocore, and against the code that calls them."""

import ast
import re
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from pathlib import Path

import pytest
from botocore import xform_name
from botocore.session import Session

from breakglass.authorization.reference import Action, expand
from breakglass.aws.operations import OPERATIONS
from breakglass.estate.desired import desired
from breakglass.estate.surveys import surveys
from breakglass.manifest.model import Manifest
from breakglass.operations import COMMANDS, Operation, Phase
from breakglass.resources import GROUP, KINDS, MANAGED_POLICY, ROLE, USER

SOURCE = Path(__file__).parent.parent.parent / "breakglass" / "aws"
SERVICES = tuple(sorted({each.service for each in OPERATIONS}))
READING: frozenset[Phase] = frozenset(
    {
        *("identify", "discover", "read", "credentials", "enrolment", "chain", "posture"),
        *("canary", "log", "patterns", "deliveries"),
    }
)
OURS = re.compile("break-?glass", re.IGNORECASE)
ALLOWED = [(each, action) for each in OPERATIONS for action in (*each.actions, *each.also)]


def name(row: Operation) -> str:
    return f"{row.service}:{row.name}"


def reference(action: str) -> Action:
    (found,) = expand(action)
    return found


@pytest.fixture(scope="module")
def called() -> set[str]:
    """Every word by which the code may call an operation: a method's name, or a paginator's."""
    trees = [ast.parse(path.read_text("utf-8")) for path in SOURCE.rglob("*.py")]
    return {word for tree in trees for node in ast.walk(tree) for word in _words(node)}


def _words(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Attribute):
        yield node.attr
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "get_paginator":
        yield from (each.value for each in node.args if isinstance(each, ast.Constant) and isinstance(each.value, str))


@pytest.fixture(scope="module")
def known(maker: Session) -> Mapping[str, set[str]]:
    return {each: set(maker.get_service_model(each).operation_names) for each in SERVICES}


def test_no_operation_has_two_rows_for_the_same() -> None:
    whole = [
        (name(each), each.actions, phase, type_)
        for each in OPERATIONS
        for phase in each.phases or {""}
        for type_ in each.types or {""}
    ]
    assert len(whole) == len(set(whole))


def test_every_row_is_an_operation_the_code_calls(called: set[str], known: Mapping[str, set[str]]) -> None:
    for row in OPERATIONS:
        assert row.name in known[row.service]
        assert xform_name(row.name) in called


def test_every_operation_the_code_calls_has_a_row(called: set[str], known: Mapping[str, set[str]]) -> None:
    """Also where no test comes by."""
    declared = {each.name for each in OPERATIONS}
    assert {each for names in known.values() for each in names if xform_name(each) in called} <= declared


@pytest.mark.parametrize(
    ("row", "action"), ALLOWED, ids=lambda each: name(each) if isinstance(each, Operation) else each
)
def test_every_action_exists_and_takes_the_resources_of_its_row(row: Operation, action: str) -> None:
    types = reference(action).types
    arns = [_plain(each) for each in row.resources]
    if arns == ["*"]:
        # Of all users: of no one's. And metrics are in data sets only if one has made some.
        assert not types or row.name in ("ListServiceSpecificCredentials", "PutMetricData")
    else:
        assert all(any(type_.knows(arn) for type_ in types) for arn in arns)
        assert all(any(type_.knows(arn) for arn in arns) for type_ in types if type_.required)


@pytest.mark.parametrize("row", [each for each in OPERATIONS if each.condition], ids=name)
def test_every_action_carries_the_keys_of_its_condition(row: Operation) -> None:
    keys = {key.lower() for block in row.condition.values() for key in block}
    known = [reference(action).keys for action in row.actions]
    assert all(any(fnmatchcase(key, glob) for glob in globs) for globs in known for key in keys)


@pytest.mark.parametrize("row", [each for each in OPERATIONS if each.phases & READING], ids=name)
def test_what_plan_and_verify_call_only_reads(row: Operation) -> None:
    assert row.name == "AssumeRole" or all(reference(action).reads for action in row.actions)


def test_what_makes_or_removes_comes_with_no_reading_command() -> None:
    for command in ("init", "plan", "verify"):
        assert not COMMANDS[command] & {"make", "remove"}


def test_what_alerts_depend_on_is_looked_at_by_verify_alone() -> None:
    assert {command for command, phases in COMMANDS.items() if "chain" in phases} == {"verify"}
    assert {each.service for each in OPERATIONS if "chain" in each.phases} == {
        "account",
        "cloudtrail",
        "cloudwatch",
        "sns",
    }


@pytest.mark.parametrize(
    ("row", "action"), ALLOWED, ids=lambda each: name(each) if isinstance(each, Operation) else each
)
def test_nothing_is_written_outside_the_namespace(row: Operation, action: str) -> None:
    if reference(action).reads or row.service in ("organizations", "sts"):
        return
    free = {"DeleteVirtualMFADevice", "RemoveRoleFromInstanceProfile", "UpdateAccountPasswordPolicy"}
    free |= {"PutPermission", "RemovePermission"}  # AWS has no resource for them
    free |= {"CreateAlias", "UpdateAlias", "DeleteAlias"}  # half of it is the key's
    free |= {"PutMetricFilter", "DeleteMetricFilter", "PutLogGroupDeletionProtection"}  # the organization's log group
    free |= {"CreateStackInstances", "DeleteStackInstances", "UpdateStackInstances"}  # the types are AWS's own
    free |= {"BatchImportFindings", "BatchUpdateFindings"}  # the account's own product
    free |= {"PutMetricData"}  # a namespace of our own, which is a condition
    free |= {"CreateStackSet", "UpdateStackSet"}  # as are those; and a role is handed to StackSets
    ours = all(OURS.search(each) for each in row.resources)
    assert row.name in free or ours or any(OURS.search(key) for block in row.condition.values() for key in block)


def test_a_guardrail_is_detached_from_whatever_it_was_attached_to_and_attached_where_it_belongs() -> None:
    targets = {row.name: {_plain(each).rpartition("::")[2] for each in row.resources} for row in OPERATIONS}
    assert {"1:account/o-x/*", "1:ou/o-x/*", "1:root/o-x/*"} <= targets["DetachPolicy"]
    assert {"1:account/o-x/1", "1:root/o-x/*"} == {each for each in targets["AttachPolicy"] if ":policy" not in each}


def test_what_is_never_allowed_is_what_no_manifest_asks_for(acme: Manifest) -> None:
    never = {each.name for each in OPERATIONS if not each.phases}
    assert never == {
        *("AttachUserPolicy", "DeleteUserPermissionsBoundary", "PutUserPolicy"),
        *("PutGroupPolicy", "UpdateGroup"),
        *("PutRolePermissionsBoundary", "PutRolePolicy"),
    }
    for each in desired(acme).values():
        assert not each.properties.get("Policies")
        assert ("PermissionsBoundary" in each.properties) == (each.type == USER)
        assert not (each.type == USER and each.properties["ManagedPolicyArns"])
        assert each.type != GROUP or each.path == "/break-glass/"


def test_every_type_has_rows(acme: Manifest) -> None:
    types = {type_ for row in OPERATIONS for type_ in row.types}
    assert set(KINDS) <= types
    assert {ROLE, MANAGED_POLICY} <= {type_ for survey in surveys(acme) for type_ in survey.types}


def _plain(arn: str) -> str:
    """Return a resource of the table as AWS's reference would show it: any value for every placeholder."""
    for word, value in (("Partition", "aws"), ("Organization", "o-x"), ("ProvisioningRole", "x")):
        arn = arn.replace(f"${{{word}}}", value)
    for word in ("Account", "Security", "Management", "Member"):
        arn = arn.replace(f"${{{word}}}", "1")
    return arn.replace("${AdministrationRole}", "x")
