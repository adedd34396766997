"""Event buses, rules and trails answer as those of AWS do."""

import json

import pytest

from tests.sandbox.alerted import arn, policy, service
from tests.sandbox.services import aws_client
from tests.sandbox.support import MANAGEMENT, PROD, REGION, SECURITY, Clients, refused

PATTERN = '{"source": ["aws.sts"]}'
BUCKET = "organization-trail-333333333333"
ORGANIZATION_TRAIL = arn("cloudtrail", "trail/organization-trail", MANAGEMENT, REGION)


def test_a_bus_s_life(aws: Clients) -> None:
    events = aws_client(aws, "events")
    bus = events.create_event_bus(Name="b", Description="d", Tags=[{"Key": "a", "Value": "b"}])["EventBusArn"]
    events.update_event_bus(Name="b", Description="e")
    events.tag_resource(ResourceARN=bus, Tags=[{"Key": "c", "Value": "d"}])
    events.untag_resource(ResourceARN=bus, TagKeys=["a"])
    assert events.list_tags_for_resource(ResourceARN=bus)["Tags"] == [{"Key": "c", "Value": "d"}]
    assert events.describe_event_bus(Name="b")["Description"] == "e"
    assert [each["Name"] for each in events.list_event_buses()["EventBuses"]] == ["default", "b"]
    events.put_rule(Name="r", EventBusName="b", EventPattern=PATTERN)
    with refused("ValidationException", "has rules"):
        events.delete_event_bus(Name="b")
    events.delete_rule(Name="r", EventBusName="b")
    events.delete_event_bus(Name="b")
    with refused("ResourceNotFoundException"):
        events.describe_event_bus(Name="b")


def test_a_policy_is_put_whole_or_by_statement(aws: Clients) -> None:
    events = aws_client(aws, "events")
    bus = events.create_event_bus(Name="b")["EventBusArn"]
    statements = [
        {"Sid": name, "Principal": {"AWS": PROD}, "Action": "events:PutEvents", "Resource": bus} for name in ("x", "y")
    ]
    events.put_permission(EventBusName="b", Policy=policy(*statements))
    events.put_permission(EventBusName="b", Policy=policy(statements[0]))
    held = json.loads(events.describe_event_bus(Name="b")["Policy"])
    assert [each["Sid"] for each in held["Statement"]] == ["x"]
    with refused("ResourceNotFoundException"):
        events.remove_permission(EventBusName="b", StatementId="absent")
    events.remove_permission(EventBusName="b", StatementId="x")
    assert "Policy" not in events.describe_event_bus(Name="b")
    events.put_permission(EventBusName="b", Action="events:PutEvents", Principal=PROD, StatementId="z")
    assert PROD in events.describe_event_bus(Name="b")["Policy"]
    events.remove_permission(EventBusName="b", StatementId="z")
    events.put_permission(
        EventBusName="b", Policy=json.dumps({"Statement": json.loads(policy(*statements))["Statement"][0]})
    )
    events.remove_permission(EventBusName="b", RemoveAllPermissions=True)
    assert "Policy" not in events.describe_event_bus(Name="b")


def test_a_rule_s_life(aws: Clients) -> None:
    events = aws_client(aws, "events")
    made = events.put_rule(Name="r", EventPattern=PATTERN, Description="d", Tags=[{"Key": "a", "Value": "b"}])
    assert made["RuleArn"] == arn("events", "rule/r", SECURITY, REGION)
    queue = arn("sqs", "q", SECURITY, REGION)
    events.put_targets(Rule="r", Targets=[{"Id": str(number), "Arn": queue} for number in range(5)])
    events.put_targets(Rule="r", Targets=[{"Id": "0", "Arn": queue}])
    with refused("LimitExceededException"):
        events.put_targets(Rule="r", Targets=[{"Id": "5", "Arn": queue}])
    assert len(events.list_targets_by_rule(Rule="r")["Targets"]) == 5
    assert events.list_rules()["Rules"][0]["State"] == "ENABLED"
    events.disable_rule(Name="r")
    events.enable_rule(Name="r")
    with refused("ValidationException"):
        events.delete_rule(Name="r")
    events.remove_targets(Rule="r", Ids=[str(number) for number in range(5)])
    events.delete_rule(Name="r")
    with refused("ResourceNotFoundException"):
        events.put_targets(Rule="r", Targets=[{"Id": "0", "Arn": queue}])


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"Name": "a b"}, "ValidationException"),
        ({"Name": "x" * 65}, "ValidationException"),
        ({"Description": "x" * 513}, "ValidationException"),
        ({"State": "ON"}, "ValidationException"),
        ({"EventPattern": '{"source": "aws.sts"}'}, "InvalidEventPatternException"),
        ({"EventPattern": "none"}, "InvalidEventPatternException"),
    ],
)
def test_rules_eventbridge_does_not_take(aws: Clients, more: dict[str, str], code: str) -> None:
    with refused(code):
        aws_client(aws, "events").put_rule(**{"Name": "r", "EventPattern": PATTERN, **more})


