"""Stacks of their own, each in its account: made, updated, protected from deletion, and withdrawn."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from functools import partial

from breakglass.aws.stacks import home as homes
from breakglass.aws.stacks import templates
from breakglass.aws.stacks.desk import Desk, asked
from breakglass.aws.stacks.home import Home
from breakglass.errors import BreakglassError, CredentialsError
from breakglass.resources import Scope
from breakglass.stacks import CURRENT, Delivered, Instance, Stack, Standing
from breakglass.workers import Advance


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
    return _rows(delivery, places, advance, partial(_bring, desk, delivery))


def withdraw(desk: Desk, delivery: Stack, places: Collection[Scope], advance: Advance) -> Sequence[Delivered]:
    """Delete the stack, which leaves what it made."""
    return _rows(delivery, places, advance, partial(_delete, desk, delivery))


def home_of(delivery: Stack) -> Home:
    """Return where a stack is."""
    return Home(delivery.name, delivery.scope.account, delivery.region)


def has_template(desk: Desk, home: Home, template: str) -> bool:
    """Tell whether the stack has this template."""
    with asked(home.account, home.name):
        answer = home.client(desk).get_template(StackName=home.name, TemplateStage="Original")
        return templates.same(answer.get("TemplateBody", ""), template)


def _rows(
    delivery: Stack, places: Collection[Scope], advance: Advance, work: Callable[[], None]
) -> Sequence[Delivered]:
    """Do what is to be done in the one place there is; credentials that fail, fail for all deliveries."""
    if delivery.scope not in places:
        return ()
    try:
        work()
    except CredentialsError:
        raise
    except BreakglassError as error:
        return (Delivered(delivery.scope, error),)
    advance(delivery.scope.account)
    return (Delivered(delivery.scope),)


def _bring(desk: Desk, delivery: Stack) -> None:
    home = home_of(delivery)
    told = homes.settled(desk, home)
    if told is None:
        homes.create(desk, home, delivery.template)
    else:
        homes.changeable(home, told)
        homes.update(desk, home, delivery.template)
    homes.protect(desk, home, protected=True)


def _delete(desk: Desk, delivery: Stack) -> None:
    home = home_of(delivery)
    told = homes.settled(desk, home)
    if told is None:
        return
    homes.protect(desk, home, protected=False)
    with asked(home.account, home.name):
        home.client(desk).delete_stack(StackName=home.name)
    homes.ended(desk, home, told["StackId"], "DELETE")
