"""The policy documents of alerting: who may publish, forward, encrypt and write, each under its narrowest condition."""

from breakglass import naming
from breakglass.documents import Document, Json
from breakglass.estate.alerting.places import Place, arn, bus, forwarders
from breakglass.estate.documents import document
from breakglass.resources import Scope

CLOUDWATCH = "cloudwatch"
EVENTS = "events"


def key(scope: Scope, service: str, account: str) -> Document:
    """Return who may use the key of a topic: one service of AWS, to publish.

    CloudWatch names the account it acts for; EventBridge names nothing, and a condition would keep it out.
    https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
    https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html
    """
    uses: dict[str, Json] = {
        "Sid": "Publish",
        "Effect": "Allow",
        "Principal": {"Service": f"{service}.amazonaws.com"},
        "Action": ["kms:Decrypt", "kms:GenerateDataKey*"],
        "Resource": "*",
    }
    if service == CLOUDWATCH:
        uses["Condition"] = {"StringEquals": {"aws:SourceAccount": account}}
    root = naming.root_arn(scope.partition, account)
    administer: Document = {
        "Sid": "Account",
        "Effect": "Allow",
        "Principal": {"AWS": root},
        "Action": "kms:*",
        "Resource": "*",
    }
    return document(administer, uses)


def topic_of_alarms(place: Place) -> Document:
    """Return who may publish to the topic of the net: CloudWatch, for alarms of ours.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html
    """
    scope = place.scope
    condition = {
        "ArnLike": {"aws:SourceArn": arn(scope, "cloudwatch", f"alarm:{naming.ALERT_PREFIX}*")},
        "StringEquals": {"aws:SourceAccount": scope.account},
    }
    return document(_serve("Alarms", CLOUDWATCH, "sns:Publish", arn(scope, "sns", naming.ALERTS), condition))


def topic_of_events(place: Place) -> Document:
    """Return who may publish to the topic of the fast channel: EventBridge, for the one rule that pages."""
    scope = place.scope
    rule = arn(scope, "events", f"rule/{naming.EVENT_BUS}/{naming.PAGE_RULE}")
    condition = {"ArnEquals": {"aws:SourceArn": rule}}
    return document(_serve("Rule", EVENTS, "sns:Publish", arn(scope, "sns", naming.ALERTS), condition))


def undelivered(place: Place) -> Document:
    """Return who may put what could not be delivered into the queue: EventBridge, for rules of ours in the region.

    https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html
    """
    scope = place.scope
    rules = [arn(scope, "events", f"rule/{path}{naming.ALERT_PREFIX}*") for path in ("", f"{naming.EVENT_BUS}/")]
    queue = arn(scope, "sqs", naming.UNDELIVERED)
    return document(_serve("Rules", EVENTS, "sqs:SendMessage", queue, {"ArnLike": {"aws:SourceArn": rules}}))


def canary_queue(place: Place) -> Document:
    """Return who may put messages into the canary's queue: the topic beside it, and nobody of the account besides.

    https://docs.aws.amazon.com/sns/latest/dg/subscribe-sqs-queue-to-sns-topic.html
    """
    scope = place.scope
    topic, queue = arn(scope, "sns", naming.ALERTS), arn(scope, "sqs", naming.CANARY_QUEUE)
    anybody_else: Document = {
        "Sid": "Nobody",
        "Effect": "Deny",
        "Principal": "*",
        "Action": "sqs:SendMessage",
        "Resource": queue,
        "Condition": {"ArnNotEquals": {"aws:SourceArn": topic}},
    }
    condition = {"ArnEquals": {"aws:SourceArn": topic}}
    return document(_serve("Topic", "sns", "sqs:SendMessage", queue, condition), anybody_else)


def gathering_bus(place: Place) -> Document:
    """Return who may put events on the bus: exactly the roles that forward, in accounts of the organization."""
    manifest = place.manifest
    roles = [_events_role(place, account) for account in forwarders(manifest)]
    statement: Document = {
        "Sid": "Forward",
        "Effect": "Allow",
        "Principal": {"AWS": "*"},
        "Action": "events:PutEvents",
        "Resource": bus(place),
        "Condition": {
            "ArnEquals": {"aws:PrincipalArn": roles},
            "StringEquals": {"aws:PrincipalOrgID": manifest.organization},
        },
    }
    return document(statement)


def forwarding_trust(scope: Scope) -> Document:
    """Return the trust of the role that forwards events: EventBridge, for rules of this account.

    https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-identity-based.html
    """
    statement: Document = {
        "Effect": "Allow",
        "Principal": {"Service": "events.amazonaws.com"},
        "Action": "sts:AssumeRole",
        "Condition": {"StringEquals": {"aws:SourceAccount": scope.account}},
    }
    return document(statement)


def forwarding_rights(place: Place) -> Document:
    """Return the one right of that role: to put events on the bus of ours."""
    statement: Document = {"Effect": "Allow", "Action": "events:PutEvents", "Resource": bus(place)}
    return document(statement)


def evidence(place: Place) -> Document:
    """Return who may write to the bucket: CloudTrail, for the one trail; and nobody reads it without TLS.

    https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-s3-bucket-policy-for-cloudtrail.html
    """
    manifest, partition = place.manifest, place.scope.partition
    security = manifest.security_account
    bucket = f"arn:{partition}:s3:::{naming.trail_bucket(security, manifest.alerts.second_region)}"
    trail = arn(place.at(security, manifest.alerts.second_region), "cloudtrail", f"trail/{naming.TRAIL}")
    source = {"StringEquals": {"aws:SourceArn": trail}}
    owned = {"StringEquals": {"aws:SourceArn": trail, "s3:x-amz-acl": "bucket-owner-full-control"}}
    tls: Document = {
        "Sid": "Tls",
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": [bucket, f"{bucket}/*"],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    return document(
        _serve("Check", "cloudtrail", "s3:GetBucketAcl", bucket, source),
        _serve("Write", "cloudtrail", "s3:PutObject", f"{bucket}/AWSLogs/{security}/*", owned),
        tls,
    )


def canary_rights() -> Document:
    """Return what the canary's session may do: nothing, whatever else is attached."""
    return document({"Sid": "Nothing", "Effect": "Deny", "Action": "*", "Resource": "*"})


def _events_role(place: Place, account: str) -> str:
    there = place.at(account, place.real.region)
    return naming.iam_arn(there.partition, there.account, f"role{naming.PATH}{naming.EVENTS_ROLE}")


def _serve(sid: str, service: str, action: str, resource: str, condition: Json) -> Document:
    return {
        "Sid": sid,
        "Effect": "Allow",
        "Principal": {"Service": f"{service}.amazonaws.com"},
        "Action": action,
        "Resource": resource,
        "Condition": condition,
    }
