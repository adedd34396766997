"""The operations on StackSets themselves.

https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateStackSet.html
https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_UpdateStackSet.html
"""

import re
from dataclasses import replace

from breakglass import naming
from breakglass.sandbox.answers import Answer, ApiError
from breakglass.sandbox.cloudformation import shown, trust
from breakglass.sandbox.cloudformation.hands import Hands
from breakglass.sandbox.cloudformation.kept import Kept, Known, called_as
from breakglass.sandbox.cloudformation.operations import Operations
from breakglass.sandbox.cloudformation.settings import acknowledged, preferences, settings
from breakglass.sandbox.cloudformation.stack_set import Settings, StackSet
from breakglass.sandbox.cloudformation.template import invalid, read
from breakglass.sandbox.cloudformation.work import Order
from breakglass.sandbox.request import Request
from breakglass.sandbox.sessions import Session

_NAME = re.compile(r"[a-zA-Z][-a-zA-Z0-9]{0,127}")


class StackSets:
    """The StackSets of an organization, by the account and region they are in."""

    def __init__(self, hands: Hands, kept: Kept, operations: Operations) -> None:
        self._hands = hands
        self._kept = kept
        self._operations = operations

    def create_stack_set(self, request: Request, session: Session) -> Answer:
        """Make a StackSet, which is nowhere yet."""
        parameters, name = request.parameters, request.parameters.get("StackSetName", "")
        service_managed = parameters.get("PermissionModel", "SELF_MANAGED") == "SERVICE_MANAGED"
        owner = self._owner(request, session, service_managed=service_managed)
        if not _NAME.fullmatch(name):
            raise invalid(f"1 validation error detected: Value '{name}' at 'stackSetName' failed to satisfy constraint")
        if (owner, request.region, name) in self._kept.sets:
            raise ApiError("NameAlreadyExistsException", f"StackSet {name} already exists")
        told = self._settings(request, owner, service_managed=service_managed)
        template = read(parameters.get("TemplateBody", ""))
        acknowledged(template, told.capabilities)
        partition = self._kept.partition
        made = StackSet(partition, owner, request.region, name, service_managed, template, told)
        self._kept.sets[owner, request.region, name] = Known(made)
        return shown.answered(request.action, {"StackSetId": made.identifier})

    def describe_stack_set(self, request: Request, session: Session) -> Answer:
        """Show a StackSet."""
        found = self._operations.known(request, session).stack_set
        return shown.answered(request.action, {"StackSet": shown.of_stack_set(found)})

    def list_stack_sets(self, request: Request, session: Session) -> Answer:
        """Show all StackSets of an account and region; of those that were deleted nothing is kept."""
        owner = self._owner(request, session, service_managed=False)
        found = [each for key, each in sorted(self._kept.sets.items()) if key[:2] == (owner, request.region)]
        if request.parameters.get("Status") == "DELETED":
            found = []
        return shown.answered(request.action, {"Summaries": [shown.summary(each.stack_set) for each in found]})

    def update_stack_set(self, request: Request, session: Session) -> Answer:
        """Give a StackSet another template or other settings, and bring all its instances up to date.

        What an update does not tell of tags and automatic deployment stays as it was.
        """
        known, parameters = self._operations.known(request, session), request.parameters
        known.is_free()
        before = known.stack_set
        told = self._settings(request, before.owner, service_managed=before.service_managed)
        automatic = told.auto_deployment or before.settings.auto_deployment
        told = replace(told, tags=told.tags or before.settings.tags, auto_deployment=automatic)
        same = parameters.get("UsePreviousTemplate") == "true"
        template = before.template if same else read(parameters.get("TemplateBody", ""))
        acknowledged(template, told.capabilities)
        order = Order("UPDATE", _accounts(known), before.regions, preferences(parameters))
        known.stack_set = replace(before, template=template, settings=told)
        return self._operations.start(request, known, order)

    def delete_stack_set(self, request: Request, session: Session) -> Answer:
        """Delete a StackSet that is nowhere any more."""
        known = self._operations.known(request, session)
        known.is_free()
        if known.instances:
            raise ApiError("StackSetNotEmptyException", "StackSet is not empty")
        each = known.stack_set
        del self._kept.sets[each.owner, each.region, each.name]
        return shown.answered(request.action, {})

    def _owner(self, request: Request, session: Session, *, service_managed: bool) -> str:
        with self._hands.emulator.opened() as held:
            return trust.owner(held, session.account, called_as(request), service_managed=service_managed)

    def _settings(self, request: Request, owner: str, *, service_managed: bool) -> Settings:
        role = f"role/{naming.STACKSETS_ADMINISTRATION}"
        default = "" if service_managed else naming.iam_arn(self._kept.partition, owner, role)
        return settings(request.parameters, service_managed=service_managed, administration=default)


def _accounts(known: Known) -> dict[str, str]:
    return {each.account: each.unit for each in known.instances.values()}
