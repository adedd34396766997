"""CloudFormation as a few dictionaries over the estate in memory: what the port promises, and what StackSets are like.

A stack makes what its template has; it changes what differs between its old template and its new one and sees nothing
else; what it fails to create for the first time it takes back; what it no longer has it leaves where it is.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from breakglass.errors import BreakglassError, RejectedError
from breakglass.estate.plan import Change, order
from breakglass.estate.template import parse
from breakglass.manifest.model import Manifest, StackSets
from breakglass.resources import Key, Resource, Scope, State
from breakglass.stacks import CURRENT, Adoption, Delivered, Delivery, Instance, StackSet, Standing
from breakglass.workers import Advance
from tests.memory import MemoryEstate
from tests.yamls import loaded

StackFault = Callable[[str, str, Scope | None], BreakglassError | None]
"""Given the verb, the name of the delivery, and the place unless all of it is meant: what goes wrong, if anything."""


def no_fault(_verb: str, _name: str, _scope: Scope | None) -> None:
    return None


REGIONS = ("eu-west-1",)
SETTINGS = StackSets(regions=REGIONS)
SHARED = replace(SETTINGS, shared_accounts="stacks")


def stacked(manifest: Manifest, settings: StackSets = SETTINGS) -> Manifest:
    """Return a manifest whose target accounts stacks write in."""
    return replace(manifest, engine="stacksets", stacksets=settings)


@dataclass
class _Stack:
    template: str
    """What it has."""
    owned: frozenset[Key]
    status: str = CURRENT


@dataclass
class MemoryStacks:
    estate: MemoryEstate
    fault: StackFault = no_fault
    templates: dict[str, str] = field(default_factory=dict)
    """What each delivery that exists has."""
    stacks: dict[str, dict[Scope, _Stack]] = field(default_factory=dict)
    sets: set[str] = field(default_factory=set)
    """The names of those that ever were StackSets."""
    calls: list[tuple[str, str]] = field(default_factory=list)
    """Every call but look: verb, name."""
    made: list[tuple[str, Key]] = field(default_factory=list)
    """What stacks wrote."""

    def look(self, delivery: Delivery) -> Standing:
        self._fail("look", delivery.name)
        found = {
            scope: Instance(stack.status, "" if stack.status == CURRENT else "it failed")
            for scope, stack in self.stacks.get(delivery.name, {}).items()
        }
        has = self.templates.get(delivery.name)
        return Standing(has is not None, has == delivery.template, found)

    def others(self, deliveries: Sequence[Delivery]) -> Sequence[StackSet]:
        self._fail("others", "")
        wanted = {each.name for each in deliveries}
        left = sorted(name for name in self.sets if name in self.templates and name not in wanted)
        return [StackSet(name, "", self._accounts(name), REGIONS, is_global=False) for name in left]

    def _accounts(self, name: str) -> tuple[str, ...]:
        return tuple(sorted({scope.account for scope in self.stacks.get(name, ())}))

    def deliver(self, delivery: Delivery, places: Collection[Scope], *, advance: Advance) -> Sequence[Delivered]:
        self.calls.append(("deliver", delivery.name))
        self._fail("deliver", delivery.name)
        self._exists(delivery)
        self.templates[delivery.name] = delivery.template
        there = self.stacks.setdefault(delivery.name, {})
        for scope in {*there, *places}:
            stack = there.setdefault(scope, _Stack("", frozenset()))
            if stack.template != delivery.template or stack.status != CURRENT:
                stack.status = "OUTDATED"
        return [self._bring(delivery, scope, advance) for scope in sorted({*places, *there}) if scope in places]

    def adopt(self, delivery: Delivery, adoptions: Sequence[Adoption], *, advance: Advance) -> Sequence[Delivered]:
        self.calls.append(("adopt", delivery.name))
        self._fail("adopt", delivery.name)
        self._exists(delivery)
        self.templates.setdefault(delivery.name, delivery.template)
        return [self._take_over(delivery, adoption, advance) for adoption in adoptions]

    def withdraw(self, delivery: Delivery, places: Collection[Scope], *, advance: Advance) -> Sequence[Delivered]:
        self.calls.append(("withdraw", delivery.name))
        self._fail("withdraw", delivery.name)
        there = self.stacks.get(delivery.name, {})
        rows = [Delivered(scope, self.fault("withdraw", delivery.name, scope)) for scope in places]
        for row in rows:
            if row.why is None and there.pop(row.scope, None) is not None:
                advance(row.scope.account)
        if not there:
            del self.templates[delivery.name]
        return rows

    def _exists(self, delivery: Delivery) -> None:
        if isinstance(delivery, StackSet):
            self.sets.add(delivery.name)

    def _bring(self, delivery: Delivery, scope: Scope, advance: Advance) -> Delivered:
        stack = self.stacks[delivery.name][scope]
        if stack.status == CURRENT:
            return Delivered(scope)
        why = self.fault("deliver", delivery.name, scope) or self._made(stack, delivery.template, scope)
        if why is None:
            stack.template, stack.status = delivery.template, CURRENT
            advance(scope.account)
        return Delivered(scope, why)

    def _made(self, stack: _Stack, template: str, scope: Scope) -> BreakglassError | None:
        old, new = _parsed(stack.template, scope), _parsed(template, scope)
        fresh: list[Key] = []
        try:
            for change in order(Change(None, each) for each in new.values()):
                self._one(stack, old.get(change.key), change.resource, fresh)
        except BreakglassError as error:
            for key in fresh:
                self.estate.resources.pop(key, None)
            return error
        stack.owned = frozenset(new)
        return None

    def _one(self, stack: _Stack, old: Resource | None, new: Resource, fresh: list[Key]) -> None:
        if new.key not in stack.owned:
            if new.key in self.estate.resources:
                raise RejectedError(f"{new.name} already exists", subject=new.arn)
            fresh.append(new.key)
            self.made.append(("create", new.key))
            self.estate.create(new)
        elif old != new and old is not None:
            self.made.append(("update", new.key))
            self.estate.update(old, new)

    def _take_over(self, delivery: Delivery, adoption: Adoption, advance: Advance) -> Delivered:
        why = self.fault("adopt", delivery.name, adoption.scope)
        if why is None:
            wanted = _parsed(delivery.template, adoption.scope)
            assert {each.key: each for each in adoption.resources.values()} == wanted
            others = (stacks.get(adoption.scope) for stacks in self.stacks.values())
            assert not any(other.owned & wanted.keys() for other in others if other is not None)
            stack = _Stack(delivery.template, frozenset(wanted))
            self.stacks.setdefault(delivery.name, {})[adoption.scope] = stack
            advance(adoption.scope.account)
        return Delivered(adoption.scope, why)

    def _fail(self, verb: str, name: str) -> None:
        error = self.fault(verb, name, None)
        if error is not None:
            raise error


def _parsed(template: str, scope: Scope) -> State:
    read: Mapping[str, object] = loaded(template) if template else {"Resources": {}}
    return parse(read, scope)  # type: ignore[arg-type]
