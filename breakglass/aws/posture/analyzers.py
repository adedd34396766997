"""What IAM Access Analyzer has found about roles of our namespace: who outside the organization gets in.

Only an analyzer of external access over the whole organization counts, and only the account that is its delegated
administrator, or the management account, has one. Its older list of findings tells who gets in.
https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-delegated-administrator.html
https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_ListFindings.html
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from breakglass import naming, posture
from breakglass.aws.found import Found
from breakglass.aws.sessions import Sessions
from breakglass.resources import Scope
from breakglass.surroundings import ExternalAccess, OrganizationAnalyzers

if TYPE_CHECKING:
    from mypy_boto3_accessanalyzer import AccessAnalyzerClient
    from mypy_boto3_accessanalyzer.type_defs import FindingSummaryTypeDef


def read(sessions: Sessions, found: Found) -> None:
    """Add the active analyzers of the organization, and what they have found about roles of our namespace."""
    scope = found.survey.scope
    with found.part("the findings of IAM Access Analyzer", posture.ANALYZER):
        client = sessions.client("accessanalyzer", scope.account, found.survey.regions[0])
        arns = tuple(_active(client))
        found.facts.append(OrganizationAnalyzers(scope, arns))
        for arn in arns:
            found.facts.extend(_external(client, arn, scope))


def _active(client: AccessAnalyzerClient) -> Iterator[str]:
    for page in client.get_paginator("list_analyzers").paginate(type="ORGANIZATION"):
        yield from (each["arn"] for each in page["analyzers"] if each["status"] == "ACTIVE")


def _external(client: AccessAnalyzerClient, analyzer: str, scope: Scope) -> Iterator[ExternalAccess]:
    pages = client.get_paginator("list_findings").paginate(
        analyzerArn=analyzer, filter={"status": {"eq": ["ACTIVE"]}, "resourceType": {"eq": ["AWS::IAM::Role"]}}
    )
    for each in (each for page in pages for each in page["findings"]):
        role = each.get("resource", "")
        if _is_ours(role):
            there = replace(scope, account=each["resourceOwnerAccount"])
            yield ExternalAccess(there, role, _principals(each), each.get("error", ""))


def _is_ours(role: str) -> bool:
    path, _, name = role.partition(":role")[2].rpartition("/")
    return naming.is_ours_by_name("role", name, f"{path}/")


def _principals(finding: FindingSummaryTypeDef) -> tuple[str, ...]:
    return tuple(sorted(f"{kind}: {value}" for kind, value in finding.get("principal", {}).items()))
