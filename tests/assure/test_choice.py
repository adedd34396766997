"""Some accounts alone: only they are read, what is wrong with them is told, and nothing is said of the others."""

from collections.abc import Set as AbstractSet
from dataclasses import replace

import pytest

from breakglass import naming, posture, resources
from breakglass.assure.choice import account_id, choose
from breakglass.assure.verify import verify
from breakglass.errors import DeniedError, UsageError
from breakglass.estate.desired import desired
from breakglass.estate.observation import Observation
from breakglass.estate.verification import Verification
from breakglass.facts import AlarmMuteRule, Fact, Reading, Survey, Unread
from breakglass.manifest.model import Manifest
from breakglass.report.verification.outcomes import Outcome, assessed, verdict
from breakglass.resources import GLOBAL, Key, Resource, Scope
from breakglass.surroundings import ExternalAccess
from tests.assure.test_control_policies import deny, full, scp, tree
from tests.conftest import manifest
from tests.memory import MemoryEstate
from tests.verified import MOMENT, chosen

SECURITY, PROD, TRAIL, MANAGEMENT = "111111111111", "222222222222", "333333333333", "999999999999"
PAYMENTS = "444444444444"
OTHER = Scope("555555555555")
OUTSIDER = ExternalAccess(
    Scope(PAYMENTS), f"arn:aws:iam::{PAYMENTS}:role/BREAK-GLASS-RANSOMWARE", ("AWS: 123456789012",)
)
RANSOMWARE = Key(Scope(PROD), resources.ROLE, "BREAK-GLASS-RANSOMWARE")
ANYBODY = {"Statement": [{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}]}


class Asked(MemoryEstate):
    """It remembers what it was asked."""

    def read(self, survey: Survey) -> Reading:
        with self.lock:
            self.__dict__.setdefault("surveys", []).append(survey)
        return super().read(survey)

    @property
    def surveys(self) -> list[Survey]:
        found = self.__dict__.get("surveys", [])
        assert isinstance(found, list)
        return found


@pytest.fixture
def estate(acme: Manifest) -> Asked:
    return Asked(dict(desired(acme)))


def alter(estate: MemoryEstate, key: Key, **properties: object) -> None:
    old = estate.resources[key]
    estate.resources[key] = Resource(old.type, old.scope, {**old.properties, **properties})  # type: ignore[dict-item]


def run(estate: MemoryEstate, of: Manifest, accounts: AbstractSet[str]) -> Verification:
    return verify(estate, of, MOMENT, accounts=accounts)


def told(estate: MemoryEstate, of: Manifest, *accounts: str) -> list[tuple[str, str, str]]:
    found = run(estate, of, frozenset(accounts)).results
    return [(each.control, each.finding.code, each.account) for each in found]


@pytest.mark.parametrize("account", [SECURITY, PROD, TRAIL, MANAGEMENT])
def test_one_account_that_is_as_it_should_be_gives_no_finding(estate: Asked, acme: Manifest, account: str) -> None:
    verified = run(estate, acme, {account})
    assert not verified.results
    assert verified.exit_code == 0
    assert verified.accounts == (account,)


def test_only_the_chosen_account_is_read_and_who_gets_in(estate: Asked, acme: Manifest) -> None:
    run(estate, acme, {PROD})
    assert {each.scope for each in estate.surveys} == {Scope(PROD), Scope(SECURITY), Scope(MANAGEMENT), Scope(TRAIL)}
    needed = {each.scope: each for each in estate.surveys if each.scope.account in (MANAGEMENT, TRAIL)}
    assert needed == {
        Scope(MANAGEMENT): Survey(Scope(MANAGEMENT), frozenset({posture.GUARDED})),
        Scope(TRAIL): Survey(Scope(TRAIL), frozenset({posture.ANALYZER})),
    }
    (security,) = (each for each in estate.surveys if each.scope.account == SECURITY)
    assert resources.USER in security.types
    assert posture.ACCOUNT not in security.types
    assert security.enrolment
    assert security == replace(security, credentials=False, chain=False, regions=())


def test_what_is_wrong_elsewhere_is_no_matter_of_the_chosen_account(estate: Asked, acme: Manifest) -> None:
    alter(estate, RANSOMWARE, AssumeRolePolicyDocument=ANYBODY)
    for key in [key for key in estate.resources if key.type == resources.SERVICE_CONTROL_POLICY]:
        del estate.resources[key]
    alter(estate, Key(Scope(SECURITY), resources.USER, "ana-break-glass"), PermissionsBoundary=None)
    estate.fault = lambda _verb, what: (
        DeniedError("no") if getattr(what, "scope", None) == Scope("555555555555") else None
    )
    assert told(estate, acme, "444444444444") == []


def test_what_the_organization_has_is_read_for_the_controls_that_need_it_alone(estate: Asked, acme: Manifest) -> None:
    verify(estate, acme, MOMENT, chosen("drift"), accounts={PROD})
    assert {each.scope.account for each in estate.surveys} == {PROD, SECURITY}


def test_what_keeps_people_out_of_the_chosen_account_is_told_wherever_it_is_mended(
    estate: Asked, acme: Manifest
) -> None:
    estate.facts = (tree(), full(), scp(deny(["s3:*", "kms:*"]), upon=[PROD]), OUTSIDER)
    assert told(estate, acme, PROD)
    assert {(control, code) for control, code, _ in told(estate, acme, PROD)} == {("control-policies", "SCP_LOCK_OUT")}
    assert told(estate, acme, PAYMENTS) == [("external-access", "EXTERNAL_ACCESS", PAYMENTS)]


