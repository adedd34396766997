"""Stacks of their own, each in its account: made, updated, protected from deletion, and withdrawn."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from breakglass.aws.stacks import home as homes
from breakglass.aws.stacks import templates
from breakglass.aws.stacks.desk import Desk, asked
from breakglass.aws.stacks.home import Home
from breakglass.errors import BreakglassError, CredentialsError
from breakglass.resources import Scope
from breakglass.stacks import CURRENT, Delivered, Instance, Stack, Standing
from breakglass.workers import Advance

if TYPE_CHECKING:
    from mypy_boto3_cloudformation.type_defs import StackTypeDef


def look(desk: Desk, delivery: Stack) -> Standing:
    """Return what there is of a stack."""
    home = home_of(delivery)
    told = homes.found(desk, home)
    if told is None:
        return Standing(exists=False)
    same = has_template(desk, home, delivery.template)
    status: str = told["StackStatus"]
    if status in homes.COMPLETE or (status in homes.ROLLED_BACK and same):
        status = CURRENT
    instance = Instance(status, told.get("StackStatusReason", ""))
    is_current = same and told.get("EnableTerminationProtection", False)
    return Standing(exists=True, is_current=is_current, instances={delivery.scope: instance})


def deliver(desk: Desk, delivery: Stack, places: Collection[Scope], advance: Advance) -> Sequence[Delivered]:
    """Make or update the stack, protect it from deletion, and wait until it is as it is to be."""
    home = home_of(delivery)
    if delivery.scope not in places:
        return ()
    try:
        told = homes.settled(desk, home)
        if told is None:
            homes.create(desk, home, delivery.template)
        else:
            homes.changeable(home, told)
            homes.update(desk, home, delivery.template)
        homes.protect(desk, home, protected=True)
    except CredentialsError:
        raise
    except BreakglassError as error:
        return (Delivered(delivery.scope, error),)
    advance(delivery.scope.account)
    return (Delivered(delivery.scope),)


def withdraw(desk: Desk, delivery: Stack, places: Collection[Scope], advance: Advance) -> Sequence[Delivered]:
    """Delete the stack, which leaves what it made."""
    if delivery.scope not in places:
        return ()
    try:
        told = homes.settled(desk, home_of(delivery))
        if told is not None:
            _delete(desk, home_of(delivery), told)
    except CredentialsError:
        raise
    except BreakglassError as error:
        return (Delivered(delivery.scope, error),)
    advance(delivery.scope.account)
    return (Delivered(delivery.scope),)


def home_of(delivery: Stack) -> Home:
    """Return where a stack is."""
    return Home(delivery.name, delivery.scope.account, delivery.region)


def has_template(desk: Desk, home: Home, template: str) -> bool:
    """Tell whether the stack has this template."""
    with asked(home.account, home.name):
        answer = home.client(desk).get_template(StackName=home.name, TemplateStage="Original")
        return templates.same(answer.get("TemplateBody", ""), template)


def _delete(desk: Desk, home: Home, told: StackTypeDef) -> None:
    homes.protect(desk, home, protected=False)
    with asked(home.account, home.name):
        home.client(desk).delete_stack(StackName=home.name)
    homes.ended(desk, home, told["StackId"], "DELETE")
