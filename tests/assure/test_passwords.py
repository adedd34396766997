"""Passwords in time: who has not signed in for too long, whose password dies on which day, who has too few devices."""

from dataclasses import replace
from datetime import timedelta

import pytest

from breakglass import naming, resources
from breakglass.estate.desired import desired
from breakglass.facts import Enrolment, MfaDevice
from breakglass.findings import Finding, Severity
from breakglass.manifest.model import Manifest
from breakglass.resources import Key, Resource, Scope
from tests.conftest import manifest
from tests.memory import SINCE, MemoryEstate, enrolled
from tests.verified import MOMENT, chosen, found

SECURITY = Scope("111111111111")
POLICY = Key(SECURITY, resources.PASSWORD_POLICY, "")
ANA = "ana-break-glass"
HALF_A_YEAR = timedelta(days=180)


def ana(of: Manifest) -> Enrolment:
    return enrolled(desired(of)[Key(SECURITY, resources.USER, ANA)])


def told(of: Manifest, control: str, *facts: Enrolment, **policy: object) -> tuple[Finding, ...]:
    estate = MemoryEstate(dict(desired(of)), facts=facts)
    rules = estate.resources[POLICY]
    estate.resources[POLICY] = Resource(rules.type, rules.scope, {**rules.properties, **policy})  # type: ignore[dict-item]
    return found(estate, of, chosen(control))


@pytest.mark.parametrize(
    ("made", "used", "stale"),
    [
        (HALF_A_YEAR, None, False),
        (HALF_A_YEAR + timedelta(seconds=1), None, True),
        (HALF_A_YEAR * 2, HALF_A_YEAR, False),
        (HALF_A_YEAR * 2, HALF_A_YEAR + timedelta(seconds=1), True),
        (timedelta(days=1), HALF_A_YEAR * 2, False),
    ],
)
def test_whoever_has_not_signed_in_for_too_long_is_told(
    acme: Manifest, made: timedelta, used: timedelta | None, stale: bool
) -> None:
    fact = replace(ana(acme), password_since=MOMENT - made, last_used=None if used is None else MOMENT - used)
    findings = told(acme, "proof-of-use", fact)
    assert [(each.code, each.severity, each.subject) for each in findings] == (
        [("PROOF_STALE", Severity.MEDIUM, ANA)] if stale else []
    )
    if stale:
        assert ("signed in on" in findings[0].detail) is (used is not None)
        assert "enroll ana --renew" in findings[0].advice


def test_how_long_is_for_the_manifest_to_say_and_who_has_no_password_proves_nothing() -> None:
    strict = manifest(limits={"proof_days": 6})
    assert len(told(strict, "proof-of-use")) == len(strict.responders)
    assert (
        told(strict, "proof-of-use", *(Enrolment(SECURITY, naming.user_name(each.id)) for each in strict.responders))
        == ()
    )


def test_an_age_says_on_which_day_whose_password_dies(acme: Manifest) -> None:
    (finding,) = told(acme, "password-age", ana(acme), MaxPasswordAge=90)
    assert (finding.code, finding.severity, finding.subject) == ("PASSWORD_EXPIRES", Severity.HIGH, SECURITY.account)
    assert "after 90 days" in finding.detail
    assert "which is a write to IAM" in finding.detail
    assert f"ana's on {SINCE + timedelta(days=90):%Y-%m-%d}" in finding.detail
    assert finding.detail.count(f"'s on {SINCE + timedelta(days=90):%Y-%m-%d}") == len(acme.responders)


def test_hard_expiry_is_worse_and_without_an_age_it_waits(acme: Manifest) -> None:
    (hard,) = told(acme, "password-age", MaxPasswordAge=1, HardExpiry=True)
    assert "nobody but an administrator" in hard.detail
    (waiting,) = told(acme, "password-age", HardExpiry=True)
    assert waiting.detail.endswith("as soon as a maximum age is set")


def test_where_nobody_has_a_password_the_age_is_told_all_the_same(acme: Manifest) -> None:
    nobody = (Enrolment(SECURITY, naming.user_name(each.id)) for each in acme.responders)
    (finding,) = told(acme, "password-age", *nobody, MaxPasswordAge=90)
    assert finding.detail.endswith("nobody has one yet")


def test_drift_does_not_say_of_an_age_what_its_control_says(acme: Manifest) -> None:
    assert told(acme, "drift", MaxPasswordAge=90, HardExpiry=True) == ()
    (finding,) = told(acme, "drift", MaxPasswordAge=90, MinimumPasswordLength=8)
    assert finding.code == "DRIFT"
    assert told(acme, "password-age") == ()


def test_fewer_devices_of_their_own_than_was_decided_are_told() -> None:
    two = manifest(limits={"minimum_devices": 2})
    first = ana(two)
    second = MfaDevice(naming.mfa_arn("aws", SECURITY.account, f"{ANA}-2"), SINCE)
    foreign = MfaDevice(naming.mfa_arn("aws", SECURITY.account, "other"), SINCE)
    few = {each.subject: each for each in told(two, "devices", first)}
    assert few[ANA].code == "MFA_TOO_FEW"
    assert few[ANA].severity is Severity.MEDIUM
    assert "1 MFA device of their own, and 2 are the minimum" in few[ANA].detail
    assert set(few) == {naming.user_name(each.id) for each in two.responders}
    enough = told(two, "devices", replace(first, devices=(*first.devices, second)))
    assert ANA not in {each.subject for each in enough}
    borrowed = told(two, "devices", replace(first, devices=(*first.devices, foreign)))
    assert [each.code for each in borrowed if each.subject == ANA] == ["FOREIGN_DEVICE", "MFA_TOO_FEW"]
    none = told(two, "devices", replace(first, devices=()))
    assert ANA not in {each.subject for each in none}
