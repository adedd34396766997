"""StackSets: made, brought up to date, deployed to the places asked for and to no other, and withdrawn.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/what-is-cfnstacksets.html
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from breakglass.aws.absent import absent
from breakglass.aws.stacks import templates
from breakglass.aws.stacks.desk import Desk, asked
from breakglass.aws.stacks.places import placed
from breakglass.aws.stacks.run import Run
from breakglass.aws.stacks.settings import automatic, is_at_home, is_current, settings
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
    current = is_current(desk, delivery, told) and is_at_home(desk, delivery, told)
    return Standing(exists=True, is_current=current, instances=instances)


def described(desk: Desk, delivery: StackSet) -> StackSetTypeDef | None:
    """Return a StackSet of ours as AWS has it, or None; raises RejectedError where it is not ours."""
    told: StackSetTypeDef | None = None
    with asked(desk.account, delivery.name), absent("StackSetNotFoundException"):
        told = desk.stack_sets.describe_stack_set(StackSetName=delivery.name, CallAs=desk.call_as)["StackSet"]
    if told is not None:
        desk.require_ours(delivery.name, desk.account, told.get("Tags", ()))
    return told


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
        run.deploy(run.places)
        return run.rows()
    run.know(told)
    if is_current(desk, delivery, told):
        run.skip()
        run.repeat([each for each in run.places if each in run.found and not run.found[each].instance.is_current])
    else:
        run.update()
    run.deploy([each for each in run.places if each not in run.found])
    return run.rows()


def withdraw(desk: Desk, delivery: StackSet, places: Collection[Scope], advance: Advance) -> Sequence[Delivered]:
    """Delete the instances in these places, which leaves what they made, and the StackSet with its last instance."""
    run = Run(desk, delivery, places, advance)
    if described(desk, delivery) is None:
        return [Delivered(each) for each in run.places]
    run.look()
    run.delete([each for each in run.places if each in run.found])
    run.look()
    if not run.found:
        with asked(desk.account, delivery.name):
            desk.stack_sets.delete_stack_set(StackSetName=delivery.name, CallAs=desk.call_as)
    return [Delivered(each, run.error(each) if each in run.found else None) for each in run.places]
