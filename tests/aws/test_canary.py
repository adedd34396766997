"""What the canary and the log are to AWS, call by call."""

import json
from datetime import UTC, datetime, timedelta, timezone

import pytest

from breakglass.aws.canary import AwsCanary
from breakglass.aws.trail_log import AwsTrailLog
from breakglass.errors import CredentialsError, DeniedError, RejectedError, UnavailableError
from breakglass.manifest.model import Manifest
from breakglass.resources import Scope
from tests.aws.stubs import (
    ACCESS_KEY,
    LONG_AGO,
    REGIONS,
    SECRET_KEY,
    SECURITY,
    SESSION_TOKEN,
    Recorder,
    StubbedAws,
    assume_role,
)
from tests.conftest import manifest

AUDIT = "333333333333"
VERIFICATION = f"arn:aws:iam::{AUDIT}:role/break-glass/BreakGlassVerification"
ROLE = f"arn:aws:iam::{SECURITY}:role/BREAK-GLASS-CANARY"
SESSION = "canary-20261120T030200Z-0a1b2c3d"
EVERYTHING_HERE = manifest(trail={"account": SECURITY, "region": "eu-west-1", "log_group": "organization-trail"})
HERE = Scope(SECURITY, "us-west-2")


def credentials(key: str) -> dict[str, object]:
    return {
        "Credentials": {
            "AccessKeyId": key,
            "SecretAccessKey": SECRET_KEY,
            "SessionToken": SESSION_TOKEN,
            "Expiration": LONG_AGO.replace(year=2999),
        }
    }


@pytest.fixture
def canary(aws: StubbedAws) -> AwsCanary:
    """The canary of an organization whose security account, the caller's own, holds the trail's log group too."""
    aws.caller()
    return AwsCanary(aws.sessions(), EVERYTHING_HERE)


@pytest.fixture
def log(aws: StubbedAws) -> AwsTrailLog:
    aws.caller()
    return AwsTrailLog(aws.sessions(), EVERYTHING_HERE.trail)


def become(aws: StubbedAws, region: str) -> Recorder:
    """Foretell the way to the verification role through STS in a region."""
    sts = aws.sts(region)
    aws.sts().expect("assume_role", assume_role(AUDIT), credentials(ACCESS_KEY))
    sts.expect("assume_role", {"RoleArn": VERIFICATION, "RoleSessionName": SESSION}, credentials("ASIAVERIFICATIONX"))
    return sts


ASKED = {"RoleArn": ROLE, "RoleSessionName": SESSION, "DurationSeconds": 900}


@pytest.mark.parametrize("region", REGIONS)
def test_the_role_is_assumed_through_the_audit_account_in_the_region_asked_for(
    aws: StubbedAws, canary: AwsCanary, region: str
) -> None:
    become(aws, region).expect("assume_role", ASKED, credentials("ASIACANARYEXAMPLE"))
    assert canary.assume(region, ROLE, SESSION) is None
    keys = [each["aws_access_key_id"] for each in aws.session.asked if each["region_name"] == region]
    assert keys[-2:] == [ACCESS_KEY, "ASIAVERIFICATIONX"]


def test_a_denial_is_returned_with_what_to_look_at(aws: StubbedAws, canary: AwsCanary) -> None:
    become(aws, REGIONS[1]).refuse("assume_role", ASKED, "AccessDenied", "not authorized", 403)
    denial = canary.assume(REGIONS[1], ROLE, SESSION)
    assert isinstance(denial, DeniedError)
    assert "not authorized" in denial.message
    assert VERIFICATION in denial.advice


@pytest.mark.parametrize(("code", "error"), [("ExpiredToken", CredentialsError), ("Throttling", UnavailableError)])
def test_what_is_no_denial_is_raised(aws: StubbedAws, canary: AwsCanary, code: str, error: type[Exception]) -> None:
    become(aws, REGIONS[1]).refuse("assume_role", ASKED, code, "", 403)
    with pytest.raises(error):
        canary.assume(REGIONS[1], ROLE, SESSION)


