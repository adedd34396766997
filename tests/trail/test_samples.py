"""The records the catalogue is tried on in AWS: each fires what it says, and a difference is told."""

import pytest

from breakglass.trail.agreement import Disagreement, disagreements
from breakglass.trail.pattern import parse
from breakglass.trail.samples import SAMPLES, Sample
from tests.trail.judge import ALERTS, Judge


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
def test_each_sample_fires_what_it_says(sample: Sample) -> None:
    assert {name for name, alert in ALERTS.items() if parse(alert.pattern).matches(sample.record)} == sample.fires


def test_every_alert_is_fired_and_there_are_samples_that_fire_nothing() -> None:
    assert set().union(*(each.fires for each in SAMPLES)) == set(ALERTS)
    assert sum(not each.fires for each in SAMPLES) > 5


def test_aws_takes_them_all_at_once_and_no_name_is_given_twice() -> None:
    assert len({each.name for each in SAMPLES}) == len(SAMPLES) <= 50


def test_where_both_agree_nothing_is_told() -> None:
    judge = Judge()
    assert not list(disagreements(judge, ALERTS, SAMPLES))
    assert judge.asked == [len(SAMPLES)] * len(ALERTS)


@pytest.mark.parametrize(
    ("alert", "sample", "aws"), [("RoleAssumed", "assumed-by-api", False), ("RootUsed", "root-served", True)]
)
def test_a_difference_is_told_by_alert_and_event(alert: str, sample: str, aws: bool) -> None:
    found = list(disagreements(Judge(alert, sample), ALERTS, SAMPLES))
    assert found == [Disagreement(alert, sample, aws=aws, ours=not aws)]
