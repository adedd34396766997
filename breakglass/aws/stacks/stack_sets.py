"""StackSets: made, brought up to date, deployed to the places asked for and to no other, and withdrawn.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/what-is-cfnstacksets.html
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from breakglass.aws.absent import absent
from breakglass.aws.stacks import causes, templates
from breakglass.aws.stacks.desk import Desk, asked
from breakglass.aws.stacks.instances import delete, deploy, release
from breakglass.aws.stacks.places import placed
from breakglass.aws.stacks.run import Run
from breakglass.aws.stacks.settings import (
    NEVER_AUTOMATIC,
    automatic,
    deploys_as_wanted,
    differing,
    extra_units,
    has_content,
    settings,
)
from breakglass.aws.stacks.updates import automate, repeat, update_some, update_whole
from breakglass.errors import RejectedError
from breakglass.resources import Scope
from breakglass.stacks import Delivered, StackSet, Standing
from breakglass.workers import Advance

if TYPE_CHECKING:
    from mypy_boto3_cloudformation.type_defs import StackSetTypeDef


def look(desk: Desk, delivery: StackSet) -> Standing:
    """Return what there is of a StackSet and of its instances."""
    told = described(desk, delivery)
    if told is None:
        return Standing(exists=False)
    with asked(desk.account, delivery.name):
        instances = {scope: each.instance for scope, each in placed(desk, delivery).items()}
    return Standing(exists=True, is_current=not differing(desk, delivery, told), instances=instances)


def described(desk: Desk, delivery: StackSet) -> StackSetTypeDef | None:
    """Return a StackSet of ours as AWS has it, or None; raises RejectedError where it is not ours."""
    told = told_of(desk, delivery.name)
    if told is not None:
        desk.require_ours(delivery.name, desk.account, told.get("Tags", ()))
    return told


def told_of(desk: Desk, name: str) -> StackSetTypeDef | None:
    """Return a StackSet as AWS has it, whosever it is, or None."""
    with asked(desk.account, name), absent("StackSetNotFoundException"):
        return desk.stack_sets.describe_stack_set(StackSetName=name, CallAs=desk.call_as)["StackSet"]
    return None


def create(desk: Desk, delivery: StackSet) -> None:
    """Make the StackSet itself, which deploys nothing yet."""
    template = templates.sent(desk, delivery.template, delivery.name)
    with asked(desk.account, delivery.name):
        desk.stack_sets.create_stack_set(
            StackSetName=delivery.name,
            CallAs=desk.call_as,
            **template,
            **settings(desk),
            **automatic(desk, delivery),
        )


def deliver(desk: Desk, delivery: StackSet, places: Collection[Scope], advance: Advance) -> Sequence[Delivered]:
    """Make or update the StackSet, and have its instances in these places as it is."""
    run = Run(desk, delivery, places, advance)
    told = described(desk, delivery)
    if told is None:
        create(desk, delivery)
        run.has_worked = True
    else:
        run.know(told)
        release(run, extra_units(desk, delivery, told))
        _bring(run, told)
    deploy(run, run.missing)
    rows = run.rows()
    return _proven(run, rows) if run.has_worked else rows


def _bring(run: Run, told: StackSetTypeDef) -> None:
    """Give it what it is to have: all at once where all of it is meant."""
    desk, delivery = run.desk, run.delivery
    has_all, automates = has_content(desk, delivery, told), deploys_as_wanted(desk, delivery, told)
    if run.is_whole and not (has_all and automates):
        update_whole(run)
        return
    if not automates:
        automate(run, automatic(desk, delivery))
    if not has_all:
        update_some(run)
        return
    run.skip()
    repeat(run, [each for each in run.places if each in run.found and not run.found[each].instance.is_current])


def _proven(run: Run, rows: Sequence[Delivered]) -> Sequence[Delivered]:
    """See that the StackSet is as it is to be; where it is not, no place is told as delivered."""
    told = described(run.desk, run.delivery)
    name, account = run.delivery.name, run.desk.account
    left = differing(run.desk, run.delivery, told) if told is not None else ["all of it"]
    if not left:
        return rows
    error = RejectedError(
        f"{name} in account {account} is still not as it is to be: {', '.join(left)}",
        subject=name,
        advice=f"see the operations of {name} in the CloudFormation console of account {account}; then " + causes.AGAIN,
    )
    if not rows:
        raise error
    return [each if each.why else Delivered(each.scope, error) for each in rows]


def withdraw(desk: Desk, delivery: StackSet, places: Collection[Scope], advance: Advance) -> Sequence[Delivered]:
    """Delete the instances in these places, which leaves what they made, and the StackSet with its last instance.

    Before the last of them go nothing is deployed automatically any more; what is left nevertheless is told.
    """
    run = Run(desk, delivery, places, advance)
    told = described(desk, delivery)
    if told is None:
        return [Delivered(each) for each in run.places]
    run.know(told)
    goes = run.found.keys() <= set(run.places)
    if goes and run.found and told.get("AutoDeployment", {}).get("Enabled", False):
        automate(run, NEVER_AUTOMATIC)
        run.why.clear()  # what that said of an instance says nothing of its deletion
    delete(run, [each for each in run.places if each in run.found])
    run.look()
    if not run.found:
        with asked(desk.account, delivery.name):
            desk.stack_sets.delete_stack_set(StackSetName=delivery.name, CallAs=desk.call_as)
    told_of_places = sorted({*run.places, *run.found}) if goes else run.places
    return [Delivered(each, run.error(each) if each in run.found else None) for each in told_of_places]
