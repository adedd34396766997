"""What a manifest leaves to chance before anything is made."""

from dataclasses import replace

import pytest

from breakglass.estate.alerting.receivers import unheard
from breakglass.findings import Severity
from breakglass.manifest.model import Manifest

PAGER = "https://pager.example/x"


def told(acme: Manifest, **alerts: object) -> list[tuple[str, Severity]]:
    wanted = replace(acme, alerts=replace(acme.alerts, **alerts))  # type: ignore[arg-type]
    return [(each.code, each.severity) for each in unheard(wanted)]


def test_the_example_leaves_nothing_to_chance(acme: Manifest) -> None:
    assert told(acme) == []


@pytest.mark.parametrize("other", [{"sqs": ()}, {"sqs": (), "minimum_receivers": 1, "email": ("a@acme.example",)}])
def test_mail_alone_is_told_of(acme: Manifest, other: dict[str, object]) -> None:
    assert told(acme, **other) == [("MAIL_ONLY", Severity.MEDIUM)]


def test_a_queue_or_an_address_that_is_posted_to_is_no_mail(acme: Manifest) -> None:
    assert told(acme, sqs=(), https=(PAGER,)) == []
    assert told(acme, email=(), https=(PAGER,)) == []


def test_fewer_than_the_minimum_is_told_of(acme: Manifest) -> None:
    assert told(acme, email=()) == [("TOO_FEW_RECEIVERS", Severity.HIGH)]
    assert told(acme, minimum_receivers=4) == [("TOO_FEW_RECEIVERS", Severity.HIGH)]
    assert told(acme, minimum_receivers=3) == []


def test_one_region_for_both_channels_is_told_of(acme: Manifest) -> None:
    assert told(acme, second_region="eu-west-1") == [("ONE_REGION", Severity.MEDIUM)]


def test_all_that_is_wrong_is_told_at_once(acme: Manifest) -> None:
    found = told(acme, sqs=(), minimum_receivers=3, second_region="eu-west-1")
    assert [code for code, _ in found] == ["TOO_FEW_RECEIVERS", "MAIL_ONLY", "ONE_REGION"]
