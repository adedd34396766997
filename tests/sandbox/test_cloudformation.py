"""StackSets in the sandbox: what they make reads back as the template says, and what fails fails in its place alone."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from breakglass import naming
from breakglass.estate.guardrails import roles_guardrail
from breakglass.resources import Resource, Scope
from breakglass.sandbox.server import Sandbox
from tests.sandbox.delivered import (
    AUDIT,
    NAME,
    NAMED_IAM,
    PAYMENTS,
    STAGING,
    TRUST,
    Deployed,
    body,
    cloudformation,
    declared,
    delegated,
    policy,
    policy_read,
    queue_read,
    role,
    role_read,
    rule_read,
    template,
)
from tests.sandbox.services import aws_client
from tests.sandbox.support import MANAGEMENT, PROD, REGION, SECURITY, Clients, parsed, refused

SECOND = "ap-southeast-2"


@pytest.fixture(scope="module")
def running() -> Iterator[Sandbox]:
    with Sandbox(delegated(), people_confirm=False) as sandbox:
        yield sandbox


@pytest.fixture
def deployed(aws: Clients) -> Deployed:
    return Deployed(aws)


def test_what_a_stack_set_makes_in_accounts_reads_back_as_its_template_says(aws: Clients, deployed: Deployed) -> None:
    cloudformation(aws, AUDIT).create_stack(StackName="audit", TemplateBody=body("audit"), Capabilities=NAMED_IAM)
    operation = deployed.make(body("workload")).deploy(PROD, PAYMENTS, STAGING)
    assert deployed.operation(operation)["Status"] == "SUCCEEDED"
    assert set(deployed.instances().values()) == {("CURRENT", "SUCCEEDED")}
    for account in (PROD, PAYMENTS, STAGING):
        iam, scope = aws.member(account), Scope(account)
        for each in declared("workload", account):
            is_role = each.type == "AWS::IAM::Role"
            read = role_read(iam, each.name) if is_role else policy_read(iam, each.arn)
            assert Resource(each.type, scope, read) == each


def test_a_stack_set_goes_to_regions_and_reads_back(aws: Clients, deployed: Deployed) -> None:
    cloudformation(aws, SECURITY).create_stack(
        StackName="role", TemplateBody=template(R=role(naming.EVENTS_ROLE, Path=naming.PATH)), Capabilities=NAMED_IAM
    )
    operation = deployed.make(body("security-regions")).deploy(SECURITY, regions=(REGION, SECOND))
    assert deployed.results(operation) == {SECURITY: ("SUCCEEDED", "")}
    assert set(deployed.instances()) == {(SECURITY, REGION), (SECURITY, SECOND)}
    for region in (REGION, SECOND):
        queue, queue_policy = queue_read(aws_client(aws, "sqs", region=region), naming.UNDELIVERED)
        events = aws_client(aws, "events", region=region)
        for each in declared("security-regions", SECURITY, region):
            found = {"AWS::SQS::Queue": queue, "AWS::SQS::QueuePolicy": queue_policy}.get(each.type)
            read = found or rule_read(events, each.name)
            assert Resource(each.type, Scope(SECURITY, region), read) == each


def test_what_cloudformation_makes_carries_its_tags_and_cloudtrail_tells_who_made_it(
    aws: Clients, deployed: Deployed
) -> None:
    deployed.make().deploy(PROD)
    tags = {each["Key"] for each in aws.member(PROD).list_role_tags(RoleName="Checked")["Tags"]}
    assert tags == {naming.OWNER_TAG, "aws:cloudformation:stack-id", "aws:cloudformation:stack-name"}
    told = next(each for each in aws.sandbox.events if each["eventName"] == "CreateRole")
    assert told["recipientAccountId"] == PROD
    assert told["sourceIPAddress"] == told["userAgent"] == "cloudformation.amazonaws.com"
    identity = parsed(told["userIdentity"])
    assert identity["invokedBy"] == "cloudformation.amazonaws.com"
    assert f":{PROD}:assumed-role/stacksets-exec-" in str(identity["arn"])


def test_a_foreign_role_stops_its_account_alone_and_the_next_try_continues(aws: Clients, deployed: Deployed) -> None:
    aws.member(PROD).create_role(RoleName="Checked", AssumeRolePolicyDocument=json.dumps(TRUST))
    text = template(P=policy(), R=role(ManagedPolicyArns=[{"Ref": "P"}]))
    operation = deployed.make(text).deploy(PROD, PAYMENTS)
    assert deployed.operation(operation)["Status"] == "SUCCEEDED"
    assert deployed.operation(operation)["StatusDetails"]["FailedStackInstancesCount"] == 1
    status, why = deployed.results(operation)[PROD]
    assert status == "FAILED"
    assert "ResourceLogicalId:R, ResourceType:AWS::IAM::Role" in why
    assert "Resource of type 'AWS::IAM::Role' with identifier 'Checked' already exists." in why
    assert deployed.instances()[PROD, REGION] == ("OUTDATED", "FAILED")
    assert deployed.instances()[PAYMENTS, REGION] == ("CURRENT", "SUCCEEDED")
    assert not aws.member(PROD).list_policies(Scope="Local")["Policies"]
    aws.member(PROD).delete_role(RoleName="Checked")
    deployed.operate("update_stack_instances", (PROD,))
    assert deployed.instances()[PROD, REGION] == ("CURRENT", "SUCCEEDED")
    assert aws.member(PROD).list_attached_role_policies(RoleName="Checked")["AttachedPolicies"]


def test_an_operation_stops_once_more_failed_than_is_tolerated(aws: Clients, deployed: Deployed) -> None:
    aws.member(PROD).create_role(RoleName="Checked", AssumeRolePolicyDocument=json.dumps(TRUST))
    preferences = {"FailureToleranceCount": 0, "RegionOrder": [REGION]}
    operation = deployed.make().deploy(PROD, PAYMENTS, regions=(SECOND, REGION), OperationPreferences=preferences)
    assert deployed.operation(operation)["Status"] == "FAILED"
    assert deployed.results(operation)[PAYMENTS][0] == "CANCELLED"
    assert deployed.instances(StackInstanceAccount=PAYMENTS) == {
        (PAYMENTS, REGION): ("OUTDATED", "CANCELLED"),
        (PAYMENTS, SECOND): ("OUTDATED", "CANCELLED"),
    }
    deployed.operate("delete_stack_instances", (PAYMENTS,), (REGION, SECOND), RetainStacks=False)
    assert not deployed.instances(StackInstanceAccount=PAYMENTS)


def test_a_control_policy_on_an_account_denies_what_is_made_there(aws: Clients, deployed: Deployed) -> None:
    aws.guard(PROD, {"Effect": "Deny", "Action": "iam:CreateRole", "Resource": "*"})
    operation = deployed.make(template(P=policy(), R=role())).deploy(PROD, PAYMENTS)
    status, why = deployed.results(operation)[PROD]
    assert status == "FAILED"
    assert "with an explicit deny in a service control policy" in why
    assert "stacksets-exec-" in why
    assert not aws.member(PROD).list_policies(Scope="Local")["Policies"]
    assert deployed.results(operation)[PAYMENTS] == ("SUCCEEDED", "")


def test_what_cannot_be_undone_is_told(aws: Clients, deployed: Deployed) -> None:
    aws.guard(PROD, {"Effect": "Deny", "Action": ["iam:CreateRole", "iam:DeletePolicy"], "Resource": "*"})
    deployed.make(template(P=policy(), R=role(ManagedPolicyArns=[{"Ref": "P"}]))).deploy(PROD)
    found = cloudformation(aws, PROD).describe_stacks()["Stacks"][0]
    assert found["StackStatus"] == "ROLLBACK_FAILED"
    assert "iam:DeletePolicy" in found["StackStatusReason"]


def test_our_own_guardrail_lets_stack_sets_pass_and_nobody_else(aws: Clients, deployed: Deployed) -> None:
    statements = roles_guardrail("aws", "333333333333", "OrganizationAccountAccessRole")["Statement"]
    assert isinstance(statements, tuple | list)
    administrator = aws.iam(aws.administrator_of(PROD))
    aws.guard(deployed.root, *statements)
    name = f"{naming.ROLE_PREFIX}CHECKED"
    with refused("AccessDenied", "service control policy"):
        administrator.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(TRUST))
    operation = deployed.make(template(R=role(name))).deploy(PROD)
    assert deployed.results(operation) == {PROD: ("SUCCEEDED", "")}


@pytest.mark.parametrize(
    ("resource", "why"),
    [
        ({"Type": "AWS::IAM::Group", "Properties": {"GroupName": "g"}}, "AWS::IAM::Group"),
        ({"Type": "AWS::Logs::MetricFilter"}, "AWS::Logs::MetricFilter"),
        (role(Policies=[]), "AWS::IAM::Role, Policies"),
        ({"Type": "AWS::SQS::Queue", "Properties": {}}, "AWS::SQS::Queue without QueueName"),
        (role(Description={"Ref": "AWS::NotificationARNs"}), "AWS::NotificationARNs"),
    ],
)
def test_what_would_not_really_be_made_fails_and_leaves_nothing(
    aws: Clients, deployed: Deployed, resource: object, why: str
) -> None:
    operation = deployed.make(template(A=policy("First"), Z=resource)).deploy(PROD)
    status, reason = deployed.results(operation)[PROD]
    assert status == "FAILED"
    assert f"{why}: not modelled by the sandbox" in reason
    assert not aws.member(PROD).list_policies(Scope="Local")["Policies"]


def test_suspended_accounts_are_skipped(aws: Clients, deployed: Deployed) -> None:
    aws.organizations().close_account(AccountId=PROD)
    operation = deployed.make().deploy(PROD, PAYMENTS)
    assert deployed.operation(operation)["Status"] == "SUCCEEDED"
    assert deployed.instances() == {
        (PROD, REGION): ("OUTDATED", "SKIPPED_SUSPENDED_ACCOUNT"),
        (PAYMENTS, REGION): ("CURRENT", "SUCCEEDED"),
    }


def test_the_management_account_is_never_a_target(deployed: Deployed) -> None:
    assert deployed.results(deployed.make().deploy(MANAGEMENT, PROD)) == {PROD: ("SUCCEEDED", "")}


def test_stacks_are_deleted_and_what_is_kept_stays(aws: Clients, deployed: Deployed) -> None:
    deployed.make(template(P=policy(), R=role())).deploy(PROD, PAYMENTS)
    with refused("StackSetNotEmptyException"):
        deployed.client.delete_stack_set(StackSetName=NAME)
    deployed.operate("delete_stack_instances", (PROD,), RetainStacks=False)
    deployed.operate("delete_stack_instances", (PAYMENTS,), RetainStacks=True)
    assert deployed.instances() == {}
    assert aws.member(PROD).get_role(RoleName="Checked")
    assert not aws.member(PROD).list_policies(Scope="Local")["Policies"]
    assert aws.member(PAYMENTS).list_policies(Scope="Local")["Policies"]
    assert not cloudformation(aws, PROD).describe_stacks()["Stacks"]
    assert cloudformation(aws, PAYMENTS).describe_stacks()["Stacks"]
    deployed.client.delete_stack_set(StackSetName=NAME)
    with refused("StackSetNotFoundException"):
        deployed.client.describe_stack_set(StackSetName=NAME)


def test_an_instance_that_cannot_be_deleted_is_inoperable(aws: Clients, deployed: Deployed) -> None:
    deployed.make(template(P=policy())).deploy(PROD)
    aws.guard(PROD, {"Effect": "Deny", "Action": "iam:DeletePolicy", "Resource": "*"})
    operation = deployed.operate("delete_stack_instances", (PROD,), RetainStacks=False)
    assert deployed.results(operation)[PROD][0] == "FAILED"
    assert deployed.instances() == {(PROD, REGION): ("INOPERABLE", "INOPERABLE")}
    assert cloudformation(aws, PROD).describe_stacks()["Stacks"][0]["StackStatus"] == "DELETE_FAILED"


def test_a_failed_instance_that_has_no_stack_is_just_forgotten(aws: Clients, deployed: Deployed) -> None:
    aws.organizations().close_account(AccountId=PROD)
    deployed.make().deploy(PROD)
    operation = deployed.operate("delete_stack_instances", (PROD,), RetainStacks=True)
    assert deployed.operation(operation)["Status"] == "SUCCEEDED"


def test_an_update_reaches_every_instance(aws: Clients, deployed: Deployed) -> None:
    deployed.make(template(P=policy(), R=role(ManagedPolicyArns=[{"Ref": "P"}]))).deploy(PROD)
    deployed.deploy(PAYMENTS, regions=(SECOND,))
    other = json.loads(json.dumps(TRUST).replace("ec2", "lambda"))
    changed = role(
        AssumeRolePolicyDocument=other, Description="new", MaxSessionDuration=7200, ManagedPolicyArns=[{"Ref": "Q"}]
    )
    tagged = {**changed, "Properties": {**changed["Properties"], "Tags": [{"Key": "k", "Value": "v"}]}}  # type: ignore[dict-item]  # a mapping
    text = template(Q=policy("Other"), R=tagged)
    answer = deployed.client.update_stack_set(StackSetName=NAME, TemplateBody=text, Capabilities=NAMED_IAM)
    assert deployed.operation(answer["OperationId"])["Action"] == "UPDATE"
    assert set(deployed.instances().values()) == {("CURRENT", "SUCCEEDED")}
    for account in (PROD, PAYMENTS):
        found = role_read(aws.member(account), "Checked")
        assert found["Description"] == "new"
        assert found["MaxSessionDuration"] == 7200
        assert found["AssumeRolePolicyDocument"] == other
        assert found["ManagedPolicyArns"] == [f"arn:aws:iam::{account}:policy/Other"]
        assert {"Key": "k", "Value": "v"} in found["Tags"]  # type: ignore[operator]  # a list
        assert [each["PolicyName"] for each in aws.member(account).list_policies(Scope="Local")["Policies"]] == [
            "Other"
        ]


def test_an_update_that_fails_leaves_everything_as_it_was(aws: Clients, deployed: Deployed) -> None:
    deployed.make(template(P=policy(), R=role())).deploy(PROD)
    aws.guard(PROD, {"Effect": "Deny", "Action": "iam:UpdateRole", "Resource": "*"})
    changed = policy(action="s3:PutObject")
    answer = deployed.client.update_stack_set(
        StackSetName=NAME, TemplateBody=template(P=changed, R=role(Description="new")), Capabilities=NAMED_IAM
    )
    assert deployed.operation(answer["OperationId"])["Status"] == "FAILED"
    assert deployed.instances() == {(PROD, REGION): ("OUTDATED", "FAILED")}
    found = policy_read(aws.member(PROD), f"arn:aws:iam::{PROD}:policy/Checked")
    assert "s3:GetObject" in json.dumps(found)
    stack = cloudformation(aws, PROD).describe_stacks()["Stacks"][0]
    assert stack["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"


def test_only_what_differs_is_changed(aws: Clients, deployed: Deployed) -> None:
    deployed.make().deploy(PROD)
    trusting = role(AssumeRolePolicyDocument=json.loads(json.dumps(TRUST).replace("ec2", "lambda")))
    deployed.client.update_stack_set(StackSetName=NAME, TemplateBody=template(R=trusting), Capabilities=NAMED_IAM)
    told = [each["eventName"] for each in aws.sandbox.events if "stacksets-exec" in str(each["userIdentity"])]
    assert told == ["CreateRole", "UpdateAssumeRolePolicy"]


def test_what_only_a_replacement_changes_is_not_modelled(aws: Clients, deployed: Deployed) -> None:
    deployed.make().deploy(PROD)
    answer = deployed.client.update_stack_set(
        StackSetName=NAME, TemplateBody=template(R=role(Path="/other/")), Capabilities=NAMED_IAM
    )
    assert "a change of Path: not modelled" in deployed.results(answer["OperationId"])[PROD][1]
    assert aws.member(PROD).get_role(RoleName="Checked")["Role"]["Path"] == "/"


def test_settings_are_shown_as_they_were_told(deployed: Deployed) -> None:
    automatic = {"Enabled": True, "RetainStacksOnAccountRemoval": True}
    deployed.make(AutoDeployment=automatic, ManagedExecution={"Active": True}, Description="d")
    deployed.client.update_stack_set(
        StackSetName=NAME, UsePreviousTemplate=True, Capabilities=NAMED_IAM, ManagedExecution={"Active": True}
    )
    found = deployed.client.describe_stack_set(StackSetName=NAME)["StackSet"]
    assert found["AutoDeployment"] == automatic
    assert found["ManagedExecution"] == {"Active": True}
    assert found["PermissionModel"] == "SERVICE_MANAGED"
    assert found["Tags"] == [{"Key": naming.OWNER_TAG, "Value": "acme"}]
    assert json.loads(found["TemplateBody"])["Resources"]
    listed = deployed.client.list_stack_sets(Status="ACTIVE")["Summaries"]
    assert [each["StackSetName"] for each in listed] == [NAME]
    assert not deployed.client.list_stack_sets(Status="DELETED")["Summaries"]
    assert not cloudformation(deployed.aws, region=SECOND).list_stack_sets()["Summaries"]


def test_an_operation_may_linger(aws: Clients, deployed: Deployed) -> None:
    deployed.make()
    aws.sandbox.stack_sets.linger(1)
    operation = deployed.deploy(PROD)
    assert deployed.results(operation) == {PROD: ("RUNNING", "")}
    with refused("OperationInProgressException", operation):
        deployed.deploy(PAYMENTS)
    assert deployed.client.list_stack_set_operations(StackSetName=NAME)["Summaries"][0]["Status"] == "RUNNING"
    assert deployed.operation(operation)["Status"] == "RUNNING"
    assert deployed.operation(operation)["Status"] == "SUCCEEDED"
    assert deployed.results(operation) == {PROD: ("SUCCEEDED", "")}
    deployed.deploy(PAYMENTS)


def test_with_managed_execution_operations_do_not_exclude_each_other(aws: Clients, deployed: Deployed) -> None:
    deployed.make(ManagedExecution={"Active": True})
    aws.sandbox.stack_sets.linger(1)
    deployed.deploy(PROD)
    deployed.deploy(PAYMENTS)
    assert len(deployed.instances()) == 2
