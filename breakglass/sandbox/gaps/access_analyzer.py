"""moto knows nothing of IAM Access Analyzer. Seen in 5.2.5.

Nothing is analyzed: an analyzer finds what somebody lets it find.
https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_ListFindings.html
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime

from moto.account.models import AccountBackend, account_backends
from moto.core.exceptions import ServiceException
from moto.core.responses import ActionResult, BaseResponse, EmptyResult

from breakglass.iam.arns import account_of
from breakglass.sandbox.sessions import new_identifier

_ATTRIBUTE = "analyzers"
_ORGANIZATION = "organization"
_LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
_FILTERS = frozenset({"status", "resourceType"})


class _NotFoundError(ServiceException):
    code = "ResourceNotFoundException"


class _InvalidError(ServiceException):
    code = "ValidationException"


@dataclass(slots=True)
class _Analyzer:
    arn: str
    name: str
    type: str
    findings: dict[str, dict[str, object]] = field(default_factory=dict)
    """By their ids, as AWS tells them."""

    @property
    def shown(self) -> dict[str, object]:
        told = {"arn": self.arn, "name": self.name, "type": self.type, "status": "ACTIVE"}
        return {**told, "createdAt": _LONG_AGO}


def watch(backend: AccountBackend, region: str) -> None:
    """Let an analyzer of external access watch the organization from an account."""
    _add(backend, region, _ORGANIZATION, "ORGANIZATION")


def find(backend: AccountBackend, region: str, role: str, principal: str) -> None:
    """Let that analyzer find that somebody outside gets into a role, by the ARNs of both."""
    finding: dict[str, object] = {
        "id": new_identifier(""),
        "resource": role,
        "resourceType": "AWS::IAM::Role",
        "resourceOwnerAccount": account_of(role),
        "principal": {"AWS": principal},
        "action": ["sts:AssumeRole"],
        "condition": {},
        "isPublic": False,
        "status": "ACTIVE",
        **dict.fromkeys(("analyzedAt", "createdAt", "updatedAt"), _LONG_AGO),
    }
    _analyzers(backend, region)[_ORGANIZATION].findings[str(finding["id"])] = finding


class AccessAnalyzer(BaseResponse):
    """IAM Access Analyzer: analyzers of a region by name, and their findings; every list is one page."""

    def __init__(self) -> None:
        super().__init__(service_name="accessanalyzer")
        self.automated_parameter_parsing = True

    def create_analyzer(self) -> ActionResult:
        """Make an analyzer, which is active at once."""
        made = _add(self._backend, self.region, self._get_param("analyzerName"), self._get_param("type"))
        return ActionResult({"arn": made.arn})

    def delete_analyzer(self) -> EmptyResult:
        """Delete an analyzer with its findings."""
        if self._held.pop(self._get_param("analyzerName"), None) is None:
            raise _NotFoundError("There is no such analyzer.")
        return EmptyResult()

    def list_analyzers(self) -> ActionResult:
        """Return the analyzers, or those of one type."""
        wanted = self._get_param("type")
        return ActionResult(
            {"analyzers": [each.shown for each in self._held.values() if wanted in (None, each.type)]},
        )

    def list_findings(self) -> ActionResult:
        """Return the findings that have one of the values of every criterion."""
        criteria = self._get_param("filter") or {}
        if not criteria.keys() <= _FILTERS or any(each.keys() != {"eq"} for each in criteria.values()):
            raise _InvalidError("This sandbox filters by status and resourceType alone, for what they equal.")
        findings = self._analyzer().findings.values()
        return ActionResult(
            {"findings": [each for each in findings if all(each[key] in criteria[key]["eq"] for key in criteria)]}
        )

    def update_findings(self) -> EmptyResult:
        """Archive findings, or make them active again, by their ids."""
        findings = self._analyzer().findings
        for identifier in self._get_param("ids"):
            findings[identifier]["status"] = self._get_param("status")
        return EmptyResult()

    def _analyzer(self) -> _Analyzer:
        arn = self._get_param("analyzerArn")
        found = next((each for each in self._held.values() if each.arn == arn), None)
        if found is None:
            raise _NotFoundError("There is no such analyzer.")
        return found

    @property
    def _backend(self) -> AccountBackend:
        return account_backends[self.current_account][self.partition]

    @property
    def _held(self) -> dict[str, _Analyzer]:
        return _analyzers(self._backend, self.region)


def _add(backend: AccountBackend, region: str, name: str, type_: str) -> _Analyzer:
    arn = f"arn:{backend.partition}:access-analyzer:{region}:{backend.account_id}:analyzer/{name}"
    return _analyzers(backend, region).setdefault(name, _Analyzer(arn, name, type_))


def _analyzers(backend: AccountBackend, region: str) -> dict[str, _Analyzer]:
    """Return the analyzers of a region by name; the dictionary is the account's own."""
    regions: dict[str, dict[str, _Analyzer]] = vars(backend).setdefault(_ATTRIBUTE, {})
    return regions.setdefault(region, {})
