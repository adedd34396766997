"""CloudFormation behind the door: every operation that is judged is carried out here, one at a time."""

from collections.abc import Callable, Mapping
from threading import RLock
from typing import TypeAlias

from breakglass.sandbox.answers import Answer
from breakglass.sandbox.cloudformation import trust
from breakglass.sandbox.cloudformation.hands import Hands
from breakglass.sandbox.cloudformation.instances import Instances
from breakglass.sandbox.cloudformation.kept import Kept
from breakglass.sandbox.cloudformation.operations import Operations
from breakglass.sandbox.cloudformation.stack_sets import StackSets
from breakglass.sandbox.cloudformation.stacks import PlainStacks
from breakglass.sandbox.emulator import Emulator
from breakglass.sandbox.request import Request
from breakglass.sandbox.sessions import Session
from breakglass.sandbox.witness import Witness

_Carry: TypeAlias = Callable[[Request, Session], Answer]


class CloudFormation:
    """The stacks and StackSets of an organization."""

    def __init__(self, partition: str, emulator: Emulator, witness: Witness) -> None:
        hands, self._kept = Hands(emulator, witness), Kept(partition)
        self._emulator = emulator
        self._operations = Operations(hands, self._kept)
        self._sets = StackSets(hands, self._kept, self._operations)
        self._instances = Instances(hands, self._kept, self._operations)
        self._stacks = PlainStacks(hands, self._kept.stacks, partition)
        self._lock = RLock()

    def answer(self, request: Request, session: Session) -> Answer:
        """Carry out an operation that was judged; raises ApiError."""
        with self._lock:
            return self._carriers[request.action](request, session)

    def follow(self, account: str) -> None:
        """Deploy automatically to an account that has been moved, or withdraw from it."""
        with self._lock:
            self._instances.follow(account)

    def linger(self, looks: int) -> None:
        """Let each operation from now on be told to run so many times before it is told to be over."""
        self._kept.looks = looks

    def trust(self, *, trusted: bool) -> None:
        """Let the organization trust StackSets, or no more."""
        with self._emulator.opened() as held:
            trust.give(held.organizations, trusted=trusted)

    def reset(self) -> None:
        """Forget all stacks and StackSets."""
        with self._lock:
            self._kept.clear()

    @property
    def _carriers(self) -> Mapping[str, _Carry]:
        sets, stacks, instances, operations = self._sets, self._stacks, self._instances, self._operations
        return {
            "CreateStack": stacks.create_stack,
            "CreateStackInstances": instances.operate,
            "CreateStackSet": sets.create_stack_set,
            "DeleteStack": stacks.delete_stack,
            "DeleteStackInstances": instances.operate,
            "DeleteStackSet": sets.delete_stack_set,
            "DescribeStackEvents": stacks.describe_stack_events,
            "DescribeStackInstance": instances.describe_stack_instance,
            "DescribeStackSet": sets.describe_stack_set,
            "DescribeStackSetOperation": operations.describe_stack_set_operation,
            "DescribeStacks": stacks.describe_stacks,
            "GetTemplate": stacks.get_template,
            "ListStackInstances": instances.list_stack_instances,
            "ListStackSetOperationResults": operations.list_stack_set_operation_results,
            "ListStackSetOperations": operations.list_stack_set_operations,
            "ListStackSets": sets.list_stack_sets,
            "UpdateStack": stacks.update_stack,
            "UpdateStackInstances": instances.operate,
            "UpdateStackSet": sets.update_stack_set,
            "UpdateTerminationProtection": stacks.update_termination_protection,
        }
