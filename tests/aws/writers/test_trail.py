import pytest

from breakglass.documents import Json
from breakglass.errors import RejectedError
from breakglass.resources import TRAIL, Resource
from tests.aws.alerting.support import OWNER, PAIR, TAGS, arn, resource
from tests.aws.stubs import Recorder, StubbedEstate

ARN = arn("cloudtrail", "trail/break-glass")
BUCKET = "break-glass-trail-111111111111-us-west-2"
SETTINGS = {
    "Name": "break-glass",
    "S3BucketName": BUCKET,
    "IsMultiRegionTrail": True,
    "IncludeGlobalServiceEvents": True,
    "EnableLogFileValidation": True,
}
CREATED = {**SETTINGS, "TagsList": [PAIR]}
EVERYTHING = {"ReadWriteType": "All", "IncludeManagementEvents": True}


def trail(**changes: Json) -> Resource:
    whole: dict[str, Json] = {
        "TrailName": "break-glass",
        "S3BucketName": BUCKET,
        "IsMultiRegionTrail": True,
        "EnableLogFileValidation": True,
        "IsLogging": True,
        "Tags": TAGS,
    }
    return resource(TRAIL, **{**whole, **changes})


def test_a_trail_is_made_and_then_started(estate: StubbedEstate, cloudtrail: Recorder) -> None:
    cloudtrail.expect("create_trail", CREATED)
    cloudtrail.expect("start_logging", {"Name": "break-glass"})
    estate.create(trail())


def test_a_trail_that_was_never_started_is_started_by_an_update(estate: StubbedEstate, cloudtrail: Recorder) -> None:
    cloudtrail.expect("create_trail", CREATED)
    cloudtrail.refuse("start_logging", {"Name": "break-glass"}, "InternalFailure", status=500)
    cloudtrail.expect("start_logging", {"Name": "break-glass"})
    with pytest.raises(Exception, match="StartLogging"):
        estate.create(trail())
    estate.update(trail(IsLogging=False), trail())


@pytest.mark.parametrize("code", ["InsufficientS3BucketPolicyException", "S3BucketDoesNotExistException"])
def test_a_bucket_made_a_moment_ago_is_waited_for(estate: StubbedEstate, cloudtrail: Recorder, code: str) -> None:
    cloudtrail.refuse("create_trail", CREATED, code)
    cloudtrail.refuse("create_trail", CREATED, code)
    cloudtrail.expect("create_trail", CREATED)
    cloudtrail.expect("start_logging", {"Name": "break-glass"})
    estate.create(trail())
    assert estate.clock.slept == [1, 2]


def test_a_bucket_that_does_not_let_it_in_comes_with_advice(estate: StubbedEstate, cloudtrail: Recorder) -> None:
    for _ in range(6):
        cloudtrail.refuse("create_trail", CREATED, "InsufficientS3BucketPolicyException")
    with pytest.raises(RejectedError) as raised:
        estate.create(trail())
    assert "audit account" in raised.value.advice


def test_all_that_others_changed_is_put_right(estate: StubbedEstate, cloudtrail: Recorder) -> None:
    before = trail(
        IsMultiRegionTrail=False,
        IsOrganizationTrail=True,
        S3KeyPrefix="x",
        SnsTopicName="x",
        CloudWatchLogsLogGroupArn="x",
        CloudWatchLogsRoleArn="x",
        KMSKeyId="x",
        EventSelectors=[{"ReadWriteType": "WriteOnly", "IncludeManagementEvents": True}],
        IsLogging=False,
        Tags=[{"Key": "x", "Value": "y"}],
    )
    cloudtrail.expect("put_event_selectors", {"TrailName": "break-glass", "EventSelectors": [EVERYTHING]})
    names = ("S3KeyPrefix", "SnsTopicName", "CloudWatchLogsLogGroupArn", "CloudWatchLogsRoleArn", "KmsKeyId")
    cloudtrail.expect("update_trail", {**SETTINGS, "IsOrganizationTrail": False, **dict.fromkeys(names, "")})
    cloudtrail.expect("start_logging", {"Name": "break-glass"})
    cloudtrail.expect("add_tags", {"ResourceId": ARN, "TagsList": [{"Key": OWNER, "Value": "acme"}]})
    cloudtrail.expect("remove_tags", {"ResourceId": ARN, "TagsList": [{"Key": "x", "Value": "y"}]})
    estate.update(before, trail())


def test_a_setting_alone_is_written_with_all_others(estate: StubbedEstate, cloudtrail: Recorder) -> None:
    cloudtrail.expect("update_trail", SETTINGS)
    estate.update(trail(S3BucketName="other"), trail())


def test_advanced_selectors_go_as_well(estate: StubbedEstate, cloudtrail: Recorder) -> None:
    cloudtrail.expect("put_event_selectors", {"TrailName": "break-glass", "EventSelectors": [EVERYTHING]})
    estate.update(trail(AdvancedEventSelectors=[{"FieldSelectors": []}]), trail())


def test_a_trail_is_deleted_and_one_that_is_gone_too(estate: StubbedEstate, cloudtrail: Recorder) -> None:
    cloudtrail.expect("delete_trail", {"Name": "break-glass"})
    cloudtrail.refuse("delete_trail", {"Name": "break-glass"}, "TrailNotFoundException")
    estate.delete(trail())
    estate.delete(trail())
