"""Every link of both channels, broken in turn, is told by itself: once, and by what it is."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace

import pytest

from breakglass import naming, resources
from breakglass.assure.subjects import subject_of
from breakglass.documents import Json
from breakglass.errors import DeniedError
from breakglass.estate.desired import desired
from breakglass.facts import (
    AlarmMuteRule,
    Fact,
    LogGroup,
    Reading,
    RingingAlarm,
    Survey,
    TopicSubscription,
    TrailStatus,
    UndeliveredEvents,
    Unread,
)
from breakglass.findings import Finding, Severity
from breakglass.manifest.model import Manifest
from breakglass.resources import Key, Resource, Scope
from tests.memory import MemoryEstate
from tests.verified import OF_STATE, found

NET, GATHERING = Scope("333333333333", "eu-west-1"), Scope("111111111111", "us-west-2")
HERE = Scope("111111111111", "eu-west-1")
EVIDENCE = Scope("333333333333", "us-west-2")
OWNER = Scope("999999999999", "eu-west-1")

ALARM = Key(NET, resources.ALARM, "BreakGlass-RoleAssumed")
FILTER = Key(NET, resources.METRIC_FILTER, "BreakGlass-RoleAssumed")
RULE = Key(HERE, resources.RULE, naming.USE_RULE)
PAGE = Key(GATHERING, resources.RULE, naming.PAGE_RULE)
BUS = Key(GATHERING, resources.EVENT_BUS, naming.EVENT_BUS)
TRAIL = Key(GATHERING, resources.TRAIL, naming.TRAIL)
ALIAS = Key(GATHERING, resources.ALIAS, naming.ALERTS_KEY)
KEY = Key(GATHERING, resources.KEY, naming.ALERTS)
TOPIC = Key(NET, resources.TOPIC, naming.ALERTS)
OF_ALARMS = "arn:aws:sns:eu-west-1:333333333333:break-glass-alerts"
OF_EVENTS = "arn:aws:sns:us-west-2:111111111111:break-glass-alerts"
TOPIC_POLICY = Key(NET, resources.TOPIC_POLICY, OF_ALARMS)
MAIL = Key(NET, resources.SUBSCRIPTION, "oncall@acme.example")
QUEUE_POLICY = Key(HERE, resources.QUEUE_POLICY, naming.UNDELIVERED)
BUCKET_POLICY = Key(EVIDENCE, resources.BUCKET_POLICY, "break-glass-trail-111111111111-us-west-2")
GROUP = "arn:aws:logs:eu-west-1:333333333333:log-group:organization-trail"
ORGANIZATION = "arn:aws:cloudtrail:eu-west-1:999999999999:trail/organization"
OWN = "arn:aws:cloudtrail:us-west-2:111111111111:trail/break-glass"
NOBODY: dict[str, Json] = {"Version": "2012-10-17", "Statement": []}

MUTE = "mute rule quiet in eu-west-1 of 333333333333"

Change = Callable[[Fact], Fact | None]


@dataclass
class Told(MemoryEstate):
    """An estate of which the facts are otherwise than they should be."""

    change: Change = lambda fact: fact

    def read(self, survey: Survey) -> Reading:
        reading = super().read(survey)
        changed = (self.change(self._as_set(fact)) for fact in reading.facts)
        return replace(reading, facts=tuple(fact for fact in changed if fact is not None))

    def _as_set(self, fact: Fact) -> Fact:
        """A trail of ours logs if it is set to."""
        if isinstance(fact, TrailStatus) and fact.trail_arn == OWN:
            set_to = self.resources[TRAIL].properties
            return replace(
                fact,
                is_logging=bool(set_to["IsLogging"]),
                is_multi_region_trail=bool(set_to["IsMultiRegionTrail"]),
                log_file_validation_enabled=bool(set_to["EnableLogFileValidation"]),
            )
        return fact


@pytest.fixture
def estate(acme: Manifest) -> Told:
    return Told(dict(desired(acme)))


def findings(estate: Told, acme: Manifest) -> tuple[Finding, ...]:
    return found(estate, acme, OF_STATE)


def told(estate: Told, acme: Manifest) -> list[tuple[str, Severity, str]]:
    return [(each.code, each.severity, each.subject) for each in findings(estate, acme)]


def alter(estate: MemoryEstate, key: Key, **properties: object) -> None:
    old = estate.resources[key]
    estate.resources[key] = Resource(old.type, old.scope, {**old.properties, **properties})  # type: ignore[dict-item]


def test_when_every_link_carries_nothing_is_told(estate: Told, acme: Manifest) -> None:
    assert told(estate, acme) == []


# links

BROKEN: list[tuple[str, Key, Mapping[str, object], str]] = [
    ("filter blunted", FILTER, {"FilterPattern": '{ $.eventName = "Nothing" }'}, "FilterPattern"),
    ("filter of another metric", FILTER, {"MetricTransformations": []}, "MetricTransformations"),
    ("alarm disabled", ALARM, {"ActionsEnabled": False}, "ActionsEnabled"),
    ("alarm without action", ALARM, {"AlarmActions": []}, "AlarmActions"),
    ("alarm deaf", ALARM, {"Threshold": 1000}, "Threshold"),
    ("alarm of silence", ALARM, {"TreatMissingData": "ignore"}, "TreatMissingData"),
    ("rule disabled", RULE, {"State": "DISABLED"}, "State"),
    ("rule deaf to reads", RULE, {"State": "ENABLED"}, "State"),
    ("rule without target", RULE, {"Targets": []}, "Targets"),
    ("rule of another pattern", PAGE, {"EventPattern": {"source": ["x"]}}, "EventPattern"),
    ("bus policy closed", BUS, {"Policy": NOBODY}, "Policy"),
    ("bus policy gone", BUS, {"Policy": None}, "Policy"),
    ("trail stopped", TRAIL, {"IsLogging": False}, "IsLogging"),
    ("trail of one region", TRAIL, {"IsMultiRegionTrail": False}, "IsMultiRegionTrail"),
    ("trail without proof", TRAIL, {"EnableLogFileValidation": False}, "EnableLogFileValidation"),
    ("trail of writes", TRAIL, {"EventSelectors": [{"ReadWriteType": "WriteOnly"}]}, "EventSelectors"),
    ("alias of another key", ALIAS, {"TargetKeyId": "1234abcd"}, "TargetKeyId"),
    ("key policy closed", KEY, {"KeyPolicy": NOBODY}, "KeyPolicy"),
    ("topic without our key", TOPIC, {"KmsMasterKeyId": None}, "KmsMasterKeyId"),
    ("topic policy closed", TOPIC_POLICY, {"PolicyDocument": NOBODY}, "PolicyDocument"),
    ("queue policy closed", QUEUE_POLICY, {"PolicyDocument": NOBODY}, "PolicyDocument"),
    ("bucket policy closed", BUCKET_POLICY, {"PolicyDocument": NOBODY}, "PolicyDocument"),
]


@pytest.mark.parametrize(("key", "changes", "named"), [row[1:] for row in BROKEN], ids=[row[0] for row in BROKEN])
def test_a_link_that_was_changed_is_told_once(
    estate: Told, acme: Manifest, key: Key, changes: Mapping[str, object], named: str
) -> None:
    alter(estate, key, **changes)
    subject = subject_of(estate.resources[key])
    (found,) = findings(estate, acme)
    assert (found.code, found.severity, found.subject) == ("ALERT_BROKEN", Severity.CRITICAL, subject)
    assert named in found.detail
    channel = "the net" if key.scope == NET else "the fast channel"
    assert found.detail.startswith(f"{channel} in {key.scope.account}, {key.scope.region}: ")


MISSING = [FILTER, ALARM, RULE, PAGE, ALIAS, KEY, TOPIC_POLICY, MAIL, QUEUE_POLICY, BUCKET_POLICY, BUS, TRAIL]


@pytest.mark.parametrize("key", MISSING, ids=lambda key: f"{key.type} {key.name}")
def test_a_link_that_is_missing_is_told_once(estate: Told, acme: Manifest, key: Key) -> None:
    subject = subject_of(estate.resources.pop(key))
    (found,) = findings(estate, acme)
    assert (found.code, found.severity, found.subject) == ("ALERT_BROKEN", Severity.CRITICAL, subject)
    assert "is missing" in found.detail


def test_a_description_is_drift_and_breaks_nothing(estate: Told, acme: Manifest) -> None:
    alter(estate, ALARM, AlarmDescription="Nothing to see here.")
    alter(estate, RULE, Description="Old.")
    alter(estate, TOPIC, DisplayName="News")
    found = told(estate, acme)
    assert {code for code, *_ in found} == {"DRIFT"}
    assert {severity for _, severity, _ in found} == {Severity.LOW}
    assert len(found) == 3


def test_what_carries_no_alert_is_drift(estate: Told, acme: Manifest) -> None:
    protection = Key(NET, resources.DELETION_PROTECTION, "organization-trail")
    queue = Key(HERE, resources.QUEUE, naming.UNDELIVERED)
    del estate.resources[protection]
    alter(estate, queue, MessageRetentionPeriod=60)
    assert [(code, severity) for code, severity, _ in told(estate, acme)] == [("DRIFT", Severity.HIGH)] * 2


def test_a_link_too_many_is_drift(estate: Told, acme: Manifest) -> None:
    more = replace(estate.resources[MAIL], properties={**estate.resources[MAIL].properties, "Endpoint": "x@y.example"})
    estate.resources[more.key] = more
    assert told(estate, acme) == [("DRIFT", Severity.MEDIUM, "subscription x@y.example in eu-west-1 of 333333333333")]


def test_a_link_that_is_not_ours_is_a_stray_and_not_missing(estate: Told, acme: Manifest) -> None:
    alter(estate, TOPIC, Tags=[])
    assert told(estate, acme) == [("STRAY", Severity.HIGH, OF_ALARMS)]


@pytest.mark.parametrize(("status", "severity"), [("ACTIVE", Severity.CRITICAL), ("SCHEDULED", Severity.HIGH)])
def test_an_alarm_that_is_muted_is_told_with_what_ends_it(
    estate: Told, acme: Manifest, status: str, severity: Severity
) -> None:
    estate.facts = (AlarmMuteRule(NET, "quiet", status, ("BreakGlass-RoleAssumed", "BreakGlass-SignIn")),)
    (found,) = findings(estate, acme)
    assert (found.code, found.severity, found.subject) == ("ALERT_MUTED", severity, MUTE)
    assert "BreakGlass-RoleAssumed, BreakGlass-SignIn" in found.detail
    assert "delete-alarm-mute-rule --alarm-mute-rule-name quiet --region eu-west-1" in found.advice


@pytest.mark.parametrize(("minutes", "told"), [(15, []), (16, ["ALERT_RINGING"])])
def test_an_alarm_that_rings_on_is_told(estate: Told, acme: Manifest, minutes: int, told: list[str]) -> None:
    estate.facts = (RingingAlarm(NET, "BreakGlass-RoleAssumed", minutes),)
    assert [each.code for each in findings(estate, acme)] == told


def test_events_that_could_not_be_forwarded_are_told(estate: Told, acme: Manifest) -> None:
    estate.facts = (UndeliveredEvents(GATHERING, 2),)
    (found,) = findings(estate, acme)
    assert (found.code, found.severity) == ("UNDELIVERED", Severity.HIGH)
    assert found.subject == "arn:aws:sqs:us-west-2:111111111111:break-glass-undelivered"
    assert "about 2 events" in found.detail


# trails


def of_trail(arn: str, **changes: object) -> Change:
    def change(fact: Fact) -> Fact:
        if isinstance(fact, TrailStatus) and fact.trail_arn == arn:
            return replace(fact, **changes)  # type: ignore[arg-type]
        return fact

    return change


FAULTS: list[tuple[dict[str, object], str]] = [
    ({"is_organization_trail": False}, "no organization trail"),
    ({"is_logging": False}, "does not log"),
    ({"is_multi_region_trail": False}, "not for all regions"),
    ({"include_global_service_events": False}, "global services"),
    ({"log_file_validation_enabled": False}, "not validated"),
    ({"read_write_type": "WriteOnly"}, "all management events"),
    ({"read_write_type": ""}, "all management events"),
    ({"exclude_management_event_sources": ("kms.amazonaws.com",)}, "kms.amazonaws.com"),
    ({"latest_delivery_error": "NoSuchBucket"}, "NoSuchBucket"),
    ({"latest_cloud_watch_logs_delivery_error": "Access denied"}, "cannot write to the log group"),
]


@pytest.mark.parametrize(("changes", "words"), FAULTS, ids=[words for _, words in FAULTS])
def test_every_fault_of_the_organization_trail_is_told_by_itself(
    estate: Told, acme: Manifest, changes: dict[str, object], words: str
) -> None:
    estate.change = of_trail(ORGANIZATION, **changes)
    (found,) = findings(estate, acme)
    assert (found.code, found.severity, found.subject) == ("TRAIL_BROKEN", Severity.CRITICAL, ORGANIZATION)
    assert words in found.detail


@pytest.mark.parametrize(
    "group", ["", GROUP.replace("organization-trail", "other") + ":*", GROUP.replace("333", "444")]
)
def test_a_trail_that_delivers_elsewhere_leaves_the_net_deaf(estate: Told, acme: Manifest, group: str) -> None:
    estate.change = of_trail(ORGANIZATION, cloud_watch_logs_log_group_arn=group)
    assert told(estate, acme) == [("TRAIL_BROKEN", Severity.CRITICAL, GROUP)]


def test_the_log_group_counts_with_and_without_the_star_of_its_streams(estate: Told, acme: Manifest) -> None:
    estate.change = of_trail(ORGANIZATION, cloud_watch_logs_log_group_arn=GROUP)
    assert told(estate, acme) == []


def test_no_trail_at_all_leaves_the_net_deaf(estate: Told, acme: Manifest) -> None:
    estate.change = lambda fact: None if isinstance(fact, TrailStatus) else fact
    assert told(estate, acme) == [("TRAIL_BROKEN", Severity.CRITICAL, GROUP)]


def test_a_second_trail_into_the_log_group_is_looked_at_too(estate: Told, acme: Manifest) -> None:
    second = TrailStatus(OWNER, ORGANIZATION + "-2", True, True, True, True, False, "All", (), GROUP + ":*")
    estate.facts = (second,)
    assert told(estate, acme) == [("TRAIL_BROKEN", Severity.CRITICAL, ORGANIZATION + "-2")]


def test_a_trail_into_another_log_group_is_somebody_elses(estate: Told, acme: Manifest) -> None:
    other = GROUP.replace("organization-trail", "other")
    estate.facts = (TrailStatus(NET, f"{ORGANIZATION}-2", False, False, False, False, False, "", (), other),)
    assert told(estate, acme) == []


@pytest.mark.parametrize(("changes", "words"), [row for row in FAULTS if "latest" in str(row[0])])
def test_our_own_trail_must_deliver(estate: Told, acme: Manifest, changes: dict[str, object], words: str) -> None:
    estate.change = of_trail(OWN, **changes)
    (found,) = findings(estate, acme)
    assert (found.code, found.subject) == ("TRAIL_BROKEN", OWN)
    assert words in found.detail


def test_a_log_group_that_is_gone_is_told(estate: Told, acme: Manifest) -> None:
    estate.change = lambda fact: None if isinstance(fact, LogGroup) else fact
    (found,) = findings(estate, acme)
    assert (found.code, found.subject) == ("TRAIL_BROKEN", GROUP)
    assert "not there" in found.detail


@pytest.mark.parametrize("days", [None, 365, 90, 89, 1])
def test_events_are_kept_long_enough_to_look_into_a_use(estate: Told, acme: Manifest, days: int | None) -> None:
    estate.change = lambda fact: replace(fact, retention_in_days=days) if isinstance(fact, LogGroup) else fact
    short = [("LOG_GROUP", Severity.MEDIUM, GROUP)] if days is not None and days < 90 else []
    assert told(estate, acme) == short


def test_a_log_group_whose_events_are_masked_is_told(estate: Told, acme: Manifest) -> None:
    """Metric filters see asterisks where a data protection policy says so, and the canary may say none of that."""
    estate.change = lambda fact: replace(fact, is_masked=True) if isinstance(fact, LogGroup) else fact
    assert told(estate, acme) == [("LOG_GROUP_MASKED", Severity.CRITICAL, GROUP)]


# receivers


def of_receivers(endpoints: Collection[str], changes: Mapping[str, object], topic: str = OF_ALARMS) -> Change:
    def change(fact: Fact) -> Fact:
        if isinstance(fact, TopicSubscription) and fact.topic_arn == topic and fact.endpoint in endpoints:
            return replace(fact, **changes)  # type: ignore[arg-type]
        return fact

    return change


PAGER = "arn:aws:sqs:us-west-2:333333333333:pager"
SECURITY, ONCALL = "security@acme.example", "oncall@acme.example"
UNCONFIRMED = {"confirmed": False}


def subscribed(endpoint: str, topic: str = OF_ALARMS) -> str:
    """Return the subject of a finding about a subscription."""
    _, _, _, region, account, _ = topic.split(":")
    return f"subscription {endpoint} in {region} of {account}"


@pytest.mark.parametrize("topic", [OF_ALARMS, OF_EVENTS])
@pytest.mark.parametrize(
    ("changes", "words"),
    [({"confirmed": False}, "is not confirmed"), ({"filter_policy": '{"a": ["b"]}'}, "filter policy")],
)
def test_a_receiver_who_would_hear_nothing_is_told(
    estate: Told, acme: Manifest, topic: str, changes: dict[str, object], words: str
) -> None:
    estate.change = of_receivers([ONCALL], changes, topic)
    (found,) = findings(estate, acme)
    assert (found.code, found.severity, found.subject) == ("RECEIVER_SILENT", Severity.HIGH, subscribed(ONCALL, topic))
    assert f"email {ONCALL}" in found.detail
    assert words in found.detail


def test_a_receiver_whom_any_message_could_end_is_told_with_how_to_confirm(estate: Told, acme: Manifest) -> None:
    estate.change = of_receivers([ONCALL, PAGER], {"confirmation_was_authenticated": False})
    (found,) = findings(estate, acme)
    assert (found.code, found.severity, found.subject) == ("RECEIVER_UNSAFE", Severity.MEDIUM, subscribed(ONCALL))
    assert "--authenticate-on-unsubscribe true --region eu-west-1" in found.advice


@pytest.mark.parametrize("changes", [{"confirmed": False}, {"filter_policy": "{}x"}])
def test_too_few_who_would_be_told_is_critical(estate: Told, acme: Manifest, changes: dict[str, object]) -> None:
    estate.change = of_receivers([ONCALL, PAGER], changes)
    assert told(estate, acme) == [
        ("TOO_FEW_RECEIVERS", Severity.CRITICAL, OF_ALARMS),
        ("RECEIVER_SILENT", Severity.HIGH, subscribed(PAGER)),
        ("RECEIVER_SILENT", Severity.HIGH, subscribed(ONCALL)),
    ]


def test_nobody_at_all_is_too_few(estate: Told, acme: Manifest) -> None:
    estate.change = of_receivers([SECURITY, ONCALL, PAGER], UNCONFIRMED)
    (critical,) = [each for each in findings(estate, acme) if each.severity is Severity.CRITICAL]
    assert critical.detail.startswith("0 receivers would be told")


def test_the_canarys_queue_must_hear_and_is_nobody_who_is_told(estate: Told, acme: Manifest) -> None:
    canary = "arn:aws:sqs:eu-west-1:333333333333:break-glass-canary"
    estate.change = of_receivers([canary], UNCONFIRMED)
    assert told(estate, acme) == [("RECEIVER_SILENT", Severity.HIGH, subscribed(canary))]
    estate.change = of_receivers([ONCALL, PAGER], UNCONFIRMED)
    assert "TOO_FEW_RECEIVERS" in {code for code, *_ in told(estate, acme)}


SECRET = "7c6f0e"
"""Whoever knows the address of a pager can post to it."""
POSTED = f"https://pager.example/{SECRET}/alerts?key={SECRET}"


@pytest.fixture
def posting(acme: Manifest) -> Manifest:
    return replace(acme, alerts=replace(acme.alerts, https=(POSTED,)))


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"confirmed": False}, "RECEIVER_SILENT"),
        ({"filter_policy": "{}x"}, "RECEIVER_SILENT"),
        ({"confirmation_was_authenticated": False}, "RECEIVER_UNSAFE"),
    ],
)
def test_the_address_of_a_pager_is_told_by_its_host_alone(
    posting: Manifest, changes: dict[str, object], code: str
) -> None:
    estate = Told(dict(desired(posting)), change=of_receivers([POSTED], changes))
    (found,) = findings(estate, posting)
    assert found.code == code
    assert "https https://pager.example/…" in found.detail
    assert SECRET not in repr(found)


def test_the_address_of_a_pager_that_is_missing_or_too_many_is_told_by_its_host_alone(
    acme: Manifest, posting: Manifest
) -> None:
    missing, more = findings(Told(dict(desired(acme))), posting), findings(Told(dict(desired(posting))), acme)
    assert {each.code for each in missing} == {"ALERT_BROKEN"}
    assert {each.code for each in more} == {"DRIFT"}
    for each in (*missing, *more):
        assert each.subject.startswith("subscription https://pager.example/… (")
        assert SECRET not in repr(each)


# both


def test_nothing_that_is_meant_to_be_there_is_known_by_the_name_of_another(acme: Manifest) -> None:
    of = replace(acme, alerts=replace(acme.alerts, https=(POSTED, f"{POSTED}2")))
    subjects = [subject_of(each) for each in desired(of).values()]
    assert len(subjects) == len(set(subjects))
    assert SECRET not in repr(subjects)


def test_links_of_one_name_in_two_regions_are_two_findings(estate: Told, acme: Manifest) -> None:
    rules = [key for key in estate.resources if key.type == resources.RULE and key.name == naming.USE_RULE]
    for key in rules:
        alter(estate, key, State="DISABLED")
    assert len(rules) > 1
    assert len({subject for _, _, subject in told(estate, acme)}) == len(rules)


def test_all_that_is_wrong_with_one_trail_is_one_finding(estate: Told, acme: Manifest) -> None:
    estate.change = of_trail(ORGANIZATION, is_logging=False, latest_delivery_error="NoSuchBucket")
    (found,) = findings(estate, acme)
    assert "does not log; its bucket" in found.detail
    assert f"start-logging --name {ORGANIZATION}" in found.advice


def test_nothing_is_told_twice_when_everything_is_broken(estate: Told, acme: Manifest) -> None:
    for _, key, changes, _ in BROKEN:
        alter(estate, key, **changes)
    estate.facts = (AlarmMuteRule(NET, "quiet", "ACTIVE", ("BreakGlass-RoleAssumed",)),)
    wanted = [("ALERT_BROKEN", subject_of(estate.resources[key])) for key in {row[1] for row in BROKEN}]
    found = [(each.code, each.subject) for each in findings(estate, acme)]
    assert sorted(found) == sorted([*wanted, ("ALERT_MUTED", MUTE)])


def unread(survey: Survey) -> Unread:
    return Unread(survey.scope, "the account", DeniedError("no"), survey.types)


@pytest.mark.parametrize("scope", [NET, GATHERING, HERE, OWNER, EVIDENCE], ids=str)
def test_what_could_not_be_read_is_not_proved_and_neither_broken_nor_clean(acme: Manifest, scope: Scope) -> None:
    class Hidden(Told):
        def read(self, survey: Survey) -> Reading:
            return Reading(survey, unread=(unread(survey),)) if survey.scope == scope else super().read(survey)

    (found,) = findings(Hidden(dict(desired(acme))), acme)
    assert (found.code, found.subject) == ("NOT_PROVED", str(scope))


def test_facts_that_could_not_be_read_are_not_proved(acme: Manifest) -> None:
    class Hidden(Told):
        def read(self, survey: Survey) -> Reading:
            reading = super().read(survey)
            hidden = Unread(survey.scope, "the trails", DeniedError("no"))
            return replace(reading, facts=(), unread=(hidden,)) if survey.scope == OWNER else reading

    assert [code for code, *_ in told(Hidden(dict(desired(acme))), acme)] == ["NOT_PROVED"]