def test_a_denial_on_the_way_there_is_raised(aws: StubbedAws, canary: AwsCanary) -> None:
    aws.sts().expect("assume_role", assume_role(AUDIT), credentials(ACCESS_KEY))
    asked = {"RoleArn": VERIFICATION, "RoleSessionName": SESSION}
    aws.sts(REGIONS[1]).refuse("assume_role", asked, "AccessDenied", "not authorized", 403)
    with pytest.raises(DeniedError) as raised:
        canary.assume(REGIONS[1], ROLE, SESSION)
    assert raised.value.subject == VERIFICATION
    assert "breakglass apply" in raised.value.advice


LATER = (LONG_AGO + timedelta(hours=1)).astimezone(timezone(timedelta(hours=2)))


def test_an_alarm_has_its_state_since_it_changed(canary: AwsCanary, cloudwatch: Recorder) -> None:
    """Not since it was last evaluated; what knows no such time tells the other one."""
    asked = {"AlarmNames": ["BreakGlass-RoleAssumed"], "AlarmTypes": ["MetricAlarm"]}
    ringing = {"StateValue": "ALARM", "StateUpdatedTimestamp": LATER}
    cloudwatch.expect("describe_alarms", asked, {"MetricAlarms": [{**ringing, "StateTransitionedTimestamp": LONG_AGO}]})
    cloudwatch.expect("describe_alarms", asked, {"MetricAlarms": [{**ringing, "StateValue": "OK"}]})
    first, second = (canary.alarm("BreakGlass-RoleAssumed") for _ in range(2))
    assert (first.is_ringing, first.since) == (True, LONG_AGO)
    assert (second.is_ringing, second.since, second.since.tzinfo) == (False, LATER, UTC)


def test_an_alarm_that_is_not_there(canary: AwsCanary, cloudwatch: Recorder) -> None:
    asked = {"AlarmNames": ["BreakGlass-RoleAssumed"], "AlarmTypes": ["MetricAlarm"]}
    cloudwatch.expect("describe_alarms", asked, {"MetricAlarms": []})
    with pytest.raises(RejectedError, match="no alarm BreakGlass-RoleAssumed in eu-west-1") as raised:
        canary.alarm("BreakGlass-RoleAssumed")
    assert "breakglass apply" in raised.value.advice


URL = f"https://sqs.us-west-2.amazonaws.com/{SECURITY}/break-glass-canary"


def queue(sqs: Recorder, *batches: list[tuple[str, str]]) -> None:
    """Foretell the batches, and then an empty one."""
    sqs.expect("get_queue_url", {"QueueName": "break-glass-canary"}, {"QueueUrl": URL})
    for batch in (*batches, []):
        told = [{"MessageId": number, "Body": body} for number, body in batch]
        asked = {"QueueUrl": URL, "MaxNumberOfMessages": 10, "VisibilityTimeout": 30}
        sqs.expect("receive_message", asked, {"Messages": told} if told else {})


def test_the_queue_is_read_to_its_end_and_what_it_said_is_remembered(canary: AwsCanary, sqs: Recorder) -> None:
    first = [(f"{number}", told(f"message {number}")) for number in range(10)]
    queue(sqs, first, [("10", told("the last"))])
    queue(sqs, first[:3], [("11", told("new"))])
    assert len(canary.heard(HERE)) == 11
    heard = canary.heard(HERE)
    assert (len(heard), set(heard) >= {"message 0", "the last", "new"}) == (12, True)


def told(message: str, **otherwise: str) -> str:
    envelope = {"Type": "Notification", "TopicArn": "arn:aws:sns:us-west-2:111111111111:break-glass-alerts"}
    return json.dumps({**envelope, "Message": message, **otherwise})


@pytest.mark.parametrize(
    "body",
    [
        *("plain", "[" * 100_000, "[]", '{"Message": "canary"}', "{}"),
        told("canary", TopicArn="arn:aws:sns:us-west-2:111111111111:another"),
        told("canary", Type="SubscriptionConfirmation"),
    ],
    ids=range(7),
)
def test_what_the_topic_did_not_tell_is_not_heard(canary: AwsCanary, sqs: Recorder, body: str) -> None:
    """Whoever may send to the queue could say what the canary waits for."""
    queue(sqs, [("1", body)])
    assert list(canary.heard(HERE)) == [""]


