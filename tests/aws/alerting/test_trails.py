from collections.abc import Mapping

from breakglass.errors import DeniedError
from breakglass.facts import LogGroup, TrailStatus
from breakglass.resources import METRIC_FILTER, TRAIL
from tests.aws.alerting.support import PAIR, SCOPE, TAGS, arn, read, resource
from tests.aws.stubs import Recorder, StubbedEstate

OURS = arn("cloudtrail", "trail/break-glass")
ORGANIZATION = arn("cloudtrail", "trail/organization", "999999999999")
BUCKET = "break-glass-trail-111111111111-us-west-2"
GROUP = arn("logs", "log-group:organization-trail:*")
SHADOWS = {"includeShadowTrails": True}
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
    listed = {"ResourceTagList": [{"ResourceId": OURS, "TagsList": [PAIR]}]}
    cloudtrail.expect("list_tags", {"ResourceIdList": [OURS]}, listed)


def test_the_trail_of_ours_is_read_and_no_other(estate: StubbedEstate, cloudtrail: Recorder) -> None:
    shadow = settings(OURS.replace("us-west-2", "eu-west-1"))
    cloudtrail.expect("describe_trails", SHADOWS, {"trailList": [settings(ORGANIZATION), shadow, settings()]})
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
    cloudtrail.expect("describe_trails", SHADOWS, {"trailList": [settings(**changes)]})
    tell(cloudtrail, OURS, {"IsLogging": False}, WRITES)
    tell_tags(cloudtrail)
    (found,) = read(estate, TRAIL).resources
    expected = {"KMSKeyId": "alias/x", "S3KeyPrefix": "x", "IsOrganizationTrail": True, "IsMultiRegionTrail": False}
    assert expected.items() <= found.properties.items()
    assert found.properties["IsLogging"] is False
    assert found.properties["EventSelectors"] == ({"IncludeManagementEvents": True, "ReadWriteType": "WriteOnly"},)


def test_no_trail_is_absent_and_one_that_goes_meanwhile_too(estate: StubbedEstate, cloudtrail: Recorder) -> None:
    cloudtrail.expect("describe_trails", SHADOWS, {"trailList": [settings()]})
    cloudtrail.refuse("get_trail_status", {"Name": OURS}, "TrailNotFoundException")
    reading = read(estate, TRAIL)
    assert not reading.resources
    assert not reading.unread


def test_trails_that_may_not_be_seen_are_unread(estate: StubbedEstate, cloudtrail: Recorder) -> None:
    cloudtrail.refuse("describe_trails", SHADOWS, "AccessDeniedException")
    (unread,) = read(estate, TRAIL).unread
    assert isinstance(unread.why, DeniedError)
    assert unread.types == {TRAIL}


def test_what_our_own_trail_does_is_a_fact_of_the_chain(estate: StubbedEstate, cloudtrail: Recorder) -> None:
    cloudtrail.expect("describe_trails", SHADOWS, {"trailList": [settings(ORGANIZATION), settings()]})
    tell(cloudtrail, OURS, {"IsLogging": True, "LatestDeliveryError": "NoSuchBucket"})
    tell_tags(cloudtrail)
    (fact,) = read(estate, TRAIL, chain=True).facts
    assert isinstance(fact, TrailStatus)
    assert (fact.trail_arn, fact.latest_delivery_error, fact.is_organization_trail) == (OURS, "NoSuchBucket", False)


def test_beside_the_metric_filters_every_trail_and_its_log_group_is_a_fact(
    estate: StubbedEstate, cloudtrail: Recorder, logs: Recorder
) -> None:
    elsewhere = arn("logs", "log-group:other:*", "999999999999")
    metric = {"metricName": "x", "metricNamespace": "BreakGlass", "metricValue": "1"}
    told = {
        "filterName": "BreakGlass-X",
        "logGroupName": "old",
        "filterPattern": "x",
        "metricTransformations": [metric],
    }
    logs.expect("describe_metric_filters", {}, {"metricFilters": [told]})
    role = "arn:aws:iam::999999999999:role/delivery"
    seen = settings(ORGANIZATION, IsOrganizationTrail=True, CloudWatchLogsLogGroupArn=GROUP, CloudWatchLogsRoleArn=role)
    trails = [seen, settings(CloudWatchLogsLogGroupArn=elsewhere)]
    cloudtrail.expect("describe_trails", SHADOWS, {"trailList": trails})
    status = {"IsLogging": False, "LatestCloudWatchLogsDeliveryError": "Access denied"}
    tell(cloudtrail, ORGANIZATION, status, WRITES)
    cloudtrail.refuse("get_trail_status", {"Name": OURS}, "AccessDeniedException")
    logs.expect("describe_log_groups", {"logGroupNamePrefix": "old"}, {"logGroups": [{"logGroupName": "older"}]})
    group = {"logGroupName": "organization-trail", "retentionInDays": 365, "deletionProtectionEnabled": True}
    logs.expect("describe_log_groups", {"logGroupNamePrefix": "organization-trail"}, {"logGroups": [group]})
    reading = read(estate, METRIC_FILTER, chain=True)
    assert reading.facts == (
        TrailStatus(
            SCOPE,
            is_logging=False,
            read_write_type="WriteOnly",
            cloud_watch_logs_log_group_arn=GROUP,
            cloud_watch_logs_role_arn=role,
            latest_cloud_watch_logs_delivery_error="Access denied",
            **SEEN,  # type: ignore[arg-type]
        ),
        LogGroup(SCOPE, "organization-trail", 365, "", deletion_protection_enabled=True),
    )
    (unread,) = reading.unread
    assert OURS in unread.what
    assert unread.types == frozenset()
    assert [each.type for each in reading.resources] == [METRIC_FILTER]


def test_a_log_group_that_may_not_be_seen_is_unread(
    estate: StubbedEstate, cloudtrail: Recorder, logs: Recorder
) -> None:
    logs.expect("describe_metric_filters", {}, {"metricFilters": []})
    seen = settings(ORGANIZATION, CloudWatchLogsLogGroupArn=GROUP)
    cloudtrail.expect("describe_trails", SHADOWS, {"trailList": [seen]})
    tell(cloudtrail, ORGANIZATION)
    logs.refuse("describe_log_groups", {"logGroupNamePrefix": "organization-trail"}, "AccessDeniedException")
    (unread,) = read(estate, METRIC_FILTER, chain=True).unread
    assert unread.what == "the log group organization-trail"


def test_without_the_chain_trails_are_not_looked_at(estate: StubbedEstate, logs: Recorder) -> None:
    logs.expect("describe_metric_filters", {}, {"metricFilters": []})
    assert read(estate, METRIC_FILTER).facts == ()
