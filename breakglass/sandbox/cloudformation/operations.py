"""Operations on StackSets: what takes time on AWS is over here when it is answered, unless told to linger.

https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStackSetOperation.html
"""

from dataclasses import replace
from uuid import uuid4

from breakglass.sandbox.answers import Answer, ApiError
from breakglass.sandbox.cloudformation import shown
from breakglass.sandbox.cloudformation.hands import Hands
from breakglass.sandbox.cloudformation.kept import Kept, Known
from breakglass.sandbox.cloudformation.stack_set import Operation
from breakglass.sandbox.cloudformation.work import Order, Work
from breakglass.sandbox.request import Request
from breakglass.sandbox.sessions import Session


class Operations:
    """Carries operations out, and tells what became of them."""

    def __init__(self, hands: Hands, kept: Kept) -> None:
        self._hands = hands
        self._kept = kept

    def known(self, request: Request, session: Session) -> Known:
        """Return the StackSet of a request; raises ApiError."""
        with self._hands.emulator.opened() as held:
            return self._kept.find(held, request, session)

    def start(self, request: Request, known: Known, order: Order) -> Answer:
        """Carry out what a request asks, and return the operation's id."""
        operation = request.parameters.get("OperationId") or str(uuid4())
        if operation in known.operations:
            raise ApiError("OperationIdAlreadyExistsException", f"Operation {operation} already exists")
        self.run(known, order, operation)
        return shown.answered(request.action, {"OperationId": operation})

    def run(self, known: Known, order: Order, identifier: str) -> None:
        """Carry out an order, under the id of an operation."""
        work = Work(self._hands, self._kept.stacks, known.stack_set, known.instances)
        results, stopped = work.carry_out(order, identifier)
        status, now = "FAILED" if stopped else "SUCCEEDED", self._hands.witness.clock.now()
        told = Operation(identifier, order.verb, status, now, results, order.retain, self._kept.looks)
        known.operations[identifier] = told

    def describe_stack_set_operation(self, request: Request, session: Session) -> Answer:
        """Show an operation, which has gone on a little by the next time."""
        known = self.known(request, session)
        operation = known.operation(request.parameters.get("OperationId", ""))
        known.operations[operation.identifier] = replace(operation, looks=max(0, operation.looks - 1))
        return shown.answered(request.action, {"StackSetOperation": shown.of_operation(known.stack_set, operation)})

    def list_stack_set_operations(self, request: Request, session: Session) -> Answer:
        """Show all operations on a StackSet, the last first."""
        operations = [*self.known(request, session).operations.values()][::-1]
        return shown.answered(request.action, {"Summaries": [shown.operation_summary(each) for each in operations]})

    def list_stack_set_operation_results(self, request: Request, session: Session) -> Answer:
        """Show what became of each place."""
        operation = self.known(request, session).operation(request.parameters.get("OperationId", ""))
        results = [shown.of_result(each, running=operation.looks > 0) for each in operation.results]
        return shown.answered(request.action, {"Summaries": results})
