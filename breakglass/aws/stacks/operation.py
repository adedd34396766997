"""One operation of a StackSet: followed to its end, told place by place.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacksets-concepts.html#stackset-status-codes
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from breakglass.aws.stacks import causes
from breakglass.aws.stacks.causes import AGAIN
from breakglass.aws.stacks.desk import Desk, asked
from breakglass.aws.stacks.places import scope_of
from breakglass.aws.stacks.waiting import awaited
from breakglass.errors import BreakglassError, RejectedError, UnavailableError
from breakglass.resources import Scope
from breakglass.stacks import StackSet

if TYPE_CHECKING:
    from mypy_boto3_cloudformation.type_defs import StackSetOperationResultSummaryTypeDef, StackSetOperationTypeDef

UNDER_WAY = ("RUNNING", "QUEUED", "STOPPING")
_STOPPED = "somebody stopped the operation"
_INTOLERABLE = "the operation went beyond its failure tolerance before its turn"


def followed(desk: Desk, delivery: StackSet, operation: str, heard: Callable[[Scope], None]) -> Mapping[Scope, str]:
    """Wait until an operation is over; return for every place it went to why it failed there, or an empty string.

    `heard` is told each place once, as soon as it is done. Raises as `cloud.Stacks` does, also where the operation did
    not succeed and no place says why, and KeyboardInterrupt.
    """
    done: set[Scope] = set()

    def look() -> Mapping[Scope, str] | None:
        told = _described(desk, delivery, operation)
        results = _results(desk, delivery, operation)
        for scope, result in results.items():
            if result["Status"] == "SUCCEEDED" and scope not in done:
                done.add(scope)
                heard(scope)
        if told["Status"] in UNDER_WAY:
            return None
        found = {scope: _why(told, result) for scope, result in results.items()}
        if told["Status"] != "SUCCEEDED" and not any(found.values()):
            raise _ended(desk, delivery, told)
        return found

    return awaited(desk.clock, look, f"operation {operation} of {delivery.name}")


def _ended(desk: Desk, delivery: StackSet, told: StackSetOperationTypeDef) -> BreakglassError:
    """Return as an error that an operation ended otherwise than it should, where no place says why."""
    status = told["Status"]
    reason = told.get("StatusReason", "") or (_STOPPED if status == "STOPPED" else "no reason is given")
    return causes.failure(f"it ended as {status}: {reason}", desk.account, f"an operation of {delivery.name}")


def begun(desk: Desk, delivery: StackSet, begin: Callable[[], str]) -> str:
    """Begin an operation and return its id; where another one is under way, say which.

    Raises UnavailableError for that, and as `cloud.Stacks` does.
    """
    try:
        with asked(desk.account, delivery.name):
            return begin()
    except RejectedError as error:
        if "OperationInProgress" not in error.message:
            raise
        running = _running(desk, delivery)
        raise UnavailableError(
            f"{delivery.name} in account {desk.account} is at work on another operation{running}",
            subject=delivery.name,
            advice="wait until it is over (aws cloudformation list-stack-set-operations), then " + AGAIN,
        ) from error


def _running(desk: Desk, delivery: StackSet) -> str:
    with asked(desk.account, delivery.name):
        pages = desk.stack_sets.get_paginator("list_stack_set_operations").paginate(
            StackSetName=delivery.name, CallAs=desk.call_as
        )
        found = [each for page in pages for each in page["Summaries"] if each.get("Status") in UNDER_WAY]
    return "".join(f": {each['Action']} {each['OperationId']} ({each['Status']})" for each in found[:1])


def _described(desk: Desk, delivery: StackSet, operation: str) -> StackSetOperationTypeDef:
    with asked(desk.account, delivery.name):
        answer = desk.stack_sets.describe_stack_set_operation(
            StackSetName=delivery.name, OperationId=operation, CallAs=desk.call_as
        )
        return answer["StackSetOperation"]


def _results(desk: Desk, delivery: StackSet, operation: str) -> Mapping[Scope, StackSetOperationResultSummaryTypeDef]:
    with asked(desk.account, delivery.name):
        pages = desk.stack_sets.get_paginator("list_stack_set_operation_results").paginate(
            StackSetName=delivery.name, OperationId=operation, CallAs=desk.call_as
        )
        return {
            scope_of(delivery, each["Account"], each["Region"]): each for page in pages for each in page["Summaries"]
        }


def _why(operation: StackSetOperationTypeDef, result: StackSetOperationResultSummaryTypeDef) -> str:
    """Return why it failed in one place; nothing where it did not."""
    status = result["Status"]
    if status == "SUCCEEDED":
        return ""
    gate = result.get("AccountGateResult", {})
    if gate.get("Status") == "FAILED":
        return f"the account gate said no: {gate.get('StatusReason', 'it gave no reason')}"
    reason = result.get("StatusReason", "")
    if status == "CANCELLED":
        cause = _STOPPED if operation["Status"] == "STOPPED" else _INTOLERABLE
        return f"CANCELLED: {cause}" + (f" ({reason})" if reason else "")
    return reason or operation.get("StatusReason", "") or f"{status}, and no reason is given"
