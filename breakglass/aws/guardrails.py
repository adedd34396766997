"""The service control policies of ours as AWS Organizations keeps them: how they are found, and what they are.

AWS draws the id of a policy and of the root, so a policy is found by its name, which no two share, and the root stands
under one name of its own.
https://docs.aws.amazon.com/organizations/latest/APIReference/API_CreatePolicy.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from breakglass import naming, resources
from breakglass.aws import values
from breakglass.aws.failures import understood
from breakglass.aws.found import Found
from breakglass.aws.sessions import Sessions
from breakglass.documents import Json
from breakglass.errors import RejectedError
from breakglass.resources import Resource, Scope

if TYPE_CHECKING:
    from mypy_boto3_organizations import OrganizationsClient
    from mypy_boto3_organizations.literals import PolicyTypeType
    from mypy_boto3_organizations.type_defs import RootTypeDef

TYPE: PolicyTypeType = "SERVICE_CONTROL_POLICY"


def read(sessions: Sessions, found: Found) -> None:
    """Add the policies that have the names of ours; what AWS does not tell is unread."""
    scope = found.survey.scope
    with found.part("the service control policies", resources.SERVICE_CONTROL_POLICY), understood(scope.account):
        client = sessions.client("organizations", scope.account)
        top = root_id(client)
        for name, policy in ids(client).items():
            if naming.is_ours_by_name("", name, ""):
                found.resources.append(_resource(client, scope, policy, top))


def root_id(client: OrganizationsClient) -> str:
    """Return the id of the organization's one root.

    Raises RejectedError where service control policies are not switched on: none would have any effect.
    https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_enable-disable.html
    """
    found = root(client)
    if not is_enabled(found, TYPE):
        raise RejectedError(
            "service control policies are not switched on in the organization",
            subject=found["Id"],
            advice="as the management account run: aws organizations enable-policy-type"
            f" --root-id {found['Id']} --policy-type {TYPE}",
        )
    return found["Id"]


def root(client: OrganizationsClient) -> RootTypeDef:
    """Return the organization's one root, with the types of policies that are switched on."""
    (found,) = (each for page in client.get_paginator("list_roots").paginate() for each in page["Roots"])
    return found


def is_enabled(root: RootTypeDef, type_: str) -> bool:
    """Tell whether policies of a type are switched on."""
    return any(each["Type"] == type_ and each["Status"] == "ENABLED" for each in root.get("PolicyTypes", ()))


def id_of(client: OrganizationsClient, name: str) -> str:
    """Return the id of a policy by its name; raises RejectedError where there is none of that name."""
    found = ids(client).get(name)
    if found is None:
        raise RejectedError(
            f"the service control policy {name} is not there any more",
            subject=name,
            advice="it was deleted or renamed meanwhile: run the command again",
        )
    return found


def ids(client: OrganizationsClient) -> Mapping[str, str]:
    """Return the ids of all service control policies by name."""
    pages = client.get_paginator("list_policies").paginate(Filter=TYPE)
    return {each["Name"]: each["Id"] for page in pages for each in page["Policies"]}


def targets(client: OrganizationsClient, policy: str) -> Iterator[str]:
    """Yield the ids of what a policy is attached to."""
    for page in client.get_paginator("list_targets_for_policy").paginate(PolicyId=policy):
        yield from (each["TargetId"] for each in page["Targets"])


def _resource(client: OrganizationsClient, scope: Scope, policy: str, root: str) -> Resource:
    told = client.describe_policy(PolicyId=policy)["Policy"]
    summary = told["PolicySummary"]
    pages = client.get_paginator("list_tags_for_resource").paginate(ResourceId=policy)
    tags = values.tags((each["Key"], each["Value"]) for page in pages for each in page["Tags"])
    properties: dict[str, Json] = {
        "Name": summary["Name"],
        "Type": summary["Type"],
        "Description": summary.get("Description", ""),
        "Content": values.document(told["Content"]),
        "TargetIds": [naming.ORGANIZATION_ROOT if each == root else each for each in targets(client, policy)],
        "Tags": resources.tags(tags),
    }
    return Resource(resources.SERVICE_CONTROL_POLICY, scope, properties)
