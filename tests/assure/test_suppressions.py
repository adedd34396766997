"""What is set aside is shown and does not count, as long as it may; and never hides what was not seen."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta

import pytest

from breakglass import resources
from breakglass.assure.suppressions import LONGEST
from breakglass.assure.verify import verify
from breakglass.documents import Json
from breakglass.errors import DeniedError
from breakglass.estate.desired import desired
from breakglass.estate.verification import Verification
from breakglass.findings import Severity
from breakglass.manifest.model import Manifest
from breakglass.resources import Key, Resource, Scope
from tests.conftest import manifest
from tests.memory import MemoryEstate
from tests.verified import MOMENT, chosen

TODAY = MOMENT.date()
OPEN: Mapping[str, Json] = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}],
}
SECURITY = Scope("111111111111")
ANA = Key(SECURITY, resources.USER, "ana-break-glass")


def aside(**changes: object) -> Manifest:
    """Return a manifest that sets one finding aside."""
    what = {"code": "BOUNDARY", "subject": "ana-break-glass", "severity": "critical"}
    return manifest(suppressions=[{**what, "owner": "Bo", "reason": "a trial", "expires": TODAY, **changes}])


def run(of: Manifest, *controls: str, moment: datetime = MOMENT, denied: bool = False) -> Verification:
    """Verify an estate in which ana has no boundary."""
    estate = MemoryEstate(dict(desired(of)))
    ana = estate.resources[ANA]
    estate.resources[ANA] = Resource(ana.type, ana.scope, {**ana.properties, "PermissionsBoundary": None})
    if denied:
        estate.fault = lambda _verb, what: DeniedError("no") if getattr(what, "scope", "") != SECURITY else None
    return verify(estate, of, moment, chosen(*(controls or ("boundaries",))))


def codes(verified: Verification) -> list[str]:
    return [each.finding.code for each in verified.open]


@pytest.mark.parametrize("days", [0, 1, LONGEST])
def test_a_finding_of_that_code_and_subject_is_shown_and_does_not_count(days: int) -> None:
    verified = run(aside(expires=TODAY + timedelta(days=days)))
    assert verified.open == ()
    (result,) = verified.suppressed
    assert result.finding.code == "BOUNDARY"
    assert result.suppression == verified.manifest.suppressions[0]
    assert verified.exit_code == 0


@pytest.mark.parametrize("change", [{"subject": "ana-break-glas"}, {"subject": "ANA-break-glass"}, {"code": "DRIFT"}])
def test_nothing_else_is_set_aside(change: dict[str, object]) -> None:
    verified = run(aside(**change))
    assert codes(verified) == ["BOUNDARY"]
    assert verified.exit_code == 1


def test_what_is_over_counts_again_and_its_owner_is_told() -> None:
    verified = run(aside(expires=TODAY - timedelta(days=1)))
    assert codes(verified) == ["BOUNDARY", "SUPPRESSION_EXPIRED"]
    over = verified.open[1]
    assert (over.control, over.finding.severity, over.account) == ("suppressions", Severity.LOW, SECURITY.account)
    assert over.finding.subject == "BOUNDARY ana-break-glass"
    assert "Bo answers for it: a trial" in over.finding.detail


def test_what_is_graver_than_was_set_aside_counts_and_its_owner_is_told() -> None:
    (found,) = run(aside()).suppressed
    assert found.finding.severity is Severity.CRITICAL
    verified = run(aside(severity="high"))
    assert verified.suppressed == ()
    assert codes(verified) == ["BOUNDARY", "SUPPRESSION_EXCEEDED"]
    exceeded = verified.open[1]
    assert (exceeded.control, exceeded.finding.severity) == ("suppressions", Severity.LOW)
    assert exceeded.finding.detail == (
        "set aside as high, and what is found now is critical, so that it counts; Bo answers for it: a trial"
    )


def test_what_gets_worse_later_is_not_hidden() -> None:
    key = Key(Scope("222222222222"), resources.ROLE, "BREAK-GLASS-RANSOMWARE")
    of = aside(code="DRIFT", subject="arn:aws:iam::222222222222:role/BREAK-GLASS-RANSOMWARE", severity="low")
    for trust, told in ((None, []), (OPEN, ["DRIFT", "SUPPRESSION_EXCEEDED"])):
        estate = MemoryEstate(dict(desired(of)))
        role = estate.resources[key]
        changed = {**role.properties, "Description": "theirs", **({"AssumeRolePolicyDocument": trust} if trust else {})}
        estate.resources[key] = Resource(role.type, role.scope, changed)
        verified = verify(estate, of, MOMENT, chosen("drift", "roles"))
        assert codes(verified) == told
        assert [each.finding.code for each in verified.suppressed] == ([] if trust else ["DRIFT"])


def test_the_last_day_is_that_of_utc() -> None:
    day = date(2026, 11, 8)
    late = datetime(2026, 11, 8, 23, 59, tzinfo=UTC)
    assert codes(run(aside(expires=day), moment=late)) == []
    assert "BOUNDARY" in codes(run(aside(expires=day), moment=late + timedelta(minutes=1)))


def test_what_reaches_too_far_ahead_counts_for_nothing() -> None:
    verified = run(aside(expires=TODAY + timedelta(days=LONGEST + 1)))
    assert codes(verified) == ["BOUNDARY", "SUPPRESSION_TOO_LONG"]


def everything(of: Manifest, **changes: object) -> Verification:
    estate = MemoryEstate(dict(desired(of)))
    if changes.get("denied"):
        denied = DeniedError("no")
        estate.fault = lambda _verb, what: denied if getattr(what, "scope", "") == Scope("444444444444") else None
    accounts = changes.get("accounts")
    return verify(estate, of, MOMENT, accounts=accounts if isinstance(accounts, set) else None)


def test_what_has_nothing_to_set_aside_is_told_only_where_everything_was_looked_at() -> None:
    assert codes(everything(aside())) == ["SUPPRESSION_UNUSED"]
    assert codes(everything(aside(), accounts={SECURITY.account})) == []
    assert codes(everything(aside(), denied=True)) == ["NOT_PROVED"]
    assert codes(verify(MemoryEstate(dict(desired(aside()))), aside(), MOMENT, chosen("boundaries"))) == []


def test_a_suppression_is_told_of_with_the_account_of_its_subject() -> None:
    over = aside(code="DRIFT", subject="arn:aws:iam::222222222222:role/x", expires=TODAY - timedelta(days=1))
    assert codes(everything(over, accounts={"444444444444"})) == []
    assert codes(everything(over, accounts={"222222222222"})) == ["SUPPRESSION_EXPIRED"]


def test_what_is_not_proved_is_never_set_aside_whatever_the_manifest_says() -> None:
    verified = run(aside(code="NOT_PROVED", subject="222222222222"), denied=True)
    assert ("NOT_PROVED", "222222222222") in {(each.finding.code, each.finding.subject) for each in verified.open}
    assert verified.exit_code == 4
