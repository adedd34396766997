"""Why an instance of a StackSet is not as it is to be, by all that is known of it."""

from collections.abc import Mapping

from breakglass.aws.stacks import causes
from breakglass.aws.stacks.desk import Desk
from breakglass.aws.stacks.places import FAILED_IMPORT, INOPERABLE, Placed, where
from breakglass.errors import BreakglassError, RejectedError
from breakglass.resources import GLOBAL, Scope
from breakglass.stacks import StackSet


def failed(desk: Desk, delivery: StackSet, place: Scope, found: Mapping[Scope, Placed], why: str) -> BreakglassError:
    """Return it as an error of whoever must act: `why` is what an operation said of the place, if it said anything."""
    held = found.get(place)
    if held is not None and held.instance.status == INOPERABLE:
        return _inoperable(desk, delivery, place, held)
    told = held.instance.reason or held.instance.status if held else "there is no instance, and no reason is given"
    elsewhere = "" if held else _elsewhere(delivery, place, found)
    return causes.failure((why or told) + elsewhere, place.account, delivery.name)


def _elsewhere(delivery: StackSet, place: Scope, found: Mapping[Scope, Placed]) -> str:
    """Return where else an account has it, if it does: in regions that are not meant, where its names are taken."""
    regions = [each.region for each in sorted(found) if each.account == place.account]
    others = [each for each in regions if each not in (*delivery.regions, GLOBAL)]
    return f" (there is an instance in {', '.join(others)}, which is not meant)" if others else ""


def _inoperable(desk: Desk, delivery: StackSet, place: Scope, held: Placed) -> RejectedError:
    """Return what only people can do: no operation takes such an instance, but the one that lets go of its stack.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_StackInstance.html
    """
    reason = held.instance.reason or "an earlier deletion failed"
    again = "mend what it says and run `breakglass adopt` again"
    return RejectedError(
        f"the instance of {delivery.name} in account {place.account} is INOPERABLE: {reason}",
        subject=place.account,
        advice=again if FAILED_IMPORT in reason else _let_go(desk, delivery, place, held),
    )


def _let_go(desk: Desk, delivery: StackSet, place: Scope, held: Placed) -> str:
    account, region = where(delivery, place)
    unit = f"OrganizationalUnitIds={held.unit},Accounts={account},AccountFilterType=INTERSECTION"
    chosen = f"--deployment-targets {unit}" if held.unit else f"--accounts {account}"
    return (
        f"in account {desk.account} run: aws cloudformation delete-stack-instances --retain-stacks "
        f"--stack-set-name {delivery.name} --regions {region} {chosen} --call-as {desk.call_as}; "
        f"then delete the stack in account {account}, which keeps its resources, and {causes.AGAIN}"
    )
