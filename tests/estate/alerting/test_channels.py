"""Both channels as resources: complete, within AWS's limits, and each alert on its way to people."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

import pytest

from breakglass import naming
from breakglass.documents import Json, text
from breakglass.estate.alerting.channels import EVERYTHING, PERIOD
from breakglass.estate.desired import desired
from breakglass.manifest.model import Manifest
from breakglass.provision.render import templates
from breakglass.resources import (
    ALARM,
    ALIAS,
    BUCKET,
    DELETION_PROTECTION,
    EVENT_BUS,
    KEY,
    METRIC_FILTER,
    QUEUE,
    RULE,
    SUBSCRIPTION,
    TOPIC,
    TRAIL,
    Resource,
    items,
)
from breakglass.trail.alert import DESCRIPTION_QUOTA
from breakglass.trail.catalogue import catalogue
from breakglass.trail.pattern import parse
from tests.conftest import manifest
from tests.estate.alerting.support import HOME, MANAGEMENT, SECOND, SECURITY, all_of, arn, document_of, only
from tests.estate.alerting.support import TRAIL as AUDIT
from tests.yamls import loaded

VALUE = re.compile(r'"([^"]*)"')
QUOTA = 1024
LONG = {"account": AUDIT, "region": HOME, "log_group": "/aws/audit/" + "x" * 501}


def applied(wanted: Manifest) -> Iterator[str]:
    yield from (
        str(each.properties["FilterPattern"]) for each in desired(wanted).values() if each.type == METRIC_FILTER
    )


def rendered(wanted: Manifest) -> Iterator[str]:
    for template in templates(wanted).values():
        for body in loaded(template)["Resources"].values():
            if body["Type"] == METRIC_FILTER:
                written = body["Properties"]["FilterPattern"]
                yield written if isinstance(written, str) else written["Fn::Sub"]


@pytest.mark.parametrize("found", [applied, rendered], ids=["applied", "rendered"])
@pytest.mark.parametrize("trail", [None, LONG], ids=["example", "a long log group"])
def test_no_filter_pattern_is_too_long_or_has_a_wildcard_in_the_middle(found: object, trail: object) -> None:
    wanted = manifest(trail=trail) if trail else manifest()
    patterns = list(found(wanted))  # type: ignore[operator]
    assert len(patterns) == len(catalogue())
    for pattern in patterns:
        assert len(pattern) <= QUOTA
        parse(pattern)
        assert all("*" not in value[1:-1] for value in VALUE.findall(pattern))


def test_every_alert_has_a_filter_and_an_alarm_on_its_metric(acme: Manifest) -> None:
    filters = {each.name: each for each in all_of(acme, METRIC_FILTER, AUDIT, HOME)}
    alarms = {each.name: each for each in all_of(acme, ALARM, AUDIT, HOME)}
    assert filters.keys() == alarms.keys() == {naming.alert_name(each) for each in catalogue()}
    for name, each in filters.items():
        (metric,) = items(each.properties["MetricTransformations"])
        assert isinstance(metric, Mapping)
        watched = alarms[name].properties
        assert (metric["MetricName"], metric["MetricNamespace"]) == (watched["MetricName"], watched["Namespace"])
        assert each.properties["LogGroupName"] == "organization-trail"


def test_one_event_sets_an_alarm_off_and_silence_does_not(acme: Manifest) -> None:
    for each in all_of(acme, ALARM, AUDIT, HOME):
        told = each.properties
        assert (told["Statistic"], told["Period"], told["EvaluationPeriods"]) == ("Maximum", PERIOD, 1)
        assert (told["Threshold"], told["ComparisonOperator"]) == (1, "GreaterThanOrEqualToThreshold")
        assert (told["TreatMissingData"], told["ActionsEnabled"]) == ("notBreaching", True)
        assert len(str(told["AlarmDescription"])) <= DESCRIPTION_QUOTA


def test_an_alarm_tells_the_topic_beside_it_unless_its_alert_is_for_the_record(acme: Manifest) -> None:
    topic = only(acme, TOPIC, AUDIT, HOME).arn
    told = {each.name: items(each.properties["AlarmActions"]) for each in all_of(acme, ALARM, AUDIT, HOME)}
    silent = {naming.alert_name(each.name) for each in catalogue().values() if not each.pages}
    assert {name for name, actions in told.items() if not actions} == silent
    assert {tuple(actions) for name, actions in told.items() if name not in silent} == {(topic,)}


def test_the_log_group_of_the_trail_is_protected(acme: Manifest) -> None:
    protection = only(acme, DELETION_PROTECTION, AUDIT, HOME)
    assert protection.properties == {"LogGroupName": "organization-trail", "DeletionProtectionEnabled": True}


REGIONS = ("ap-southeast-2", HOME, "us-east-1", SECOND)


@pytest.mark.parametrize(("account", "regions"), [(SECURITY, REGIONS), (AUDIT, (HOME,)), (MANAGEMENT, (HOME,))])
def test_every_rule_hears_calls_that_only_read_and_forwards_to_the_one_bus(
    acme: Manifest, account: str, regions: tuple[str, ...]
) -> None:
    for region in regions:
        forwarding = [each for each in all_of(acme, RULE, account, region) if each.name != naming.PAGE_RULE]
        assert naming.TAMPER_RULE in {each.name for each in forwarding}
        for each in forwarding:
            target = the_target(each)
            assert each.properties["State"] == EVERYTHING
            assert target["Arn"] == only(acme, EVENT_BUS).arn
            assert target["RoleArn"] == f"arn:aws:iam::{account}:role/break-glass/BreakGlassEvents"
            assert target["DeadLetterConfig"] == {"Arn": arn("sqs", "break-glass-undelivered", account, region)}


def the_target(rule: Resource) -> Mapping[str, Json]:
    (target,) = items(rule.properties["Targets"])
    assert isinstance(target, Mapping)
    return target


@pytest.mark.parametrize(
    ("region", "rules"),
    [
        (HOME, {naming.USE_RULE, naming.TAMPER_RULE}),
        ("us-east-1", {naming.USE_RULE, naming.TAMPER_RULE, naming.CHANGE_RULE}),
        (SECOND, {naming.USE_RULE, naming.TAMPER_RULE, naming.PAGE_RULE}),
    ],
)
def test_which_rules_are_in_a_region_of_the_security_account(acme: Manifest, region: str, rules: set[str]) -> None:
    assert {each.name for each in all_of(acme, RULE, SECURITY, region)} == rules


def test_the_rule_that_pages_is_on_our_bus_and_tells_the_topic_in_words(acme: Manifest) -> None:
    (page,) = [each for each in all_of(acme, RULE) if each.name == naming.PAGE_RULE]
    target = the_target(page)
    assert page.properties["EventBusName"] == naming.EVENT_BUS
    assert target["Arn"] == only(acme, TOPIC).arn
    assert target["DeadLetterConfig"] == {"Arn": arn("sqs", "break-glass-undelivered")}
    assert "RoleArn" not in target


@pytest.mark.parametrize(("account", "region"), [(SECURITY, SECOND), (AUDIT, HOME)])
def test_each_topic_is_encrypted_with_our_key_by_its_alias(acme: Manifest, account: str, region: str) -> None:
    alias = only(acme, ALIAS, account, region)
    assert only(acme, TOPIC, account, region).properties["KmsMasterKeyId"] == alias.name
    assert alias.properties["TargetKeyId"] == only(acme, KEY, account, region).name
    assert only(acme, KEY, account, region).properties["EnableKeyRotation"] is True


@pytest.mark.parametrize(("account", "region"), [(SECURITY, SECOND), (AUDIT, HOME)])
def test_each_topic_tells_everybody_in_the_manifest_and_the_canary(acme: Manifest, account: str, region: str) -> None:
    posted = replace(acme, alerts=replace(acme.alerts, https=("https://pager.example/x",)))
    told = {
        (each.properties["Protocol"], each.properties["Endpoint"])
        for each in all_of(posted, SUBSCRIPTION, account, region)
    }
    assert told == {
        ("email", "security@acme.example"),
        ("email", "oncall@acme.example"),
        ("sqs", "arn:aws:sqs:us-west-2:333333333333:pager"),
        ("https", "https://pager.example/x"),
        ("sqs", arn("sqs", "break-glass-canary", account, region)),
    }


def test_the_security_account_has_a_trail_of_its_own_into_a_bucket_of_another_account(acme: Manifest) -> None:
    trail, bucket = only(acme, TRAIL), only(acme, BUCKET, AUDIT, SECOND)
    assert trail.properties["S3BucketName"] == bucket.name
    for switch in ("IsMultiRegionTrail", "IncludeGlobalServiceEvents", "EnableLogFileValidation", "IsLogging"):
        assert trail.properties[switch] is True
    assert not {"EventSelectors", "AdvancedEventSelectors"} & trail.properties.keys()  # so: all management events
    assert text(document_of(bucket, "PublicAccessBlockConfiguration")).count("true") == 4


def test_what_has_tags_bears_ours(acme: Manifest) -> None:
    tagged = (BUCKET, EVENT_BUS, KEY, QUEUE, TOPIC, TRAIL)
    for each in desired(acme).values():
        if each.type in tagged:
            assert each.tags == {naming.OWNER_TAG: "acme"}
