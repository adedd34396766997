"""What an operation on a StackSet does, place by place: one that fails does not stop the others until too many did.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacksets-concepts.html#stackset-ops-options
"""

from collections.abc import Mapping, MutableMapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias
from uuid import NAMESPACE_URL, uuid5

from breakglass.sandbox.cloudformation import reasons, stack, targets
from breakglass.sandbox.cloudformation.build import FailedError
from breakglass.sandbox.cloudformation.execution import acting
from breakglass.sandbox.cloudformation.hands import Hands
from breakglass.sandbox.cloudformation.place import Place
from breakglass.sandbox.cloudformation.stack import Stack
from breakglass.sandbox.cloudformation.stack_set import Instance, Preferences, Result, StackSet

Stacks: TypeAlias = MutableMapping[tuple[str, str, str], Stack]
"""Account, region and name -> stack."""
Instances: TypeAlias = MutableMapping[tuple[str, str], Instance]
"""Account and region -> instance."""


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be done where: `accounts` come with the unit each was found in; `verb` is the operation's action."""

    verb: str
    accounts: Mapping[str, str]
    regions: Sequence[str]
    preferences: Preferences
    retain: bool = False


class Work:
    """Carries out operations on one StackSet."""

    def __init__(self, hands: Hands, stacks: Stacks, stack_set: StackSet, instances: Instances) -> None:
        self._hands = hands
        self._stacks = stacks
        self._set = stack_set
        self._instances = instances

    def carry_out(self, order: Order, operation: str) -> tuple[tuple[Result, ...], bool]:
        """Return what became of each place, region by region, and whether too many failed to go on."""
        results: list[Result] = []
        stopped = False
        for region in sorted(order.regions, key=lambda each: _rank(order, each)):
            failed = 0
            for account, unit in order.accounts.items():
                if order.verb != "CREATE" and (account, region) not in self._instances:
                    continue
                known = self._instances.get((account, region), Instance(account, region, unit=unit))
                known = replace(known, operation=operation)
                result = self._cancelled(known) if stopped else self._one(order, known)
                results.append(result)
                failed += result.status == "FAILED"
                stopped = stopped or not order.preferences.tolerates(failed, len(order.accounts))
        return tuple(results), stopped

    def _cancelled(self, instance: Instance) -> Result:
        why = reasons.CANCELLED
        self._keep(replace(instance, status="OUTDATED", detailed="CANCELLED", reason=why))
        return _result(instance, "CANCELLED", why)

    def _one(self, order: Order, instance: Instance) -> Result:
        with self._hands.emulator.opened() as held:
            if targets.suspended(held, instance.account):
                self._keep(replace(instance, status="OUTDATED", detailed="SKIPPED_SUSPENDED_ACCOUNT"))
                return _result(instance, "CANCELLED", reasons.SUSPENDED)
        try:
            if order.verb != "DELETE":
                return self._settle(instance)
            return self._forget(instance) if order.retain else self._delete(instance)
        except FailedError as failure:
            inoperable = order.verb == "DELETE"
            status, detailed = ("INOPERABLE", "INOPERABLE") if inoperable else ("OUTDATED", "FAILED")
            self._keep(replace(instance, status=status, detailed=detailed, reason=str(failure)))
            return _result(instance, "FAILED", str(failure))

    def _settle(self, instance: Instance) -> Result:
        """Bring the stack of a place up to date."""
        session = acting(self._hands, self._set, instance.account)
        place = self._place(instance)
        key = (place.account, place.region, place.stack)
        known = self._stacks.get(key)
        if known is None or known.status.startswith("ROLLBACK"):
            made = stack.create(self._hands, session, place, self._set.template)
        else:
            made = stack.update(self._hands, session, replace(known, place=place), self._set.template)
        self._stacks[key] = made
        instance = replace(instance, stack=place.stack)
        if not made.is_complete:
            self._keep(instance)
            failed = next(each.happened for each in reversed(made.events) if each.happened.status.endswith("FAILED"))
            raise FailedError(reasons.of_instance(failed.declared.logical_id, failed.declared.type, failed.reason))
        self._keep(replace(instance, status="CURRENT", detailed="SUCCEEDED", reason=""))
        return _result(instance, "SUCCEEDED")

    def _delete(self, instance: Instance) -> Result:
        key = (instance.account, instance.region, instance.stack)
        known = self._stacks.get(key)
        if known is not None:
            session = acting(self._hands, self._set, instance.account)
            left = stack.delete(self._hands, session, known)
            if left is not None:
                self._stacks[key] = left
                raise FailedError(left.reason)
            del self._stacks[key]
        return self._forget(instance)

    def _forget(self, instance: Instance) -> Result:
        """Leave the stack of a place, if there is one, to itself."""
        del self._instances[instance.account, instance.region]
        return _result(instance, "SUCCEEDED")

    def _place(self, instance: Instance) -> Place:
        identifier = uuid5(NAMESPACE_URL, f"{self._set.identifier}/{instance.account}/{instance.region}")
        name, tags = f"StackSet-{self._set.name}-{identifier}", self._set.settings.tags
        return Place(self._set.partition, instance.account, instance.region, name, tags)

    def _keep(self, instance: Instance) -> None:
        known = self._instances.get((instance.account, instance.region))
        stack_name = instance.stack or (known.stack if known else "")
        self._instances[instance.account, instance.region] = replace(instance, stack=stack_name)


def _rank(order: Order, region: str) -> int:
    chosen = order.preferences.order
    return chosen.index(region) if region in chosen else len(chosen)


def _result(instance: Instance, status: str, reason: str = "") -> Result:
    return Result(instance.account, instance.region, status, reason, instance.unit)
