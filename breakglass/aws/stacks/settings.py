"""What a StackSet of ours is made with, and whether one is as it is to be."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, TypedDict

from breakglass import naming
from breakglass.aws.stacks import templates
from breakglass.aws.stacks.desk import Desk
from breakglass.stacks import StackSet

if TYPE_CHECKING:
    from mypy_boto3_cloudformation.literals import CapabilityType, PermissionModelsType
    from mypy_boto3_cloudformation.type_defs import (
        AutoDeploymentTypeDef,
        ManagedExecutionTypeDef,
        StackSetOperationPreferencesTypeDef,
        StackSetTypeDef,
        TagTypeDef,
    )

CAPABILITIES: list[CapabilityType] = ["CAPABILITY_NAMED_IAM"]
"""What CloudFormation wants to be told before it makes IAM resources with names.

https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateStackSet.html
"""


class Settings(TypedDict, total=False):
    """The settings of a StackSet apart from its template and from whom it deploys to automatically."""

    PermissionModel: PermissionModelsType
    Capabilities: list[CapabilityType]
    Tags: list[TagTypeDef]
    ManagedExecution: ManagedExecutionTypeDef
    AdministrationRoleARN: str
    ExecutionRoleName: str


class Automatic(TypedDict, total=False):
    """Whether it deploys to accounts that come to its units; only what is service-managed can."""

    AutoDeployment: AutoDeploymentTypeDef


NEVER_AUTOMATIC: Automatic = {"AutoDeployment": {"Enabled": False}}


def settings(desk: Desk) -> Settings:
    """Return what every StackSet of a manifest is made with.

    Self-managed, it works with the provisioning role, so that the guardrails need no further exemption.
    """
    common: Settings = {"Capabilities": CAPABILITIES, "Tags": desk.tags, "ManagedExecution": {"Active": True}}
    if desk.is_service_managed:
        return {**common, "PermissionModel": "SERVICE_MANAGED"}
    role = naming.iam_arn(desk.manifest.partition, desk.account, f"role/{desk.settings.administration_role}")
    return {
        **common,
        "PermissionModel": "SELF_MANAGED",
        "AdministrationRoleARN": role,
        "ExecutionRoleName": desk.manifest.provisioning_role,
    }


def automatic(desk: Desk, delivery: StackSet) -> Automatic:
    """Return whether it deploys automatically; an account that leaves its unit keeps what it has.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_AutoDeployment.html
    """
    if not desk.is_service_managed:
        return {}
    if not delivery.units:
        return NEVER_AUTOMATIC
    return {"AutoDeployment": {"Enabled": True, "RetainStacksOnAccountRemoval": True}}


def preferences(desk: Desk) -> StackSetOperationPreferencesTypeDef:
    """Return how an operation goes about its accounts, as the manifest says.

    With soft tolerance, as many accounts at once as are allowed do not depend on how many may fail.
    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/concurrency-mode.html
    """
    wanted = desk.settings
    return {
        "RegionConcurrencyType": "PARALLEL" if wanted.region_concurrency == "parallel" else "SEQUENTIAL",
        "FailureTolerancePercentage": wanted.failure_tolerance_percentage,
        "MaxConcurrentPercentage": wanted.max_concurrent_percentage,
        "ConcurrencyMode": "SOFT_FAILURE_TOLERANCE",
    }


def differing(desk: Desk, delivery: StackSet, told: StackSetTypeDef) -> Sequence[str]:
    """Return in what a StackSet differs from what it is to be, in words; nothing where it is current."""
    lacking = desk.is_service_managed and not set(delivery.units) <= set(told.get("OrganizationalUnitIds", ()))
    return [
        *([] if templates.same(told.get("TemplateBody"), delivery.template) else ["its template"]),
        *([] if _has_settings(desk, told) else ["its settings"]),
        *([] if deploys_as_wanted(desk, delivery, told) else ["what it deploys automatically"]),
        *(["it lacks organizational units"] if lacking else []),
        *(["it has organizational units that are not meant"] if extra_units(desk, delivery, told) else []),
    ]


def has_content(desk: Desk, delivery: StackSet, told: StackSetTypeDef) -> bool:
    """Tell whether a StackSet has the template and the settings it is to have, those of automatic deployment apart."""
    return templates.same(told.get("TemplateBody"), delivery.template) and _has_settings(desk, told)


def extra_units(desk: Desk, delivery: StackSet, told: StackSetTypeDef) -> frozenset[str]:
    """Return the units that are targets and not meant; one without units goes by the root, `r-…`.

    https://docs.aws.amazon.com/organizations/latest/APIReference/API_Root.html
    """
    if not desk.is_service_managed:
        return frozenset()
    found = frozenset(told.get("OrganizationalUnitIds", ())) - frozenset(delivery.units)
    return found if delivery.units else frozenset(each for each in found if not each.startswith("r-"))


def _has_settings(desk: Desk, told: StackSetTypeDef) -> bool:
    """Tell whether it has the settings; what is absent is switched off."""
    found = {**told, "ManagedExecution": {"Active": told.get("ManagedExecution", {}).get("Active", False)}}
    return all(found.get(name) == value for name, value in settings(desk).items())


def deploys_as_wanted(desk: Desk, delivery: StackSet, told: StackSetTypeDef) -> bool:
    """Tell whether it deploys automatically exactly if it is to, and deletes nothing by itself."""
    wanted = automatic(desk, delivery).get("AutoDeployment", {})
    found = told.get("AutoDeployment", {})
    keeps = found.get("RetainStacksOnAccountRemoval", False) or not wanted.get("Enabled", False)
    return wanted.get("Enabled", False) == found.get("Enabled", False) and keeps