def test_a_storm_is_not_read_for_ever(canary: AwsCanary, sqs: Recorder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("breakglass.aws.canary._BATCHES", 2)
    queue(sqs, [("1", "a")])
    sqs.expect("get_queue_url", {"QueueName": "break-glass-canary"}, {"QueueUrl": URL})
    for _ in range(2):
        asked = {"QueueUrl": URL, "MaxNumberOfMessages": 10, "VisibilityTimeout": 30}
        sqs.expect("receive_message", asked, {"Messages": [{"MessageId": "1", "Body": "a"}]})
    assert [len(canary.heard(HERE)) for _ in range(2)] == [1, 1]


def test_a_queue_that_is_not_there(canary: AwsCanary, sqs: Recorder) -> None:
    sqs.refuse("get_queue_url", {"QueueName": "break-glass-canary"}, "AWS.SimpleQueueService.NonExistentQueue")
    with pytest.raises(RejectedError, match="break-glass-canary in us-west-2"):
        canary.heard(HERE)


def test_another_account_is_entered_by_the_provisioning_role(aws: StubbedAws, acme: Manifest) -> None:
    aws.caller()
    aws.assumed(AUDIT)
    topic = f"arn:aws:sns:eu-west-1:{AUDIT}:break-glass-alerts"
    queue(aws.session.record("sqs", ACCESS_KEY), [("1", told("a", TopicArn=topic))])
    assert list(AwsCanary(aws.sessions(), acme).heard(Scope(AUDIT, "eu-west-1"))) == ["a"]
    assert aws.session.asked[-1]["region_name"] == "eu-west-1"


FOUND = {"logGroupName": "organization-trail", "filterPattern": "{ $.a = 1 }", "startTime": 1_767_225_600_000}


def test_records_are_found_page_by_page_and_an_empty_page_is_not_the_end(log: AwsTrailLog, logs: Recorder) -> None:
    logs.expect("filter_log_events", FOUND, {"events": [{"message": '{"a": 1}'}], "nextToken": "1"})
    logs.expect("filter_log_events", {**FOUND, "nextToken": "1"}, {"events": [], "nextToken": "2"})
    logs.expect("filter_log_events", {**FOUND, "nextToken": "2"}, {"events": [{"message": '{"a": 1, "b": 2}'}]})
    assert list(log.find("{ $.a = 1 }", datetime(2026, 1, 1, tzinfo=UTC))) == [{"a": 1}, {"a": 1, "b": 2}]


def test_a_log_group_that_may_not_be_read(log: AwsTrailLog, logs: Recorder) -> None:
    logs.refuse("filter_log_events", FOUND, "AccessDeniedException", "no", 400)
    with pytest.raises(DeniedError) as raised:
        next(log.find("{ $.a = 1 }", LONG_AGO))
    assert "logs:FilterLogEvents" in raised.value.advice
    assert raised.value.subject == "organization-trail"


def test_what_is_no_record_is_no_answer(log: AwsTrailLog, logs: Recorder) -> None:
    logs.expect("filter_log_events", FOUND, {"events": [{"message": "nonsense"}]})
    with pytest.raises(UnavailableError):
        next(log.find("{ $.a = 1 }", LONG_AGO))


def test_aws_says_which_messages_a_pattern_matches(log: AwsTrailLog, logs: Recorder) -> None:
    asked = {"filterPattern": "{ $.a = 1 }", "logEventMessages": ['{"a": 1}', "{}"]}
    logs.expect("test_metric_filter", asked, {"matches": [{"eventNumber": 1, "eventMessage": '{"a": 1}'}]})
    assert log.matched("{ $.a = 1 }", ['{"a": 1}', "{}"]) == {'{"a": 1}'}


def test_a_pattern_aws_does_not_take_is_rejected(log: AwsTrailLog, logs: Recorder) -> None:
    asked = {"filterPattern": "{", "logEventMessages": ["{}"]}
    logs.refuse("test_metric_filter", asked, "InvalidParameterException", "Invalid metric filter pattern")
    with pytest.raises(RejectedError, match="Invalid metric filter pattern"):
        log.matched("{", ["{}"])
