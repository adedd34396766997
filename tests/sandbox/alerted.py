"""Both channels of alerting, set up with plain boto3 calls as the desired state has them, and ways to cut them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from breakglass.sandbox.server import Sandbox
from tests.sandbox.support import MANAGEMENT, PROD, SECURITY, Clients, client, role_arn

TRAIL_ACCOUNT = "333333333333"
HOME, SECOND = "eu-west-1", "us-west-2"
GROUP = "organization-trail"
TOPIC = "break-glass-alerts"
BUS = "break-glass"
NET, PAGES = "net", "pages"
"""The queues of the two channels: one is subscribed to each topic."""

USER, ROLE = "ana-break-glass", "BREAK-GLASS-RANSOMWARE"
STATE = "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"

FILTERS = {
    "RoleAssumed": '{ ($.eventSource = "sts.amazonaws.com") && ($.eventName = "AssumeRole*")'
    ' && ($.requestParameters.roleArn = "*:role/BREAK-GLASS-*") && ($.errorCode NOT EXISTS) }',
    "AssumptionDenied": '{ ($.eventSource = "sts.amazonaws.com") && ($.eventName = "AssumeRole*")'
    ' && ($.errorCode = "*") && ($.errorMessage = "*BREAK-GLASS-*") }',
    "RoleSwitched": '{ ($.eventName = "SwitchRole") && ($.additionalEventData.SwitchFrom = "*-break-glass") }',
    "SignIn": '{ ($.eventName = "ConsoleLogin") && ($.userIdentity.userName = "*-break-glass") }',
    "CredentialCreated": '{ ($.eventName = "CreateAccessKey") && ($.requestParameters.userName = "*-break-glass") }',
    "AlertingTampered": '{ ($.eventName = "DisableAlarmActions") || ($.eventName = "DeleteMetricFilter") }',
}

USES = {
    "source": ["aws.sts", "aws.signin", "aws.iam"],
    "detail": {
        "$or": [
            {"requestParameters": {"roleArn": [{"wildcard": "*:role/BREAK-GLASS-*"}]}},
            {"errorMessage": [{"wildcard": "*BREAK-GLASS-*"}]},
            {"userIdentity": {"userName": [{"suffix": "-break-glass"}]}},
            {"requestParameters": {"userName": [{"suffix": "-break-glass"}]}},
        ]
    },
}
TAMPERING = {"source": ["aws.monitoring"], "detail": {"eventName": ["DisableAlarmActions"]}}


def policy(*statements: dict[str, object]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **each} for each in statements]})


def service(name: str, action: object, resource: str, **condition: object) -> dict[str, object]:
    statement: dict[str, object] = {"Principal": {"Service": name}, "Action": action, "Resource": resource}
    return {**statement, "Condition": condition} if condition else statement


def arn(of: str, resource: str, account: str, region: str) -> str:
    return f"arn:aws:{of}:{region}:{account}:{resource}"


@dataclass(frozen=True, slots=True)
class Alerted:
    """An organization whose uses are noticed."""

    sandbox: Sandbox

    @property
    def clients(self) -> Clients:
        return Clients(self.sandbox)

    def aws(self, name: str, account: str, region: str) -> Any:
        keys = self.clients.administrator if account == MANAGEMENT else self.clients.provisioner(account)
        return client(name, self.sandbox.url, region, keys)

    def set_up(self) -> None:
        """Make users, roles, and both channels."""
        self._people()
        self._topic(TRAIL_ACCOUNT, HOME, NET)
        self._topic(SECURITY, SECOND, PAGES)
        self._filters()
        self._bus()
        for account, region, pattern in self._rules():
            self._rule(account, region, pattern)

    def _people(self) -> None:
        security = self.clients.member(SECURITY)
        security.create_user(UserName=USER, Path="/break-glass/")
        security.put_user_policy(
            UserName=USER,
            PolicyName="assume",
            PolicyDocument=policy({"Action": "sts:AssumeRole", "Resource": role_arn(PROD, ROLE)}),
        )
        trusted = {"AWS": f"arn:aws:iam::{SECURITY}:root"}
        trust = policy({"Principal": trusted, "Action": "sts:AssumeRole"})
        for account in (PROD, SECURITY):
            self.clients.member(account).create_role(RoleName=ROLE, AssumeRolePolicyDocument=trust)

    def _topic(self, account: str, region: str, receivers: str) -> None:
        topic = arn("sns", TOPIC, account, region)
        kms = self.aws("kms", account, region)
        key = kms.create_key(Description=TOPIC, Policy=self.key_policy(account))["KeyMetadata"]["KeyId"]
        kms.create_alias(AliasName=f"alias/{TOPIC}", TargetKeyId=key)
        sns, sqs = self.aws("sns", account, region), self.aws("sqs", account, region)
        sns.create_topic(Name=TOPIC, Attributes={"KmsMasterKeyId": f"alias/{TOPIC}"})
        sns.set_topic_attributes(
            TopicArn=topic, AttributeName="Policy", AttributeValue=self.topic_policy(account, region)
        )
        queue = arn("sqs", receivers, account, region)
        allowed = service("sns.amazonaws.com", "sqs:SendMessage", queue, ArnEquals={"aws:SourceArn": topic})
        sqs.create_queue(QueueName=receivers, Attributes={"Policy": policy(allowed)})
        sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue)

    def key_policy(self, account: str) -> str:
        data = ["kms:Decrypt", "kms:GenerateDataKey*"]
        return policy(
            {"Principal": {"AWS": f"arn:aws:iam::{account}:root"}, "Action": "kms:*", "Resource": "*"},
            service("cloudwatch.amazonaws.com", data, "*", StringEquals={"aws:SourceAccount": account}),
            service("events.amazonaws.com", data, "*"),
        )

    def topic_policy(self, account: str, region: str) -> str:
        topic, alarms = arn("sns", TOPIC, account, region), arn("cloudwatch", "alarm:BreakGlass-*", account, region)
        rule = arn("events", f"rule/{BUS}/BreakGlass-Page", account, region)
        return policy(
            service("cloudwatch.amazonaws.com", "sns:Publish", topic, ArnLike={"aws:SourceArn": alarms}),
            service("events.amazonaws.com", "sns:Publish", topic, ArnLike={"aws:SourceArn": rule}),
        )

    def _filters(self) -> None:
        logs, alarms = self.aws("logs", TRAIL_ACCOUNT, HOME), self.aws("cloudwatch", TRAIL_ACCOUNT, HOME)
        for name, text in FILTERS.items():
            metric = {"metricName": f"BreakGlass-{name}", "metricNamespace": "BreakGlass", "metricValue": "1"}
            logs.put_metric_filter(
                logGroupName=GROUP,
                filterName=f"BreakGlass-{name}",
                filterPattern=text,
                metricTransformations=[metric],
            )
            alarms.put_metric_alarm(
                AlarmName=f"BreakGlass-{name}",
                Namespace="BreakGlass",
                MetricName=f"BreakGlass-{name}",
                Statistic="Sum",
                Period=300,
                EvaluationPeriods=1,
                DatapointsToAlarm=1,
                Threshold=1,
                ComparisonOperator="GreaterThanOrEqualToThreshold",
                TreatMissingData="notBreaching",
                AlarmActions=[arn("sns", TOPIC, TRAIL_ACCOUNT, HOME)],
            )

    def _bus(self) -> None:
        events = self.aws("events", SECURITY, SECOND)
        bus = events.create_event_bus(Name=BUS)["EventBusArn"]
        events.put_permission(EventBusName=BUS, Policy=self.bus_policy(bus))
        events.put_rule(
            Name="BreakGlass-Page",
            EventBusName=BUS,
            EventPattern='{"detail": {"eventName": [{"exists": true}]}}',
            State=STATE,
        )
        transformer = {
            "InputPathsMap": {"what": "$.detail.eventName", "who": "$.detail.userIdentity.userName", "id": "$.id"},
            "InputTemplate": '"<what> by <who> (<id>)"',
        }
        target = {"Id": "topic", "Arn": arn("sns", TOPIC, SECURITY, SECOND), "InputTransformer": transformer}
        events.put_targets(Rule="BreakGlass-Page", EventBusName=BUS, Targets=[target])

    def bus_policy(self, bus: str) -> str:
        condition = {
            "StringEquals": {"aws:PrincipalOrgID": "o-acme12345"},
            "ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/break-glass/BreakGlassEvents"},
        }
        statement = {"Sid": "Ours", "Principal": {"AWS": "*"}, "Action": "events:PutEvents", "Resource": bus}
        return policy({**statement, "Condition": condition})

    @staticmethod
    def _rules() -> Iterator[tuple[str, str, dict[str, object]]]:
        for region in (HOME, "us-east-1", SECOND):
            yield SECURITY, region, USES
        yield TRAIL_ACCOUNT, HOME, TAMPERING

    def _rule(self, account: str, region: str, pattern: dict[str, object]) -> None:
        iam, bus = self.clients.member(account), arn("events", f"event-bus/{BUS}", SECURITY, SECOND)
        trust = policy({"Principal": {"Service": "events.amazonaws.com"}, "Action": "sts:AssumeRole"})
        role = f"arn:aws:iam::{account}:role/break-glass/BreakGlassEvents"
        if not any(each["Arn"] == role for each in iam.list_roles(PathPrefix="/break-glass/")["Roles"]):
            iam.create_role(RoleName="BreakGlassEvents", Path="/break-glass/", AssumeRolePolicyDocument=trust)
            iam.put_role_policy(
                RoleName="BreakGlassEvents",
                PolicyName="forward",
                PolicyDocument=policy({"Action": "events:PutEvents", "Resource": bus}),
            )
        queue, rule = arn("sqs", "undelivered", account, region), arn("events", "rule/BreakGlass-Use", account, region)
        allowed = service("events.amazonaws.com", "sqs:SendMessage", queue, ArnEquals={"aws:SourceArn": rule})
        self.aws("sqs", account, region).create_queue(QueueName="undelivered", Attributes={"Policy": policy(allowed)})
        events = self.aws("events", account, region)
        events.put_rule(Name="BreakGlass-Use", EventPattern=json.dumps(pattern), State=STATE)
        target = {"Id": "bus", "Arn": bus, "RoleArn": role, "DeadLetterConfig": {"Arn": queue}}
        events.put_targets(Rule="BreakGlass-Use", Targets=[target])

    def received(self, account: str, region: str, queue: str) -> list[str]:
        """Take what is in a queue: the messages within the envelopes of SNS, or as they are."""
        sqs = self.aws("sqs", account, region)
        url = sqs.get_queue_url(QueueName=queue)["QueueUrl"]
        bodies: list[str] = []
        while found := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", []):
            for each in found:
                sqs.delete_message(QueueUrl=url, ReceiptHandle=each["ReceiptHandle"])
                read = json.loads(each["Body"])
                bodies.append(read["Message"] if "Message" in read else each["Body"])
        return bodies

    def caught(self) -> list[str]:
        """The alarms that have told of something since this was last asked."""
        return sorted(json.loads(each)["AlarmName"].removeprefix("BreakGlass-") for each in self.net())

    def net(self) -> list[str]:
        return self.received(TRAIL_ACCOUNT, HOME, NET)

    def pages(self) -> list[str]:
        """What the fast channel has told since this was last asked, without the ids of the events."""
        return sorted(each.strip('"').partition(" (")[0] for each in self.received(SECURITY, SECOND, PAGES))
