"""The second opinion over a state in memory: what is asked, what is counted, and which of two engines is believed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import pytest

from breakglass import naming, posture, resources
from breakglass.assure.analysis import FORBIDDEN, analysis
from breakglass.assure.checks.answers import opinions
from breakglass.assure.evidence import Evidence
from breakglass.assure.verify import verify
from breakglass.documents import Document, canonical
from breakglass.errors import BreakglassError, UnavailableError
from breakglass.estate.desired import desired
from breakglass.estate.documents import document, playbook_trust
from breakglass.estate.observation import Observation
from breakglass.estate.plan import Plan
from breakglass.findings import Finding, Severity
from breakglass.iam.broader import grants, trust_exceeds
from breakglass.iam.prove import Status
from breakglass.manifest.model import Manifest
from breakglass.opinions import Flaw, Judgement, PolicyKind
from breakglass.resources import MANAGED_POLICY, Key, Resource, Scope
from tests.assure.test_probing import OPEN, ROLE, opened
from tests.memory import MemoryEstate
from tests.verified import MOMENT, chosen

PROD = Scope("222222222222")
BOUNDARY = Key(Scope("111111111111"), resources.MANAGED_POLICY, "BreakGlassBoundary")
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


def few(wanted: Manifest) -> dict[Key, Resource]:
    """A playbook's role with its rights, and the boundary."""
    found = desired(wanted)
    return {key: found[key] for key in (ROLE, RIGHTS, BOUNDARY)}


def run(wanted: Manifest, judge: Judge, state: Mapping[Key, Resource] | None = None) -> list[Finding]:
    observation = analysis(judge)(wanted, Observation(few(wanted) if state is None else state, {}))
    return list(opinions(Evidence(observation, Plan({}, ()), wanted, MOMENT)))


def test_what_is_as_it_should_be_is_judged_alike_by_both_and_each_document_once(acme: Manifest) -> None:
    judge, estate = Judge(), MemoryEstate.holding(desired(acme).values())
    verified = verify(estate, acme, MOMENT, chosen("second-opinion"), inquiries=[analysis(judge)])
    assert verified.results == ()
    rights = {key.name for key in desired(acme) if key.type == MANAGED_POLICY and naming.is_playbook_role(key.name)}
    assert len(rights) > len(acme.playbooks)  # what is too large for one policy is several
    assert verified.charged == judge.asked.count("charged") == 2 + len(rights)


def test_whoever_does_not_want_it_is_not_charged(acme: Manifest) -> None:
    judge = Judge()
    frugal = replace(acme, verification=replace(acme.verification, access_analyzer=False))
    assert run(frugal, judge) == []
    assert judge.asked == []


def test_a_trust_opened_is_wider_and_keeps_out_whom_it_should_let_in(acme: Manifest) -> None:
    state = opened(few(acme))
    arn = state[ROLE].arn
    told = [(each.code, each.severity, each.subject) for each in run(acme, Judge(), state)]
    assert told == [("TRUST_WIDER", Severity.CRITICAL, arn), ("TRUST_NARROWER", Severity.HIGH, arn)]


def test_a_policy_that_makes_users_is_too_wide(acme: Manifest) -> None:
    state = few(acme)
    state[RIGHTS] = Resource(RIGHTS.type, PROD, {**state[RIGHTS].properties, "PolicyDocument": CREATES})
    (found,) = run(acme, Judge(), state)
    assert (found.code, found.severity, found.subject) == ("POLICY_TOO_WIDE", Severity.CRITICAL, state[RIGHTS].arn)
    assert "new access" in found.detail


def test_more_that_aws_alone_finds_is_a_disagreement(acme: Manifest) -> None:
    reference = playbook_trust("aws", acme.security_account, acme.organization)
    found = run(acme, Judge(contrary=canonical(reference)))
    assert [(each.code, each.severity) for each in found] == [("ENGINE_DISAGREES", Severity.HIGH)] * 2
    said = "IAM Access Analyzer says that it does (new access in statement 0), breakglass that it provably does not"
    assert all(said in each.detail for each in found)


def test_more_that_our_engine_alone_finds_is_a_disagreement(acme: Manifest) -> None:
    found = run(acme, Judge(contrary=canonical(OPEN)), opened(few(acme)))
    assert [(each.code, each.severity) for each in found] == [("ENGINE_DISAGREES", Severity.HIGH)] * 2
    assert all("IAM Access Analyzer says that it does not, breakglass that it does" in each.detail for each in found)


def test_where_our_engine_cannot_judge_what_aws_finds_stands(acme: Manifest) -> None:
    """And what it passes is nobody's finding here: the claims say that it is not proved."""
    state = few(acme)
    odd = document({"Effect": "Allow", "Action": "iam:CreateUser", "Resource": "*", "Unheard-of": "x"})
    state[RIGHTS] = Resource(RIGHTS.type, PROD, {**state[RIGHTS].properties, "PolicyDocument": odd})
    assert [each.code for each in run(acme, Judge(), state)] == ["POLICY_TOO_WIDE"]
    assert run(acme, Judge(contrary=canonical(odd)), state) == []


@pytest.mark.parametrize(
    ("flaw", "severity"),
    [
        (Flaw("ERROR", "INVALID_ACTION", "no such action"), Severity.HIGH),
        (Flaw("SECURITY_WARNING", "PASS_ROLE_WITH_STAR_IN_RESOURCE", "too wide"), Severity.MEDIUM),
    ],
)
def test_a_flaw_is_told_with_its_name(acme: Manifest, flaw: Flaw, severity: Severity) -> None:
    boundary = few(acme)[BOUNDARY].arn
    (found,) = run(acme, Judge(found={boundary: [flaw]}))
    assert (found.code, found.severity, found.subject) == ("POLICY_INVALID", severity, boundary)
    assert flaw.issue in found.detail


def test_what_is_not_answered_is_unread_once_for_each_kind_and_not_charged(acme: Manifest) -> None:
    dead = Judge(error=UnavailableError("AWS cannot be reached", advice="again"))
    observation = analysis(dead)(acme, Observation(few(acme), {}))
    (unread,) = observation.unread
    assert unread.types == {posture.ANALYZER}
    assert (unread.scope.account, unread.scope.region) == (acme.audit_account, acme.regions[0])
    assert not observation.facts


def test_what_no_playbook_may_do_fits_one_call() -> None:
    assert len(set(FORBIDDEN)) == len(FORBIDDEN) <= 100
