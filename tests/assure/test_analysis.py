"""The second opinion over a state in memory: what is asked, what is counted, and which of two engines is believed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import pytest

from breakglass import posture, resources
from breakglass.assure.analysis import FORBIDDEN, analysis
from breakglass.assure.verify import verify
from breakglass.documents import Document, canonical
from breakglass.errors import BreakglassError, UnavailableError
from breakglass.estate.desired import desired
from breakglass.estate.documents import document, playbook_trust
from breakglass.estate.observation import Observation
from breakglass.estate.verification import Verification
from breakglass.findings import Finding, Severity
from breakglass.iam.broader import grants, trust_exceeds
from breakglass.iam.prove import Status
from breakglass.manifest.model import Manifest
from breakglass.opinions import Flaw, Judgement, PolicyKind
from breakglass.resources import Key, Resource, Scope
from tests.assure.test_probing import OPEN, ROLE, opened
from tests.memory import MemoryEstate
from tests.verified import MOMENT, chosen

PROD = Scope("222222222222")
RIGHTS = Key(PROD, resources.MANAGED_POLICY, "BREAK-GLASS-RANSOMWARE")
PASS, FAIL = Judgement(passed=True), Judgement(passed=False, told="new access in statement 0")
CREATES = document({"Effect": "Allow", "Action": "iam:CreateUser", "Resource": "*"})


@dataclass
class Judge:
    """Is of our engine's mind, or of its opposite about one document."""

    contrary: Document | None = None
    found: Mapping[str, Sequence[Flaw]] = field(default_factory=dict)
    error: BreakglassError | None = None
    asked: list[str] = field(default_factory=list)

    def flaws(self, subject: str, _policy: Document, _kind: PolicyKind) -> Sequence[Flaw]:
        self._note("flaws")
        return self.found.get(subject, ())

    def grants_no_more(self, subject: str, existing: Document, new: Document) -> Judgement:
        self._note("charged")
        passed = trust_exceeds(existing, new, subject) is Status.PROVED
        return self._answer(passed=passed != (self.contrary in [canonical(each) for each in (existing, new)]))

    def grants_none(self, subject: str, policy: Document, actions: Sequence[str]) -> Judgement:
        self._note("charged")
        passed = grants(policy, actions, subject.split(":")[4], "aws") is Status.PROVED
        return self._answer(passed=passed != (canonical(policy) == self.contrary))

    def _note(self, what: str) -> None:
        self.asked.append(what)
        if self.error:
            raise self.error

    def _answer(self, *, passed: bool) -> Judgement:
        return PASS if passed else FAIL


def run(wanted: Manifest, judge: Judge, state: Mapping[Key, Resource] | None = None) -> Verification:
    estate = MemoryEstate.holding((state or desired(wanted)).values())
    return verify(estate, wanted, MOMENT, chosen("second-opinion"), inquiries=[analysis(judge)])


def findings(verified: Verification) -> list[Finding]:
    return [each.finding for each in verified.open]


def test_what_is_as_it_should_be_is_judged_alike_by_both_and_each_document_once(acme: Manifest) -> None:
    judge = Judge()
    verified = run(acme, judge)
    assert findings(verified) == []
    assert verified.charged == judge.asked.count("charged") == 2 + len(acme.playbooks)


def test_whoever_does_not_want_it_is_not_charged(acme: Manifest) -> None:
    judge = Judge()
    frugal = replace(acme, verification=replace(acme.verification, access_analyzer=False))
    verified = run(frugal, judge)
    assert (verified.charged, judge.asked, findings(verified)) == (0, [], [])


def test_a_trust_opened_is_wider_and_keeps_out_whom_it_should_let_in(acme: Manifest) -> None:
    verified = run(acme, Judge(), opened(desired(acme)))
    arn = desired(acme)[ROLE].arn
    told = [(each.code, each.severity, each.subject) for each in findings(verified)]
    assert told == [("TRUST_WIDER", Severity.CRITICAL, arn), ("TRUST_NARROWER", Severity.HIGH, arn)]


def test_a_policy_that_makes_users_is_too_wide(acme: Manifest) -> None:
    state = dict(desired(acme))
    state[RIGHTS] = Resource(RIGHTS.type, PROD, {**state[RIGHTS].properties, "PolicyDocument": CREATES})
    (found,) = findings(run(acme, Judge(), state))
    assert (found.code, found.severity, found.subject) == ("POLICY_TOO_WIDE", Severity.CRITICAL, state[RIGHTS].arn)
    assert "new access" in found.detail


def test_more_that_aws_alone_finds_is_a_disagreement(acme: Manifest) -> None:
    reference = playbook_trust("aws", acme.security_account, acme.organization)
    found = findings(run(acme, Judge(contrary=canonical(reference))))
    assert [(each.code, each.severity) for each in found] == [("ENGINE_DISAGREES", Severity.HIGH)] * 2
    said = "IAM Access Analyzer says that it does (new access in statement 0), breakglass that it provably does not"
    assert all(said in each.detail for each in found)


def test_more_that_our_engine_alone_finds_is_a_disagreement(acme: Manifest) -> None:
    found = findings(run(acme, Judge(contrary=canonical(OPEN)), opened(desired(acme))))
    assert [(each.code, each.severity) for each in found] == [("ENGINE_DISAGREES", Severity.HIGH)] * 2
    assert all("IAM Access Analyzer says that it does not, breakglass that it does" in each.detail for each in found)


def test_where_our_engine_cannot_judge_what_aws_finds_stands(acme: Manifest) -> None:
    """And what it passes is nobody's finding here: the claims say that it is not proved."""
    state = dict(desired(acme))
    odd = document({"Effect": "Allow", "Action": "iam:CreateUser", "Resource": "*", "Unheard-of": "x"})
    state[RIGHTS] = Resource(RIGHTS.type, PROD, {**state[RIGHTS].properties, "PolicyDocument": odd})
    assert [each.code for each in findings(run(acme, Judge(), state))] == ["POLICY_TOO_WIDE"]
    assert findings(run(acme, Judge(contrary=canonical(odd)), state)) == []


@pytest.mark.parametrize(
    ("flaw", "severity"),
    [
        (Flaw("ERROR", "INVALID_ACTION", "no such action"), Severity.HIGH),
        (Flaw("SECURITY_WARNING", "PASS_ROLE_WITH_STAR_IN_RESOURCE", "too wide"), Severity.MEDIUM),
    ],
)
def test_a_flaw_is_told_with_its_name(acme: Manifest, flaw: Flaw, severity: Severity) -> None:
    boundary = desired(acme)[Key(Scope(acme.security_account), resources.MANAGED_POLICY, "BreakGlassBoundary")].arn
    (found,) = findings(run(acme, Judge(found={boundary: [flaw]})))
    assert (found.code, found.severity, found.subject) == ("POLICY_INVALID", severity, boundary)
    assert flaw.issue in found.detail


def test_what_is_not_answered_is_unread_once_for_each_kind_and_not_charged(acme: Manifest) -> None:
    dead = Judge(error=UnavailableError("AWS cannot be reached", advice="again"))
    observation = analysis(dead)(acme, Observation(desired(acme), {}))
    (unread,) = observation.unread
    assert unread.types == {posture.ANALYZER}
    assert (unread.scope.account, unread.scope.region) == (acme.audit_account, acme.regions[0])
    assert not observation.facts
    assert {each.code for each in findings(run(acme, dead))} == {"NOT_PROVED"}


def test_what_no_playbook_may_do_fits_one_call() -> None:
    assert len(set(FORBIDDEN)) == len(FORBIDDEN) <= 100