def test_a_policy_that_could_not_be_read_leaves_the_chosen_account_unproved(estate: Asked, acme: Manifest) -> None:
    estate.fault = lambda _verb, what: DeniedError("no") if getattr(what, "scope", None) == Scope(MANAGEMENT) else None
    verified = run(estate, acme, {PROD})
    assert verified.exit_code == 4
    assert not any(each.outcome is Outcome.MET for each in assessed(verified))


def test_no_control_is_met_in_accounts_that_were_not_chosen(estate: Asked, acme: Manifest) -> None:
    verified = run(estate, acme, {PROD})
    met = {each.control.id for each in assessed(verified) if each.outcome is Outcome.MET}
    assert {"drift", "roles", "matrix", "control-policies", "external-access"} <= met
    assert not met & {"guardrails", "enrolment", "alert-links", "claims", "suppressions"}
    assert "as far as was looked" in verdict(verified)
    every = run(estate, acme, set(acme.account_ids))
    assert {each.outcome for each in assessed(every)} == {Outcome.MET}
    assert "exactly as intended" in verdict(every)


def test_what_is_wrong_with_the_chosen_account_is_told_under_its_controls(estate: Asked, acme: Manifest) -> None:
    alter(estate, RANSOMWARE, AssumeRolePolicyDocument=ANYBODY)
    found = told(estate, acme, PROD)
    assert ("roles", "DRIFT", PROD) in found
    assert ("claims", "CLAIM_REFUTED", PROD) in found
    assert {account for _, _, account in found} == {PROD}


def test_who_gets_into_the_chosen_account_is_told_though_users_are_in_another(estate: Asked, acme: Manifest) -> None:
    alter(estate, Key(Scope(SECURITY), resources.USER, "ana-break-glass"), Groups=["break-glass-payments"])
    found = told(estate, acme, PROD)
    assert ("matrix", "MISSING_ACCESS", PROD) in found
    assert not any(code == "DRIFT" for _, code, _ in found)


def test_a_guardrail_concerns_the_management_account(estate: Asked, acme: Manifest) -> None:
    del estate.resources[Key(Scope(MANAGEMENT), resources.SERVICE_CONTROL_POLICY, naming.NAMESPACE_GUARDRAIL)]
    found = told(estate, acme, MANAGEMENT)
    assert ("guardrails", "NAMESPACE_OPEN", MANAGEMENT) in found


def test_a_link_that_has_a_name_and_no_arn_concerns_the_account_it_is_in(estate: Asked, acme: Manifest) -> None:
    key = next(key for key in estate.resources if key.type == resources.ALARM)
    del estate.resources[key]
    muted: Fact = AlarmMuteRule(key.scope, "quiet", "ACTIVE", (key.name,))
    estate.facts = (muted,)
    assert key.scope.region != GLOBAL
    found = told(estate, acme, TRAIL)
    assert ("alert-links", "ALERT_BROKEN", TRAIL) in found
    assert ("alert-links", "ALERT_MUTED", TRAIL) in found


def test_that_nobody_knows_who_gets_in_is_told_whatever_is_chosen(estate: Asked, acme: Manifest) -> None:
    denied = DeniedError("no", advice="ask")
    estate.fault = lambda _verb, what: denied if getattr(what, "scope", None) == Scope(SECURITY) else None
    verified = run(estate, acme, {PROD})
    assert [(each.control, each.finding.code) for each in verified.results] == [("everything-read", "NOT_PROVED")]
    assert verified.exit_code == 4


def test_too_few_ways_into_the_chosen_account_are_told_and_into_no_other() -> None:
    small = manifest(responders=[{"id": "ana", "name": "Ana", "email": "a@acme.example", "teams": ["organization"]}])
    estate = MemoryEstate(dict(desired(small)))
    (result,) = verify(estate, small, MOMENT, accounts={PROD}).results
    assert (result.finding.code, result.finding.subject, result.account) == ("FEW_WAYS_IN", PROD, PROD)


def test_what_is_asked_besides_sees_what_was_read_and_what_it_cannot_read_is_told(
    estate: Asked, acme: Manifest
) -> None:
    def inquire(of: Manifest, seen: Observation) -> Observation:
        assert RANSOMWARE in seen.state
        return replace(seen, unread=(Unread(of.scope(PROD), "the analyzer", DeniedError("no"), frozenset({"x"})),))

    verified = verify(estate, acme, MOMENT, accounts={PROD}, inquiries=(inquire,))
    (result,) = verified.results
    assert (result.finding.code, result.account) == ("NOT_PROVED", PROD)


@pytest.mark.parametrize(("accounts", "says"), [({"000000000000"}, "none of the manifest's"), (set(), "no account")])
def test_a_choice_that_means_nothing_is_refused(acme: Manifest, accounts: set[str], says: str) -> None:
    with pytest.raises(UsageError, match=says):
        choose(acme, accounts)


@pytest.mark.parametrize(
    ("name", "account"), [("prod", PROD), (PROD, PROD), ("security", SECURITY), ("management", MANAGEMENT)]
)
def test_an_account_is_named_or_numbered(acme: Manifest, name: str, account: str) -> None:
    assert account_id(acme, name) == account


def test_a_name_that_comes_near_is_suggested(acme: Manifest) -> None:
    with pytest.raises(UsageError, match="did you mean `payments`"):
        account_id(acme, "paymets")
