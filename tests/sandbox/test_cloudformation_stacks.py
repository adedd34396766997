"""Plain stacks in the sandbox, which act as who makes them; and the administrator a manifest names."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from breakglass.sandbox.server import Sandbox
from tests.sandbox.delivered import (
    AUDIT,
    NAME,
    NAMED_IAM,
    SMALL,
    TRUST,
    cloudformation,
    delegated,
    policy,
    role,
    template,
)
from tests.sandbox.services import aws_client
from tests.sandbox.support import PROD, REGION, Clients, refused

STACK = "break-glass-acme-audit"


@pytest.fixture(scope="module")
def running() -> Iterator[Sandbox]:
    with Sandbox(delegated(), people_confirm=False) as sandbox:
        yield sandbox


@pytest.fixture
def stacks(aws: Clients) -> Any:  # noqa: ANN401 - a client
    return cloudformation(aws, PROD)


def make(stacks: Any, text: str = SMALL, **more: object) -> str:  # noqa: ANN401 - a client
    answer = stacks.create_stack(StackName=STACK, TemplateBody=text, Capabilities=NAMED_IAM, **more)
    identifier: str = answer["StackId"]
    return identifier


def status(stacks: Any, name: str = STACK) -> str:  # noqa: ANN401 - a client
    found: str = stacks.describe_stacks(StackName=name)["Stacks"][0]["StackStatus"]
    return found


def test_a_stack_is_made_shown_and_deleted(aws: Clients, stacks: Any) -> None:  # noqa: ANN401 - a client
    identifier = make(stacks, EnableTerminationProtection=True, Tags=[{"Key": "k", "Value": "v"}])
    found = stacks.describe_stacks(StackName=identifier)["Stacks"][0]
    assert found["StackName"] == STACK
    assert found["StackStatus"] == "CREATE_COMPLETE"
    assert found["EnableTerminationProtection"]
    assert found["Tags"] == [{"Key": "k", "Value": "v"}]
    assert stacks.get_template(StackName=STACK)["TemplateBody"] == json.loads(SMALL)
    with refused("AlreadyExistsException"):
        make(stacks)
    with refused("ValidationError", "TerminationProtection is enabled"):
        stacks.delete_stack(StackName=STACK)
    stacks.update_termination_protection(StackName=STACK, EnableTerminationProtection=False)
    stacks.delete_stack(StackName=STACK)
    stacks.delete_stack(StackName=STACK)
    with refused("ValidationError", "does not exist"):
        stacks.describe_stacks(StackName=STACK)
    assert aws.member(PROD).get_role(RoleName="Checked")


def test_a_stack_that_fails_can_only_be_deleted(aws: Clients, stacks: Any) -> None:  # noqa: ANN401 - a client
    aws.member(PROD).create_role(RoleName="Checked", AssumeRolePolicyDocument=json.dumps(TRUST))
    make(stacks, template(P=policy(), R=role(ManagedPolicyArns=[{"Ref": "P"}])))
    assert status(stacks) == "ROLLBACK_COMPLETE"
    events = stacks.describe_stack_events(StackName=STACK)["StackEvents"]
    assert [(each["LogicalResourceId"], each["ResourceStatus"]) for each in events] == [
        ("R", "CREATE_FAILED"),
        ("P", "CREATE_COMPLETE"),
    ]
    assert "already exists" in events[0]["ResourceStatusReason"]
    with refused("ValidationError", "ROLLBACK_COMPLETE state and can not be updated"):
        stacks.update_stack(StackName=STACK, TemplateBody=SMALL, Capabilities=NAMED_IAM)
    assert not aws.member(PROD).list_policies(Scope="Local")["Policies"]


def test_what_is_always_retained_stays_in_the_way_of_the_next_try(aws: Clients, stacks: Any) -> None:  # noqa: ANN401 - a client
    group = {"Type": "AWS::IAM::Group", "Properties": {"GroupName": "g"}}
    make(stacks, template(P={**policy(), "DeletionPolicy": "Retain"}, Z=group), OnFailure="DELETE")
    assert aws.member(PROD).list_policies(Scope="Local")["Policies"]
    make(stacks, template(P=policy()))
    assert status(stacks) == "ROLLBACK_COMPLETE"


def test_a_stack_that_fails_may_leave_nothing(aws: Clients, stacks: Any) -> None:  # noqa: ANN401 - a client
    aws.member(PROD).create_role(RoleName="Checked", AssumeRolePolicyDocument=json.dumps(TRUST))
    make(stacks, OnFailure="DELETE")
    with refused("ValidationError", "does not exist"):
        status(stacks)
    with refused("AccessDenied", "OnFailure DO_NOTHING is not modelled"):
        make(stacks, OnFailure="DO_NOTHING")


def test_a_stack_is_updated(aws: Clients, stacks: Any) -> None:  # noqa: ANN401 - a client
    make(stacks)
    with refused("ValidationError", "No updates are to be performed."):
        stacks.update_stack(StackName=STACK, TemplateBody=SMALL, Capabilities=NAMED_IAM)
    stacks.update_stack(StackName=STACK, TemplateBody=template(R=role(Description="new")), Capabilities=NAMED_IAM)
    assert status(stacks) == "UPDATE_COMPLETE"
    assert aws.member(PROD).get_role(RoleName="Checked")["Role"]["Description"] == "new"


def alerting(pattern: str, retention: int, identifier: str, key: str) -> str:
    arn = {"Fn::GetAtt": ["Q", "Arn"]}
    queue = {"QueueName": "q", "MessageRetentionPeriod": retention, "Tags": [{"Key": key, "Value": "v"}]}
    statement = {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": arn, "Principal": "*", "Sid": key}
    document = {"Version": "2012-10-17", "Statement": [statement]}
    rule = {"Name": "r", "EventPattern": {"source": [pattern]}, "Targets": [{"Id": identifier, "Arn": arn}]}
    return template(
        Q={"Type": "AWS::SQS::Queue", "Properties": queue},
        P={"Type": "AWS::SQS::QueuePolicy", "Properties": {"Queues": [{"Ref": "Q"}], "PolicyDocument": document}},
        R={"Type": "AWS::Events::Rule", "Properties": rule},
    )


def test_what_is_not_kept_goes_with_its_stack(aws: Clients, stacks: Any) -> None:  # noqa: ANN401 - a client
    events, sqs = aws_client(aws, "events", PROD), aws_client(aws, "sqs", PROD)
    make(stacks, alerting("aws.iam", 60, "a", "one"))
    stacks.update_stack(StackName=STACK, TemplateBody=alerting("aws.sts", 120, "b", "two"))
    assert "aws.sts" in events.describe_rule(Name="r")["EventPattern"]
    assert [each["Id"] for each in events.list_targets_by_rule(Rule="r")["Targets"]] == ["b"]
    url = sqs.get_queue_url(QueueName="q")["QueueUrl"]
    attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    assert attributes["MessageRetentionPeriod"] == "120"
    assert '"two"' in attributes["Policy"]
    assert sqs.list_queue_tags(QueueUrl=url)["Tags"]["two"] == "v"
    stacks.update_stack(StackName=STACK, TemplateBody=alerting("aws.s3", 180, "b", "two"))
    assert "aws.s3" in events.describe_rule(Name="r")["EventPattern"]
    stacks.delete_stack(StackName=STACK)
    assert not events.list_rules()["Rules"]
    assert not sqs.list_queues().get("QueueUrls")


def test_rules_and_queues_that_are_there_already_are_in_the_way(aws: Clients, stacks: Any) -> None:  # noqa: ANN401 - a client
    aws_client(aws, "sqs", PROD).create_queue(QueueName="q")
    make(stacks, alerting("aws.iam", 60, "a", "one"))
    assert status(stacks) == "ROLLBACK_COMPLETE"
    assert "AWS::SQS::Queue" in stacks.describe_stack_events(StackName=STACK)["StackEvents"][0]["ResourceStatusReason"]
    aws_client(aws, "sqs", PROD).get_queue_url(QueueName="q")


def test_what_a_rule_belongs_to_is_a_bus(aws: Clients, stacks: Any) -> None:  # noqa: ANN401 - a client
    aws_client(aws, "events", PROD).create_event_bus(Name="own")
    rule = {"Name": "r", "EventBusName": "own", "EventPattern": {"source": ["aws.iam"]}}
    trust = {**TRUST, "Statement": {**TRUST["Statement"][0], "Condition": _condition({"Fn::GetAtt": "R.Arn"})}}  # type: ignore[dict-item]  # documents
    named = role(AssumeRolePolicyDocument=trust, Description={"Fn::Sub": "${R} of ${AWS::StackName}, ${!aws:username}"})
    make(stacks, template(R={"Type": "AWS::Events::Rule", "Properties": rule}, A=named))
    found = aws.member(PROD).get_role(RoleName="Checked")["Role"]
    assert found["Description"] == f"own|r of {STACK}, ${{aws:username}}"
    assert f"arn:aws:events:{REGION}:{PROD}:rule/own/r" in json.dumps(found["AssumeRolePolicyDocument"])
    stacks.delete_stack(StackName=STACK)
    assert not aws_client(aws, "events", PROD).list_rules(EventBusName="own")["Rules"]


def _condition(arn: object) -> dict[str, object]:
    return {"ArnEquals": {"aws:SourceArn": arn}}


@pytest.mark.parametrize(
    ("attribute", "ends"),
    [
        ("P.PolicyArn", "CREATE_COMPLETE"),
        ("O.Arn", "CREATE_COMPLETE"),
        ("P.Other", "ROLLBACK_COMPLETE"),
        ("QP.Id", "ROLLBACK_COMPLETE"),
    ],
)
def test_attributes_that_are_none_fail(stacks: Any, attribute: str, ends: str) -> None:  # noqa: ANN401 - a client
    resources = json.loads(alerting("aws.iam", 60, "a", "one"))["Resources"]
    resources["QP"] = resources.pop("P")
    described = role(Description={"Fn::GetAtt": attribute.split(".")})
    make(stacks, template(P=policy(), O=role("Other"), R2=described, **resources))
    assert status(stacks) == ends


def test_a_stack_of_which_something_cannot_be_deleted_stays(aws: Clients, stacks: Any) -> None:  # noqa: ANN401 - a client
    make(stacks, template(P=policy()))
    aws.guard(PROD, {"Effect": "Deny", "Action": "iam:DeletePolicy", "Resource": "*"})
    stacks.delete_stack(StackName=STACK)
    assert status(stacks) == "DELETE_FAILED"


def test_the_administrator_of_the_manifest_operates_the_management_account_s_stack_sets(aws: Clients) -> None:
    told = {"StackSetName": NAME, "CallAs": "DELEGATED_ADMIN"}
    delegated = cloudformation(aws, AUDIT)
    delegated.create_stack_set(TemplateBody=SMALL, PermissionModel="SERVICE_MANAGED", Capabilities=NAMED_IAM, **told)
    root = aws.organizations().list_roots()["Roots"][0]["Id"]
    targets = {"OrganizationalUnitIds": [root], "Accounts": [PROD], "AccountFilterType": "INTERSECTION"}
    delegated.create_stack_instances(DeploymentTargets=targets, Regions=[REGION], **told)
    assert delegated.list_stack_instances(**told)["Summaries"][0]["Status"] == "CURRENT"
    assert cloudformation(aws).list_stack_sets()["Summaries"][0]["StackSetName"] == NAME
    assert not delegated.list_stack_sets()["Summaries"]
    with refused("StackSetNotFoundException"):
        delegated.describe_stack_set(StackSetName=NAME)
