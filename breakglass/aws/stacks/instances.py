"""What makes instances of a StackSet, takes stacks in as instances, and deletes them.

How many accounts one call may name AWS documents nowhere, so a call names all of them. Organizational units are at
most 50: https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateStackInstances.html
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from functools import partial

from breakglass.aws.stacks.places import Targets, mapped, where, whole
from breakglass.aws.stacks.run import Run
from breakglass.aws.stacks.settings import preferences
from breakglass.resources import Scope

MOST_UNITS = 50


def deploy(run: Run, places: Collection[Scope]) -> None:
    """Make the instances that are missing; units that were never targets become so, empty ones too."""
    units = frozenset(run.delivery.units) - run.targeted
    if units and run.desk.is_service_managed:
        _enter(run, units, {each.account for each in places})
        run.look()
    run.in_groups([each for each in places if each not in run.found and each not in run.why], _creating(run))


def _enter(run: Run, units: Collection[str], accounts: Collection[str]) -> None:
    """Deploy to units that are new, but for every account that is known and not among these."""
    known = {*run.desk.manifest.account_ids, *run.delivery.accounts, *(each.account for each in run.found)}
    for some in _by_fifties(units):
        run.follow(partial(_creating(run), run.delivery.regions, whole(some, known - set(accounts))))


def _creating(run: Run) -> Callable[[Sequence[str], Targets], str]:
    def begin(regions: Sequence[str], chosen: Targets) -> str:
        return run.desk.stack_sets.create_stack_instances(
            StackSetName=run.delivery.name,
            Regions=list(regions),
            OperationPreferences=preferences(run.desk),
            CallAs=run.desk.call_as,
            **chosen,
        )["OperationId"]

    return begin


def take_in(run: Run, stacks: Sequence[str]) -> None:
    """Make instances of stacks that exist, at most ten at a time."""
    desk = run.desk
    counted = mapped(desk, run.delivery.units)
    run.follow(
        lambda: desk.stack_sets.import_stacks_to_stack_set(
            StackSetName=run.delivery.name,
            StackIds=list(stacks),
            OperationPreferences=preferences(desk),
            CallAs=desk.call_as,
            **counted,
        )["OperationId"]
    )


def release(run: Run, units: Collection[str]) -> None:
    """Delete all instances of units, so that they are targets no more; accounts that join them get nothing then.

    A filter on accounts would leave them targets.
    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacksets-orgs-manage-auto-deployment.html
    """
    regions = sorted({*run.delivery.regions, *(where(run.delivery, each)[1] for each in run.found)})
    for some in _by_fifties(units):
        chosen: Targets = {"DeploymentTargets": {"OrganizationalUnitIds": list(some)}}
        run.follow(partial(_deleting(run), regions, chosen))
    if units:
        run.why.clear()  # of instances that are gone: what is made in their place is what counts
        run.targeted -= frozenset(units)
        run.look()


def delete(run: Run, places: Collection[Scope]) -> None:
    """Delete instances with their stacks: the templates keep every resource."""
    run.in_groups(run.working(places), _deleting(run))


def _deleting(run: Run) -> Callable[[Sequence[str], Targets], str]:
    def begin(regions: Sequence[str], chosen: Targets) -> str:
        return run.desk.stack_sets.delete_stack_instances(
            StackSetName=run.delivery.name,
            Regions=list(regions),
            RetainStacks=False,
            OperationPreferences=preferences(run.desk),
            CallAs=run.desk.call_as,
            **chosen,
        )["OperationId"]

    return begin


def _by_fifties(units: Collection[str]) -> Iterator[Sequence[str]]:
    every = sorted(units)
    return (every[start : start + MOST_UNITS] for start in range(0, len(every), MOST_UNITS))
