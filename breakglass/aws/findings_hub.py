"""AWS Security Hub in the caller's account and a region, as the home of findings it did not make itself.

https://docs.aws.amazon.com/securityhub/latest/userguide/finding-update-batchimportfindings.html
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, cast

from breakglass.aws.failures import translated, understood
from breakglass.aws.sessions import Sessions
from breakglass.documents import Document
from breakglass.errors import RejectedError

if TYPE_CHECKING:
    from mypy_boto3_securityhub import SecurityHubClient
    from mypy_boto3_securityhub.literals import WorkflowStatusType
    from mypy_boto3_securityhub.type_defs import AwsSecurityFindingFiltersTypeDef, AwsSecurityFindingTypeDef

_BATCH = 100
"""https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_BatchImportFindings.html"""

_UNTOLD = "AWS does not say why"

_ADVICE = (
    "enable AWS Security Hub in the region of the function and let the verification role import into it, or switch it "
    "off for the function: see docs/reference/schedule.md"
)


class SecurityHub:
    """The findings of the caller's own default product, with the caller's credentials; see `cloud.FindingsHub`."""

    def __init__(self, sessions: Sessions, region: str) -> None:
        self._sessions = sessions
        self._region = region

    def known(self, generator: str, fields: Mapping[str, str]) -> Sequence[Document]:
        """Return the active findings whose generator begins so, and whose product fields have these values."""
        filters: AwsSecurityFindingFiltersTypeDef = {
            "ProductArn": [{"Value": self._product, "Comparison": "EQUALS"}],
            "GeneratorId": [{"Value": generator, "Comparison": "PREFIX"}],
            "ProductFields": [{"Key": key, "Value": value, "Comparison": "EQUALS"} for key, value in fields.items()],
            "RecordState": [{"Value": "ACTIVE", "Comparison": "EQUALS"}],
        }
        with translated(self._account, "Security Hub", if_denied=_ADVICE), understood(self._account):
            pages = self._client.get_paginator("get_findings").paginate(
                Filters=filters, PaginationConfig={"PageSize": _BATCH}
            )
            return [cast("Document", each) for page in pages for each in page["Findings"]]

    def put(self, findings: Sequence[Document]) -> None:
        """Import findings, a hundred at a time; those that are not taken are told together at the end."""
        failed: list[str] = []
        given = cast("Sequence[AwsSecurityFindingTypeDef]", findings)
        with translated(self._account, "Security Hub", if_denied=_ADVICE), understood(self._account):
            for start in range(0, len(given), _BATCH):
                batch = given[start : start + _BATCH]
                answer = self._client.batch_import_findings(Findings=batch)
                told = [f"{each['Id']}: {each['ErrorMessage']}" for each in answer.get("FailedFindings", ())]
                untold = len(batch) - len(told) - answer["SuccessCount"]
                failed += [*told, *[_UNTOLD] * max(untold, answer["FailedCount"] - len(told))]
        _require_all(failed, len(given), "was not imported")

    def mark(self, ids: Collection[str], status: str, note: str, by: str) -> None:
        """Set where the work on findings stands, and note why and who says so.

        https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_BatchUpdateFindings.html
        """
        failed: list[str] = []
        ordered = sorted(ids)
        with translated(self._account, "Security Hub", if_denied=_ADVICE), understood(self._account):
            for start in range(0, len(ordered), _BATCH):
                batch = ordered[start : start + _BATCH]
                answer = self._client.batch_update_findings(
                    FindingIdentifiers=[{"Id": each, "ProductArn": self._product} for each in batch],
                    Workflow={"Status": cast("WorkflowStatusType", status)},
                    Note={"Text": note, "UpdatedBy": by},
                )
                done = {each["Id"] for each in answer["ProcessedFindings"]}
                why = {each["FindingIdentifier"]["Id"]: each["ErrorMessage"] for each in answer["UnprocessedFindings"]}
                failed += [f"{each}: {why.get(each, _UNTOLD)}" for each in batch if each in why or each not in done]
        _require_all(failed, len(ordered), f"was not set to {status}")

    @property
    def _account(self) -> str:
        return self._sessions.identity().account

    @property
    def _client(self) -> SecurityHubClient:
        return self._sessions.own("securityhub", self._region)

    @property
    def _product(self) -> str:
        """The ARN findings of an account's own are imported under."""
        partition = self._sessions.identity().partition
        return f"arn:{partition}:securityhub:{self._region}:{self._account}:product/{self._account}/default"


def _require_all(failed: Sequence[str], number: int, what: str) -> None:
    if failed:
        raise RejectedError(
            f"{len(failed)} of {number} findings: the first {what} by Security Hub: {failed[0]}",
            subject="Security Hub",
            advice="the next run tries again; if it stays so, report this with what Security Hub says",
        )
