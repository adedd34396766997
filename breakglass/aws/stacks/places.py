"""The instances of a StackSet: where they are, how they are, and how an operation is told which of them are meant."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypedDict

from breakglass.aws.stacks.desk import Desk
from breakglass.resources import GLOBAL, Scope
from breakglass.stacks import Instance, StackSet

if TYPE_CHECKING:
    from mypy_boto3_cloudformation.type_defs import DeploymentTargetsTypeDef, StackInstanceSummaryTypeDef

INOPERABLE = "INOPERABLE"
FAILED_IMPORT = "FAILED_IMPORT"
_UNREMARKABLE = ("", "SUCCEEDED", "PENDING", "RUNNING", INOPERABLE)
_WORDS = {
    "SKIPPED_SUSPENDED_ACCOUNT": "the account was suspended when it was its turn",
    FAILED_IMPORT: "the stack could not be taken over into the StackSet",
    "CANCELLED": "the operation was stopped, or went beyond its failure tolerance, before its turn",
}
"""Detailed states -> what they mean, where CloudFormation gives no reason.

https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_StackInstanceComprehensiveStatus.html
"""


class Mapped(TypedDict, total=False):
    """The units that stacks are to count to which are taken in."""

    OrganizationalUnitIds: list[str]


@dataclass(frozen=True, slots=True)
class Placed:
    """One instance, and the unit it was deployed through: later operations have to name that one."""

    instance: Instance
    stack_id: str = ""
    unit: str = ""


class Targets(TypedDict, total=False):
    """The accounts of an operation, as the permission model takes them."""

    Accounts: list[str]
    DeploymentTargets: DeploymentTargetsTypeDef


def placed(desk: Desk, delivery: StackSet) -> Mapping[Scope, Placed]:
    """Return every instance of a StackSet by its place, also where it is not meant any more.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_StackInstanceSummary.html
    """
    pages = desk.stack_sets.get_paginator("list_stack_instances").paginate(
        StackSetName=delivery.name, CallAs=desk.call_as
    )
    return {
        scope_of(delivery, each["Account"], each["Region"]): _placed(each)
        for page in pages
        for each in page["Summaries"]
    }


def scope_of(delivery: StackSet, account: str, region: str) -> Scope:
    """Return the place of an instance; in a region that is not meant it is of that region, whatever it makes."""
    if region in delivery.regions:
        return delivery.scope(account, region)
    return Scope(account, region, delivery.partition)


def targets(desk: Desk, accounts: Collection[str], units: Collection[str]) -> Targets:
    """Return how an operation is told of accounts: within these units, or the root, where it is service-managed."""
    if not desk.is_service_managed:
        return {"Accounts": sorted(accounts)}
    return {
        "DeploymentTargets": {
            "OrganizationalUnitIds": sorted(units) or [desk.root()],
            "Accounts": sorted(accounts),
            "AccountFilterType": "INTERSECTION",
        }
    }


def whole(units: Collection[str], but: Collection[str]) -> Targets:
    """Return how an operation is told of whole units, empty ones too, but for some accounts.

    What is deployed automatically goes by the units that were ever targets, and by no filter on accounts.
    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacksets-orgs-manage-auto-deployment.html
    """
    return {
        "DeploymentTargets": {
            "OrganizationalUnitIds": sorted(units),
            "Accounts": sorted(but),
            "AccountFilterType": "DIFFERENCE",
        }
    }


def mapped(desk: Desk, units: Collection[str]) -> Mapped:
    """Return the units, or the root, that stacks are to count to which are taken in."""
    return {"OrganizationalUnitIds": sorted(units) or [desk.root()]} if desk.is_service_managed else {}


def where(delivery: StackSet, scope: Scope) -> tuple[str, str]:
    """Return the account and the region of the stack of a place."""
    return scope.account, delivery.regions[0] if scope.region == GLOBAL else scope.region


def _placed(told: StackInstanceSummaryTypeDef) -> Placed:
    detail = str(told.get("StackInstanceStatus", {}).get("DetailedStatus", ""))
    said = told.get("StatusReason", "") or _WORDS.get(detail, "")
    reason = said if detail in _UNREMARKABLE else f"{detail}: {said or 'no reason is given'}"
    instance = Instance(told["Status"], reason)
    return Placed(instance, told.get("StackId", ""), told.get("OrganizationalUnitId", ""))