def test_a_rule_by_schedule_meets_no_event(aws: Clients) -> None:
    events = aws_client(aws, "events")
    events.put_rule(Name="r", ScheduleExpression="rate(5 minutes)")
    assert "EventPattern" not in events.describe_rule(Name="r")


def test_who_gives_a_target_a_role_must_be_allowed_to_pass_it(aws: Clients) -> None:
    user = aws.user(SECURITY, "ruler", policy({"Action": "events:*", "Resource": "*"}))
    events = aws_client(aws, "events", keys=user)
    events.put_rule(Name="r", EventPattern=PATTERN)
    role = f"arn:aws:iam::{SECURITY}:role/x"
    target = {"Id": "0", "Arn": arn("events", "event-bus/b", SECURITY, REGION), "RoleArn": role}
    with refused("AccessDeniedException", "iam:PassRole", role):
        events.put_targets(Rule="r", Targets=[target])
    with refused("AccessDeniedException", "iam:PassRole"):
        events.put_rule(Name="r", EventPattern=PATTERN, RoleArn=role)
    condition = {"StringEquals": {"iam:PassedToService": "events.amazonaws.com"}}
    document = policy({"Action": "iam:PassRole", "Resource": role, "Condition": condition})
    aws.member(SECURITY).put_user_policy(UserName="ruler", PolicyName="pass", PolicyDocument=document)
    events.put_targets(Rule="r", Targets=[target])


def test_the_organization_s_trail_is_there_and_seen_by_all(aws: Clients) -> None:
    (trail,) = aws_client(aws, "cloudtrail", MANAGEMENT).describe_trails()["trailList"]
    assert trail["TrailARN"] == ORGANIZATION_TRAIL
    assert trail["HomeRegion"] == REGION
    assert all(trail[each] for each in ("IsOrganizationTrail", "IsMultiRegionTrail", "LogFileValidationEnabled"))
    assert trail["CloudWatchLogsLogGroupArn"].endswith(":333333333333:log-group:organization-trail:*")
    assert not trail["HasCustomEventSelectors"]
    member = aws_client(aws, "cloudtrail", PROD, "us-west-2")
    assert [each["TrailARN"] for each in member.describe_trails()["trailList"]] == [ORGANIZATION_TRAIL]
    assert not member.describe_trails(includeShadowTrails=False)["trailList"]
    assert not member.describe_trails(trailNameList=["another"])["trailList"]
    assert member.get_trail_status(Name=ORGANIZATION_TRAIL)["IsLogging"]
    with refused("TrailNotFoundException"):
        member.get_trail_status(Name="organization-trail")
    with refused("NotOrganizationMasterAccountException"):
        member.stop_logging(Name=ORGANIZATION_TRAIL)
    with refused("InvalidHomeRegionException"):
        aws_client(aws, "cloudtrail", MANAGEMENT, "us-west-2").stop_logging(Name=ORGANIZATION_TRAIL)
    (group,) = aws_client(aws, "logs", "333333333333").describe_log_groups()["logGroups"]
    assert (group["logGroupName"], group["retentionInDays"]) == ("organization-trail", 365)


def test_a_trail_s_life(aws: Clients) -> None:
    trails = aws_client(aws, "cloudtrail")
    made = trails.create_trail(Name="own", S3BucketName=BUCKET, TagsList=[{"Key": "a", "Value": "b"}])
    with refused("TrailAlreadyExistsException"):
        trails.create_trail(Name="own", S3BucketName=BUCKET)
    trails.add_tags(ResourceId=made["TrailARN"], TagsList=[{"Key": "c", "Value": "d"}])
    trails.remove_tags(ResourceId=made["TrailARN"], TagsList=[{"Key": "a", "Value": "b"}])
    (tags,) = trails.list_tags(ResourceIdList=[made["TrailARN"]])["ResourceTagList"]
    assert tags["TagsList"] == [{"Key": "c", "Value": "d"}]
    assert not trails.get_trail_status(Name="own")["IsLogging"]
    trails.start_logging(Name=made["TrailARN"])
    assert trails.get_trail_status(Name="own")["IsLogging"]
    assert trails.update_trail(Name="own", IsMultiRegionTrail=True)["IsMultiRegionTrail"]
    with refused("S3BucketDoesNotExistException"):
        trails.update_trail(Name="own", S3BucketName="absent-one")
    trails.delete_trail(Name=made["TrailARN"])
    with refused("TrailNotFoundException"):
        trails.get_trail(Name="own")


