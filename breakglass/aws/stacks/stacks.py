"""CloudFormation as the port `cloud.Stacks` has it: a delivery is a stack of its own or a StackSet."""

from collections.abc import Collection, Sequence

from breakglass.aws.sessions import Sessions
from breakglass.aws.stacks import adopt, others, stack, stack_sets
from breakglass.aws.stacks.desk import Desk
from breakglass.cloud import Clock
from breakglass.manifest.model import Manifest
from breakglass.resources import Scope
from breakglass.stacks import Adoption, Delivered, Delivery, StackSet, Standing
from breakglass.workers import Advance


class AwsStacks:
    """The stacks and StackSets of a manifest, with the sessions given; see `cloud.Stacks`.

    StackSets are in the management account or with its delegated administrator, in the first region of
    `stacksets.regions`.
    """

    def __init__(self, sessions: Sessions, manifest: Manifest, clock: Clock) -> None:
        self._desk = Desk(sessions, manifest, clock)

    def look(self, delivery: Delivery) -> Standing:
        """Return what there is of it; raises RejectedError where it is not ours."""
        if isinstance(delivery, StackSet):
            return stack_sets.look(self._desk, delivery)
        return stack.look(self._desk, delivery)

    def others(self, deliveries: Sequence[Delivery]) -> Sequence[StackSet]:
        """Return the StackSets of this manifest that none of these deliveries is, as they stand in AWS."""
        return others.others(self._desk, deliveries)

    def deliver(self, delivery: Delivery, places: Collection[Scope], *, advance: Advance) -> Sequence[Delivered]:
        """Create it, or bring it up to date, and wait until these places have it.

        An interrupt leaves what CloudFormation has begun to go on, and says so.
        """
        if isinstance(delivery, StackSet):
            return stack_sets.deliver(self._desk, delivery, places, advance)
        return stack.deliver(self._desk, delivery, places, advance)

    def adopt(self, delivery: Delivery, adoptions: Sequence[Adoption], *, advance: Advance) -> Sequence[Delivered]:
        """Let stacks take over what exists, without replacing it."""
        if isinstance(delivery, StackSet):
            return adopt.into_stack_set(self._desk, delivery, adoptions, advance)
        return adopt.into_stack(self._desk, delivery, adoptions, advance)

    def withdraw(self, delivery: Delivery, places: Collection[Scope], *, advance: Advance) -> Sequence[Delivered]:
        """Delete the stacks in these places, and keep all they made; the delivery itself once no place has it."""
        if isinstance(delivery, StackSet):
            return stack_sets.withdraw(self._desk, delivery, places, advance)
        return stack.withdraw(self._desk, delivery, places, advance)
