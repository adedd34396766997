"""StackSets and stacks as the API shows them.

https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_Types.html
"""

from collections.abc import Mapping
from http import HTTPStatus
from typing import TypeAlias

from moto.core.serialize import QuerySerializer
from moto.core.utils import get_service_model

from breakglass.sandbox.answers import XML, Answer
from breakglass.sandbox.cloudformation.place import SERVICE, stack_arn
from breakglass.sandbox.cloudformation.stack import Event, Stack
from breakglass.sandbox.cloudformation.stack_set import Instance, Operation, Result, StackSet

Shape: TypeAlias = Mapping[str, object]


def answered(action: str, result: Shape) -> Answer:
    """Return an answer in the shape that AWS's own model of the operation says."""
    model = get_service_model(SERVICE).operation_model(action)
    body = str(QuerySerializer(model).serialize(dict(result))["body"])
    return Answer(HTTPStatus.OK, XML, body.encode())


def of_stack_set(each: StackSet) -> Shape:
    """Return a StackSet as DescribeStackSet shows it."""
    settings = each.settings
    roles = {"AdministrationRoleARN": settings.administration_role, "ExecutionRoleName": settings.execution_role}
    return {
        **summary(each),
        "StackSetARN": each.arn,
        "TemplateBody": each.template.body,
        "Parameters": [],
        "Capabilities": list(settings.capabilities),
        "Tags": _tags(settings.tags),
        "OrganizationalUnitIds": sorted(each.units),
        "Regions": list(each.regions),
        **({} if each.service_managed else roles),
    }


def summary(each: StackSet) -> Shape:
    """Return a StackSet as ListStackSets shows it."""
    automatic = {"AutoDeployment": dict(each.settings.auto_deployment)} if each.service_managed else {}
    return {
        "StackSetName": each.name,
        "StackSetId": each.identifier,
        "Description": each.settings.description,
        "Status": "ACTIVE",
        "PermissionModel": "SERVICE_MANAGED" if each.service_managed else "SELF_MANAGED",
        "ManagedExecution": {"Active": each.settings.managed_execution},
        "DriftStatus": "NOT_CHECKED",
        **automatic,
    }


def of_instance(stack_set: StackSet, each: Instance) -> Shape:
    """Return an instance, whose stack has no id as long as none was made."""
    stack_id = stack_arn(stack_set.partition, each.account, each.region, each.stack) if each.stack else ""
    return {
        "StackSetId": stack_set.identifier,
        "Region": each.region,
        "Account": each.account,
        "Status": each.status,
        "StackInstanceStatus": {"DetailedStatus": each.detailed},
        "OrganizationalUnitId": each.unit,
        "DriftStatus": "NOT_CHECKED",
        "LastOperationId": each.operation,
        **({"StackId": stack_id} if stack_id else {}),
        **({"StatusReason": each.reason} if each.reason else {}),
    }


def of_operation(stack_set: StackSet, each: Operation) -> Shape:
    """Return an operation as DescribeStackSetOperation shows it."""
    failed = sum(result.status == "FAILED" for result in each.results)
    return {
        **operation_summary(each),
        "StackSetId": stack_set.identifier,
        "RetainStacks": each.retain,
        "StatusDetails": {"FailedStackInstancesCount": failed},
    }


def operation_summary(each: Operation) -> Shape:
    """Return an operation as ListStackSetOperations shows it: it runs as long as there are looks left."""
    running = {"Status": "RUNNING"} if each.looks else {"Status": each.status, "EndTimestamp": each.time}
    return {"OperationId": each.identifier, "Action": each.action, "CreationTimestamp": each.time, **running}


def of_result(each: Result, *, running: bool) -> Shape:
    """Return what became of a place, which is not told while the operation runs."""
    return {
        "Account": each.account,
        "Region": each.region,
        "Status": "RUNNING" if running else each.status,
        "OrganizationalUnitId": each.unit,
        **({"StatusReason": each.reason} if each.reason and not running else {}),
    }


def of_stack(each: Stack) -> Shape:
    """Return a stack as DescribeStacks shows it."""
    return {
        "StackId": each.place.stack_id,
        "StackName": each.place.stack,
        "Description": each.template.description,
        "CreationTime": each.created,
        "StackStatus": each.status,
        "EnableTerminationProtection": each.protected,
        "Capabilities": [each.template.capability] if each.template.capability else [],
        "Tags": _tags(each.place.tags),
        "DriftInformation": {"StackDriftStatus": "NOT_CHECKED"},
        **({"StackStatusReason": each.reason} if each.reason else {}),
    }


def of_event(stack: Stack, number: int, each: Event) -> Shape:
    """Return an event of a stack; the number makes its id."""
    happened = each.happened
    return {
        "StackId": stack.place.stack_id,
        "EventId": f"{happened.declared.logical_id}-{number}",
        "StackName": stack.place.stack,
        "LogicalResourceId": happened.declared.logical_id,
        "PhysicalResourceId": happened.physical_id,
        "ResourceType": happened.declared.type,
        "Timestamp": each.time,
        "ResourceStatus": happened.status,
        **({"ResourceStatusReason": happened.reason} if happened.reason else {}),
    }


def _tags(tags: tuple[tuple[str, str], ...]) -> list[Shape]:
    return [{"Key": key, "Value": value} for key, value in tags]
