"""What the tests of CloudFormation in the sandbox share: clients, templates, and reading back what was made."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from breakglass.documents import Json
from breakglass.estate.template import parse
from breakglass.manifest.model import Manifest, StackSets
from breakglass.resources import Resource, Scope
from tests.conftest import manifest
from tests.sandbox.services import aws_client
from tests.sandbox.support import MANAGEMENT, REGION, Clients
from tests.yamls import loaded

TEMPLATES = Path(__file__).parents[2] / "cloudformation"
NAMED_IAM = ["CAPABILITY_NAMED_IAM"]
AUDIT = "333333333333"
PAYMENTS = "444444444444"
STAGING = "555555555555"
OWNER = {"Key": "break-glass:manifest", "Value": "acme"}
NAME = "break-glass-acme-workload"
TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "ec2.amazonaws.com"}}],
}


def body(name: str) -> str:
    return (TEMPLATES / f"{name}.yaml").read_text("utf-8")


def template(**resources: object) -> str:
    return json.dumps({"Resources": resources})


def role(name: str = "Checked", **properties: object) -> dict[str, object]:
    named = {"RoleName": name, "AssumeRolePolicyDocument": TRUST, **properties}
    return {"Type": "AWS::IAM::Role", "DeletionPolicy": "RetainExceptOnCreate", "Properties": named}


def policy(name: str = "Checked", action: str = "s3:GetObject", **more: object) -> dict[str, object]:
    statement = {"Effect": "Allow", "Action": action, "Resource": "*"}
    document = {"Version": "2012-10-17", "Statement": [statement]}
    return {
        "Type": "AWS::IAM::ManagedPolicy",
        "Properties": {"ManagedPolicyName": name, "PolicyDocument": document},
        **more,
    }


SMALL = template(R=role())


def delegated() -> Manifest:
    """Return the example's manifest with StackSets whose administrator is the audit account."""
    return replace(manifest(), engine="stacksets", stacksets=StackSets(regions=(REGION,), administrator_account=AUDIT))


def cloudformation(aws: Clients, account: str = MANAGEMENT, region: str = REGION) -> Any:  # noqa: ANN401 - a client
    return aws_client(aws, "cloudformation", account, region)


@dataclass(frozen=True, slots=True)
class Deployed:
    """A StackSet that a test works with, by the management account."""

    aws: Clients
    name: str = NAME

    @property
    def client(self) -> Any:  # noqa: ANN401 - a client
        return cloudformation(self.aws)

    @property
    def root(self) -> str:
        return self.aws.organizations().list_roots()["Roots"][0]["Id"]

    def make(self, text: str = SMALL, **more: object) -> Deployed:
        told = {"PermissionModel": "SERVICE_MANAGED", "Capabilities": NAMED_IAM, "Tags": [OWNER], **more}
        self.client.create_stack_set(StackSetName=self.name, TemplateBody=text, **told)
        return self

    def deploy(self, *accounts: str, regions: Sequence[str] = (REGION,), **more: object) -> str:
        """Deploy to accounts, wherever in the organization they are, and return the operation's id."""
        return self.operate("create_stack_instances", accounts, regions, **more)

    def operate(self, action: str, accounts: Sequence[str], regions: Sequence[str] = (REGION,), **more: object) -> str:
        targets = {"OrganizationalUnitIds": [self.root], "Accounts": accounts, "AccountFilterType": "INTERSECTION"}
        told = {"OperationPreferences": {"FailureTolerancePercentage": 100}, "DeploymentTargets": targets, **more}
        answer = getattr(self.client, action)(StackSetName=self.name, Regions=list(regions), **told)
        identifier: str = answer["OperationId"]
        return identifier

    def operation(self, identifier: str) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self.client.describe_stack_set_operation(
            StackSetName=self.name, OperationId=identifier
        )["StackSetOperation"]
        return found

    def results(self, identifier: str) -> dict[str, tuple[str, str]]:
        listed = self.client.list_stack_set_operation_results(StackSetName=self.name, OperationId=identifier)
        return {each["Account"]: (each["Status"], each.get("StatusReason", "")) for each in listed["Summaries"]}

    def instances(self, **only: str) -> dict[tuple[str, str], tuple[str, str]]:
        listed = self.client.list_stack_instances(StackSetName=self.name, **only)["Summaries"]
        return {
            (each["Account"], each["Region"]): (each["Status"], each["StackInstanceStatus"]["DetailedStatus"])
            for each in listed
        }


def declared(name: str, account: str, region: str = "global") -> Iterator[Resource]:
    """Yield what a template of this repository says is in an account."""
    yield from parse(loaded(body(name)), Scope(account, region)).values()


def own_tags(tags: Sequence[Mapping[str, str]]) -> list[Mapping[str, str]]:
    return [each for each in tags if not each["Key"].startswith("aws:")]


def role_read(iam: Any, name: str) -> dict[str, Json]:  # noqa: ANN401 - a client
    found = iam.get_role(RoleName=name)["Role"]
    attached = iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"]
    assert iam.list_role_policies(RoleName=name)["PolicyNames"] == []
    return {
        "RoleName": found["RoleName"],
        "Path": found["Path"],
        "AssumeRolePolicyDocument": found["AssumeRolePolicyDocument"],
        "Description": found["Description"],
        "MaxSessionDuration": found["MaxSessionDuration"],
        "ManagedPolicyArns": [each["PolicyArn"] for each in attached],
        "Tags": own_tags(found["Tags"]),
    }


def policy_read(iam: Any, arn: str) -> dict[str, Json]:  # noqa: ANN401 - a client
    found = iam.get_policy(PolicyArn=arn)["Policy"]
    version = iam.get_policy_version(PolicyArn=arn, VersionId=found["DefaultVersionId"])["PolicyVersion"]
    return {"ManagedPolicyName": found["PolicyName"], "Path": found["Path"], "PolicyDocument": version["Document"]}


def rule_read(events: Any, name: str) -> dict[str, Json]:  # noqa: ANN401 - a client
    found = events.describe_rule(Name=name)
    return {
        "Name": found["Name"],
        "EventBusName": found["EventBusName"],
        "Description": found["Description"],
        "State": found["State"],
        "EventPattern": json.loads(found["EventPattern"]),
        "Targets": events.list_targets_by_rule(Rule=name)["Targets"],
    }


def queue_read(sqs: Any, name: str) -> tuple[dict[str, Json], dict[str, Json]]:  # noqa: ANN401 - a client
    """Return a queue and its policy."""
    url = sqs.get_queue_url(QueueName=name)["QueueUrl"]
    attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    tags = [{"Key": key, "Value": value} for key, value in sqs.list_queue_tags(QueueUrl=url)["Tags"].items()]
    queue: dict[str, Json] = {
        "QueueName": name,
        "MessageRetentionPeriod": int(attributes["MessageRetentionPeriod"]),
        "SqsManagedSseEnabled": attributes["SqsManagedSseEnabled"] == "true",
        "Tags": own_tags(tags),
    }
    return queue, {"Queues": [name], "PolicyDocument": json.loads(attributes["Policy"])}
