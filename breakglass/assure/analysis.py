"""The second opinion: IAM Access Analyzer asked about every distinct document of ours, once.

What it finds in a document is free; the checks are charged for, each call, and counted.
https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-custom-policy-checks.html
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from breakglass import naming, posture
from breakglass.assure.evidence import Inquiry
from breakglass.cloud import PolicyAnalyzer
from breakglass.documents import Document
from breakglass.errors import BreakglassError
from breakglass.estate.access import Access
from breakglass.estate.documents import playbook_trust
from breakglass.estate.observation import Observation
from breakglass.estate.wording import counted
from breakglass.facts import Unread
from breakglass.manifest.model import Manifest
from breakglass.opinions import Answered, Asked, ChargedCalls, Judgement, Opinion, PolicyFlaw, PolicyKind
from breakglass.resources import MANAGED_POLICY, ROLE, Resource, Scope
from breakglass.workers import parallel

FORBIDDEN: Final = (
    "cloudtrail:DeleteTrail",
    "cloudtrail:PutEventSelectors",
    "cloudtrail:StopLogging",
    "cloudtrail:UpdateTrail",
    "iam:AddUserToGroup",
    "iam:AttachGroupPolicy",
    "iam:AttachRolePolicy",
    "iam:AttachUserPolicy",
    "iam:CreateAccessKey",
    "iam:CreateLoginProfile",
    "iam:CreatePolicyVersion",
    "iam:CreateRole",
    "iam:CreateServiceSpecificCredential",
    "iam:CreateUser",
    "iam:DeleteRolePermissionsBoundary",
    "iam:DeleteUserPermissionsBoundary",
    "iam:PutGroupPolicy",
    "iam:PutRolePolicy",
    "iam:PutUserPolicy",
    "iam:SetDefaultPolicyVersion",
    "iam:UpdateAssumeRolePolicy",
    "iam:UpdateLoginProfile",
    "organizations:LeaveOrganization",
    "sts:AssumeRole",
    "sts:GetFederationToken",
)
"""What no playbook may do, by actions: AWS takes 100 in one call.

https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_Access.html
"""


@dataclass(frozen=True, slots=True)
class _Paper:
    """A document, and the first of those that hold it."""

    holder: Resource
    document: Document
    kind: PolicyKind
    of_playbook: bool
    """Whether it decides who carries out a playbook, or what that is."""
    alike: int


@dataclass(frozen=True, slots=True)
class _Errand:
    """One thing to ask; whether AWS charges for it."""

    ask: Callable[[], Sequence[Answered]]
    charged: bool


def analysis(analyzer: PolicyAnalyzer) -> Inquiry:
    """Return the inquiry; it asks nothing where the manifest does not want it.

    A document that AWS cannot judge is not proved. One that our engine cannot is not told here: the claims tell it.
    """

    def inquire(manifest: Manifest, observation: Observation) -> Observation:
        if not manifest.verification.access_analyzer:
            return observation
        errands = [each for paper in _papers(observation) for each in _errands(analyzer, manifest, paper)]
        results = list(zip(errands, parallel(_done, errands), strict=True))
        failed = [result for _, result in results if isinstance(result, BreakglassError)]
        facts = [fact for _, result in results if not isinstance(result, BreakglassError) for fact in result]
        charged = sum(errand.charged and not isinstance(result, BreakglassError) for errand, result in results)
        there = manifest.scope(manifest.audit_account, manifest.regions[0])
        counts = [ChargedCalls(there, charged)] if charged else []
        return observation.told([*facts, *counts], _unread(there, failed))

    return inquire


def _done(errand: _Errand) -> Sequence[Answered] | BreakglassError:
    try:
        return errand.ask()
    except BreakglassError as error:
        return error


def _unread(scope: Scope, failed: Iterable[BreakglassError]) -> Iterator[Unread]:
    """Yield what was not answered, once for each kind of failure: the service fails for all documents alike."""
    by_kind: dict[str, list[BreakglassError]] = {}
    for each in failed:
        by_kind.setdefault(each.code, []).append(each)
    for same in by_kind.values():
        what = f"what IAM Access Analyzer says ({counted(len(same), 'question')})"
        yield Unread(scope, what, same[0], frozenset({posture.ANALYZER}))


def _papers(observation: Observation) -> Iterator[_Paper]:
    """Yield every distinct document of ours that decides who may do what; guardrails only take away."""
    access = Access(observation.state)
    found: dict[tuple[PolicyKind, bool, str], list[tuple[Resource, Document]]] = {}
    for key, each in sorted(observation.state.items()):
        if key.type not in (ROLE, MANAGED_POLICY):
            continue
        kind: PolicyKind = "trust" if key.type == ROLE else "identity"
        document = access.trust(each) if key.type == ROLE else access.document(each.arn)
        written = access.likeness(document, account=each.scope.account)
        found.setdefault((kind, naming.is_playbook_role(each.name), written), []).append((each, document))
    for (kind, of_playbook, _), same in found.items():
        yield _Paper(*same[0], kind, of_playbook, len(same) - 1)


def _errands(analyzer: PolicyAnalyzer, manifest: Manifest, paper: _Paper) -> Iterator[_Errand]:
    arn, document = paper.holder.arn, paper.document
    yield _Errand(lambda: _flaws(analyzer, paper), charged=False)
    if not paper.of_playbook:
        return
    if paper.kind == "identity":
        yield _check(paper, Asked.GRANTS, lambda: analyzer.grants_none(arn, document, FORBIDDEN))
        return
    reference = playbook_trust(manifest.partition, manifest.security_account, manifest.organization)
    yield _check(paper, Asked.WIDER, lambda: analyzer.grants_no_more(arn, reference, document))
    yield _check(paper, Asked.NARROWER, lambda: analyzer.grants_no_more(arn, document, reference))


def _flaws(analyzer: PolicyAnalyzer, paper: _Paper) -> list[Answered]:
    holder = paper.holder
    found = analyzer.flaws(holder.arn, paper.document, paper.kind)
    return [PolicyFlaw(holder.scope, holder.arn, each, paper.alike) for each in found]


def _check(paper: _Paper, asked: Asked, ask: Callable[[], Judgement]) -> _Errand:
    holder = paper.holder
    return _Errand(lambda: [Opinion(holder.scope, holder.arn, asked, ask(), paper.alike)], charged=True)
