"""What it takes to read each type of resource, and the facts about it: the actions of the role that verifies."""

from collections.abc import Mapping
from typing import Final

from breakglass import posture, resources

_IAM: Final = frozenset({"iam:GetAccountAuthorizationDetails"})
_TOPICS: Final = frozenset(
    {
        "sns:GetSubscriptionAttributes",
        "sns:GetTopicAttributes",
        "sns:ListSubscriptionsByTopic",
        "sns:ListTagsForResource",
    }
)
_KEYS: Final = frozenset(
    {
        "kms:DescribeKey",
        "kms:GetKeyPolicy",
        "kms:GetKeyRotationStatus",
        "kms:ListKeys",
        "kms:ListResourceTags",
    }
)
_QUEUES: Final = frozenset({"sqs:GetQueueAttributes", "sqs:GetQueueUrl", "sqs:ListQueueTags"})
_BUCKETS: Final = frozenset(
    {
        "s3:GetBucketOwnershipControls",
        "s3:GetBucketPolicy",
        "s3:GetBucketPublicAccessBlock",
        "s3:GetBucketTagging",
        "s3:GetBucketVersioning",
        "s3:GetEncryptionConfiguration",
        "s3:ListAllMyBuckets",
    }
)

_TRAILS: Final = frozenset(
    {
        "cloudtrail:DescribeTrails",
        "cloudtrail:GetEventSelectors",
        "cloudtrail:GetTrailStatus",
        "cloudtrail:ListTags",
    }
)

READS: Final[Mapping[str, frozenset[str]]] = {
    resources.ALARM: frozenset(
        {"cloudwatch:DescribeAlarms", "cloudwatch:GetAlarmMuteRule", "cloudwatch:ListAlarmMuteRules"}
    ),
    resources.ALIAS: _KEYS,
    resources.BUCKET: _BUCKETS,
    resources.BUCKET_POLICY: _BUCKETS,
    # Where the rules of all regions forward to: verification compares these with the regions that are enabled.
    resources.EVENT_BUS: frozenset({"account:ListRegions", "events:DescribeEventBus", "events:ListTagsForResource"}),
    resources.GROUP: _IAM,
    resources.KEY: _KEYS,
    resources.MANAGED_POLICY: _IAM,
    resources.DELETION_PROTECTION: frozenset({"logs:DescribeLogGroups"}),
    resources.METRIC_FILTER: frozenset({"logs:DescribeMetricFilters"}),
    resources.PASSWORD_POLICY: frozenset({"iam:GetAccountPasswordPolicy"}),
    resources.QUEUE: _QUEUES,
    resources.QUEUE_POLICY: _QUEUES,
    resources.ROLE: _IAM | {"iam:ListRoles"},
    resources.RULE: _TRAILS | frozenset({"events:DescribeRule", "events:ListRules", "events:ListTargetsByRule"}),
    resources.SERVICE_CONTROL_POLICY: frozenset(
        {
            "organizations:DescribePolicy",
            "organizations:ListPolicies",
            "organizations:ListRoots",
            "organizations:ListTagsForResource",
            "organizations:ListTargetsForPolicy",
        }
    ),
    resources.SUBSCRIPTION: _TOPICS,
    resources.TOPIC: _TOPICS,
    resources.TOPIC_POLICY: _TOPICS,
    resources.TRAIL: _TRAILS,
    resources.USER: _IAM
    | {
        "iam:GetLoginProfile",
        "iam:ListAccessKeys",
        "iam:ListMFADevices",
        "iam:ListSSHPublicKeys",
        "iam:ListServiceSpecificCredentials",
        "iam:ListSigningCertificates",
        "iam:ListUsers",
        "iam:ListVirtualMFADevices",
    },
    posture.ACCOUNT: frozenset({"account:GetAlternateContact", "iam:GetAccountSummary"}),
    posture.ANALYZER: frozenset(
        {
            "access-analyzer:CheckAccessNotGranted",
            "access-analyzer:CheckNoNewAccess",
            "access-analyzer:ListAnalyzers",
            "access-analyzer:ListFindings",
            "access-analyzer:ValidatePolicy",
        }
    ),
    posture.CONFIG_RULE: frozenset({"config:DescribeConfigRules", "config:DescribeRemediationConfigurations"}),
    posture.GUARDED: frozenset(
        {
            "organizations:DescribePolicy",
            "organizations:ListAccountsForParent",
            "organizations:ListOrganizationalUnitsForParent",
            "organizations:ListPolicies",
            "organizations:ListRoots",
            "organizations:ListTargetsForPolicy",
        }
    ),
    posture.RESOURCE_POLICY: frozenset(
        {
            "kms:GetKeyPolicy",
            "kms:ListAliases",
            "kms:ListKeys",
            "s3:GetBucketPolicy",
            "s3:ListAllMyBuckets",
        }
    ),
    posture.SIGN_IN: frozenset({"signin:GetConsoleAuthorizationConfiguration", "signin:GetResourcePolicy"}),
}
"""Held to the operations that are really called by a test."""
