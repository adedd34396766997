"""What IAM Access Analyzer answers about documents, asked in the audit account, in the manifest's first region."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from breakglass.aws.failures import translated, understood
from breakglass.aws.sessions import Sessions
from breakglass.documents import Document, text
from breakglass.manifest.model import Manifest
from breakglass.opinions import Flaw, Judgement, PolicyKind

if TYPE_CHECKING:
    from mypy_boto3_accessanalyzer import AccessAnalyzerClient
    from mypy_boto3_accessanalyzer.type_defs import (
        CheckAccessNotGrantedResponseTypeDef,
        CheckNoNewAccessResponseTypeDef,
        ValidatePolicyRequestPaginateTypeDef,
    )

_DENIED: Final = (
    "`breakglass permissions` shows what the role that asks needs; or set verification.access_analyzer: false"
)


class AwsPolicyAnalyzer:
    """IAM Access Analyzer of a manifest; see `cloud.PolicyAnalyzer`."""

    def __init__(self, sessions: Sessions, manifest: Manifest) -> None:
        self._sessions = sessions
        self._account = manifest.audit_account
        self._region = manifest.regions[0]

    def flaws(self, subject: str, policy: Document, kind: PolicyKind) -> Sequence[Flaw]:
        """Return the errors and security warnings; suggestions and plain warnings are left out.

        https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_ValidatePolicy.html
        """
        asked: ValidatePolicyRequestPaginateTypeDef = {"policyDocument": text(policy), "policyType": "IDENTITY_POLICY"}
        if kind == "trust":
            asked["policyType"] = "RESOURCE_POLICY"
            asked["validatePolicyResourceType"] = "AWS::IAM::AssumeRolePolicyDocument"
        with translated(self._account, subject, if_denied=_DENIED), understood(self._account):
            pages = self._client.get_paginator("validate_policy").paginate(**asked)
            found = [each for page in pages for each in page["findings"]]
            return [
                Flaw(each["findingType"], each["issueCode"], each["findingDetails"])
                for each in found
                if each["findingType"] == "ERROR" or each["findingType"] == "SECURITY_WARNING"
            ]

    def grants_no_more(self, subject: str, existing: Document, new: Document) -> Judgement:
        """Check that a trust lets in no more than another.

        https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_CheckNoNewAccess.html
        """
        with translated(self._account, subject, if_denied=_DENIED), understood(self._account):
            answer = self._client.check_no_new_access(
                existingPolicyDocument=text(existing), newPolicyDocument=text(new), policyType="RESOURCE_POLICY"
            )
            return _judgement(answer)

    def grants_none(self, subject: str, policy: Document, actions: Sequence[str]) -> Judgement:
        """Check that a policy allows none of some actions, upon whatever.

        https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_CheckAccessNotGranted.html
        """
        with translated(self._account, subject, if_denied=_DENIED), understood(self._account):
            answer = self._client.check_access_not_granted(
                policyDocument=text(policy), access=[{"actions": list(actions)}], policyType="IDENTITY_POLICY"
            )
            return _judgement(answer)

    @property
    def _client(self) -> AccessAnalyzerClient:
        return self._sessions.client("accessanalyzer", self._account, self._region)


def _judgement(answer: CheckNoNewAccessResponseTypeDef | CheckAccessNotGrantedResponseTypeDef) -> Judgement:
    """Return the answer, which is `PASS` or `FAIL`; raises ValueError for any other."""
    if answer["result"] not in ("PASS", "FAIL"):
        raise ValueError(answer["result"])
    reasons = [each["description"] for each in answer.get("reasons", ()) if each.get("description")]
    return Judgement(answer["result"] == "PASS", "; ".join(reasons) or answer.get("message", ""))