def test_a_bucket_must_let_cloudtrail_in(aws: Clients) -> None:
    s3, bucket = aws_client(aws, "s3", PROD), "trail-of-the-security-account"
    s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": REGION})
    trails = aws_client(aws, "cloudtrail")
    with refused("InsufficientS3BucketPolicyException"):
        trails.create_trail(Name="own", S3BucketName=bucket)
    source = {"aws:SourceArn": arn("cloudtrail", "trail/own", SECURITY, REGION)}
    acl = service("cloudtrail.amazonaws.com", "s3:GetBucketAcl", f"arn:aws:s3:::{bucket}", StringEquals=source)
    s3.put_bucket_policy(Bucket=bucket, Policy=policy(acl))
    with refused("InsufficientS3BucketPolicyException"):
        trails.create_trail(Name="own", S3BucketName=bucket)
    files = f"arn:aws:s3:::{bucket}/AWSLogs/{SECURITY}/*"
    full = {**source, "s3:x-amz-acl": "bucket-owner-full-control"}
    write = service("cloudtrail.amazonaws.com", "s3:PutObject", files, StringEquals=full)
    s3.put_bucket_policy(Bucket=bucket, Policy=policy(acl, write))
    with refused("InsufficientS3BucketPolicyException"):
        trails.create_trail(Name="other", S3BucketName=bucket)
    trails.create_trail(Name="own", S3BucketName=bucket)


def test_selectors_of_one_kind_or_the_other(aws: Clients) -> None:
    trails = aws_client(aws, "cloudtrail")
    trails.create_trail(Name="own", S3BucketName=BUCKET)
    default = {"ReadWriteType": "All", "IncludeManagementEvents": True}
    (held,) = trails.get_event_selectors(TrailName="own")["EventSelectors"]
    assert default.items() <= held.items()
    with refused("InvalidEventSelectorsException"):
        trails.put_event_selectors(TrailName="own", EventSelectors=[])
    fields = [{"Field": "eventCategory", "Equals": ["Management"]}]
    trails.put_event_selectors(TrailName="own", AdvancedEventSelectors=[{"FieldSelectors": fields}])
    shown = trails.get_event_selectors(TrailName="own")
    assert "EventSelectors" not in shown
    assert trails.get_trail(Name="own")["Trail"]["HasCustomEventSelectors"]
    trails.put_event_selectors(TrailName="own", EventSelectors=[default])
    assert "AdvancedEventSelectors" not in trails.get_event_selectors(TrailName="own")


@pytest.mark.parametrize(
    ("selectors", "logged"),
    [
        ({"EventSelectors": [{"ReadWriteType": "All"}]}, True),
        ({"EventSelectors": [{"ReadWriteType": "ReadOnly"}]}, False),
        ({"EventSelectors": [{"IncludeManagementEvents": False}]}, False),
        ({"EventSelectors": [{"ExcludeManagementEventSources": ["iam.amazonaws.com"]}]}, False),
        ({"AdvancedEventSelectors": [[{"Field": "eventCategory", "Equals": ["Management"]}]]}, True),
        ({"AdvancedEventSelectors": [[{"Field": "eventSource", "NotEquals": ["iam.amazonaws.com"]}]]}, False),
        ({"AdvancedEventSelectors": [[{"Field": "eventSource", "StartsWith": ["iam"]}]]}, False),
    ],
)
def test_what_selectors_let_through(aws: Clients, selectors: dict[str, list[object]], logged: bool) -> None:
    trails = aws_client(aws, "cloudtrail", MANAGEMENT)
    given = {
        name: [{"FieldSelectors": each} if isinstance(each, list) else each for each in value]
        for name, value in selectors.items()
    }
    trails.put_event_selectors(TrailName="organization-trail", **given)
    aws.member(SECURITY).create_user(UserName="a")
    logs = aws_client(aws, "logs", "333333333333")
    found = logs.filter_log_events(logGroupName="organization-trail", filterPattern='{ $.eventName = "CreateUser" }')
    assert bool(found["events"]) is logged
