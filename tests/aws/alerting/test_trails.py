from collections.abc import Mapping

from breakglass.errors import DeniedError
from breakglass.facts import TrailStatus
from breakglass.resources import RULE, TRAIL
from tests.aws.alerting.support import PAIR, SCOPE, SYSTEM, TAGS, arn, read, resource
from tests.aws.alerting.test_events import ON_DEFAULT, ON_OURS
from tests.aws.stubs import Recorder, StubbedEstate

OURS = arn("cloudtrail", "trail/break-glass")
ORGANIZATION = arn("cloudtrail", "trail/organization", "999999999999")
BUCKET = "break-glass-trail-111111111111-us-west-2"
GROUP = arn("logs", "log-group:organization-trail:*")
AT_HOME = {"includeShadowTrails": False}
EVERYTHING = {"EventSelectors": [{"ReadWriteType": "All", "IncludeManagementEvents": True}]}
WRITES = {"EventSelectors": [{"ReadWriteType": "WriteOnly", "IncludeManagementEvents": True}]}
SWITCHES = {"IsMultiRegionTrail": True, "IncludeGlobalServiceEvents": True, "LogFileValidationEnabled": True}
SEEN = {
    "trail_arn": ORGANIZATION,
    "is_organization_trail": True,
    "is_multi_region_trail": True,
    "include_global_service_events": True,
    "log_file_validation_enabled": True,
}


def settings(arn: str = OURS, /, **changes: object) -> dict[str, object]:
    whole = {"Name": arn.rpartition("/")[2], "TrailARN": arn, "S3BucketName": BUCKET, "HomeRegion": "us-west-2"}
    return {**whole, **SWITCHES, **changes}


def tell(
    cloudtrail: Recorder,
    arn: str,
    status: Mapping[str, object] | None = None,
    selectors: Mapping[str, object] = EVERYTHING,
) -> None:
    cloudtrail.expect("get_trail_status", {"Name": arn}, status or {"IsLogging": True})
    cloudtrail.expect("get_event_selectors", {"TrailName": arn}, selectors)


def tell_tags(cloudtrail: Recorder) -> None:
    listed = {"ResourceTagList": [{"ResourceId": OURS, "TagsList": [SYSTEM, PAIR]}]}
    cloudtrail.expect("list_tags", {"ResourceIdList": [OURS]}, listed)


def rules_read(events: Recorder) -> None:
    """Rules come with the trails of their region: these have none."""
    events.expect("list_rules", ON_DEFAULT, {"Rules": []})
    events.expect("list_rules", ON_OURS, {"Rules": []})


def test_the_trail_of_ours_is_read_and_no_other(estate: StubbedEstate, cloudtrail: Recorder) -> None:
    another = settings(OURS.replace("break-glass", "another"))
    shadow = settings(OURS.replace("us-west-2", "eu-west-1"))
    cloudtrail.expect("describe_trails", AT_HOME, {"trailList": [settings(ORGANIZATION), another, shadow, settings()]})
    tell(cloudtrail, OURS)
    tell_tags(cloudtrail)
    wanted = resource(
        TRAIL,
        TrailName="break-glass",
        S3BucketName=BUCKET,
        IsMultiRegionTrail=True,
        IncludeGlobalServiceEvents=True,
        EnableLogFileValidation=True,
        IsLogging=True,
        Tags=TAGS,
    )
    reading = read(estate, TRAIL)
    assert reading.resources == (wanted,)
    assert not reading.facts
    assert not reading.unread


def test_what_others_changed_of_a_trail_shows(estate: StubbedEstate, cloudtrail: Recorder) -> None:
    changes: dict[str, object] = {"KmsKeyId": "alias/x", "S3KeyPrefix": "x"}
    changes |= {"IsOrganizationTrail": True, "IsMultiRegionTrail": False}
    cloudtrail.expect("describe_trails", AT_HOME, {"trailList": [settings(**changes)]})
    tell(cloudtrail, OURS, {"IsLogging": False}, WRITES)
    tell_tags(cloudtrail)
    (found,) = read(estate, TRAIL).resources
    expected = {"KMSKeyId": "alias/x", "S3KeyPrefix": "x", "IsOrganizationTrail": True, "IsMultiRegionTrail": False}
    assert expected.items() <= found.properties.items()
    assert found.properties["IsLogging"] is False
    assert found.properties["EventSelectors"] == ({"IncludeManagementEvents": True, "ReadWriteType": "WriteOnly"},)


