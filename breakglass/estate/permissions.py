"""The least privilege the toolkit itself needs: for each kind of account and command, the policies that allow it."""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from breakglass.documents import Document, Json, canonical, size, text
from breakglass.estate.surveys import account_types
from breakglass.estate.teams import POLICY_QUOTA
from breakglass.manifest.model import Manifest
from breakglass.operations import ADOPTED, COMMANDS, SELF_MANAGED, STACK, STACK_SET, STACKED, Operation

_MEMBER = "${Member}"


@dataclass(frozen=True, slots=True)
class Policy:
    """A policy that some commands need in some accounts; where one policy is too small, there are several."""

    accounts: tuple[str, ...]
    role: str
    """The role it belongs to; empty for the credentials the toolkit is started with."""
    commands: tuple[str, ...]
    document: Document


@dataclass(frozen=True, slots=True)
class _Place:
    """Accounts in which the same is done, and whether it is there that one starts."""

    accounts: tuple[str, ...]
    types: frozenset[str]
    start: bool

    def sees(self, operation: Operation) -> bool:
        """Tell whether an operation is called here."""
        return bool(operation.types & self.types) or (self.start and not operation.types)


def policies(
    operations: Sequence[Operation], manifest: Manifest, commands: Collection[str] = tuple(COMMANDS)
) -> Iterator[Policy]:
    """Yield what these commands need: first in the management account, where they start, then in the others.

    Commands that need the same are together, and so are accounts.
    """
    for place in _places(manifest):
        alike: dict[str, list[str]] = {}
        documents: dict[str, tuple[Document, ...]] = {}
        for command in (each for each in _commands(manifest) if each in commands):
            packed = tuple(_packed(_statements(operations, manifest, place, command)))
            key = "".join(map(text, packed))
            documents[key] = packed
            alike.setdefault(key, []).append(command)
        for key, packed in documents.items():
            role = "" if place.start else manifest.provisioning_role
            yield from (Policy(place.accounts, role, tuple(alike[key]), document) for document in packed)


def _commands(manifest: Manifest) -> Iterator[str]:
    return (each for each in COMMANDS if manifest.engine == "stacksets" or each not in STACKED)


def _places(manifest: Manifest) -> Iterator[_Place]:
    management = manifest.management_account.id
    members: dict[frozenset[str], list[str]] = {}
    for account in manifest.account_ids:
        types = account_types(manifest, account) | _stacked(manifest, account)
        if account == management:
            yield _Place((management,), types, start=True)
        else:
            members.setdefault(types, []).append(account)
    yield from (_Place(tuple(accounts), types, start=False) for types, accounts in members.items())


def _stacked(manifest: Manifest, account: str) -> frozenset[str]:
    """Return what CloudFormation is asked for in an account."""
    settings = manifest.stacksets
    if manifest.engine == "direct" or settings is None:
        return frozenset()
    management = manifest.management_account.id
    shared = (management, manifest.security_account, manifest.audit_account, manifest.trail.account)
    found = set() if account == management else {ADOPTED}
    if account in shared and settings.shared_accounts == "stacks":
        found.add(STACK)
    if account == (settings.administrator_account or management):
        found |= {STACK_SET, SELF_MANAGED} if settings.permission_model == "self-managed" else {STACK_SET}
    return frozenset(found)


def _statements(
    operations: Iterable[Operation], manifest: Manifest, place: _Place, command: str
) -> Iterator[Mapping[str, Json]]:
    """Yield one statement for all actions on the same resources under the same condition."""
    merged: dict[tuple[tuple[str, ...], str], set[str]] = {}
    phases = COMMANDS[command] - (frozenset() if manifest.organizational_units else {"units"})
    for each in operations:
        if each.phases & phases and place.sees(each):
            merged.setdefault((each.resources, text(each.condition)), set()).update(each.actions)
            merged.setdefault((each.resources, text({})), set()).update(each.also)
    for (resources, condition), actions in sorted(merged.items()):
        if actions:
            yield _statement(manifest, place, sorted(actions), resources, json.loads(condition))


def _statement(
    manifest: Manifest, place: _Place, actions: Sequence[str], resources: Sequence[str], condition: Mapping[str, Json]
) -> Mapping[str, Json]:
    """Return a statement in the accounts it is for; in those of the organization where they cannot be named.

    They are too many, or others join them: those of organizational units.
    """
    members = [each for each in manifest.account_ids if each != manifest.management_account.id]
    statement: dict[str, Json] = {"Effect": "Allow", "Action": actions}
    if condition:
        statement["Condition"] = condition
    named = {**statement, "Resource": [arn for each in resources for arn in _each_member(each, members)]}
    joined = manifest.organizational_units and any(_MEMBER in each for each in resources)
    if joined or size(_document([named])) > POLICY_QUOTA:
        statement["Condition"] = {**condition, "StringEquals": {"aws:ResourceOrgID": manifest.organization}}
        named = {**statement, "Resource": [each.replace(_MEMBER, "*") for each in resources]}
    return _filled(named, manifest, place)


def _each_member(resource: str, members: Iterable[str]) -> list[str]:
    return [resource.replace(_MEMBER, each) for each in members] if _MEMBER in resource else [resource]


def _filled(statement: Mapping[str, Json], manifest: Manifest, place: _Place) -> Mapping[str, Json]:
    """Put in what the manifest says.

    IAM's calls never leave their account: for several accounts, one policy that names none of them says the same.
    """
    written = text(statement)
    for name, value in (
        ("Partition", manifest.partition),
        ("Organization", manifest.organization),
        ("Management", manifest.management_account.id),
        ("Security", manifest.security_account),
        ("ProvisioningRole", manifest.provisioning_role),
        ("AdministrationRole", manifest.stacksets.administration_role if manifest.stacksets else ""),
        ("Account", place.accounts[0] if len(place.accounts) == 1 else "*"),
    ):
        written = written.replace(f"${{{name}}}", value)
    filled: Mapping[str, Json] = json.loads(written)
    return {**filled, "Resource": list(dict.fromkeys(cast("Sequence[str]", filled["Resource"])))}


def _packed(statements: Iterable[Mapping[str, Json]]) -> Iterator[Document]:
    """Yield documents that each fit IAM's quota of a managed policy."""
    held: list[Mapping[str, Json]] = []
    for statement in statements:
        if held and size(_document([*held, statement])) > POLICY_QUOTA:
            yield _document(held)
            held = []
        held.append(statement)
    if held:
        yield _document(held)


def _document(statements: Sequence[Mapping[str, Json]]) -> Document:
    return canonical({"Version": "2012-10-17", "Statement": statements})
