"""One stack in one account: looked at, waited for, changed, and why it failed.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/view-stack-events.html
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from breakglass import naming
from breakglass.aws.stacks import causes, templates
from breakglass.aws.stacks.causes import AGAIN
from breakglass.aws.stacks.desk import Desk, asked
from breakglass.aws.stacks.settings import CAPABILITIES
from breakglass.aws.stacks.waiting import awaited
from breakglass.errors import BreakglassError, RejectedError

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_cloudformation.type_defs import ParameterTypeDef, StackEventTypeDef, StackTypeDef

COMPLETE = ("CREATE_COMPLETE", "UPDATE_COMPLETE", "IMPORT_COMPLETE")
ROLLED_BACK = ("UPDATE_ROLLBACK_COMPLETE", "IMPORT_ROLLBACK_COMPLETE")
"""It is as it was before the last change, and can be changed again."""
REVIEW = "REVIEW_IN_PROGRESS"
"""There is a change set and nothing else; nobody is at work."""

_DELETE = "aws cloudformation delete-stack --stack-name {name} --region {region}"
_KEEP = f"{_DELETE} --deletion-mode FORCE_DELETE_STACK"
_STUCK = {
    "CREATE_FAILED": f"delete it: {_DELETE}",
    "ROLLBACK_COMPLETE": f"it made nothing and can only be deleted: {_DELETE}",
    "ROLLBACK_FAILED": f"what it made could not all be taken back: mend what its events say, then {_DELETE}",
    "UPDATE_FAILED": "roll it back: aws cloudformation rollback-stack --stack-name {name} --region {region}",
    "UPDATE_ROLLBACK_FAILED": "mend what its events say, then run: aws cloudformation continue-update-rollback "
    "--stack-name {name} --region {region}",
    "IMPORT_ROLLBACK_FAILED": "mend what its events say, then run: aws cloudformation continue-update-rollback "
    "--stack-name {name} --region {region}",
    "DELETE_FAILED": f"its templates keep every resource, so delete what is left of it: {_KEEP}",
    REVIEW: "somebody began a change set for it, perhaps a run of `breakglass adopt` that broke off; it has nothing "
    f"yet, so delete it: {_DELETE}",
}
"""States out of which only people help -> how.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/view-stack-events.html
"""

_ROOT = naming.ORGANIZATION_ROOT[2:-1]
_MOST_REASONS = 3


@dataclass(frozen=True, slots=True)
class Home:
    """The name and the place of a stack."""

    name: str
    account: str
    region: str

    def client(self, desk: Desk) -> CloudFormationClient:
        """Return CloudFormation where the stack is."""
        return desk.client(self.account, self.region)


def found(desk: Desk, home: Home, identifier: str = "") -> StackTypeDef | None:
    """Return the stack of this name, or of this id also after it was deleted; None where there is none.

    Raises RejectedError where it is not ours, and as `cloud.Stacks` does.
    """
    try:
        with asked(home.account, home.name):
            (told,) = home.client(desk).describe_stacks(StackName=identifier or home.name)["Stacks"]
    except RejectedError as error:
        if "does not exist" in error.message:
            return None
        raise
    if told["StackStatus"] == REVIEW and not identifier:
        _require_begun_by_us(desk, home, told)
    elif told["StackStatus"] != REVIEW:
        desk.require_ours(home.name, home.account, told.get("Tags", ()))
    return told


def _require_begun_by_us(desk: Desk, home: Home, told: StackTypeDef) -> None:
    """See that a stack with nothing but change sets is ours; it has its tags once one is executed, and often never.

    Then nobody can tell who began it, nor as which role it would act.
    """
    try:
        desk.require_ours(home.name, home.account, told.get("Tags", ()))
    except RejectedError as error:
        advice = f"in account {home.account}, {_told(home, REVIEW)}; then {AGAIN}"
        raise RejectedError(f"{error.message}, and is in {REVIEW}", subject=home.account, advice=advice) from error


def settled(desk: Desk, home: Home, identifier: str = "") -> StackTypeDef | None:
    """Return the stack once nobody is at work on it; of an id, once what was begun is over."""

    def look() -> tuple[StackTypeDef | None] | None:
        told = found(desk, home, identifier)
        return None if told is not None and _is_at_work(told["StackStatus"], begun=bool(identifier)) else (told,)

    return awaited(desk.clock, look, f"the work on {home.name} in account {home.account}")[0]


def _is_at_work(status: str, *, begun: bool) -> bool:
    return status.endswith("_IN_PROGRESS") and (begun or status != REVIEW)


def changeable(home: Home, told: StackTypeDef) -> None:
    """See that a stack can be updated; raises RejectedError that says how to get it out of where it is."""
    status = told["StackStatus"]
    if status in COMPLETE or status in ROLLED_BACK:
        return
    raise RejectedError(
        f"the stack {home.name} in account {home.account} is in {status}: {told.get('StackStatusReason', 'no reason')}",
        subject=home.account,
        advice=f"in account {home.account}, {_told(home, status)}; then {AGAIN}",
    )


def _told(home: Home, status: str) -> str:
    """Return how to get a stack out of a state."""
    known = _STUCK.get(status, "see its events in the CloudFormation console")
    return known.format(name=home.name, region=home.region)


def create(desk: Desk, home: Home, template: str) -> None:
    """Make the stack and wait for it; one that cannot be made is deleted again, so that the next try can make it.

    It is protected from deletion only once it stands: CloudFormation itself has to delete one that does not.
    """
    sent = templates.sent(desk, template, home.name)
    root = parameters(desk, template)
    with asked(home.account, home.name):
        identifier = home.client(desk).create_stack(
            StackName=home.name,
            Parameters=root,
            Capabilities=CAPABILITIES,
            Tags=desk.tags,
            OnFailure="DELETE",
            **sent,
        )["StackId"]
    ended(desk, home, identifier, "CREATE")


def update(desk: Desk, home: Home, template: str) -> None:
    """Give the stack this template and wait for it; that nothing differs is as good."""
    sent = templates.sent(desk, template, home.name)
    root = parameters(desk, template)
    try:
        with asked(home.account, home.name):
            identifier = home.client(desk).update_stack(
                StackName=home.name,
                Parameters=root,
                Capabilities=CAPABILITIES,
                Tags=desk.tags,
                **sent,
            )["StackId"]
    except RejectedError as error:
        if "No updates are to be performed" in error.message:
            return
        raise
    ended(desk, home, identifier, "UPDATE")


def protect(desk: Desk, home: Home, *, protected: bool) -> None:
    """See that the stack is protected from deletion, or is not."""
    told = found(desk, home)
    if told is not None and told.get("EnableTerminationProtection", False) != protected:
        with asked(home.account, home.name):
            home.client(desk).update_termination_protection(StackName=home.name, EnableTerminationProtection=protected)


def ended(desk: Desk, home: Home, identifier: str, what: str) -> None:
    """Wait for the end of what was begun: `CREATE`, `UPDATE`, `IMPORT` or `DELETE`; raise why it failed."""
    told = settled(desk, home, identifier)
    status = told["StackStatus"] if told is not None else "DELETE_COMPLETE"
    if status != f"{what}_COMPLETE":
        raise _failure(desk, home, identifier, what, status)


def parameters(desk: Desk, template: str) -> list[ParameterTypeDef]:
    """Return what a template asks for: at most the root of the organization."""
    if _ROOT not in template or _ROOT not in str(templates.read(template).get("Parameters")):
        return []
    return [{"ParameterKey": _ROOT, "ParameterValue": desk.root()}]


def _failure(desk: Desk, home: Home, identifier: str, what: str, status: str) -> BreakglassError:
    with asked(home.account, home.name):
        reasons = _reasons(home.client(desk), identifier, f"{what}_IN_PROGRESS")
    return causes.failure(
        f"{what} ended in {status}: {reasons or 'no event says why'}", home.account, f"the stack {home.name}"
    )


def _reasons(client: CloudFormationClient, identifier: str, start: str) -> str:
    """Return the first things that failed since the last change began; what follows from them says less.

    Events come newest first.
    """
    failed: list[str] = []
    for page in client.get_paginator("describe_stack_events").paginate(StackName=identifier):
        for event in page["StackEvents"]:
            if event.get("PhysicalResourceId") == identifier and event.get("ResourceStatus") == start:
                return "; ".join(failed[::-1][:_MOST_REASONS])
            failed += _reason(event)
    return "; ".join(failed[::-1][:_MOST_REASONS])


def _reason(event: StackEventTypeDef) -> list[str]:
    reason = event.get("ResourceStatusReason", "")
    if not event.get("ResourceStatus", "").endswith("_FAILED") or not reason or "cancelled" in reason.lower():
        return []
    return [f"{event.get('LogicalResourceId', '')}: {reason}"]
