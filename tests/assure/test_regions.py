"""Wherever the security account can be used there must be a rule: what is missing is told, and what is too much."""

from dataclasses import replace

import pytest

from breakglass.assure.verify import verify
from breakglass.errors import DeniedError
from breakglass.estate.desired import desired
from breakglass.facts import EnabledRegions, Reading, Survey, Unread
from breakglass.findings import Finding, Severity
from breakglass.manifest.model import Manifest
from breakglass.resources import Scope
from tests.memory import MemoryEstate
from tests.verified import MOMENT, chosen, found

SECURITY, PROD = Scope("111111111111"), Scope("222222222222")
REGIONS = chosen("regions")
LISTED = ("ap-southeast-2", "eu-west-1", "us-east-1", "us-west-2")


def told(acme: Manifest, *facts: EnabledRegions) -> list[Finding]:
    return list(found(MemoryEstate(dict(desired(acme)), facts=facts), acme, REGIONS))


def test_exactly_the_regions_of_the_manifest_are_no_finding(acme: Manifest) -> None:
    assert set(LISTED) == set(acme.alerts.regions)
    assert told(acme, EnabledRegions(SECURITY, LISTED)) == []


def test_enabled_regions_that_nothing_listens_in_are_one_finding_that_names_each(acme: Manifest) -> None:
    (finding,) = told(acme, EnabledRegions(SECURITY, ("eu-south-1", *LISTED, "ap-east-1")))
    assert (finding.code, finding.severity, finding.subject) == ("REGION_UNHEARD", Severity.HIGH, SECURITY.account)
    assert "ap-east-1, eu-south-1;" in finding.detail
    assert not any(name in finding.detail for name in LISTED)
    assert finding.advice.startswith("add them to alerts.regions and apply; or disable ")
    assert "aws account disable-region --account-id 111111111111 --region-name REGION" in finding.advice


def test_regions_of_the_manifest_that_are_not_enabled_are_told_more_mildly(acme: Manifest) -> None:
    (finding,) = told(acme, EnabledRegions(SECURITY, LISTED[1:]))
    assert (finding.code, finding.severity) == ("REGION_NOT_ENABLED", Severity.MEDIUM)
    assert "ap-southeast-2;" in finding.detail


def test_both_are_told(acme: Manifest) -> None:
    findings = told(acme, EnabledRegions(SECURITY, ("ap-east-1", *LISTED[1:])))
    assert [each.code for each in findings] == ["REGION_UNHEARD", "REGION_NOT_ENABLED"]


def test_what_is_enabled_elsewhere_is_another_matter(acme: Manifest) -> None:
    class Told(MemoryEstate):
        def read(self, survey: Survey) -> Reading:
            more = (EnabledRegions(survey.scope, ("ap-east-1",)),) if survey.scope == PROD else ()
            reading = super().read(survey)
            return replace(reading, facts=(*reading.facts, *more))

    verified = verify(Told(dict(desired(acme))), acme, MOMENT, REGIONS)
    assert EnabledRegions(PROD, ("ap-east-1",)) in verified.observation.facts
    assert not verified.results


@pytest.mark.parametrize("facts", [(), (EnabledRegions(SECURITY, LISTED),)])
def test_regions_that_could_not_be_read_are_not_proved(acme: Manifest, facts: tuple[EnabledRegions, ...]) -> None:
    class Partial(MemoryEstate):
        def read(self, survey: Survey) -> Reading:
            denied = Unread(survey.scope, "the enabled regions", DeniedError("no", advice="allow account:ListRegions"))
            asked = survey.chain and survey.scope == SECURITY
            return replace(super().read(survey), unread=(denied,) if asked else ())

    (finding,) = found(Partial(dict(desired(acme)), facts=facts), acme, REGIONS)
    assert (finding.code, finding.subject) == ("NOT_PROVED", SECURITY.account)
    assert finding.detail.startswith("the enabled regions could not be read")
