"""Deliveries that begin with what is there: stacks that take it over, and StackSets that take over those stacks.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacksets-import.html
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from breakglass.aws.stacks import home as homes
from breakglass.aws.stacks import stack_sets
from breakglass.aws.stacks.desk import Desk
from breakglass.aws.stacks.home import Home
from breakglass.aws.stacks.instances import take_in
from breakglass.aws.stacks.places import FAILED_IMPORT, where
from breakglass.aws.stacks.run import Run
from breakglass.aws.stacks.stack import home_of
from breakglass.aws.stacks.takeover import take_over
from breakglass.errors import BreakglassError, CredentialsError
from breakglass.stacks import Adoption, Delivered, Stack, StackSet
from breakglass.workers import Advance, parallel

MOST_STACKS = 10
"""What a StackSet takes in at a time.

https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ImportStacksToStackSet.html
"""


def into_stack(desk: Desk, delivery: Stack, adoptions: Sequence[Adoption], advance: Advance) -> Sequence[Delivered]:
    """Have a stack of its own hold what is there, protected from deletion."""
    rows = []
    for each in adoptions:
        taken = _taken(desk, home_of(delivery), delivery.template, each)
        if not isinstance(taken, BreakglassError):
            advance(each.scope.account)
        rows.append(Delivered(each.scope, taken if isinstance(taken, BreakglassError) else None))
    return rows


def into_stack_set(
    desk: Desk, delivery: StackSet, adoptions: Sequence[Adoption], advance: Advance
) -> Sequence[Delivered]:
    """Have the instances of a StackSet hold what is there: first a stack in every place, then those by tens."""
    run = Run(desk, delivery, [each.scope for each in adoptions], advance)
    if stack_sets.described(desk, delivery) is None:
        stack_sets.create(desk, delivery)
    run.look()
    run.skip()
    left = [each for each in adoptions if each.scope not in run.found or _failed(run, each)]
    taken = dict(zip((each.scope for each in left), parallel(partial(_home, desk, delivery), left), strict=True))
    stacks = [each for each in taken.values() if isinstance(each, str)]
    for start in range(0, len(stacks), MOST_STACKS):
        take_in(run, stacks[start : start + MOST_STACKS])
    errors = {scope: each for scope, each in taken.items() if isinstance(each, BreakglassError)}
    return [Delivered(each.scope, errors.get(each.scope, each.why)) for each in run.rows()]


def _failed(run: Run, adoption: Adoption) -> bool:
    return FAILED_IMPORT in run.found[adoption.scope].instance.reason


def _home(desk: Desk, delivery: StackSet, adoption: Adoption) -> str | BreakglassError:
    home = Home(delivery.name, *where(delivery, adoption.scope))
    return _taken(desk, home, delivery.template, adoption, protected=False)


def _taken(
    desk: Desk, home: Home, template: str, adoption: Adoption, *, protected: bool = True
) -> str | BreakglassError:
    """Return the id of the stack that holds it, or why there is none; credentials that fail, fail for all."""
    try:
        stack = take_over(desk, home, template, adoption)
        if protected:
            homes.protect(desk, home, protected=True)
    except CredentialsError:
        raise
    except BreakglassError as error:
        return error
    return stack
