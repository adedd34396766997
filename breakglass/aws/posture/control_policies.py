"""The control policies of the organization, whoever made them, what they are attached to, and where accounts hang.

- Three calls for a policy at most, and two for a unit, however many accounts there are: what is attached to an account
  is told by the policies, where it hangs by its unit.
- A list is read whole or it is unread: what is missing from a level denies everything below.
- Resource control policies are asked for only where they are switched on: nowhere else would they have any effect.
  https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_enable-disable.html
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from typing import TYPE_CHECKING

from breakglass import naming, posture, resources
from breakglass.aws import guardrails, organization, values
from breakglass.aws.found import Found
from breakglass.aws.sessions import Sessions
from breakglass.lock_outs import CONTROL_POLICY_TYPES, ControlPolicy, ControlPolicyType, OrganizationTree
from breakglass.resources import Resource, Scope
from breakglass.workers import parallel

if TYPE_CHECKING:
    from mypy_boto3_organizations import OrganizationsClient
    from mypy_boto3_organizations.type_defs import PolicySummaryTypeDef

_CALLED = {
    "SERVICE_CONTROL_POLICY": "the service control policies of others",
    "RESOURCE_CONTROL_POLICY": "the resource control policies",
}


def read(sessions: Sessions, found: Found) -> None:
    """Add every control policy of a type that is switched on, and the tree of the organization."""
    scope = found.survey.scope
    with found.part("the root of the organization", posture.GUARDED):
        client = sessions.client("organizations", scope.account)
        root = guardrails.root(client)
        for type_ in (each for each in CONTROL_POLICY_TYPES if guardrails.is_enabled(root, each)):
            with found.part(_CALLED[type_], posture.GUARDED):
                found.facts.extend(_policies(client, found, type_, root["Id"]))
        with found.part("where accounts hang in the organization", posture.GUARDED):
            found.facts.append(OrganizationTree(scope, tuple(_parents(client, root["Id"]))))


def _policies(
    client: OrganizationsClient, found: Found, type_: ControlPolicyType, root: str
) -> Iterable[ControlPolicy]:
    """Return the policies of a type; those of ours that were read as such are not read again."""
    scope = found.survey.scope
    known = {each.name: each for each in found.resources if each.type == resources.SERVICE_CONTROL_POLICY}
    pages = client.get_paginator("list_policies").paginate(Filter=type_)
    listed = [each for page in pages for each in page["Policies"]]
    ours = [each for each in listed if each["Name"] in known]
    others = parallel(partial(_policy, client, scope, type_), [each for each in listed if each not in ours])
    return [*others, *(_ours(each["Id"], known[each["Name"]], root) for each in ours)]


def _policy(
    client: OrganizationsClient, scope: Scope, type_: ControlPolicyType, summary: PolicySummaryTypeDef
) -> ControlPolicy:
    policy = summary["Id"]
    content = values.document(client.describe_policy(PolicyId=policy)["Policy"]["Content"])
    return ControlPolicy(scope, policy, summary["Name"], type_, content, tuple(guardrails.targets(client, policy)))


def _ours(policy: str, resource: Resource, root: str) -> ControlPolicy:
    targets = (str(each) for each in resources.items(resource.properties["TargetIds"]))
    upon = tuple(root if each == naming.ORGANIZATION_ROOT else each for each in targets)
    content = resource.properties["Content"]
    return ControlPolicy(resource.scope, policy, resource.name, "SERVICE_CONTROL_POLICY", content, upon)


def _parents(client: OrganizationsClient, root: str) -> Iterator[tuple[str, str]]:
    """Yield each unit and account with what it is in, level by level: those of one level are asked side by side."""
    level = [root]
    while level:
        children = parallel(partial(_in, client), level)
        level = [unit for _, units in children for unit in units]
        for accounts, units in children:
            yield from accounts.items()
            yield from units.items()


def _in(client: OrganizationsClient, parent: str) -> tuple[dict[str, str], dict[str, str]]:
    """Return the accounts and the units that are in a unit, or in the root, itself."""
    accounts = organization.accounts(client, parent)
    return (
        {each.id: parent for each in accounts},
        dict.fromkeys(organization.units(client, parent), parent),
    )
