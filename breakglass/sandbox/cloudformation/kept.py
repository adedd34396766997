"""What CloudFormation keeps, of all accounts and regions, and how a request finds the StackSet it speaks of."""

from dataclasses import dataclass, field

from breakglass.sandbox.answers import ApiError
from breakglass.sandbox.cloudformation import trust
from breakglass.sandbox.cloudformation.stack_set import Instance, Operation, StackSet
from breakglass.sandbox.cloudformation.work import Stacks
from breakglass.sandbox.judgement.held import Held
from breakglass.sandbox.request import Request
from breakglass.sandbox.sessions import Session


@dataclass(slots=True)
class Known:
    """A StackSet with its instances, by account and region, and its operations in their order."""

    stack_set: StackSet
    instances: dict[tuple[str, str], Instance] = field(default_factory=dict)
    operations: dict[str, Operation] = field(default_factory=dict)

    def operation(self, identifier: str) -> Operation:
        """Return an operation by its id; raises ApiError."""
        found = self.operations.get(identifier)
        if found is None:
            raise ApiError("OperationNotFoundException", f"Operation {identifier} not found")
        return found

    def is_free(self) -> None:
        """Raise ApiError where an operation runs, unless the StackSet lets others wait for it.

        https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ManagedExecution.html
        """
        running = next((each.identifier for each in self.operations.values() if each.looks), "")
        if running and not self.stack_set.settings.managed_execution:
            message = f"Another Operation on StackSet {self.stack_set.arn} is in progress: {running}"
            raise ApiError("OperationInProgressException", message)


@dataclass(slots=True)
class Kept:
    """Everything; a StackSet is found by its owner, region and name.

    `looks` is how often each operation is told to run before it is told to be over.
    """

    partition: str
    sets: dict[tuple[str, str, str], Known] = field(default_factory=dict)
    stacks: Stacks = field(default_factory=dict)
    looks: int = 0

    def clear(self) -> None:
        """Forget everything."""
        self.sets.clear()
        self.stacks.clear()
        self.looks = 0

    def find(self, held: Held, request: Request, session: Session) -> Known:
        """Return the StackSet a request names by its name or id; raises ApiError."""
        name, call_as = request.parameters.get("StackSetName", "").partition(":")[0], called_as(request)
        owner = trust.owner(held, session.account, call_as, service_managed=False)
        known = self.sets.get((owner, request.region, name))
        if known is None:
            raise ApiError("StackSetNotFoundException", f"StackSet {name} not found")
        if known.stack_set.service_managed:
            trust.owner(held, session.account, call_as, service_managed=True)
        return known


def called_as(request: Request) -> str:
    """Return in whose name a request is made."""
    return request.parameters.get("CallAs", "SELF")
