"""moto knows no judge of policies. Seen in 5.2.5.

The engine of this package takes its place: the two never differ here. Of what is wrong with a document two things are
told: that it does not follow the grammar, and that it hands on any role.
https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_ValidatePolicy.html
https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_CheckNoNewAccess.html
https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_CheckAccessNotGranted.html
"""

import json
from collections.abc import Iterator, Mapping
from typing import cast

from moto.core.exceptions import ServiceException
from moto.core.responses import ActionResult, BaseResponse
from moto.iam.exceptions import MalformedPolicyDocument

from breakglass.documents import Document
from breakglass.iam.broader import grants, trust_exceeds
from breakglass.iam.prove import Status
from breakglass.sandbox.gaps.document_syntax import check_identity, check_trust, statements

_PAGE = "https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html"


class _InvalidError(ServiceException):
    code = "ValidationException"


class _UnprocessableError(ServiceException):
    code = "UnprocessableEntityException"


class PolicyChecks(BaseResponse):
    """Policies of identities are validated and searched for what they grant, trusts are validated and compared."""

    def validate_policy(self) -> ActionResult:
        """Return what is wrong with a document, on one page."""
        check = check_identity if self._get_param("policyType") == "IDENTITY_POLICY" else check_trust
        written = str(self._get_param("policyDocument"))
        try:
            check(written)
        except MalformedPolicyDocument as problem:
            return ActionResult({"findings": [_finding("ERROR", "JSON_SYNTAX_ERROR", problem.message)]})
        return ActionResult({"findings": list(_warnings(written))})

    def check_no_new_access(self) -> ActionResult:
        """Compare two trusts."""
        self._only("RESOURCE_POLICY")
        role = f"arn:{self.partition}:iam::{self.current_account}:role/some"
        existing, new = (self._document(f"{each}PolicyDocument") for each in ("existing", "new"))
        return _judged(trust_exceeds(existing, new, role), "new access")

    def check_access_not_granted(self) -> ActionResult:
        """Look for actions in a policy, whatever they are upon."""
        self._only("IDENTITY_POLICY")
        (access,) = self._get_param("access")
        if "resources" in access:
            raise _InvalidError("This sandbox looks for actions alone.")
        policy = self._document("policyDocument")
        return _judged(grants(policy, access["actions"], self.current_account, self.partition), "the specified access")

    def _only(self, kind: str) -> None:
        if self._get_param("policyType") != kind:
            raise _InvalidError(f"This sandbox does so for {kind} alone.")

    def _document(self, name: str) -> Document:
        try:
            found = json.loads(self._get_param(name))
        except ValueError as problem:
            raise _InvalidError(f"{name} is no JSON.") from problem
        return cast("Document", found)


def _judged(status: Status, what: str) -> ActionResult:
    if status is Status.NOT_PROVED:
        raise _UnprocessableError("The policy has elements that cannot be judged.")
    passed = status is Status.PROVED
    told = f"The policy document {'does not grant' if passed else 'grants'} {what}."
    return ActionResult({"result": "PASS" if passed else "FAIL", "message": told, "reasons": []})


def _warnings(document: str) -> Iterator[Mapping[str, object]]:
    for each in statements(document):
        if each["Effect"] == "Allow" and "iam:PassRole" in _listed(each, "Action") and "*" in _listed(each, "Resource"):
            told = "Using the iam:PassRole action with wildcards (*) in the resource can be overly permissive."
            yield _finding("SECURITY_WARNING", "PASS_ROLE_WITH_STAR_IN_RESOURCE", told)


def _listed(statement: Mapping[str, object], element: str) -> list[object]:
    found = statement.get(element, [])
    return found if isinstance(found, list) else [found]


def _finding(kind: str, issue: str, details: str) -> Mapping[str, object]:
    return {
        "findingType": kind,
        "issueCode": issue,
        "findingDetails": details,
        "learnMoreLink": f"{_PAGE}#access-analyzer-reference-policy-checks-{issue.lower().replace('_', '-')}",
        "locations": [],
    }
