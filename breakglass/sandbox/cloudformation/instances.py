"""The operations on instances of StackSets.

https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateStackInstances.html
https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DeleteStackInstances.html
"""

from collections.abc import Mapping
from dataclasses import replace
from uuid import uuid4

from breakglass.sandbox.answers import Answer, ApiError
from breakglass.sandbox.cloudformation import shown, targets
from breakglass.sandbox.cloudformation.hands import Hands
from breakglass.sandbox.cloudformation.kept import Kept, Known
from breakglass.sandbox.cloudformation.operations import Operations
from breakglass.sandbox.cloudformation.settings import preferences
from breakglass.sandbox.cloudformation.stack_set import Preferences
from breakglass.sandbox.cloudformation.template import invalid
from breakglass.sandbox.cloudformation.work import Order
from breakglass.sandbox.request import Request
from breakglass.sandbox.sessions import Session

_VERBS = {"CreateStackInstances": "CREATE", "DeleteStackInstances": "DELETE", "UpdateStackInstances": "UPDATE"}


class Instances:
    """The stacks of StackSets, in the accounts they go to."""

    def __init__(self, hands: Hands, kept: Kept, operations: Operations) -> None:
        self._hands = hands
        self._kept = kept
        self._operations = operations

    def operate(self, request: Request, session: Session) -> Answer:
        """Create, update or delete instances."""
        known, parameters = self._operations.known(request, session), request.parameters
        known.is_free()
        verb, regions = _VERBS[request.action], targets.texts(parameters, "Regions")
        accounts = self._accounts(known, parameters, creates=verb == "CREATE")
        if not regions:
            raise invalid("Regions must not be empty")
        if verb == "CREATE":
            _widen(known, targets.texts(parameters, "DeploymentTargets.OrganizationalUnitIds"), regions)
        else:
            there = {account for account, region in known.instances if region in regions}
            accounts = {account: unit for account, unit in accounts.items() if account in there}
        if verb == "UPDATE" and not accounts:
            raise ApiError("StackInstanceNotFoundException", "There are no instances of the StackSet in these places")
        if verb == "DELETE" and not targets.texts(parameters, "DeploymentTargets.Accounts"):
            _narrow(known, targets.texts(parameters, "DeploymentTargets.OrganizationalUnitIds"), regions)
        retain = parameters.get("RetainStacks") == "true"
        return self._operations.start(request, known, Order(verb, accounts, regions, preferences(parameters), retain))

    def list_stack_instances(self, request: Request, session: Session) -> Answer:
        """Show the instances of a StackSet, of one account or region if asked."""
        known, parameters = self._operations.known(request, session), request.parameters
        account, region = parameters.get("StackInstanceAccount"), parameters.get("StackInstanceRegion")
        found = [
            shown.of_instance(known.stack_set, each)
            for each in known.instances.values()
            if account in (None, each.account) and region in (None, each.region)
        ]
        return shown.answered(request.action, {"Summaries": found})

    def describe_stack_instance(self, request: Request, session: Session) -> Answer:
        """Show one instance."""
        known, parameters = self._operations.known(request, session), request.parameters
        place = parameters.get("StackInstanceAccount", ""), parameters.get("StackInstanceRegion", "")
        if place not in known.instances:
            raise ApiError("StackInstanceNotFoundException", f"StackInstance not found: {place[0]}, {place[1]}")
        instance = shown.of_instance(known.stack_set, known.instances[place])
        return shown.answered(request.action, {"StackInstance": instance})

    def follow(self, account: str) -> None:
        """Let StackSets that deploy automatically follow an account that is in another unit now.

        https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacksets-orgs-manage-auto-deployment.html
        """
        for known in self._kept.sets.values():
            each = known.stack_set
            with self._hands.emulator.opened() as held:
                unit = next((unit for unit in sorted(each.units) if targets.is_below(held, account, unit)), "")
            there = tuple(region for where, region in known.instances if where == account)
            if each.deploys_automatically and unit and not there:
                self._operations.run(known, Order("CREATE", {account: unit}, each.regions, Preferences()), str(uuid4()))
            elif each.deploys_automatically and there and not unit:
                retain = each.settings.auto_deployment.get("RetainStacksOnAccountRemoval", False)
                order = Order("DELETE", {account: ""}, there, Preferences(), retain)
                self._operations.run(known, order, str(uuid4()))

    def _accounts(self, known: Known, parameters: Mapping[str, str], *, creates: bool) -> Mapping[str, str]:
        """Return the accounts of a request, each with the unit it was found in; raises ApiError."""
        named = dict.fromkeys(targets.texts(parameters, "Accounts"), "")
        if not known.stack_set.service_managed:
            if not named or any(name.startswith("DeploymentTargets.") for name in parameters):
                raise invalid("StackSets with SELF_MANAGED permission model can only have accounts as target")
            return named
        if named:
            raise invalid("StackSets with SERVICE_MANAGED permission model can only have OrganizationalUnit as target")
        there = {account for account, _ in known.instances}
        with self._hands.emulator.opened() as held:
            return targets.chosen(held, parameters, there, creates=creates)


def _widen(known: Known, units: tuple[str, ...], regions: tuple[str, ...]) -> None:
    """Let a StackSet know where it was deployed to."""
    before = known.stack_set
    where = tuple(dict.fromkeys((*before.regions, *regions)))
    known.stack_set = replace(before, units=before.units | set(units), regions=where)


def _narrow(known: Known, units: tuple[str, ...], regions: tuple[str, ...]) -> None:
    """Let whole units, deleted in all regions, be targets no more."""
    before = known.stack_set
    if set(before.regions) <= set(regions):
        known.stack_set = replace(before, units=before.units - set(units))