def test_no_trail_is_absent_and_one_that_goes_meanwhile_too(estate: StubbedEstate, cloudtrail: Recorder) -> None:
    cloudtrail.expect("describe_trails", AT_HOME, {"trailList": [settings()]})
    cloudtrail.refuse("get_trail_status", {"Name": OURS}, "TrailNotFoundException")
    reading = read(estate, TRAIL)
    assert not reading.resources
    assert not reading.unread


def test_trails_that_may_not_be_seen_are_unread(estate: StubbedEstate, cloudtrail: Recorder) -> None:
    cloudtrail.refuse("describe_trails", AT_HOME, "AccessDeniedException")
    (unread,) = read(estate, TRAIL).unread
    assert isinstance(unread.why, DeniedError)
    assert unread.types == {TRAIL}


def test_what_our_own_trail_does_is_a_fact_of_the_chain(estate: StubbedEstate, cloudtrail: Recorder) -> None:
    cloudtrail.expect("describe_trails", AT_HOME, {"trailList": [settings()]})
    tell(cloudtrail, OURS, {"IsLogging": True, "LatestDeliveryError": "NoSuchBucket"})
    tell_tags(cloudtrail)
    reading = read(estate, TRAIL, chain=True)
    (fact,) = reading.facts
    assert isinstance(fact, TrailStatus)
    assert (fact.trail_arn, fact.latest_delivery_error, fact.is_organization_trail) == (OURS, "NoSuchBucket", False)
    assert [each.type for each in reading.resources] == [TRAIL]


def test_where_rules_are_every_trail_at_home_is_a_fact_and_none_a_resource(
    estate: StubbedEstate, cloudtrail: Recorder, events: Recorder
) -> None:
    rules_read(events)
    role = "arn:aws:iam::999999999999:role/delivery"
    seen = settings(ORGANIZATION, IsOrganizationTrail=True, CloudWatchLogsLogGroupArn=GROUP, CloudWatchLogsRoleArn=role)
    cloudtrail.expect("describe_trails", AT_HOME, {"trailList": [seen, settings()]})
    status = {"IsLogging": False, "LatestCloudWatchLogsDeliveryError": "Access denied"}
    tell(cloudtrail, ORGANIZATION, status, WRITES)
    cloudtrail.refuse("get_trail_status", {"Name": OURS}, "AccessDeniedException")
    reading = read(estate, RULE, chain=True)
    wanted = TrailStatus(
        SCOPE,
        is_logging=False,
        read_write_type="WriteOnly",
        cloud_watch_logs_log_group_arn=GROUP,
        cloud_watch_logs_role_arn=role,
        latest_cloud_watch_logs_delivery_error="Access denied",
        **SEEN,  # type: ignore[arg-type]
    )
    assert reading.facts == (wanted,)
    assert not reading.resources
    (unread,) = reading.unread
    assert OURS in unread.what
    assert unread.types == frozenset()


def test_trails_beside_rules_that_may_not_be_seen_hide_no_resource(
    estate: StubbedEstate, cloudtrail: Recorder, events: Recorder
) -> None:
    rules_read(events)
    cloudtrail.refuse("describe_trails", AT_HOME, "AccessDeniedException")
    (unread,) = read(estate, RULE, chain=True).unread
    assert unread.what == "the trails"
    assert unread.types == frozenset()


def test_without_the_chain_trails_beside_rules_are_not_looked_at(estate: StubbedEstate, events: Recorder) -> None:
    rules_read(events)
    assert read(estate, RULE).facts == ()
