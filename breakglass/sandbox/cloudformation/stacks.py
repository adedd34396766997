"""The operations on plain stacks, which act as their caller.

https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateStack.html
"""

from collections.abc import Mapping
from dataclasses import replace

from breakglass.sandbox.answers import Answer, ApiError
from breakglass.sandbox.cloudformation import shown, stack
from breakglass.sandbox.cloudformation.hands import Hands
from breakglass.sandbox.cloudformation.place import Place
from breakglass.sandbox.cloudformation.settings import acknowledged, capabilities, tags
from breakglass.sandbox.cloudformation.stack import COMPLETE, Stack
from breakglass.sandbox.cloudformation.template import invalid, read
from breakglass.sandbox.cloudformation.work import Stacks
from breakglass.sandbox.request import Request
from breakglass.sandbox.sessions import Session


class PlainStacks:
    """The stacks of every account and region; of those of StackSets, only how they look."""

    def __init__(self, hands: Hands, stacks: Stacks, partition: str) -> None:
        self._hands = hands
        self._stacks = stacks
        self._partition = partition

    def create_stack(self, request: Request, session: Session) -> Answer:
        """Make a stack; what fails leaves one that can only be deleted, or none."""
        parameters = request.parameters
        template = read(parameters.get("TemplateBody", ""))
        acknowledged(template, capabilities(parameters))
        name = parameters.get("StackName", "")
        key = (session.account, request.region, name)
        if key in self._stacks:
            raise ApiError("AlreadyExistsException", f"Stack [{name}] already exists")
        place = Place(self._partition, *key, tags(parameters))
        made = stack.create(self._hands, session, place, template)
        protected = parameters.get("EnableTerminationProtection", "") == "true"
        self._stacks[key] = replace(made, protected=protected)
        if not made.is_complete and parameters.get("OnFailure") == "DELETE" and made.status != "ROLLBACK_FAILED":
            del self._stacks[key]
        return shown.answered(request.action, {"StackId": place.stack_id})

    def update_stack(self, request: Request, session: Session) -> Answer:
        """Bring a stack to another template, or other tags."""
        key, known = self._own(request, session)
        template, place = read(request.parameters.get("TemplateBody", "")), known.place
        acknowledged(template, capabilities(request.parameters))
        place = replace(place, tags=tags(request.parameters) or place.tags)
        if known.status not in COMPLETE:
            raise invalid(f"Stack:{place.stack_id} is in {known.status} state and can not be updated.")
        if template.body == known.template.body and place == known.place:
            raise invalid("No updates are to be performed.")
        self._stacks[key] = stack.update(self._hands, session, replace(known, place=place), template)
        return shown.answered(request.action, {"StackId": place.stack_id})

    def delete_stack(self, request: Request, session: Session) -> Answer:
        """Delete a stack, if there is one."""
        try:
            key, known = self._own(request, session)
        except ApiError:
            return shown.answered(request.action, {})
        if known.protected:
            raise invalid(f"Stack [{known.place.stack}] cannot be deleted while TerminationProtection is enabled")
        left = stack.delete(self._hands, session, known)
        del self._stacks[key]
        if left is not None:
            self._stacks[key] = left
        return shown.answered(request.action, {})

    def update_termination_protection(self, request: Request, session: Session) -> Answer:
        """Protect a stack, or no more."""
        key, known = self._own(request, session)
        protected = request.parameters.get("EnableTerminationProtection", "") == "true"
        self._stacks[key] = replace(known, protected=protected)
        return shown.answered(request.action, {"StackId": known.place.stack_id})

    def describe_stacks(self, request: Request, session: Session) -> Answer:
        """Show a stack, or all of an account and region."""
        if "StackName" in request.parameters:
            found = [self._own(request, session)[1]]
        else:
            found = [each for key, each in sorted(self._stacks.items()) if key[:2] == (session.account, request.region)]
        return shown.answered(request.action, {"Stacks": [shown.of_stack(each) for each in found]})

    def describe_stack_events(self, request: Request, session: Session) -> Answer:
        """Show what happened to a stack, the last first."""
        known = self._own(request, session)[1]
        numbered = [shown.of_event(known, number, each) for number, each in enumerate(known.events)]
        return shown.answered(request.action, {"StackEvents": numbered[::-1]})

    def get_template(self, request: Request, session: Session) -> Answer:
        """Show a stack's template."""
        return shown.answered(request.action, {"TemplateBody": self._own(request, session)[1].template.body})

    def _own(self, request: Request, session: Session) -> tuple[tuple[str, str, str], Stack]:
        named = request.parameters.get("StackName", "")
        key = (session.account, request.region, stack_name(request.parameters))
        known = self._stacks.get(key)
        if known is None or named not in (known.place.stack, known.place.stack_id):
            raise invalid(f"Stack with id {named} does not exist")
        return key, known


def stack_name(parameters: Mapping[str, str]) -> str:
    """Return the name of the stack that a request names by its name or its ARN."""
    named = parameters.get("StackName", "")
    return named.split("/")[1] if named.startswith("arn:") and named.count("/") > 1 else named
