"""A change set of type IMPORT: made, compared with what was asked for, and only then executed.

Its name is drawn, so that nobody can have made one of that name before; from then on it is known by the ARN that its
making returned. Whoever may make change sets in an account could otherwise have theirs executed by us.
https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateChangeSet.html
"""

from __future__ import annotations

from collections.abc import Sequence
from secrets import token_hex
from typing import TYPE_CHECKING

from breakglass.aws.stacks import causes, templates
from breakglass.aws.stacks import home as homes
from breakglass.aws.stacks.desk import Desk, asked
from breakglass.aws.stacks.home import Home
from breakglass.aws.stacks.settings import CAPABILITIES
from breakglass.aws.stacks.waiting import awaited
from breakglass.errors import RejectedError

if TYPE_CHECKING:
    from mypy_boto3_cloudformation.type_defs import (
        ChangeTypeDef,
        CreateChangeSetOutputTypeDef,
        DescribeChangeSetOutputTypeDef,
        ResourceToImportTypeDef,
    )

Imports = list["ResourceToImportTypeDef"]


def import_into(desk: Desk, home: Home, template: str, imports: Imports) -> None:
    """Have a new stack of this template take over what exists, and wait until it has.

    Raises RejectedError where the change set, or the stack it is for, is not as it was asked for.
    """
    made = _make(desk, home, template, imports)
    told, changes = awaited(
        desk.clock, lambda: _ended(desk, home, made), f"the change set of {home.name} in account {home.account}"
    )
    if told["Status"] == "FAILED":
        _abandon(desk, home, made["StackId"], told.get("StatusReason", "no reason is given"))
    differing = [
        *_differing_change_set(desk, told, changes, imports),
        *_differing_stack(desk, home, made["StackId"]),
        *_differing_template(desk, home, made, template),
    ]
    if differing:
        raise _meddled(home, differing)
    with asked(home.account, home.name):
        home.client(desk).execute_change_set(StackName=made["StackId"], ChangeSetName=made["Id"])
    homes.ended(desk, home, made["StackId"], "IMPORT")


def _make(desk: Desk, home: Home, template: str, imports: Imports) -> CreateChangeSetOutputTypeDef:
    sent = templates.sent(desk, template, home.name)
    root = homes.parameters(desk, template)
    with asked(home.account, home.name):
        return home.client(desk).create_change_set(
            StackName=home.name,
            ChangeSetName=f"adopt-{token_hex(16)}",
            ChangeSetType="IMPORT",
            ResourcesToImport=imports,
            Parameters=root,
            Capabilities=CAPABILITIES,
            Tags=desk.tags,
            **sent,
        )


def _ended(
    desk: Desk, home: Home, made: CreateChangeSetOutputTypeDef
) -> tuple[DescribeChangeSetOutputTypeDef, Sequence[ChangeTypeDef]] | None:
    """Return the change set and all its changes once nobody is at work on it."""
    with asked(home.account, home.name):
        pages = list(
            home.client(desk)
            .get_paginator("describe_change_set")
            .paginate(StackName=made["StackId"], ChangeSetName=made["Id"])
        )
        if pages[0]["Status"] not in ("CREATE_COMPLETE", "FAILED"):
            return None
        return pages[0], [each for page in pages for each in page.get("Changes", ())]


def _differing_change_set(
    desk: Desk, told: DescribeChangeSetOutputTypeDef, changes: Sequence[ChangeTypeDef], imports: Imports
) -> Sequence[str]:
    """Return what a change set has that was not asked for: it is to import these resources, and to do nothing else."""
    wanted = sorted(("Import", each["LogicalResourceId"], each["ResourceType"]) for each in imports)
    found = sorted(_change(each) for each in changes)
    return [
        *(["its changes"] if found != wanted else []),
        *(["its tags"] if told.get("Tags", []) != desk.tags else []),
        *(["who is notified"] if told.get("NotificationARNs") else []),
    ]


def _change(told: ChangeTypeDef) -> tuple[str, str, str]:
    each = told.get("ResourceChange", {})
    return str(each.get("Action", "")), each.get("LogicalResourceId", ""), each.get("ResourceType", "")


def _differing_stack(desk: Desk, home: Home, identifier: str) -> Sequence[str]:
    """Return what the stack has that we never give one: it is empty, and acts as whoever calls."""
    told = homes.found(desk, home, identifier)
    if told is None or told["StackStatus"] != homes.REVIEW:
        return ["the state of the stack"]
    return [
        *(["the role of the stack"] if told.get("RoleARN") else []),
        *(["who is notified of the stack"] if told.get("NotificationARNs") else []),
    ]


def _differing_template(desk: Desk, home: Home, made: CreateChangeSetOutputTypeDef, template: str) -> Sequence[str]:
    with asked(home.account, home.name):
        found = home.client(desk).get_template(
            StackName=made["StackId"], ChangeSetName=made["Id"], TemplateStage="Original"
        )
    return [] if templates.same(found.get("TemplateBody"), template) else ["its template"]


def _meddled(home: Home, differing: Sequence[str]) -> RejectedError:
    return RejectedError(
        f"the change set of {home.name} in account {home.account} is not as it was asked for, and was not executed: "
        f"{', '.join(differing)}",
        subject=home.account,
        advice=f"see in CloudTrail of account {home.account} who else works on {home.name}; then delete that stack, "
        "which has nothing yet, and run `breakglass adopt` again",
    )


def _abandon(desk: Desk, home: Home, identifier: str, reason: str) -> None:
    """Delete the empty stack a change set leaves that came to nothing, and raise why it did."""
    told = homes.found(desk, home, identifier)
    if told is not None and told["StackStatus"] == homes.REVIEW:
        with asked(home.account, home.name):
            home.client(desk).delete_stack(StackName=identifier)
    raise causes.failure(f"nothing was taken over: {reason}", home.account, f"the stack {home.name}")
