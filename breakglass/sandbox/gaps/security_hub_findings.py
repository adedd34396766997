"""moto takes any finding, forgets what people wrote on one, filters nothing, and cannot update. Seen in 5.2.5.

https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_BatchImportFindings.html
https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_BatchUpdateFindings.html
https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_GetFindings.html
"""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import TypeAlias

from moto.securityhub.exceptions import SecurityHubClientError
from moto.securityhub.models import Finding
from moto.securityhub.responses import SecurityHubResponse

_Data: TypeAlias = dict[str, object]

_REQUIRED = frozenset(
    {
        *("AwsAccountId", "CreatedAt", "Description", "GeneratorId", "Id", "ProductArn", "Resources", "SchemaVersion"),
        *("Title", "UpdatedAt"),
    }
)
_PEOPLE_S = (
    "Confidence",
    "Criticality",
    "Note",
    "RelatedFindings",
    "UserDefinedFields",
    "VerificationState",
    "Workflow",
)
"""What an import changes no more once the finding is there."""

_UPDATED = (*_PEOPLE_S, "Severity", "Types")
_SCHEMA, _MOST, _BYTES = "2018-10-08", 100, 240_000

_COMPARED: Mapping[str, Callable[[str, str], bool]] = {
    "EQUALS": str.__eq__,
    "NOT_EQUALS": str.__ne__,
    "PREFIX": str.startswith,
}
_FILTERS: Mapping[str, str] = {
    **{name: name for name in ("AwsAccountId", "GeneratorId", "Id", "ProductArn", "RecordState")},
    "ProductFields": "ProductFields",
    "WorkflowStatus": "Workflow.Status",
}
_MAPS = frozenset({"ProductFields"})


class SecurityHubFindings(SecurityHubResponse):
    """The operations on findings, in an account that has Security Hub."""

    def batch_import_findings(self) -> str:
        """Make findings, or update those of the same product and id that are older."""
        self._enabled()
        asked = self._asked("Findings")
        refused = [(each, why) for each in asked if (why := self._why_not(each))]
        refusals = [each for each, _ in refused]
        for each in asked:
            if each not in refusals:
                self._take(each)
        failed = [
            {"Id": str(each.get("Id", "")), "ErrorCode": "InvalidInput", "ErrorMessage": why} for each, why in refused
        ]
        return json.dumps(
            {"FailedCount": len(failed), "SuccessCount": len(asked) - len(failed), "FailedFindings": failed}
        )

    def get_findings(self) -> str:
        """Return one page of the findings that all filters let through, of each filter one value at least."""
        self._enabled()
        asked: _Data = json.loads(self.body or "{}")
        filters = asked.get("Filters") or {}
        if not isinstance(filters, dict) or not filters.keys() <= _FILTERS.keys() or "SortCriteria" in asked:
            raise SecurityHubClientError("InvalidInputException", "This sandbox does not model these filters")
        found = [each for each in self._findings() if all(_passes(each, *one) for one in filters.items())]
        start, size = int(str(asked.get("NextToken") or 0)), int(str(asked.get("MaxResults") or _MOST))
        more = {"NextToken": str(start + size)} if start + size < len(found) else {}
        return json.dumps({"Findings": found[start : start + size], **more})

    def batch_update_findings(self) -> str:
        """Write on findings what people write, which leaves their time of update as it is."""
        self._enabled()
        asked: _Data = json.loads(self.body)
        wanted = self._asked("FindingIdentifiers")
        there = {(each["Id"], each["ProductArn"]): each for each in self._findings()}
        done, lost = [], []
        for each in wanted:
            finding = there.get((each.get("Id"), each.get("ProductArn")))
            if finding is None:
                lost.append({"FindingIdentifier": each, "ErrorCode": "FindingNotFound", "ErrorMessage": "no finding"})
                continue
            finding |= {name: asked[name] for name in _UPDATED if name in asked}
            done.append(each)
        return json.dumps({"ProcessedFindings": done, "UnprocessedFindings": lost})

    def _enabled(self) -> None:
        if not self.securityhub_backend.enabled:
            account = self.securityhub_backend.account_id
            raise SecurityHubClientError(
                "InvalidAccessException", f"Account {account} is not subscribed to AWS Security Hub"
            )

    def _asked(self, name: str) -> list[_Data]:
        found: list[_Data] = json.loads(self.body).get(name, [])
        if not 1 <= len(found) <= _MOST:
            raise SecurityHubClientError("InvalidInputException", f"{name} must have 1 to {_MOST} members")
        return found

    def _findings(self) -> Iterator[_Data]:
        yield from (each.data for each in self.securityhub_backend.findings)

    def _why_not(self, finding: _Data) -> str:
        """Tell why a finding is not taken: the default product takes those of its own account alone."""
        backend = self.securityhub_backend
        lacking = sorted(_REQUIRED - finding.keys())
        if lacking or not finding["Resources"] or finding["SchemaVersion"] != _SCHEMA:
            return f"the finding lacks {', '.join(lacking) or 'a resource, or its schema is another'}"
        own = f"{backend.region_name}:{backend.account_id}:product/{backend.account_id}/default"
        if not str(finding["ProductArn"]).endswith(own) or finding["AwsAccountId"] != backend.account_id:
            return "ProductArn and AwsAccountId must be those of the account that imports"
        return "the finding is larger than 240 KB" if len(json.dumps(finding)) > _BYTES else ""

    def _take(self, finding: _Data) -> None:
        same = (finding["Id"], finding["ProductArn"])
        known = next((each for each in self._findings() if (each["Id"], each["ProductArn"]) == same), None)
        if known is None:
            new = {"RecordState": "ACTIVE", "Workflow": {"Status": "NEW"}, **finding}
            self.securityhub_backend.findings.append(Finding(str(finding["Id"]), new))
        elif str(finding["UpdatedAt"]) > str(known["UpdatedAt"]):
            known |= {name: value for name, value in finding.items() if name not in _PEOPLE_S}


def _passes(finding: _Data, name: str, wanted: object) -> bool:
    found: object = finding
    for step in _FILTERS[name].split("."):
        found = found.get(step) if isinstance(found, dict) else None
    asked = wanted if isinstance(wanted, list) else []
    if name in _MAPS:
        held = found if isinstance(found, dict) else {}
        return any(_is(str(held.get(each["Key"])), each) for each in asked)
    return any(_is(str(found), each) for each in asked)


def _is(found: str, wanted: Mapping[str, str]) -> bool:
    compare = _COMPARED.get(wanted["Comparison"])
    if compare is None:
        raise SecurityHubClientError("InvalidInputException", f"This sandbox does not model {wanted['Comparison']}")
    return compare(found, wanted["Value"])
