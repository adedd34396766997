"""Each documented shape of record fires exactly the alerts its row names; the patterns stay within AWS's limits."""

import re

import pytest

from breakglass import data, naming
from breakglass.trail.alert import DESCRIPTION_QUOTA, Alert, alarm_description
from breakglass.trail.catalogue import WELL_ARCHITECTED, catalogue
from breakglass.trail.matcher import matcher
from breakglass.trail.pattern import parse
from tests.trail.events import BY_CONSOLE, CONSOLE, PROD, ROLE_ARN, admin, assumed, call, foreign, user
from tests.trail.shapes import SHAPES

ALERTS = catalogue()
PATTERNS = {name: parse(alert.pattern) for name, alert in ALERTS.items()}
MATCH = matcher(PATTERNS)
VALUE = re.compile(r'"([^"]*)"')
each_alert = pytest.mark.parametrize("alert", ALERTS.values(), ids=ALERTS)


@pytest.mark.parametrize("name", SHAPES)
def test_a_record_fires_exactly_the_alerts_its_row_names(name: str) -> None:
    shape = SHAPES[name]
    assert MATCH(shape.record) == tuple(shape.fires.split())


@each_alert
def test_every_alert_is_fired_by_some_shape(alert: Alert) -> None:
    assert any(alert.name in shape.fires.split() for shape in SHAPES.values())


@each_alert
def test_one_alert_alone_says_what_all_together_say(alert: Alert) -> None:
    for shape in SHAPES.values():
        assert PATTERNS[alert.name].matches(shape.record) is (alert.name in shape.fires.split())


@each_alert
def test_no_pattern_is_too_long_or_has_a_wildcard_inside_a_value(alert: Alert) -> None:
    assert len(alert.pattern) <= 1024
    for value in VALUE.findall(alert.pattern):
        assert "*" not in value[1:-1]


@each_alert
def test_the_description_of_the_alarm_fits_and_holds_the_query(alert: Alert) -> None:
    text = alarm_description(alert)
    assert len(text) <= DESCRIPTION_QUOTA
    for part in (alert.why, alert.action, alert.query):
        assert part in text
    assert f"Playbook: {alert.playbook}" in text
    assert alert.playbook in data.playbook_names()


@each_alert
def test_alarms_filters_and_metrics_are_named_for_the_alert(alert: Alert) -> None:
    assert alert.resource_name == f"BreakGlass-{alert.name}"
    assert naming.METRIC_NAMESPACE == "BreakGlass"


def test_only_activity_does_not_page() -> None:
    assert [alert.name for alert in ALERTS.values() if not alert.pages] == [
        "ProbeDenied",
        "RoleActivity",
        "UserActivity",
    ]


def test_regular_expressions_leave_one_filter_of_the_log_group_to_others() -> None:
    assert sum("%" in alert.pattern for alert in ALERTS.values()) <= 4


def test_the_net_tells_of_the_schedule_of_verification() -> None:
    """No rule listens where it lies, so that this is the net's alone."""
    for name in (naming.SCHEDULED, f"{naming.SCHEDULED}-map"):
        assert MATCH(call("scheduler", "DeleteSchedule", admin(), {"name": name})) == ("AlertingTampered",)


@pytest.mark.parametrize("log_group", ["audit", "/aws/audit/" + "x" * 501])
def test_the_log_group_of_a_manifest_is_the_one_that_counts(log_group: str) -> None:
    pattern = parse(catalogue(log_group)["AlertingTampered"].pattern)
    assert pattern.matches(call("logs", "DeleteLogGroup", admin(), {"logGroupName": log_group}))
    assert not pattern.matches(call("logs", "DeleteLogGroup", admin(), {"logGroupName": "organization-trail"}))


def test_the_well_architected_pattern_misses_the_console_switch_on_a_trail_of_the_users_account() -> None:
    theirs = parse(WELL_ARCHITECTED.replace("<INCIDENT_RESPONSE_ROLE_ARN>", ROLE_ARN))
    switch = assumed(BY_CONSOLE, **CONSOLE)
    assert theirs.matches(assumed(user()))
    assert theirs.matches(assumed(foreign(), recipientAccountId=PROD, **CONSOLE))
    assert not theirs.matches(switch)
    assert PATTERNS["RoleAssumed"].matches(switch)


def test_a_wildcard_inside_the_arn_of_the_well_architected_pattern_never_matches() -> None:
    theirs = parse(WELL_ARCHITECTED.replace("<INCIDENT_RESPONSE_ROLE_ARN>", ROLE_ARN.replace(PROD, "*")))
    assert not theirs.matches(assumed(user()))


@pytest.mark.parametrize("value", [None, [], {}, "x" * 1_000_000, 10**400, True, [[[]]], {"arn": {"arn": []}}])
def test_no_field_of_whatever_kind_stops_the_matching(value: object) -> None:
    for field in assumed(user()):
        MATCH({**assumed(user()), field: value})
    MATCH({"userIdentity": {"arn": value, "sessionContext": value}, "requestParameters": {"alarmNames": value}})
